"""What the window works on: settings, the run shown, and the runner; no widgets."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from experiments.catalogue import presets
from experiments.curves import CurveSet
from experiments.figures import RunView
from experiments.frames import Event, Progress
from experiments.settings import DynamicsSettings, Settings, settings_hash
from experiments.store import RunRow, Status, Store
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
from gui.background import Background
from gui.transport import Activity

if TYPE_CHECKING:
    from experiments.dynamics import Theory
    from experiments.runner import Runner

_DRAIN_MS = 33


@dataclass(slots=True)
class _LiveRun:
    """The run that the worker is busy with, or the last one it finished."""

    number: int
    settings: Settings
    view: RunView
    progress: Progress | None = None
    ended: bool = False


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
        Another set of curves is to be drawn: a `RunView`.
    grown
        The curves shown have more points; at most 30 times a second.
    activity
        Whether a run goes on, stands still or is over.
    progress
        How far the run is.
    ended
        A run is over: its name, its `Status` and one sentence, which may be empty.
    problem
        Something went wrong: a sentence, and details.
    history
        The rows of the history, newest first.
    overlays
        The runs to be laid over the one shown.
    ready
        Whether a worker process waits for a run.
    """

    shown = Signal(object)
    grown = Signal()
    activity = Signal(object)
    progress = Signal(object)
    ended = Signal(str, object, str)
    problem = Signal(str, str)
    history = Signal(object)
    overlays = Signal(object)
    ready = Signal(bool)

    def __init__(
        self, start_runner: Callable[[], "Runner"], store_path: Path, settings: Settings
    ) -> None:
        super().__init__()
        self._start_runner = start_runner
        self.store_path = store_path
        self.settings = settings
        self.view = RunView("", settings, CurveSet())
        self.background = Background()
        self._live: _LiveRun | None = None
        self._activity = Activity.IDLE
        self._previews = 0
        self._theory: ModuleType | None = None
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
        """Stop what runs and end the worker."""
        self._timer.stop()
        self.background.close()
        if "runner" in self.__dict__:
            self.runner.close()

    def use(self, settings: Settings) -> None:
        """Work with these settings from now on; theory follows at once."""
        self.settings = settings
        live = self._live
        if live is not None and _same_numbers(live.settings, settings):
            self._show(live.view)
        elif isinstance(settings, DynamicsSettings):
            self._preview(settings)
        elif live is None or live.settings.kind != settings.kind:
            self._show(RunView("", settings, CurveSet()))

    def start(self, *, paused: bool = False) -> None:
        """Start a run of the present settings, or go on with the one that is paused."""
        if self._activity is Activity.PAUSED and not paused:
            self.runner.resume()
            return
        number = self.runner.start(run_name(self.settings), self.settings, paused=paused)
        view = RunView("", self.settings, CurveSet())
        self._live = _LiveRun(number, self.settings, view)
        if not isinstance(self.settings, DynamicsSettings):
            self._show(view)
        self._set_activity(Activity.PAUSED if paused else Activity.RUNNING)

    def pause(self) -> None:
        """Pause after the frame in hand."""
        self.runner.pause()

    def step(self, steps: int | None) -> None:
        """Take that many gradient steps, then pause; starts a run where none goes on."""
        if self._activity is Activity.IDLE:
            self.start(paused=True)
        self.runner.step(steps)

    def stop(self) -> None:
        """Stop the run; what it streamed is kept."""
        self.runner.stop()

    def reset(self) -> None:
        """Stop the run and go back to the start of the present settings."""
        self.runner.stop()
        self._live = None
        self._set_activity(Activity.IDLE)
        if isinstance(self.settings, DynamicsSettings):
            self._preview(self.settings)
        else:
            self._show(RunView("", self.settings, CurveSet()))

    def steps_per_epoch(self) -> int | None:
        """Gradient steps in an epoch of the live training run, once it is known."""
        live = self._live
        if live is None or live.progress is None:
            return None
        epochs = getattr(getattr(live.settings, "optimiser", None), "epochs", 0)
        return live.progress.total_steps // epochs if epochs else None

    def open_run(self, run_id: int) -> None:
        """Show a run of the history, and its settings."""

        def done(view: RunView) -> None:
            self._live = _LiveRun(-1, view.settings, view, ended=True)
            self.settings = view.settings
            self._show(view)

        self.background.in_thread(load_run, self.store_path, run_id, done=done, failed=self.report)

    def set_overlays(self, run_ids: tuple[int, ...]) -> None:
        """Lay these runs of the history over the one shown."""
        self._wanted_overlays = run_ids
        self._loaded = {run: self._loaded[run] for run in run_ids if run in self._loaded}
        for run in run_ids:
            if run not in self._loaded:
                self._load_overlay(run)
        self._tell_overlays()

    def refresh_history(self) -> None:
        """Read the rows of the history again."""
        self.background.in_thread(
            list_runs, self.store_path, done=self.history.emit, failed=self.report
        )

    def rename_run(self, run_id: int, name: str) -> None:
        """Give a run another name."""
        self._change_history(rename_run, run_id, name)

    def delete_runs(self, run_ids: tuple[int, ...]) -> None:
        """Delete runs from the history."""
        self._change_history(delete_runs, run_ids)

    def _change_history(self, job: object, *arguments: object) -> None:
        assert callable(job)

        def done(_: object) -> None:
            self.refresh_history()

        self.background.in_thread(job, self.store_path, *arguments, done=done, failed=self.report)

    def _load_overlay(self, run: int) -> None:
        def done(view: RunView) -> None:
            self._loaded[run] = view
            self._tell_overlays()

        self.background.in_thread(load_run, self.store_path, run, done=done, failed=self.report)

    def _tell_overlays(self) -> None:
        views = [self._loaded[run] for run in self._wanted_overlays if run in self._loaded]
        self.overlays.emit(tuple(views))

    def _preview(self, settings: DynamicsSettings) -> None:
        """Show the exact curves: a formula at once, all else once a thread has worked it out."""
        self._previews += 1
        if self._theory is not None and self._theory.has_closed_form(settings):
            self._show_theory(settings, self._theory.theory(settings))
            return
        number = self._previews

        def compute() -> "Theory | None":
            from experiments import dynamics

            self._theory = dynamics
            return dynamics.theory(settings) if number == self._previews else None

        def done(exact: "Theory | None") -> None:
            if exact is not None and number == self._previews:
                self._show_theory(settings, exact)

        self.background.in_thread(compute, done=done, failed=self.report)

    def _show_theory(self, settings: DynamicsSettings, exact: "Theory") -> None:
        end = settings.learning.duration
        self._show(RunView("", settings, CurveSet(exact.points), exact.events, end))

    def _show(self, view: RunView) -> None:
        self.view = view
        self.shown.emit(view)

    @Slot()
    def _drain(self) -> None:
        grown = False
        for update in self.runner.drain():
            grown = self._take(update) or grown
        if grown:
            self.grown.emit()

    def _take(self, update: Update) -> bool:
        """Note one piece of news; returns whether the curves shown have grown."""
        live = self._live
        match update:
            case WorkerReady():
                self.ready.emit(True)
            case StoreProblem():
                self.problem.emit(update.text, "")
            case Started():
                self.refresh_history()
                if live is not None and live.number == update.run:
                    live.view = replace(live.view, name=update.name)
            case Streamed() if live is not None and live.number == update.run:
                return self._stream(live, update)
            case Paused() if live is not None and live.number == update.run:
                self._set_activity(Activity.PAUSED)
            case Resumed() if live is not None and live.number == update.run:
                self._set_activity(Activity.RUNNING)
            case Ended():
                self._end(update)
            case _:
                pass
        return False

    def _stream(self, live: _LiveRun, update: Streamed) -> bool:
        frame = update.frame
        first = not len(live.view.curves) and bool(frame.points)
        live.view.curves.extend(frame.points)
        if frame.events:
            live.view = replace(live.view, events=(*live.view.events, *frame.events))
        if frame.progress is not None:
            if live.progress is None:
                live.view = replace(live.view, end=_end_of_x(live.settings, frame.progress))
            live.progress = frame.progress
            self.progress.emit(frame.progress)
        if not _same_numbers(live.settings, self.settings) and live.settings.kind == "dynamics":
            return False
        if first or self.view is not live.view:
            if len(live.view.curves):
                self._show(live.view)
            return False
        return bool(frame.points)

    def _end(self, update: Ended) -> None:
        self.refresh_history()
        live = self._live
        if live is None or live.number != update.run:
            return
        live.ended = True
        self._set_activity(Activity.IDLE)
        self.ended.emit(live.view.name, update.status, update.reason)
        if update.status is Status.FAILED:
            self.problem.emit(
                f"{live.view.name or 'The run'} failed: {update.reason}", update.details
            )

    def _set_activity(self, activity: Activity) -> None:
        if activity is not self._activity:
            self._activity = activity
            self.activity.emit(activity)

    def report(self, error: Exception) -> None:
        """Tell that a job failed."""
        self.problem.emit(str(error), repr(error))


