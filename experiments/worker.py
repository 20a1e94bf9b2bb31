"""The worker process: runs one experiment at a time and streams its frames."""

import faulthandler
import importlib
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import closing, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from experiments.failure import explain
from experiments.frames import Frame
from experiments.merging import merge
from experiments.pace import Pace
from experiments.priority import WORKING, stay_in_background
from experiments.protocol import (
    Change,
    Command,
    Finished,
    GoesOn,
    News,
    Pause,
    Ready,
    Reply,
    Resume,
    StandsStill,
    Start,
    Step,
    Stop,
)
from experiments.run import SteeredGenerator
from experiments.settings import TrainingSettings, parse_toml
from experiments.store.runs import Status

_BATCH_SECONDS = 0.033

_IDLE_SECONDS = 0.5
_AHEAD = ("experiments.dynamics", "experiments.phase_diagram", "scipy.integrate")
"""What a worker without a warm-up imports when nothing was commanded for a moment."""


def serve(
    commands: "Connection[Any, Command]",
    replies: "Connection[Reply, Any]",
    *,
    run: str,
    warm_up: str | None,
    log: Path | None,
) -> None:
    """Obey commands until their pipe closes, then end the process; entry of the worker process.

    Parameters
    ----------
    commands, replies
        Ends of two one-way pipes.
    run, warm_up
        Import paths ``module:function``: what runs settings, and what is called before the worker
        says that it is ready.
    log
        File that takes whatever is printed; None drops it.
    """
    stay_in_background(WORKING)
    _print_to(log)
    worker = _Worker(replies, run)
    listener = threading.Thread(target=_listen, args=(commands, worker.commands, log), daemon=True)
    listener.start()
    worker.serve(warm_up)


def _print_to(log: Path | None) -> None:
    """Leave the terminal to the window."""
    file = os.open(log or os.devnull, os.O_WRONLY | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)
    faulthandler.enable(2)


def _listen(
    connection: "Connection[Any, Command]", commands: "SimpleQueue[Command]", log: Path | None
) -> None:
    """Queue commands; when the window is gone, end the process whatever it is doing."""
    with suppress(EOFError, OSError):
        while True:
            commands.put(connection.recv())
    if log is not None:
        with suppress(OSError):
            log.unlink()
    os._exit(0)


def _imported(path: str) -> Callable[..., Any]:
    module, _, name = path.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


class _StoppedError(Exception):
    """The run was told to stop."""


class _Worker:
    """Runs what is commanded, one run after the other, in the thread that calls `serve`."""

    def __init__(self, replies: "Connection[Reply, Any]", run: str) -> None:
        self.commands: SimpleQueue[Command] = SimpleQueue()
        self._replies = replies
        self._run_path = run
        self._pace = Pace(paused=False)
        self._is_steered = False
        self._is_stopping = False
        self._changes: deque[Change] = deque()
        self._told_still = False
        self._batch: list[Frame] = []
        self._sent = 0.0

    def serve(self, warm_up: str | None) -> None:
        if warm_up is not None:
            with suppress(Exception):  # a run that needs it will fail and say why
                _imported(warm_up)()
        self._send(Ready())
        command = self._first_command(None if warm_up else _IDLE_SECONDS)
        while True:
            if isinstance(command, Start):  # anything else was meant for a run that is over
                finished = self._run(command)
                self._flush()
                self._send(finished)
            command = self.commands.get()

    def _first_command(self, idle: float | None) -> Command:
        """Wait; after some idle seconds, import what most runs need meanwhile."""
        with suppress(Empty):
            return self.commands.get(timeout=idle)
        for name in _AHEAD:
            if self.commands.empty():
                importlib.import_module(name)
        return self.commands.get()

    def _run(self, start: Start) -> Finished:
        self._pace = Pace(paused=start.paused)
        self._changes.clear()
        self._is_stopping = False
        self._told_still = False
        self._sent = 0.0
        try:
            settings = parse_toml(start.settings)
            self._is_steered = isinstance(settings, TrainingSettings)
            self._stream(_imported(self._run_path)(settings))
        except _StoppedError:
            return Finished(Status.STOPPED)
        except Exception as error:
            return Finished(Status.FAILED, *explain(error))
        return Finished(Status.STOPPED if self._is_stopping else Status.DONE)

    def _stream(self, frames: SteeredGenerator) -> None:
        with closing(frames):
            self._obey()
            if self._is_stopping:
                return
            frame = next(frames, None)
            while frame is not None:
                self._take(frame)
                self._obey()
                try:
                    frame = frames.send(self._order())
                except StopIteration:
                    return

    def _order(self) -> int | Change | Stop | None:
        """Give what to send the run for its next frame."""
        if self._is_stopping:
            return Stop()
        return self._changes.popleft() if self._changes else self._pace.wanted

    def _take(self, frame: Frame) -> None:
        self._pace.took(frame)
        self._batch.append(frame)
        if time.monotonic() - self._sent >= _BATCH_SECONDS:
            self._flush()

    def _obey(self) -> None:
        """Obey what is queued; while the run is paused, wait for more."""
        while (self._pace.paused and not self._changes) or not self.commands.empty():
            if self.commands.empty():
                self._flush()
                self._send(StandsStill())
                self._told_still = True
            self._handle(self.commands.get())

    def _handle(self, command: Command) -> None:
        match command:
            case Stop() if self._is_steered and not self._is_stopping:
                self._is_stopping = True
                self._pace.resume()
            case Stop():
                raise _StoppedError
            case _ if self._is_stopping:
                pass  # what was commanded too late must not hold up the last point
            case Pause():
                self._pace.pause()
            case Resume():
                self._pace.resume()
                if self._told_still:
                    self._told_still = False
                    self._send(GoesOn())
            case Step(steps):
                self._pace.step(steps)
            case Change() if self._is_steered:
                self._changes.append(command)

    def _flush(self) -> None:
        if self._batch:
            self._send(News(merge(self._batch)))
            self._batch.clear()
            self._sent = time.monotonic()

    def _send(self, reply: Reply) -> None:
        """Send; it waits while the reader is slow, which holds the run and keeps memory flat."""
        with suppress(OSError):  # the window is gone: the listener ends the process
            self._replies.send(reply)
