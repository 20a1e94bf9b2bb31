"""Every setting of learning and mitigation reaches the learning rule of the solvable model."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from dynamics_runs import Table, dynamics, many_groups
from numpy.testing import assert_allclose, assert_array_equal

from experiments.dynamics import learning_rule
from experiments.dynamics.rule import decision_thresholds

LOSSES: dict[str, Callable[[float], float]] = {
    "squared": lambda margin: (1 - margin) ** 2 / 2,
    "logistic": lambda margin: math.log1p(math.exp(-margin)),
    "focal": lambda margin: (1 + math.exp(margin)) ** -1.5 * math.log1p(math.exp(-margin)),
    "smooth-hinge": lambda margin: math.log1p(math.exp(7 * (1 - margin))) / 7,
}

SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": lambda _: 1.0,
    "exponential": lambda time: 0.4 ** (time / 3),
    "step": lambda time: 0.4 ** (time // 3),
    "cosine": lambda time: 0.2 + 0.8 * (1 + math.cos(math.pi * min(time / 3, 1))) / 2,
    "warmup-cosine": lambda time: (
        time / 2 if time < 2 else 0.2 + 0.8 * (1 + math.cos(math.pi * min((time - 2) / 3, 1))) / 2
    ),
    "inverse-time": lambda time: 1 / (1 + 0.4 * time / 3),
}


@pytest.mark.parametrize("name", LOSSES)
def test_losses(name: str) -> None:
    settings = dynamics(learning={"loss": name, "focal_gamma": 1.5, "hinge_sharpness": 7.0})
    margins = np.linspace(-3, 3, 13)
    expected = [LOSSES[name](margin) for margin in margins.tolist()]
    assert_allclose(learning_rule(settings).loss.value(margins), expected, rtol=1e-12)


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules(name: str) -> None:
    table = {
        "schedule": name,
        "learning_rate": 0.3,
        "decay_steps": 3.0,
        "decay_rate": 0.4,
        "alpha": 0.2,
        "warmup_steps": 2.0,
    }
    moments = np.array([0.0, 0.5, 1.9, 2.0, 2.9, 3.1, 4.9, 6.5, 50.0])
    expected = [0.3 * SCHEDULES[name](time) for time in moments.tolist()]
    assert_allclose(
        learning_rule(dynamics(learning=table)).learning_rates(moments), expected, rtol=1e-12
    )


def test_an_inverse_time_schedule_may_fall_faster_than_once_in_its_time() -> None:
    table = {"schedule": "inverse-time", "decay_steps": 2.0, "decay_rate": 5.0}
    rule = learning_rule(dynamics(learning=table))
    assert_allclose(rule.schedule.factor(np.array([0.0, 2.0])), [1, 1 / 6])


def test_numbers_and_weights() -> None:
    learning = {
        "learning_rate": 0.7,
        "weight_decay": 0.3,
        "batch_size": 5,
        "group_weights": (0.5, 2.0),
        "class_weights": (1.5, 0.0),
        "initial_norm": 0.9,
        "initial_overlaps": (0.1, 0.2, 0.0, 0.0),
    }
    rule = learning_rule(dynamics(learning=learning))
    assert (rule.learning_rate, rule.weight_decay, rule.batch_size) == (0.7, 0.3, 5)
    assert_array_equal(rule.group_weights, [0.5, 2.0])
    assert_array_equal(rule.class_weights, [1.5, 0.0])
    assert rule.initial_norm == 0.9
    assert_array_equal(rule.initial_overlaps, [0.1, 0.2, 0.0, 0.0])


@pytest.mark.parametrize(("mixture", "groups"), [({}, 2), (many_groups(3), 3)])
def test_what_is_left_empty_changes_nothing(mixture: Table, groups: int) -> None:
    settings = dynamics(mixture=mixture)
    rule = learning_rule(settings)
    assert_array_equal(rule.group_weights, np.ones(groups))
    assert_array_equal(rule.class_weights, [1, 1])
    assert_array_equal(rule.initial_overlaps, np.zeros(2 * groups))
    assert_array_equal(rule.schedule.factor(np.array([0.0, 1e5])), [1, 1])
    assert rule.sampling is None
    assert rule.switch is None
    assert_array_equal(decision_thresholds(settings), np.zeros(groups))


def test_balanced_sampling_draws_all_groups_alike() -> None:
    settings = dynamics(mixture=many_groups(3), mitigation={"sampling": "balanced"})
    rule = learning_rule(settings)
    assert rule.sampling is not None
    assert_allclose(rule.sampling, np.full(3, 1 / 3))


def test_the_switch_brings_its_own_weights_and_sampling() -> None:
    mitigation = {
        "sampling": "balanced",
        "switch_time": 4.5,
        "later_group_weights": (0.0, 3.0),
        "later_class_weights": (0.5, 2.0),
        "later_sampling": "as-represented",
    }
    learning = {"group_weights": (2.0, 1.0), "class_weights": (3.0, 1.0)}
    before = learning_rule(dynamics(learning=learning, mitigation=mitigation))
    after = before.after_switch()
    assert before.switch is not None
    assert before.switch.time == 4.5
    assert_array_equal(before.group_weights, [2, 1])
    assert_array_equal(after.group_weights, [0, 3])
    assert_array_equal(before.class_weights, [3, 1])
    assert_array_equal(after.class_weights, [0.5, 2])
    assert before.sampling is not None
    assert after.sampling is None


def test_after_the_switch_what_is_left_empty_is_as_without_any_means() -> None:
    mitigation = {"switch_time": 1.0, "later_sampling": "balanced"}
    learning = {"group_weights": (2.0, 5.0), "class_weights": (3.0, 1.0)}
    after = learning_rule(dynamics(learning=learning, mitigation=mitigation)).after_switch()
    assert_array_equal(after.group_weights, [1, 1])
    assert_array_equal(after.class_weights, [1, 1])
    assert after.sampling is not None
    assert_array_equal(after.sampling, [0.5, 0.5])


def test_without_a_time_there_is_no_switch() -> None:
    mitigation = {"later_group_weights": (0.0, 3.0), "later_sampling": "balanced"}
    assert learning_rule(dynamics(mitigation=mitigation)).switch is None


def test_one_threshold_is_everyones_and_several_are_each_groups_own() -> None:
    mixture = many_groups(3)
    for given, expected in (
        ((0.3,), [0.3, 0.3, 0.3]),
        ((0.3, -0.2, 0.1), [0.3, -0.2, 0.1]),
    ):
        settings = dynamics(mixture=mixture, mitigation={"decision_thresholds": given})
        assert_array_equal(decision_thresholds(settings), expected)