def _end_of_x(settings: Settings, progress: Progress) -> float:
    if isinstance(settings, DynamicsSettings):
        return settings.learning.duration
    return float(progress.total_steps)


def run_name(settings: Settings) -> str:
    """Name a run after the preset or title that its settings come from."""
    title = settings.about.title
    for preset in presets():
        if preset.title == title:
            return preset.name
    return re.sub(r"[^\w]+", "-", title.casefold()).strip("-") or settings.kind


def load_run(store_path: Path, run_id: int) -> RunView:
    """Read a run from the history."""
    with Store(store_path) as store:
        row = store.row(run_id)
        curves = store.curves(run_id)
        events: tuple[Event, ...] = store.events(run_id)
        return RunView(row.name, store.settings(run_id), curves, events)


def list_runs(store_path: Path) -> tuple[RunRow, ...]:
    """Read the rows of the history, newest first."""
    with Store(store_path) as store:
        return store.runs()


def rename_run(store_path: Path, run_id: int, name: str) -> None:
    """Rename a run of the history."""
    with Store(store_path) as store:
        store.rename(run_id, name)


def delete_runs(store_path: Path, run_ids: tuple[int, ...]) -> None:
    """Delete runs from the history."""
    with Store(store_path) as store:
        for run_id in run_ids:
            store.delete(run_id)


def _same_numbers(first: Settings, second: Settings) -> bool:
    return first == second or settings_hash(first) == settings_hash(second)
