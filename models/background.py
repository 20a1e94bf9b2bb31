"""Work in a thread, for generators that must not be silent for long."""

from collections.abc import Callable, Generator
from concurrent.futures import Future, wait
from threading import Thread
from typing import TypeVar

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
