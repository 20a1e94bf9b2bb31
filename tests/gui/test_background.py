"""Jobs of the window in a thread and in a process: where they run, and what survives."""

import os
import signal
import time
from collections.abc import Iterator

import psutil
import pytest
from pytestqt.qtbot import QtBot

from gui.background import Background


def place(seconds: float = 0.0) -> int:
    """Stand in for a job: tell in which process it runs."""
    time.sleep(seconds)
    return os.getpid()


def interrupted() -> int:
    """Stand in for a job during which the user presses Ctrl+C in the terminal."""
    signal.raise_signal(signal.SIGINT)
    return os.getpid()


class Asked:
    """Asks a background for jobs and waits for what they say."""

    def __init__(self, qtbot: QtBot) -> None:
        self.background = Background()
        self._qtbot = qtbot

    def elsewhere(self, seconds: float = 0.0) -> int:
        found: list[int] = []
        self.background.elsewhere(place, seconds, done=found.append, failed=self._fail)
        self._qtbot.waitUntil(lambda: bool(found), timeout=90_000)
        return found[0]

    def until_ready(self) -> int:
        """Ask until a process answers; returns its id."""
        here = os.getpid()
        self._qtbot.waitUntil(lambda: self.elsewhere() != here, timeout=90_000)
        return self.elsewhere()

    def _fail(self, error: Exception) -> None:
        raise error


@pytest.fixture
def asked(qtbot: QtBot) -> Iterator[Asked]:
    made = Asked(qtbot)
    yield made
    made.background.kill()


def test_a_thread_does_the_first_job_and_a_process_the_later_ones(asked: Asked) -> None:
    assert asked.elsewhere() == os.getpid()
    process = asked.until_ready()
    assert process != os.getpid()
    assert asked.elsewhere() == process


def test_jobs_go_on_when_the_idle_process_was_killed(asked: Asked) -> None:
    process = asked.until_ready()
    psutil.Process(process).kill()
    assert asked.elsewhere() != process
    assert asked.until_ready() != process


def test_a_job_that_the_process_was_killed_at_is_done_by_the_thread(
    asked: Asked, qtbot: QtBot
) -> None:
    process = asked.until_ready()
    found: list[int] = []
    asked.background.elsewhere(place, 1.0, done=found.append, failed=asked._fail)
    psutil.Process(process).kill()
    qtbot.waitUntil(lambda: bool(found), timeout=90_000)
    assert found == [os.getpid()]
    assert asked.until_ready() not in {process, os.getpid()}


@pytest.mark.parametrize("busy", [False, True])
def test_a_process_that_hangs_does_not_hold_the_end(asked: Asked, *, busy: bool) -> None:
    process = psutil.Process(asked.until_ready())
    found: list[int] = []
    if busy:
        asked.background.elsewhere(place, 60.0, done=found.append, failed=asked._fail)
    process.suspend()
    began = time.perf_counter()
    asked.background.kill()
    assert time.perf_counter() - began < 2
    assert not process.is_running()
    assert not found


def test_an_interrupt_in_the_terminal_leaves_the_process_alone(asked: Asked, qtbot: QtBot) -> None:
    process = asked.until_ready()
    found: list[int] = []
    asked.background.in_process(interrupted, done=found.append, failed=asked._fail)
    qtbot.waitUntil(lambda: bool(found), timeout=90_000)
    assert found == [process]
