"""The background thread that owns the worker process and writes the history."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from threading import Event
from typing import Any

from experiments.process import WorkerProcess
from experiments.protocol import (
    Began,
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


@dataclass(slots=True)
class Launch:
    """A run that was asked for; `stopping` once it was told to stop."""

    run: int
    name: str
    settings: Settings
    paused: bool
    stopping: bool = False


class Supervisor:
    """Keeps one worker process alive and one run at a time going.

    `post` and `close` may be called from any thread; everything else happens in the thread that
    calls `serve`. The first of the launches is the one that runs.

    Parameters
    ----------
    path
        File of the run history.
    run, warm_up
        Import paths for the worker process.
    tell
        Takes updates; called in the thread of `serve`.
    """

    def __init__(
        self, path: Path, *, run: str, warm_up: str, tell: Callable[[Update], None]
    ) -> None:
        self._path = path
        self._run_path = run
        self._warm_up = warm_up
        self._tell = tell
        self._inbox: deque[Launch | Control] = deque()
        self._awake, self._waker = Pipe(duplex=False)
        self._woken = Event()
        self._closing = False
        self._worker: WorkerProcess | None = None
        self._launches: deque[Launch] = deque()
        self._patience = _STOP_SECONDS
        self._deadline: float | None = None
        self._store: Store | None = None
        self._recording: Recording | None = None

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
        self._spawn(warm=True)
        while not self._closing:
            self._turn()
        self._patience = _CLOSE_SECONDS
        self._take_all()
        self._stop_last()
        self._set_deadline()
        while self._launches:
            self._turn()
        if self._worker is not None:
            self._worker.end()
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
        sources: list[Connection[Any, Any]] = [self._awake]
        if self._worker is not None:
            sources.append(self._worker.replies)
        ready = wait(sources, self._seconds_left())
        if self._awake in ready:
            self._awake.recv_bytes()
            self._woken.clear()
            self._take_all()
        if self._worker is not None and self._worker.replies in ready:
            try:
                reply = self._worker.replies.recv()
            except (EOFError, OSError):
                self._worker_ended(self._worker)
            else:
                self._hear(reply)
        if self._recording is not None and self._recording.seconds_left == 0.0:
            self._recording.write()
        if self._deadline is not None and time.monotonic() >= self._deadline:
            self._deadline = None
            if self._worker is not None:
                self._worker.kill()

    def _seconds_left(self) -> float | None:
        left = [] if self._deadline is None else [max(0.0, self._deadline - time.monotonic())]
        if self._recording is not None and self._recording.seconds_left is not None:
            left.append(self._recording.seconds_left)
        return min(left, default=None)

    def _take_all(self) -> None:
        while self._inbox:
            match self._inbox.popleft():
                case Launch() as launch:
                    self._stop_last()
                    self._launches.append(launch)
                    if self._worker is None:
                        self._spawn(warm=True)
                    self._command_start()
                case Stop():
                    self._stop_last()
                case control:
                    if self._worker is not None and self._launches:
                        self._worker.send(control)

    def _command_start(self) -> None:
        """Command the newest launch; the worker begins it when the one before has ended."""
        if self._worker is not None and self._launches:
            launch = self._launches[-1]
            self._worker.send(Start(dump_toml(launch.settings), launch.paused))

    def _stop_last(self) -> None:
        if self._worker is not None and self._launches and not self._launches[-1].stopping:
            self._launches[-1].stopping = True
            self._worker.send(Stop())
            if len(self._launches) == 1:
                self._set_deadline()

    def _set_deadline(self) -> None:
        stopping = bool(self._launches) and self._launches[0].stopping
        self._deadline = time.monotonic() + self._patience if stopping else None

    def _hear(self, reply: Reply) -> None:
        if isinstance(reply, Ready):
            self._tell(WorkerReady())
            return
        launch = self._launches[0]
        match reply:
            case Began():
                self._recording = Recording(
                    store=self._open_store(),
                    name=launch.name,
                    settings=launch.settings,
                    report=lambda text: self._tell(StoreProblem(text)),
                )
                row = self._recording.row
                self._tell(Started(launch.run, launch.name if row is None else row.name, row))
            case News(frame):
                self._tell(Streamed(launch.run, frame))
                if self._recording is not None:
                    self._recording.add(frame)
            case StandsStill():
                self._tell(Paused(launch.run))
            case GoesOn():
                self._tell(Resumed(launch.run))
            case Finished(status, reason, details):
                self._end(status, reason, details)

    def _end(self, status: Status, reason: str, details: str = "") -> None:
        """End the run whose turn it is."""
        launch = self._launches.popleft()
        self._set_deadline()
        row = None
        if self._recording is not None:
            self._recording.finish(status, reason)
            row = self._recording.row
            self._recording = None
        self._tell(Ended(launch.run, status, reason, details, row))

    def _worker_ended(self, worker: WorkerProcess) -> None:
        self._worker = None
        exit_code, last_words = worker.end()
        was_running = bool(self._launches)
        if was_running and self._launches[0].stopping:
            self._end(Status.STOPPED, "Its worker process was ended to stop it.", last_words)
        elif was_running:
            reason = f"The worker process ended unexpectedly (exit code {exit_code})."
            self._end(Status.FAILED, reason, last_words)
        while self._launches and (self._closing or self._launches[0].stopping):
            self._end(Status.STOPPED, "")
        if self._closing:
            return
        # A worker that died of its warm-up is followed by one that does not warm up.
        if was_running or worker.warm:
            self._spawn(warm=was_running)
            self._command_start()

    def _spawn(self, *, warm: bool) -> None:
        try:
            self._worker = WorkerProcess(
                run=self._run_path, warm_up=self._warm_up if warm else None
            )
        except OSError as error:
            reason = f"No worker process can be started: {error.strerror or error}."
            while self._launches:
                self._end(Status.FAILED, reason)

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
