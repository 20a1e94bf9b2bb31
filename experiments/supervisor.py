"""The background thread that owns the worker process and writes the history."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import wait
from pathlib import Path
from threading import Event

from experiments.failure import explain
from experiments.process import WorkerProcess
from experiments.protocol import (
    Control,
    Finished,
    GoesOn,
    News,
    Ready,
    Reply,
    StandsStill,
    Start,
    Stop,
)
from experiments.recording import Recording
from experiments.settings import Settings, dump_toml
from experiments.store import Status, Store, StoreError
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

_STOP_SECONDS = 5.0
_CLOSE_SECONDS = 2.0
"""How long a run may take for its last point, before it is told again to stop."""
_AGAIN_SECONDS = 1.0
"""How long it may go on after that, before its process is ended."""
RUNS_PER_WORKER = 30
"""Runs after which a worker process is replaced by a fresh one."""
_NEVER_BEGAN = "It was stopped before it began."
_ENDED_TO_STOP = "It did not stop in time, so its worker process was ended."


@dataclass(slots=True)
class Launch:
    """A run that was asked for.

    Attributes
    ----------
    run
        Its number, which all of its updates carry.
    name, settings, paused
        As given to `Runner.start`.
    controls
        What was commanded before it could begin.
    """

    run: int
    name: str
    settings: Settings
    paused: bool
    controls: list[Control] = field(default_factory=list)


@dataclass(slots=True)
class _Active:
    """The run that goes on; with a deadline once it was told to stop, so many times."""

    run: int
    worker: WorkerProcess
    recording: Recording
    deadline: float | None = None
    stops: int = 0


class Supervisor:
    """Keeps worker processes ready and one run at a time going.

    There is one process for runs that need nothing special, and one for each warm-up. `post` and
    `close` may be called from any thread; all else happens in the thread that calls `serve`.

    Parameters
    ----------
    path
        File of the run history.
    run
        Import path ``module:function`` of what runs settings.
    warm_ups
        Import path of what a worker calls before it is ready, for the kinds that need it.
    tell
        Takes updates; called in the thread of `serve`.
    """

    def __init__(
        self,
        path: Path,
        *,
        run: str,
        warm_ups: Mapping[str, str],
        tell: Callable[[Update], None],
    ) -> None:
        self._path = path
        self._run_path = run
        self._warm_ups = warm_ups
        self._tell = tell
        self._inbox: deque[Launch | Control] = deque()
        self._awake, self._waker = Pipe(duplex=False)
        self._woken = Event()
        self._closing = False
        self._workers: dict[str | None, WorkerProcess] = {}
        self._active: _Active | None = None
        self._next: Launch | None = None
        self._store: Store | None = None

    def post(self, item: Launch | Control) -> None:
        """Ask for something; returns at once."""
        if not self._closing:
            self._inbox.append(item)
            self._wake()

    def close(self) -> None:
        """Ask to stop everything; returns at once."""
        if not self._closing:
            self._closing = True
            self._wake()

    def serve(self) -> None:
        """Work until `close` is called."""
        try:
            self._spawn(None)
            while not self._closing:
                try:
                    self._turn()
                except Exception as error:  # whatever it is, the run must end and the user know
                    self._give_up(error)
            self._take_all()
            self._drop_next(Status.STOPPED, _NEVER_BEGAN)
            self._stop_active(_CLOSE_SECONDS)
            while self._active is not None:
                self._turn()
        finally:
            self._closing = True
            for worker in self._workers.values():
                worker.kill()
                worker.end()
            if self._store is not None:
                self._store.close()
            self._awake.close()
            self._waker.close()

    def _wake(self) -> None:
        if not self._woken.is_set():
            self._woken.set()
            self._waker.send_bytes(b"!")

    def _turn(self) -> None:
        """Wait for the next thing to do, and do it."""
        workers = tuple(self._workers.values())
        ready = wait([self._awake, *(w.replies for w in workers)], self._seconds_left())
        if self._awake in ready:
            self._awake.recv_bytes()
            self._woken.clear()
            self._take_all()
        for worker in workers:
            if worker.replies in ready:
                self._listen(worker)
        if self._active is not None:
            self._active.recording.write_if_due()
            if self._active.deadline is not None and time.monotonic() >= self._active.deadline:
                self._press(self._active)

    def _seconds_left(self) -> float | None:
        if self._active is None:
            return None
        moments = (self._active.recording.due, self._active.deadline)
        earliest = min((moment for moment in moments if moment is not None), default=None)
        return None if earliest is None else max(0.0, earliest - time.monotonic())

    def _take_all(self) -> None:
        while self._inbox:
            match self._inbox.popleft():
                case Launch() as launch:
                    self._drop_next(Status.STOPPED, _NEVER_BEGAN)
                    self._stop_active(_STOP_SECONDS)
                    self._next = launch
                    self._advance()
                case Stop() if self._next is not None:
                    self._drop_next(Status.STOPPED, _NEVER_BEGAN)
                case Stop():
                    self._stop_active(_STOP_SECONDS)
                case control if self._next is not None:
                    self._next.controls.append(control)
                case control if self._active is not None:
                    self._active.worker.send(control)

    def _drop_next(self, status: Status, reason: str, details: str = "") -> None:
        if self._next is not None:
            launch, self._next = self._next, None
            self._tell(Ended(launch.run, status, reason, details, None))

    def _stop_active(self, patience: float) -> None:
        if self._active is not None:
            self._active.worker.send(Stop())
            self._active.deadline = time.monotonic() + patience
            self._active.stops += 1

    def _press(self, active: _Active) -> None:
        """Tell a run again to stop, now without a last point; then end its process."""
        if active.stops == 1:
            self._stop_active(_AGAIN_SECONDS)
        else:
            active.deadline = time.monotonic() + _AGAIN_SECONDS
            active.worker.kill()

    def _key(self, launch: Launch) -> str | None:
        """Tell which worker a run needs, by its warm-up."""
        return self._warm_ups.get(launch.settings.kind)

    def _advance(self) -> None:
        """Begin the next run if it is its turn and its worker is ready."""
        if self._next is None or self._active is not None:
            return
        key = self._key(self._next)
        if key not in self._workers:
            self._spawn(key)
        worker = self._workers.get(key)
        if worker is None or not worker.ready:
            return
        launch, self._next = self._next, None
        worker.send(Start(dump_toml(launch.settings), launch.paused))
        for control in launch.controls:
            worker.send(control)
        recording = Recording(
            store=self._open_store(),
            name=launch.name,
            settings=launch.settings,
            report=lambda text: self._tell(StoreProblem(text)),
        )
        self._active = _Active(launch.run, worker, recording)
        row = recording.row
        self._tell(Started(launch.run, launch.name if row is None else row.name, row))

    def _listen(self, worker: WorkerProcess) -> None:
        try:
            reply = worker.replies.recv()
        except (EOFError, OSError):
            self._worker_ended(worker)
            return
        if isinstance(reply, Ready):
            self._worker_ready(worker)
        elif self._active is not None:
            self._hear(reply, self._active)

    def _worker_ready(self, worker: WorkerProcess) -> None:
        worker.ready = True
        if worker.warm_up is None:
            self._tell(WorkerReady())
            for warm_up in set(self._warm_ups.values()) - set(self._workers):
                self._spawn(warm_up)
        self._advance()

    def _hear(self, reply: Reply, active: _Active) -> None:
        match reply:
            case News(frame):
                self._tell(Streamed(active.run, frame))
                active.recording.add(frame)
            case StandsStill():
                self._tell(Paused(active.run))
            case GoesOn():
                self._tell(Resumed(active.run))
            case Finished(status, reason, details):
                self._end(active, status, reason, details)
                self._retire(active.worker)
                self._advance()

    def _retire(self, worker: WorkerProcess) -> None:
        """Replace a worker that has done its share: every training leaves some memory behind."""
        worker.runs += 1
        if worker.runs >= RUNS_PER_WORKER:
            self._replace(worker)

    def _replace(self, worker: WorkerProcess) -> None:
        del self._workers[worker.warm_up]
        worker.kill()
        worker.end()
        self._spawn(worker.warm_up)

    def _give_up(self, error: Exception) -> None:
        """End the run under way after an error of our own, and its worker with it."""
        reason, details = explain(error)
        active = self._active
        if active is None:
            self._tell(StoreProblem(reason))
            return
        self._active = None
        with suppress(Exception):  # the history itself may be what failed
            active.recording.finish(Status.FAILED, reason)
        self._tell(Ended(active.run, Status.FAILED, reason, details, active.recording.row))
        self._replace(active.worker)
        self._advance()

    def _end(self, active: _Active, status: Status, reason: str, details: str) -> None:
        self._active = None
        active.recording.finish(status, reason)
        self._tell(Ended(active.run, status, reason, details, active.recording.row))

    def _worker_ended(self, worker: WorkerProcess) -> None:
        del self._workers[worker.warm_up]
        exit_code, last_words = worker.end()
        reason = f"The worker process ended unexpectedly (exit code {exit_code})."
        active = self._active
        if active is not None and active.worker is worker:
            if active.deadline is None:
                self._end(active, Status.FAILED, reason, last_words)
            else:
                self._end(active, Status.STOPPED, _ENDED_TO_STOP, last_words)
        if worker.ready:
            if not self._closing:
                self._spawn(worker.warm_up)
        elif self._next is not None and self._key(self._next) == worker.warm_up:
            self._drop_next(Status.FAILED, reason, last_words)
        self._advance()

    def _spawn(self, warm_up: str | None) -> None:
        try:
            self._workers[warm_up] = WorkerProcess(run=self._run_path, warm_up=warm_up)
        except OSError as error:
            reason = f"No worker process can be started: {error.strerror or error}."
            self._drop_next(Status.FAILED, reason)

    def _open_store(self) -> Store | None:
        if self._store is None:
            try:
                self._store = Store(self._path)
            except StoreError as error:
                self._tell(StoreProblem(f"This run is not saved: {error}."))
            else:
                if self._store.notice:
                    self._tell(StoreProblem(self._store.notice))
        return self._store
