from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation_cases import mixtures, rule, starts, two_groups

from simulation.learning import Switch, spans, start
from simulation.mixture import InadmissibleGeometryError
from simulation.schedules import ExponentialDecay


@settings(deadline=None)
@given(st.data())
def test_the_start_has_the_initial_overlaps_and_norm(data: st.DataObject) -> None:
    mixture = data.draw(mixtures())
    norm, overlaps = data.draw(starts(mixture))
    begin = start(mixture, rule(mixture.size, initial_norm=norm, initial_overlaps=overlaps))
    np.testing.assert_allclose(mixture.coordinates @ begin.coordinates, overlaps, atol=1e-8)
    assert begin.coordinates @ begin.coordinates + begin.remainder == pytest.approx(norm)


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"learning_rate": np.inf}, "learning_rate"),
        ({"weight_decay": -0.1}, "weight_decay"),
        ({"batch_size": 0}, "batch_size"),
        ({"group_weights": [1.0, -1.0]}, "group_weights"),
        ({"group_weights": [0.0, 0.0]}, "group_weights"),
        ({"group_weights": [1.0, np.nan]}, "group_weights"),
        ({"class_weights": [0.0, 0.0]}, "class_weights"),
        ({"class_weights": [1.0, 1.0, 1.0]}, "class_weights"),
        ({"initial_norm": -1.0}, "initial_norm"),
        ({"initial_norm": 1e6}, "initial_norm"),
        ({"initial_overlaps": [0.0, 0.0]}, "initial_overlaps"),
        ({"sampling": [0.5, 0.6]}, "sampling"),
        ({"sampling": [1.5, -0.5]}, "sampling"),
        ({"sampling": [1.0, 0.0], "group_weights": [0.0, 1.0]}, "group_weights"),
    ],
)
def test_rules_that_are_refused(changes: dict[str, Any], setting: str) -> None:
    with pytest.raises(ValueError, match=setting):
        rule(**changes)


def _switch(**changes: object) -> Switch:
    defaults: dict[str, Any] = {
        "time": 2.0,
        "group_weights": np.array([0.5, 2.0]),
        "class_weights": np.array([1.0, 3.0]),
        "sampling": np.array([0.4, 0.6]),
    }
    return Switch(**(defaults | changes))


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"time": 0.0}, "switch time"),
        ({"time": np.inf}, "switch time"),
        ({"group_weights": [1.0, -1.0]}, "group_weights"),
        ({"class_weights": [0.0, 0.0]}, "class_weights"),
        ({"sampling": [0.5, 0.6]}, "sampling"),
    ],
)
def test_switches_that_are_refused(changes: dict[str, Any], setting: str) -> None:
    with pytest.raises(ValueError, match=setting):
        _switch(**changes)


def test_a_switch_for_another_number_of_groups_is_refused() -> None:
    with pytest.raises(ValueError, match="the switch has 2 group_weights, not 3"):
        rule(3, switch=_switch())


def test_the_switch_replaces_the_weights_alone() -> None:
    switch = _switch()
    learning = rule(switch=switch, weight_decay=0.2, learning_rate=0.7)
    later = learning.after_switch()
    assert later.switch is None
    for name in ("group_weights", "class_weights", "sampling"):
        np.testing.assert_array_equal(getattr(later, name), getattr(switch, name))
    for name in ("loss", "weight_decay", "learning_rate", "schedule", "initial_norm"):
        assert getattr(later, name) == getattr(learning, name)
    assert rule().after_switch().switch is None


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        (1.3, [[0, 1, 1.3], [1.3, 2, 3, 3.5]]),
        (2.0, [[0, 1, 2], [2, 3, 3.5]]),
        (3.5, [[0, 1, 2, 3, 3.5]]),
        (9.0, [[0, 1, 2, 3, 3.5]]),
    ],
)
def test_training_is_parted_at_the_switch_and_the_steps(
    time: float, expected: list[list[float]]
) -> None:
    steps = ExponentialDecay(decay_steps=1.0, decay_rate=0.5, staircase=True)
    learning = rule(schedule=steps, switch=_switch(time=time))
    parts = spans(learning, 3.5)
    assert [part.edges.tolist() for part in parts] == expected
    assert all(part.rule.switch is None for part in parts)
    np.testing.assert_array_equal(parts[0].rule.group_weights, learning.group_weights)
    if len(parts) > 1:
        np.testing.assert_array_equal(parts[1].rule.group_weights, [0.5, 2.0])


def test_a_rule_for_another_number_of_groups_is_refused() -> None:
    with pytest.raises(InadmissibleGeometryError, match="3 values for 2 groups") as refusal:
        start(two_groups(), rule(3))
    assert refusal.value.parameters == ("group_weights",)


def test_overlaps_that_contradict_opposite_shifts_are_refused() -> None:
    learning = rule(initial_norm=1.0, initial_overlaps=[0.0, 0.0, 0.2, 0.2])
    with pytest.raises(InadmissibleGeometryError, match="contradict") as refusal:
        start(two_groups(), learning)
    assert refusal.value.parameters == ("initial_overlaps",)


def test_overlaps_larger_than_the_norm_allows_name_the_norm_needed() -> None:
    mixture = two_groups(
        rule_similarity=0, label_correlation_plus=0, label_correlation_minus=0, shift=0
    )
    overlaps = [0.3, 0.4, 0.0, 0.0]
    with pytest.raises(InadmissibleGeometryError, match=r"at least 0\.25") as refusal:
        start(mixture, rule(initial_norm=0.2, initial_overlaps=overlaps))
    assert refusal.value.parameters == ("initial_norm", "initial_overlaps")
    assert start(mixture, rule(initial_norm=0.25, initial_overlaps=overlaps)).remainder < 1e-12
