"""Tests of `models.background`."""

from collections.abc import Generator
from threading import Event

import pytest

from models.background import in_background


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
