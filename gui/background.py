"""Small jobs away from the event loop, their results brought back to it."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from gui.job_process import JobProcess
from models.background import ProcessEndedError

Outcome = Callable[[Any], None]


class Background(QObject):
    """Runs functions in one thread or in one process of its own, in order.

    A job's `done` or `failed` is called in the window's thread. After `close` none is.

    Attributes
    ----------
    ready
        Whether `elsewhere` is the process.
    """

    _finished = Signal(object, object, object)

    def __init__(self) -> None:
        super().__init__()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="bias-lab-background")
        self._process = JobProcess()
        self._asking = ThreadPoolExecutor(1, thread_name_prefix="bias-lab-asking")
        self._prepared = False
        self.ready = False
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
        self._submit(self._asking, self._process.run, (job, *arguments), done, failed)

    def elsewhere(
        self, job: Callable[..., Any], *arguments: object, done: Outcome, failed: Outcome
    ) -> None:
        """Run one of many similar jobs, in a process as soon as it is ready for them.

        A thread shares the window's time, but is there at once: it does the first jobs, and those
        that a process was killed at. A process gets ready by a job that the thread has done.
        """

        def prepare(result: object) -> None:
            done(result)
            if not self._prepared:
                self._prepared = True
                self.in_process(job, *arguments, done=self._get_ready, failed=self._get_ready)

        def fail(error: Exception) -> None:
            if isinstance(error, ProcessEndedError):
                self._prepared = self.ready = False
                self.in_thread(job, *arguments, done=prepare, failed=failed)
            else:
                failed(error)

        if self.ready:
            self.in_process(job, *arguments, done=done, failed=fail)
        else:
            self.in_thread(job, *arguments, done=prepare, failed=failed)

    def close(self) -> None:
        """Drop what waits, and wait for what runs."""
        self._closed = True
        for executor in (self._thread, self._asking):
            executor.shutdown(wait=True, cancel_futures=True)
        self._process.kill()

    def kill(self) -> None:
        """Close, without waiting for the process, whatever it does."""
        self._closed = True
        self._asking.shutdown(wait=False, cancel_futures=True)
        self._process.kill()
        self.close()

    def _get_ready(self, outcome: object) -> None:
        self.ready = not isinstance(outcome, ProcessEndedError)

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
        if error is None:
            done(future.result())
        else:
            failed(error)
