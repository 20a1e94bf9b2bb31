"""Tests of `models.background`."""

import multiprocessing
import os
import time
from collections.abc import Callable, Generator
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from threading import Event

import numpy as np
import psutil
import pytest

from models.background import ProcessEndedError, in_background, in_process


def test_it_yields_while_it_waits_and_returns_the_answer() -> None:
    go = Event()

    def work() -> int:
        go.wait(20)
        return 7

    answers = []

    def asking() -> Generator[str, int | None, None]:
        answers.append((yield from in_background(work, "wait")))

    waiting = asking()
    assert [next(waiting) for _ in range(3)] == ["wait"] * 3
    assert not answers
    go.set()
    assert set(waiting) <= {"wait"}
    assert answers == [7]


def test_what_the_work_raises_is_raised() -> None:
    def work() -> int:
        raise ValueError("no such row")

    with pytest.raises(ValueError, match="no such row"):
        list(in_background(work, "wait"))


def test_it_can_be_closed_while_the_work_goes_on() -> None:
    go = Event()
    waiting = in_background(lambda: go.wait(20), "wait")
    next(waiting)
    waiting.close()
    go.set()


def answered(work: Callable[[], object]) -> object:
    answers = []

    def asking() -> Generator[str, int | None, None]:
        answers.append((yield from in_process(work, "wait")))

    assert set(asking()) <= {"wait"}
    return answers[0]


def test_a_process_of_its_own_gives_the_answer() -> None:
    before = set(multiprocessing.active_children())
    assert answered(os.getpid) != os.getpid()
    large = answered(partial(np.multiply, np.arange(1_000_000), 2))
    np.testing.assert_array_equal(large, 2 * np.arange(1_000_000))
    assert set(multiprocessing.active_children()) <= before


def test_what_is_raised_in_a_process_of_its_own_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        answered(partial(divmod, 1, 0))


def test_a_process_ends_at_work_when_it_is_not_waited_for_any_more() -> None:
    before = set(multiprocessing.active_children())
    waiting = in_process(partial(time.sleep, 600), "wait")
    next(waiting)
    (pid,) = (child.pid for child in set(multiprocessing.active_children()) - before)
    assert pid is not None
    assert psutil.pid_exists(pid)
    waiting.close()
    assert not psutil.pid_exists(pid)


def test_a_process_that_ends_by_itself_is_told() -> None:
    with pytest.raises(ProcessEndedError, match="memory"):
        answered(partial(os._exit, 3))


def _child_of_a_daemon(connection: "Connection[int, None]") -> None:
    for _ in in_process(partial(time.sleep, 600), "wait"):
        (child,) = multiprocessing.active_children()
        assert child.pid is not None
        connection.send(child.pid)
        time.sleep(600)


def test_a_process_that_may_have_no_children_may_have_one_that_ends_with_it() -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    parent = context.Process(target=_child_of_a_daemon, args=(theirs,), daemon=True)
    parent.start()
    theirs.close()
    assert ours.poll(60)
    child = psutil.Process(ours.recv())
    parent.kill()
    parent.join()
    with suppress(psutil.NoSuchProcess):
        child.wait(20)
    assert not child.is_running()
