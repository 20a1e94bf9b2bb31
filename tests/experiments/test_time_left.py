"""Estimates of the time left, by a clock that is set by hand."""

import time

import pytest

from experiments.time_left import TimeLeft


class Clock:
    """A clock that goes on when told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 50.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)


def test_at_an_even_speed_the_estimate_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    left = TimeLeft()
    told = []
    for second in range(20):
        clock.now = 50.0 + second
        told.append(left.estimate(second / 20))
    assert told[:2] == [None, None]
    assert told[2:] == pytest.approx([20 - second for second in range(2, 20)])


def test_a_run_that_becomes_faster_is_judged_by_its_new_speed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(monkeypatch)
    left = TimeLeft()
    for tenth in range(20):
        clock.now += 0.1
        left.estimate(0.001 * tenth)
    told = None
    for tenth in range(1, 61):
        clock.now += 0.1
        told = left.estimate(0.019 + 0.01 * tenth)
    assert told == pytest.approx((1 - 0.619) / 0.1)


def test_nothing_is_told_too_early_or_without_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    left = TimeLeft()
    assert left.estimate(0.0) is None
    clock.now += 0.9
    assert left.estimate(0.3) is None
    clock.now += 60.0
    assert left.estimate(0.3) is None


def test_reading_data_is_no_measure_of_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    left = TimeLeft()
    left.estimate(0.0)
    clock.now += 30.0
    left.estimate(0.1)
    clock.now += 1.0
    assert left.estimate(0.2) == pytest.approx(8.0)


def test_of_the_first_steps_only_a_long_run_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    left = TimeLeft()
    told = []
    for second in range(1, 13):
        clock.now += 1.0
        told.append(left.estimate(second / 1000))
    assert told[:10] == [None] * 10
    assert told[10:] == pytest.approx([989.0, 988.0])


def test_a_slow_beginning_is_not_taken_for_the_speed_of_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(monkeypatch)
    left = TimeLeft()
    for second in range(10):
        clock.now = 50.0 + second
        assert left.estimate(1e-4 * second) is None
    clock.now = 61.0
    assert left.estimate(1.1e-3) == pytest.approx((1 - 1.1e-3) / 1e-4)


def test_a_pause_is_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    left = TimeLeft()
    left.estimate(0.1)
    clock.now += 2.0
    left.pause()
    clock.now += 1000.0
    left.pause()
    assert left.elapsed() == 2.0
    left.resume()
    assert left.estimate(0.3) is None, "steps taken while it was paused"
    clock.now += 2.0
    assert left.elapsed() == 4.0
    assert left.estimate(0.5) == pytest.approx(5.0)
