"""Exact curves while a slider is dragged: what is answered, and in which order."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from map_examples import map_settings
from pytestqt.qtbot import QtBot

import experiments.dynamics
from experiments.catalogue import preset
from experiments.dynamics import Theory
from experiments.run import RunFailedError
from experiments.settings import DynamicsSettings, replace
from gui.background import Background, Outcome
from gui.preview import Preview


def settings(rate: float, loss: str = "logistic") -> DynamicsSettings:
    base = replace(preset("crossing").settings, "learning.loss", loss)
    wanted = replace(base, "learning.learning_rate", rate)
    assert isinstance(wanted, DynamicsSettings)
    return wanted


class SlowTheory:
    """Stands in for the theory; it waits to be let go."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.go = threading.Semaphore(0)
        self.failing = False

    def __call__(self, wanted: DynamicsSettings) -> Theory:
        self.asked.append(wanted.learning.learning_rate)
        assert self.go.acquire(timeout=10)
        if self.failing:
            message = "no luck"
            raise RunFailedError(message)
        return Theory((), ())


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowTheory:
    made = SlowTheory()
    monkeypatch.setattr(experiments.dynamics, "theory", made)
    monkeypatch.setattr(Background, "in_process", lambda *_args, **_outcomes: None)
    return made


@pytest.fixture
def preview(slow: SlowTheory) -> Iterator[Preview]:
    made = Preview()
    yield made
    slow.go.release(100)
    made.close()


@pytest.fixture
def answers(preview: Preview) -> list[float]:
    rates: list[float] = []
    preview.ready.connect(lambda wanted, _: rates.append(wanted.learning.learning_rate))
    return rates


def test_a_drag_shows_every_answer_and_ends_with_the_latest(
    preview: Preview, slow: SlowTheory, answers: list[float], qtbot: QtBot
) -> None:
    for rate in (0.1, 0.2, 0.3):
        preview.request(settings(rate))
    slow.go.release()
    qtbot.waitUntil(lambda: answers == [0.1])
    for rate in (0.4, 0.5):
        preview.request(settings(rate))
    slow.go.release(2)
    qtbot.waitUntil(lambda: answers == [0.1, 0.3, 0.5])
    qtbot.wait(50)
    assert slow.asked == [0.1, 0.3, 0.5]


def test_what_was_cancelled_is_not_answered(
    preview: Preview, slow: SlowTheory, answers: list[float], qtbot: QtBot
) -> None:
    preview.request(settings(0.1))
    preview.request(settings(0.2))
    preview.cancel()
    preview.request(settings(0.3))
    slow.go.release(3)
    qtbot.waitUntil(lambda: answers == [0.3])
    assert slow.asked == [0.1, 0.3]


def test_a_formula_is_answered_at_once_and_what_was_under_way_is_dropped(
    preview: Preview, slow: SlowTheory, answers: list[float], qtbot: QtBot
) -> None:
    preview.request(settings(0.1))
    slow.go.release()
    qtbot.waitUntil(lambda: answers == [0.1])
    preview.request(settings(0.2))
    qtbot.waitUntil(lambda: slow.asked == [0.1, 0.2])
    slow.go.release(2)
    preview.request(settings(0.3, "squared"))
    assert answers == [0.1, 0.3]
    qtbot.wait(100)
    assert answers == [0.1, 0.3]


def test_a_failure_is_told_unless_something_newer_is_wanted(
    preview: Preview, slow: SlowTheory, answers: list[float], qtbot: QtBot
) -> None:
    told: list[str] = []
    preview.failed.connect(lambda error: told.append(str(error)))
    slow.failing = True
    preview.request(settings(0.1))
    preview.request(settings(0.2))
    slow.go.release()
    qtbot.waitUntil(lambda: slow.asked == [0.1, 0.2])
    assert not told
    slow.go.release()
    qtbot.waitUntil(lambda: told == ["no luck"])
    slow.failing = False
    slow.go.release()
    preview.request(settings(0.3))
    qtbot.waitUntil(lambda: answers == [0.3])


def test_a_formula_that_fails_is_told_like_any_other_failure(
    preview: Preview, slow: SlowTheory, answers: list[float], qtbot: QtBot
) -> None:
    told: list[str] = []
    preview.failed.connect(lambda error: told.append(str(error)))
    preview.request(settings(0.1))
    slow.go.release(2)
    qtbot.waitUntil(lambda: answers == [0.1])
    slow.failing = True
    preview.request(settings(0.2, "squared"))
    assert told == ["no luck"]
    assert answers == [0.1]


def test_nothing_is_answered_after_the_end(
    preview: Preview, slow: SlowTheory, answers: list[float], qtbot: QtBot
) -> None:
    preview.request(settings(0.1))
    slow.go.release()
    preview.close()
    qtbot.wait(50)
    assert not answers


def test_the_process_gives_the_curves_that_a_thread_gives(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = settings(0.3)
    exact = experiments.dynamics.theory(wanted)
    got: list[Theory] = []
    preview = Preview()
    preview.ready.connect(lambda _, theory: got.append(theory))

    def ask_again() -> bool:
        preview.request(wanted)
        return "in a process" in places

    places: list[str] = []
    in_process = Background.in_process

    def noted(
        self: Background,
        job: Callable[..., object],
        *arguments: object,
        done: Outcome,
        failed: Outcome,
    ) -> None:
        def told(result: object) -> None:
            places.append("in a process" if places else "made ready")
            done(result)

        in_process(self, job, *arguments, done=told, failed=failed)

    monkeypatch.setattr(Background, "in_process", noted)
    qtbot.waitUntil(ask_again, timeout=90_000)
    preview.close()
    assert len(got) > 1
    for theory in got:
        assert theory.events == exact.events
        for part, same in zip(theory.points, exact.points, strict=True):
            assert part.name == same.name
            assert np.array_equal(part.value, same.value, equal_nan=True)


def test_the_curves_of_a_marker_follow_though_the_process_is_killed(qtbot: QtBot) -> None:
    others = set(multiprocessing.active_children())
    preview = Preview()
    got: list[float] = []
    preview.ready.connect(lambda cell, _: got.append(cell.mixture.representation))

    def follow(representation: float) -> None:
        preview.request(map_settings(mixture__representation=representation))
        qtbot.waitUntil(lambda: got[-1:] == [representation], timeout=90_000)

    follow(0.5)
    qtbot.waitUntil(lambda: preview._background.ready, timeout=90_000)
    follow(0.6)
    for process in set(multiprocessing.active_children()) - others:
        process.kill()
    follow(0.7)
    preview.close()
