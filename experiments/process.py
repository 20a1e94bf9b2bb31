"""The worker process as its owner sees it."""

import multiprocessing
import os
import tempfile
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from experiments.protocol import Command, Reply
from experiments.worker import serve

_LAST_WORDS = 4000
_ENDING_SECONDS = 2.0


class WorkerProcess:
    """A spawned process that runs experiments, and the two pipes to it.

    Raises
    ------
    OSError
        When the system can start no process.

    Attributes
    ----------
    replies
        What the process says; receiving raises EOFError or OSError once it has ended.
    warm_up
        Import path of what it calls before it is ready, if any.
    ready
        Whether it has said that it is ready; kept by whoever listens.
    runs
        How many runs it has ended; kept by whoever listens.
    """

    def __init__(self, *, run: str, warm_up: str | None) -> None:
        context = multiprocessing.get_context("spawn")
        self.warm_up = warm_up
        self.ready = False
        self.runs = 0
        self._log = _empty_file()
        self.replies: Connection[Any, Reply]
        self.replies, their_replies = context.Pipe(duplex=False)
        their_commands, self._commands = context.Pipe(duplex=False)
        self._process = context.Process(
            target=serve,
            args=(their_commands, their_replies),
            kwargs={"run": run, "warm_up": warm_up, "log": self._log},
            name="bias-lab-worker",
            daemon=True,
        )
        try:
            self._process.start()
        except OSError:
            self._close_pipes()
            raise
        finally:
            their_commands.close()
            their_replies.close()

    @property
    def pid(self) -> int | None:
        """Id of the process."""
        return self._process.pid

    def send(self, command: Command) -> None:
        """Command something; lost if the process has ended, which `replies` tells."""
        with suppress(OSError):
            self._commands.send(command)

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def end(self) -> tuple[int | None, str]:
        """See the process end and clean up; returns its exit code and what it last printed."""
        self._close_pipes()
        self._process.join(_ENDING_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(_ENDING_SECONDS)
        exit_code = self._process.exitcode
        if exit_code is not None:
            self._process.close()
        return exit_code, self._last_words()

    def _close_pipes(self) -> None:
        self._commands.close()
        self.replies.close()

    def _last_words(self) -> str:
        if self._log is None:
            return ""
        try:
            words = self._log.read_bytes()[-_LAST_WORDS:].decode(errors="replace")
            self._log.unlink()
        except OSError:
            return ""
        return words


def _empty_file() -> Path | None:
    try:
        descriptor, path = tempfile.mkstemp(prefix="bias-lab-worker-", suffix=".log")
    except OSError:
        return None
    os.close(descriptor)
    return Path(path)
