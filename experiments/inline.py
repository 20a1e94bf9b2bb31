"""A run in this process, without a window."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace

from experiments.curves import CurveSet
from experiments.failure import explain
from experiments.figures import RunView
from experiments.frames import Frame
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
    view
        Everything it streamed; it is named as in the history, or else as asked for.
    """

    row: RunRow | None
    status: Status
    reason: str
    details: str
    view: RunView

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to export."""
        return not len(self.view.curves) and not self.view.cells


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
    cells = CellMap(settings) if isinstance(settings, PhaseDiagramSettings) else None
    view = RunView(name, settings, CurveSet(), cells=cells)
    status, reason, details = Status.DONE, "", ""
    try:
        with closing(run(settings)) as frames:
            for frame in frames:
                recording.add(frame)
                view = view.extended(frame)
                on_frame(frame)
    except KeyboardInterrupt:
        status = Status.STOPPED
    except Exception as error:
        status = Status.FAILED
        reason, details = explain(error)
    recording.finish(status, reason)
    row = recording.row
    if row is not None:
        view = replace(view, name=row.name)
    return Outcome(row, status, reason, details, view)
