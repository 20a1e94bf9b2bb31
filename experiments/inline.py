"""A run in this process, without a window."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from experiments.curves import CurveSet
from experiments.failure import explain
from experiments.frames import Event, Frame
from experiments.maps import CellMap
from experiments.recording import Recording
from experiments.run import FrameGenerator, run
from experiments.settings import PhaseDiagramSettings, Settings
from experiments.store import RunRow, Status, Store


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a run gave.

    Attributes
    ----------
    row
        Its line in the history; None if it could not be written.
    status, reason, details
        How it ended: done, stopped (by Ctrl+C) or failed; a plain sentence; a traceback.
    curves, events, cells
        Everything it streamed; `cells` is None for runs that are no map.
    """

    row: RunRow | None
    status: Status
    reason: str
    details: str
    curves: CurveSet
    events: tuple[Event, ...]
    cells: CellMap | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to export."""
        return not len(self.curves) and not (self.cells is not None and len(self.cells))


def run_inline(
    name: str,
    settings: Settings,
    *,
    store: Store | None,
    on_frame: Callable[[Frame], None],
    on_problem: Callable[[str], None],
    run: Callable[[Settings], FrameGenerator] = run,
) -> Outcome:
    """Run settings to their end, or until Ctrl+C.

    Parameters
    ----------
    name
        Base of the run's name in the history.
    settings
        What to run.
    store
        Where to record the run; None: nowhere.
    on_frame
        Called with each frame.
    on_problem
        Called with a plain sentence if the history cannot be written; the run goes on.
    run
        What runs the settings.
    """
    recording = Recording(store=store, name=name, settings=settings, report=on_problem)
    curves = CurveSet()
    cells = CellMap(settings) if isinstance(settings, PhaseDiagramSettings) else None
    events: list[Event] = []
    status, reason, details = Status.DONE, "", ""
    try:
        with closing(run(settings)) as frames:
            for frame in frames:
                recording.add(frame)
                curves.extend(frame.points, frame.ensembles)
                events.extend(frame.events)
                if cells is not None:
                    cells.extend(frame.cells, frame.measured)
                on_frame(frame)
    except KeyboardInterrupt:
        status = Status.STOPPED
    except Exception as error:
        status = Status.FAILED
        reason, details = explain(error)
    recording.finish(status, reason)
    return Outcome(recording.row, status, reason, details, curves, tuple(events), cells)
