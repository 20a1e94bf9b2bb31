"""Long jobs in a process of their own, one at a time; the latest wish wins."""

from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import Any

from gui.background import Background, Outcome


class LatestJob:
    """Does what was asked for last.

    A wish replaces the one that still waits, and what comes of the one under way is dropped.
    """

    def __init__(self) -> None:
        self._background: Background | None = None
        self._ending: list[tuple[Background, Thread]] = []
        self._busy = False
        self._wish = 0
        self._waiting: Callable[[], None] | None = None

    def prepare(self, job: Callable[[], object]) -> None:
        """Start the process ahead, by a job that makes it ready, unless there is one."""
        if self._background is None:
            self.request(job, done=_forget, failed=_forget)

    def request(
        self, job: Callable[..., Any], *arguments: object, done: Outcome, failed: Outcome
    ) -> None:
        """Run a job; the function and its arguments must be picklable."""
        if self._background is None:
            self._background = Background()
        self._wish += 1
        deliver = partial(self._deliver, self._background, self._wish)
        self._waiting = partial(
            self._background.in_process,
            job,
            *arguments,
            done=partial(deliver, done),
            failed=partial(deliver, failed),
        )
        self._start_next()

    def cancel(self) -> None:
        """Forget what was asked for."""
        self._wish += 1
        self._waiting = None

    def stop(self) -> None:
        """Forget what was asked for and end the process, whatever it does, without waiting."""
        self.cancel()
        self._busy = False
        self._ending = [(ended, thread) for ended, thread in self._ending if thread.is_alive()]
        if self._background is not None:
            thread = Thread(target=self._background.kill, name="bias-lab-end")
            thread.start()
            self._ending.append((self._background, thread))
            self._background = None

    def close(self) -> None:
        """Stop, and wait until the process has ended."""
        self.stop()
        for _, thread in self._ending:
            thread.join()

    def _deliver(self, background: Background, wish: int, tell: Outcome, result: object) -> None:
        if background is not self._background:
            return
        self._busy = False
        self._start_next()
        if wish == self._wish:
            tell(result)

    def _start_next(self) -> None:
        if not self._busy and self._waiting is not None:
            start, self._waiting = self._waiting, None
            self._busy = True
            start()


def _forget(_: object) -> None:
    """Leave a result alone."""
