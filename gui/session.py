"""What the window works on: settings, the run shown, and the runner; no widgets."""

import re
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from experiments.catalogue import preset_of
from experiments.curves import CurveSet
from experiments.failure import explain
from experiments.figures import RunView
from experiments.frames import Progress
from experiments.maps import CellMap
from experiments.settings import (
    DynamicsSettings,
    PhaseDiagramSettings,
    Settings,
    TrainingSettings,
)
from experiments.store import Status
from experiments.stored import History, delete_runs, list_runs, load_run, rename_run
from experiments.updates import (
    Ended,
    Paused,
    Resumed,
    Started,
    StoreProblem,
    Streamed,
    Update,
    WorkerReady,
)
from gui.activity import Activity
from gui.background import Background
from gui.map_identity import is_whole, same_map, same_numbers, show_for
from gui.previews import Previews

if TYPE_CHECKING:
    from experiments.runner import Runner

_DRAIN_MS = 33


@dataclass(slots=True)
class Run:
    """A run that was started here or opened from the history."""

    settings: Settings
    view: RunView
    progress: Progress | None = None
    row_id: int | None = None


class Session(QObject):
    """Connects settings, runner and history; tells the window what changed.

    Parameters
    ----------
    start_runner
        Starts what runs experiments; called by `open`, closed by `close`.
    store_path
        File of the run history.
    settings
        What to begin with.

    Signals
    -------
    shown
        Another set of curves, or another map, is to be drawn: a `RunView`.
    grown
        What is shown has more points or cells; at most 30 times a second.
    activity
        Whether a run goes on, stands still or is over.
    progress
        How far the run is.
    happened
        Something has happened in the run under way, whether or not it is shown: its events.
    ended
        A run is over: its name, its `Status` and one sentence, which may be empty.
    problem
        Something went wrong: a sentence, and details.
    history
        The rows of the history, newest first.
    overlays
        The runs to be laid over the one shown.
    ready
        A worker process waits for a run.
    """

    shown = Signal(object)
    grown = Signal()
    activity = Signal(object)
    progress = Signal(object)
    happened = Signal(object)
    ended = Signal(str, object, str)
    problem = Signal(str, str)
    history = Signal(object)
    overlays = Signal(object)
    ready = Signal()

    def __init__(
        self, start_runner: Callable[[], "Runner"], store_path: Path, settings: Settings
    ) -> None:
        super().__init__()
        self._start_runner = start_runner
        self.store_path = store_path
        self.settings = settings
        self.view = RunView("", settings, CurveSet())
        self.background = Background()
        self.previews = Previews()
        self.previews.curves.connect(self._show)
        self.previews.map.connect(self._show_map)
        self.previews.failed.connect(self.report)
        self._busy: Run | None = None  # what the worker is at work on
        self._number = 0
        self._kept: Run | None = None  # the last run that ended or was opened
        self._follows = False  # whether the plots show what the worker streams
        self._activity = Activity.IDLE
        self._loaded: dict[int, RunView] = {}
        self._wanted_overlays: tuple[int, ...] = ()
        self._timer = QTimer(self)
        self._timer.setInterval(_DRAIN_MS)
        self._timer.timeout.connect(self._drain)

    @cached_property
    def runner(self) -> "Runner":
        """What runs experiments; started by the first use."""
        return self._start_runner()

    def open(self) -> None:
        """Start the worker and read the history, once the window can be seen."""
        if not self._timer.isActive():
            self._timer.start()
            self.refresh_history()

    def close(self) -> None:
        """Stop what runs, end the worker, and wait for an export under way."""
        self._timer.stop()
        self.previews.close()
        self.background.close()
        if "runner" in self.__dict__:
            self.runner.close()

    @property
    def under_way(self) -> Run | None:
        """The run that goes on or is paused; None for none."""
        return self._busy

    # Settings

    def use(self, settings: Settings) -> None:
        """Work with these settings from now on; theory follows at once."""
        self.settings = settings
        self._follows = False
        for run in (self._busy, self._kept):
            if run is not None and same_numbers(run.settings, settings):
                self._follows = run is self._busy
                if run.view.cells is None or self._shows_more(run.view):
                    self._show_run(run, settings)
                    return
                break
        busy = self._busy
        if isinstance(settings, TrainingSettings) and busy and busy.settings.kind == settings.kind:
            self._follows = True
            self._show(busy.view)
        elif not isinstance(settings, DynamicsSettings) and (
            self.view.settings.kind != settings.kind
            or (isinstance(settings, TrainingSettings) and not self._is_variation(settings))
        ):
            self._show(RunView("", settings, CurveSet()))
        self.previews.follow(settings)

    def _is_variation(self, settings: Settings) -> bool:
        """Tell whether a run is shown of the same preset or title, to be compared with."""
        return bool(self.view.name) and self.view.settings.about == settings.about

    def _show_run(self, run: Run, settings: Settings) -> None:
        """Show a run; its map for a marker that may have moved since."""
        if isinstance(settings, PhaseDiagramSettings) and run.view.cells is not None:
            show_for(run.view.cells, settings)
            run.view = replace(run.view, settings=settings)
        self.previews.follow_cell(settings)
        self._show(run.view)

    @Slot(object, object)
    def _show_map(self, settings: PhaseDiagramSettings, cells: CellMap | None) -> None:
        """Show an exact map; where there is none, what a run has computed of the same one."""
        for run in (self._kept, self._busy):
            if cells is None and run is not None and same_map(run.settings, settings):
                cells = copy(run.view.cells)
                if cells is not None:
                    cells.measured = ()
                    show_for(cells, settings)
        if cells is None:
            cells = CellMap(settings)
        self._show(RunView("", settings, CurveSet(), cells=cells))

    @Slot(object)
    def _show(self, view: RunView) -> None:
        renamed, self.view = view.name != self.view.name, view
        self.shown.emit(view)
        if renamed and self._wanted_overlays:
            self._tell_overlays()  # a run is not laid over itself

    # Running

    def start(self, *, paused: bool = False) -> None:
        """Start a run of the present settings, or go on with the one that is paused."""
        if self._activity is Activity.PAUSED and not paused:
            self.runner.resume()
            return
        settings = self.settings
        self._number = self.runner.start(run_name(settings), settings, paused=paused)
        self._busy = Run(settings, _begun(settings))
        self._follows = True
        if isinstance(settings, TrainingSettings):
            self._show(self._busy.view)
        self._set_activity(Activity.PAUSED if paused else Activity.RUNNING)

    def pause(self) -> None:
        """Pause after the frame in hand."""
        self.runner.pause()

    def step(self, steps: int | None) -> None:
        """Take that many gradient steps, then pause; starts a run where none goes on."""
        if self._activity is Activity.IDLE:
            self.start(paused=True)
        self.runner.step(steps)

    def change(self, setting: str, value: float | str | tuple[float, ...]) -> None:
        """Change a setting of the run from its next step on."""
        self.runner.change(setting, value)

    def stop(self) -> None:
        """Stop the run; what it streamed is kept."""
        self.runner.stop()

    def reset(self) -> None:
        """Stop the run and go back to the start of the present settings."""
        self.runner.stop()
        self._busy = self._kept = None
        self._set_activity(Activity.IDLE)
        if isinstance(self.settings, TrainingSettings):
            self._show(RunView("", self.settings, CurveSet()))
        else:
            self.use(self.settings)

    def steps_per_epoch(self) -> int | None:
        """Gradient steps in an epoch of the run under way; None where that is not known."""
        run = self._busy
        if run is None or run.progress is None or not isinstance(run.settings, TrainingSettings):
            return None
        if run.settings.optimiser.steps:
            counters = dict(run.progress.counters)
            epoch = counters.get("epoch")
            return round(counters["step"] / epoch) if epoch else None
        longest = run.progress.longest or run.progress.total_steps
        return longest // run.settings.optimiser.epochs

    @Slot()
    def _drain(self) -> None:
        grown = False
        for update in self.runner.drain():
            grown = self._take(update) or grown
        if grown:
            self.grown.emit()

    def _take(self, update: Update) -> bool:
        """Note one piece of news; returns whether the curves shown have grown."""
        match update:
            case WorkerReady():
                self.ready.emit()
            case StoreProblem():
                self.problem.emit(update.text, "")
            case Started():
                self.refresh_history()
        run = self._busy
        if isinstance(update, WorkerReady | StoreProblem) or run is None:
            return False
        if update.run != self._number:
            return False
        match update:
            case Started():
                run.view = replace(run.view, name=update.name)
                run.row_id = update.row.id if update.row is not None else None
            case Streamed():
                return self._stream(run, update)
            case Paused():
                self._set_activity(Activity.PAUSED)
            case Resumed():
                self._set_activity(Activity.RUNNING)
            case Ended():
                self._end(run, update)
        return False

    def _stream(self, run: Run, update: Streamed) -> bool:
        frame = update.frame
        run.view = run.view.extended(frame)
        if frame.changes:
            run.settings = run.view.settings
        if frame.events:
            self.happened.emit(frame.events)
        if frame.progress is not None:
            if run.progress is None:
                run.view = replace(run.view, end=_end_of_x(run.settings, frame.progress))
            run.progress = frame.progress
            self.progress.emit(frame.progress)
        if not self._follows or not self._shows_more(run.view):
            return False
        if self.view is not run.view:
            self._show(run.view)
            return False
        return bool(frame.points or frame.ensembles or frame.cells or frame.measured)

    def _shows_more(self, view: RunView) -> bool:
        """Tell whether a run has more to show than what is shown instead of it."""
        if view.cells is None:
            return bool(len(view.curves))
        shown = self.view.cells
        if view is self.view or shown is None or not is_whole(shown):
            return bool(len(view.cells))
        return is_whole(view.cells) or not same_map(self.view.settings, view.settings)

    def _end(self, run: Run, update: Ended) -> None:
        self._busy = None
        if self._follows or self._kept is None:
            self._kept = run
        self._follows = False
        self._loaded.clear()
        self._load_overlays()
        self.refresh_history()
        self._set_activity(Activity.IDLE)
        self.ended.emit(run.view.name, update.status, update.reason)
        if update.status is Status.FAILED:
            name = run.view.name or "The run"
            self.problem.emit(f"{name} failed: {update.reason}", update.details)

    def _set_activity(self, activity: Activity) -> None:
        if activity is not self._activity:
            self._activity = activity
            self.activity.emit(activity)

    # History

    def open_run(self, run_id: int) -> None:
        """Show a run of the history, and its settings; the one under way goes on growing."""
        busy = self._busy
        if busy is not None and busy.row_id == run_id:
            self._follows = True
            self.settings = busy.view.settings
            self._show(busy.view)
            return

        def done(view: RunView) -> None:
            self._kept = Run(view.settings, view, row_id=run_id)
            self._follows = False
            self.settings = view.settings
            self._show_run(self._kept, view.settings)

        self._with_history(load_run, run_id, done=done)

    def set_overlays(self, run_ids: tuple[int, ...]) -> None:
        """Lay these runs of the history over the one shown."""
        self._wanted_overlays = run_ids
        self._load_overlays()

    def refresh_history(self) -> None:
        """Read the rows of the history again."""

        def done(history: History) -> None:
            self.history.emit(history.rows)
            if history.notice:
                self.problem.emit(history.notice, "")

        self._with_history(list_runs, done=done)

    def rename_run(self, run_id: int, name: str) -> None:
        """Give a run another name."""
        self._loaded.pop(run_id, None)
        for run in (self._busy, self._kept):
            if run is not None and run.row_id == run_id:
                shown, run.view = run.view is self.view, replace(run.view, name=name)
                if shown:
                    self._show(run.view)
        self._with_history(rename_run, run_id, name, done=self._history_changed)

    def delete_runs(self, run_ids: tuple[int, ...]) -> None:
        """Delete runs from the history."""
        self._with_history(delete_runs, run_ids, done=self._history_changed)

    def _history_changed(self, _: None) -> None:
        self._load_overlays()
        self.refresh_history()

    def _load_overlays(self) -> None:
        for run in self._wanted_overlays:
            if run not in self._loaded:

                def done(view: RunView, run: int = run) -> None:
                    self._loaded[run] = view
                    self._tell_overlays()

                self._with_history(load_run, run, done=done)
        self._tell_overlays()

    def _tell_overlays(self) -> None:
        views = [self._loaded[run] for run in self._wanted_overlays if run in self._loaded]
        self.overlays.emit(tuple(view for view in views if view.name != self.view.name))

    def _with_history(
        self, job: Callable[..., Any], *arguments: object, done: Callable[[Any], None]
    ) -> None:
        self.background.in_thread(job, self.store_path, *arguments, done=done, failed=self.report)

    @Slot(object)
    def report(self, error: Exception) -> None:
        """Tell that a job failed."""
        self.problem.emit(*explain(error))


def run_name(settings: Settings) -> str:
    """Name a run after the preset or title that its settings come from."""
    preset = preset_of(settings)
    if preset is not None:
        return preset.name
    return re.sub(r"[^\w]+", "-", settings.about.title.casefold()).strip("-") or settings.kind


def _end_of_x(settings: Settings, progress: Progress) -> float:
    if isinstance(settings, DynamicsSettings):
        return settings.learning.duration
    return float(progress.longest or progress.total_steps)


def _begun(settings: Settings) -> RunView:
    """Show a run that has streamed nothing yet."""
    cells = CellMap(settings) if isinstance(settings, PhaseDiagramSettings) else None
    return RunView("", settings, CurveSet(), cells=cells)
