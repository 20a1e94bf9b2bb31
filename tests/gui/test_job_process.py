"""A process for jobs: what it answers, and that it can be killed at any moment."""

import os
import sys
import time
from collections.abc import Iterator
from threading import Thread

import psutil
import pytest

from gui.job_process import JobProcess
from models.background import ProcessEndedError


def missing() -> None:
    """Stand in for a job that finds no file."""
    message = "no such table"
    raise FileNotFoundError(message)


def many(count: int) -> bytes:
    """Stand in for a job with an answer that takes its time through a pipe."""
    return bytes(count)


@pytest.fixture
def process() -> Iterator[JobProcess]:
    made = JobProcess()
    yield made
    made.kill()


def test_jobs_are_answered_by_one_process(process: JobProcess) -> None:
    first = process.run(os.getpid)
    assert first != os.getpid()
    assert process.run(many, 10) == bytes(10)
    assert process.run(os.getpid) == first


def test_what_a_job_raises_is_raised_and_the_process_goes_on(process: JobProcess) -> None:
    before = process.run(os.getpid)
    with pytest.raises(FileNotFoundError, match="no such table"):
        process.run(missing)
    assert process.run(os.getpid) == before


@pytest.mark.skipif(sys.platform == "win32", reason="an ended process has no state there")
def test_an_idle_process_that_was_killed_is_replaced(process: JobProcess) -> None:
    before = psutil.Process(process.run(os.getpid))
    before.kill()
    while before.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    assert process.run(os.getpid) != before.pid


@pytest.mark.parametrize("after", [0.0, 0.01, 0.02, 0.04, 0.08])
def test_it_can_be_killed_while_an_answer_is_on_its_way(process: JobProcess, after: float) -> None:
    worker = psutil.Process(process.run(os.getpid))
    ended: list[Exception] = []

    def ask() -> None:
        try:
            while True:
                process.run(many, 30_000_000)
        except ProcessEndedError as error:
            ended.append(error)

    asking = Thread(target=ask, daemon=True)
    asking.start()
    time.sleep(after)
    process.kill()
    asking.join(10)
    assert len(ended) == 1
    assert not worker.is_running()
    with pytest.raises(ProcessEndedError):
        process.run(os.getpid)
