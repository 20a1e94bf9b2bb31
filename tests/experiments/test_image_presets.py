"""What the presets about groups of images tell is what comes of running them."""

from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest
from trained_runs import view_of

from experiments.catalogue import preset
from experiments.figures import RunView
from experiments.frames import OVERALL, FloatArray, Source
from experiments.settings import TrainingSettings, replace
from experiments.training import run_training

DIGITS, ROTATED, LINEAR = "ten-digits", "rotated-digits", "linear-on-images"
UPRIGHT, TURNED = "upright", "rotated"
LAST = np.inf

TOLD = (
    (DIGITS, "1.8", "loss", "8", 100),
    (DIGITS, "0.6", "loss", "0", 100),
    (DIGITS, "0.6", "loss", "6", 100),
    (ROTATED, "0.96", "accuracy", UPRIGHT, LAST),
    (ROTATED, "0.7", "accuracy", TURNED, LAST),
    (LINEAR, "85 %", "accuracy", UPRIGHT, LAST),
    (LINEAR, "63 %", "accuracy", TURNED, LAST),
)
"""Numbers told of validation rows, and at which step."""


@cache
def world(name: str, *changes: tuple[str, object]) -> RunView:
    settings = preset(name).settings
    for key, value in changes:
        settings = replace(settings, key, value)
    assert isinstance(settings, TrainingSettings)
    return view_of(settings, run_training(settings))


def curve(
    run: RunView, quantity: str, group: str, source: Source = Source.VALIDATION
) -> tuple[FloatArray, FloatArray]:
    """Give steps and values of a curve."""
    (found,) = run.curves.select(quantity=quantity, source=source, group=group)
    return found.x, found.value


def at(run: RunView, quantity: str, group: str, step: float = LAST) -> float:
    return float(np.interp(step, *curve(run, quantity, group)))


def by_digit(quantity: str, step: float = LAST) -> Mapping[str, float]:
    return {digit: at(world(DIGITS), quantity, digit, step) for digit in "0123456789"}


@pytest.mark.parametrize(("name", "told", "quantity", "group", "step"), TOLD)
def test_a_number_told_is_measured(
    name: str, told: str, quantity: str, group: str, step: float
) -> None:
    number, _, unit = told.partition(" ")
    assert told in preset(name).settings.about.see
    scale = 0.01 if unit else 1.0
    last_digit = scale * 10.0 ** -len(number.partition(".")[2])
    # another machine may round the other way
    assert at(world(name), quantity, group, step) == pytest.approx(
        scale * float(number), abs=min(last_digit, 0.06)
    )


def test_the_8_is_learnt_late_and_who_is_last_in_the_end() -> None:
    halfway = by_digit("loss", 100)
    assert max(halfway, key=halfway.__getitem__) == "8"
    losses, right = by_digit("loss"), by_digit("accuracy")
    assert min(losses[digit] for digit in "189") > 3 * max(losses[digit] for digit in "2467")
    assert set(sorted(right, key=right.__getitem__)[:3]) == set("189")


def test_turned_images_are_remembered_rather_than_learnt() -> None:
    run = world(ROTATED)
    for group in (UPRIGHT, TURNED):
        assert curve(run, "accuracy", group, Source.TRAINING)[1][-1] == 1.0
    assert at(run, "loss", TURNED) > 1.5
    assert at(run, "loss", TURNED, 300) > at(run, "loss", TURNED, 3)
    assert at(run, "loss", OVERALL, 300) < at(run, "loss", OVERALL, 3)


def test_one_straight_boundary_follows_the_frequent_images() -> None:
    run = world(LINEAR)
    assert at(run, "loss", TURNED, 100) > at(run, "loss", TURNED, 1)
    assert at(run, "loss", OVERALL, 100) < at(run, "loss", OVERALL, 1)
    weighed = world(LINEAR, ("mitigation.group_weighting", "balanced"))
    assert 0.0 < at(weighed, "accuracy", TURNED) - at(weighed, "accuracy", UPRIGHT) < 0.1
    assert at(weighed, "accuracy", OVERALL) < at(run, "accuracy", OVERALL)
