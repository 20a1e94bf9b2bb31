"""A process of its own for jobs of the window."""

from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from threading import Lock
from typing import Any

from experiments.priority import ANSWERING, stay_in_background
from models.background import ProcessEndedError


class JobProcess:
    """Runs functions in a process that may be killed at any moment.

    It starts with the first job, and anew with the next one when it has ended. Python's process
    pool would wait for ever for an answer of which a part was sent when its process was killed.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: SpawnProcess | None = None
        self._connection: Connection[Any, Any] | None = None
        self._closed = False

    def run(self, job: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401  (any job)
        """Run a job and wait for its answer; one thread may call it.

        What the job raises is raised here; function, arguments and answer must be picklable.

        Raises
        ------
        ProcessEndedError
            When the process ends without an answer.
        """
        connection = self._started()
        try:
            connection.send((job, arguments))
            succeeded, answer = connection.recv()
        except (EOFError, OSError) as error:
            message = "the process that worked at it ended; perhaps memory is short"
            raise ProcessEndedError(message) from error
        if succeeded:
            return answer
        raise answer

    def kill(self) -> None:
        """End the process, whatever it does; no job is run any more."""
        with self._lock:
            self._closed = True
            self._end()

    def _started(self) -> "Connection[Any, Any]":
        with self._lock:
            if self._closed:
                message = "the process was ended"
                raise ProcessEndedError(message)
            if self._process is None or not self._process.is_alive():
                self._end()
                context = get_context("spawn")
                self._connection, theirs = context.Pipe()
                self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
                self._process.start()
                theirs.close()  # so that its end is the end of the pipe
            assert self._connection is not None
            return self._connection

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()


def _serve(connection: "Connection[Any, Any]") -> None:
    """Answer one job after the other until the pipe closes."""
    stay_in_background(ANSWERING)
    with suppress(EOFError, OSError):
        while True:
            connection.send(_answer(*connection.recv()))


def _answer(job: Callable[..., Any], arguments: tuple[object, ...]) -> tuple[bool, Any]:
    try:
        return True, job(*arguments)
    except Exception as error:
        return False, error
