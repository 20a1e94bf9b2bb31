"""A run in this process, without a window."""

import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from types import FrameType
from typing import cast

from experiments.curves import CurveSet
from experiments.failure import explain
from experiments.figures import RunView
from experiments.frames import Frame
from experiments.maps import CellMap
from experiments.protocol import Stop
from experiments.recording import Recording
from experiments.run import FrameGenerator, SteeredGenerator, run
from experiments.settings import PhaseDiagramSettings, Settings, TrainingSettings
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
    """Run settings to their end, or until Ctrl+C; a training still has a last point then.

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
        frames = run(settings)
        if isinstance(settings, TrainingSettings):
            frames = _up_to_a_last_point(cast("SteeredGenerator", frames))
        with closing(frames):
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


def _up_to_a_last_point(frames: SteeredGenerator) -> FrameGenerator:
    """Yield frames; once Ctrl+C was pressed, those up to a last point.

    Raises
    ------
    KeyboardInterrupt
        After that point, or at once when Ctrl+C is pressed again.
    """
    with closing(frames):
        frame = next(frames, None)
        with _interrupt_noted() as is_noted:
            while frame is not None:
                yield frame
                try:
                    frame = frames.send(Stop() if is_noted() else None)
                except StopIteration:
                    break
            if is_noted():
                raise KeyboardInterrupt


@contextmanager
def _interrupt_noted() -> Iterator[Callable[[], bool]]:
    """Give a function that tells whether Ctrl+C was pressed; pressed again, it interrupts."""
    noted = False

    def note(_signal: int, _frame: FrameType | None) -> None:
        nonlocal noted
        noted = True
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: noted
    finally:
        signal.signal(signal.SIGINT, before)
