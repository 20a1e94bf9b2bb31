"""Small jobs away from the event loop, their results brought back to it."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

Outcome = Callable[[Any], None]


class Background(QObject):
    """Runs functions in one thread or in one process of its own, in order.

    A job's `done` or `failed` is called in the window's thread. After `close` none is.
    """

    _finished = Signal(object, object, object)

    def __init__(self) -> None:
        super().__init__()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bias-lab-background")
        self._process: ProcessPoolExecutor | None = None
        self._closed = False
        self._finished.connect(self._deliver)

    def in_thread(
        self, job: Callable[..., Any], *arguments: object, done: Outcome, failed: Outcome
    ) -> None:
        """Run a short job that spends its time outside Python code, such as reading a file."""
        self._submit(self._thread, job, arguments, done, failed)

    def in_process(
        self, job: Callable[..., Any], *arguments: object, done: Outcome, failed: Outcome
    ) -> None:
        """Run a long job; the function and its arguments must be picklable."""
        if self._process is not None:
            try:
                self._submit(self._process, job, arguments, done, failed)
            except BrokenProcessPool:  # it died while it was idle
                self._process = None
        if self._process is None:
            self._process = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
            self._submit(self._process, job, arguments, done, failed)

    def close(self) -> None:
        """Drop what waits, and wait for what runs."""
        self._closed = True
        self._thread.shutdown(wait=True, cancel_futures=True)
        if self._process is not None:
            self._process.shutdown(wait=True, cancel_futures=True)

    def _submit(
        self,
        executor: Executor,
        job: Callable[..., Any],
        arguments: tuple[object, ...],
        done: Outcome,
        failed: Outcome,
    ) -> None:
        future = executor.submit(job, *arguments)

        def report(finished: Future[Any]) -> None:
            if not finished.cancelled():
                self._finished.emit(finished, done, failed)

        future.add_done_callback(report)

    @Slot(object, object, object)
    def _deliver(self, future: Future[Any], done: Outcome, failed: Outcome) -> None:
        if self._closed:
            return
        error = future.exception()
        if isinstance(error, BrokenProcessPool):
            self._process = None
        if error is None:
            done(future.result())
        else:
            failed(error)
