"""Work in a thread or a process, for generators that must not be silent for long."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Generator
from concurrent.futures import Future, wait
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any, TypeVar

_PATIENCE = 0.03
_News = TypeVar("_News")
_Answer = TypeVar("_Answer")


def in_background(
    work: Callable[[], _Answer], waiting: _News
) -> Generator[_News, int | None, _Answer]:
    """Yield the same news every now and then while a thread works, and return its answer.

    What the work raises is raised here. When the generator is closed meanwhile, the thread goes on
    by itself, to no effect, and does not outlive the process.

    Parameters
    ----------
    work
        What the thread calls; it touches nothing that others use.
    waiting
        What is yielded about 30 times a second until it is done.
    """
    answer: Future[_Answer] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except Exception as error:
            answer.set_exception(error)

    Thread(target=run, daemon=True).start()
    while not wait((answer,), timeout=_PATIENCE).done:
        yield waiting
    return answer.result()


class ProcessEndedError(RuntimeError):
    """A process ended before it had an answer."""


def in_process(
    work: Callable[[], _Answer], waiting: _News
) -> Generator[_News, int | None, _Answer]:
    """Do as `in_background`, in a process of its own, for work that may take minutes.

    The process ends when the generator is closed, and as soon as the one that started it does.

    Parameters
    ----------
    work
        What the process calls; both it and its answer can be pickled.
    waiting
        What is yielded about 30 times a second until it is done.

    Raises
    ------
    ProcessEndedError
        When the process ends without an answer, as it may where memory is short.
    """
    context = multiprocessing.get_context("spawn")
    # A process that ends with its parent may have no children of its own, lest they stay behind;
    # this child does not.
    multiprocessing.current_process().daemon = False
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    try:
        process.start()
    finally:
        theirs.close()
    try:
        return (yield from in_background(partial(_asked, ours, work), waiting))
    finally:
        process.kill()
        process.join()
        process.close()


def _asked(connection: "Connection[Any, Any]", work: Callable[[], _Answer]) -> _Answer:
    try:
        connection.send(work)
        answer: _Answer = connection.recv()
    except (EOFError, OSError) as error:
        message = "the process that worked at it ended; perhaps memory is short"
        raise ProcessEndedError(message) from error
    if isinstance(answer, Exception):
        raise answer
    return answer


def _serve(connection: "Connection[Any, Any]") -> None:
    """Do the work that is sent, send what came of it, and stay until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    work = connection.recv()
    watch = Thread(target=_end_with, args=(connection,), daemon=True)
    watch.start()
    try:
        answer = work()
    except Exception as error:
        answer = error
    connection.send(answer)
    watch.join()


def _end_with(connection: "Connection[Any, Any]") -> None:
    with suppress(EOFError, OSError):
        connection.recv()
    os._exit(0)
