"""Settings of schedules, weights and other means against a gap: what is refused, and how."""

import pytest
from dynamics_runs import dynamics, many_groups

from experiments.settings import SettingsError

NAN, INF = float("nan"), float("inf")


def _refused(**tables: object) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        dynamics(**tables)
    assert len(caught.value.problems) == 1
    return caught.value


@pytest.mark.parametrize(
    ("table", "key", "value", "words"),
    [
        ("mitigation", "sampling", "uniform", "'as-represented' or 'balanced'"),
        ("mitigation", "later_sampling", "", "'as-represented' or 'balanced'"),
        ("mitigation", "switch_time", -1.0, "at least 0"),
        ("mitigation", "switch_time", 2e6, "at most 1000000"),
        ("mitigation", "switch_time", NAN, "finite number"),
        ("mitigation", "decision_thresholds", (0.0, 0.0, 0.0), "must be 1 or 2 for 2 groups"),
        ("mitigation", "decision_thresholds", (101.0,), "at most 100"),
        ("mitigation", "later_group_weights", (1.0,), "1 numbers given; it must be 2"),
        ("mitigation", "later_group_weights", (1.0, 1.0, 1.0), "it must be 2 for 2 groups"),
        ("mitigation", "later_group_weights", (0.0, 0.0), "one weight must be above 0"),
        ("mitigation", "later_group_weights", (-1.0, 1.0), "at least 0 and at most 1000"),
        ("mitigation", "later_class_weights", (1.0,), "it must be two"),
        ("mitigation", "later_class_weights", (), "it must be two"),
        ("mitigation", "later_class_weights", (0.0, 0.0), "one weight must be above 0"),
        ("mitigation", "later_class_weights", (1.0, 1001.0), "at least 0 and at most 1000"),
        ("learning", "group_weights", (1.0, 1.0, 1.0), "it must be 2 for 2 groups"),
        ("learning", "group_weights", (0.0, 0.0), "one weight must be above 0"),
        ("learning", "class_weights", (0.0, 0.0), "one weight must be above 0"),
        ("learning", "class_weights", (1.0, 1.0, 1.0), "it must be two, for +1 and −1"),
        ("learning", "schedule", "linear", "'exponential', 'step', 'cosine'"),
        ("learning", "loss", "hinge", "'smooth-hinge'"),
        ("learning", "decay_steps", 0.0, "at least 0.001"),
        ("learning", "decay_rate", 0.0, "at least 1e-06"),
        ("learning", "alpha", 1.1, "at most 1"),
        ("learning", "warmup_steps", 0.0, "at least 0.001"),
        ("learning", "focal_gamma", 11.0, "at most 10"),
        ("learning", "hinge_sharpness", 0.0, "at least 0.1"),
    ],
)
def test_values_out_of_range_are_refused_under_their_key(
    table: str, key: str, value: object, words: str
) -> None:
    error = _refused(**{table: {key: value}})
    assert error.problems[0].key.partition(" ")[0] == f"{table}.{key}"
    assert words in error.problems[0].message


@pytest.mark.parametrize("bad", [NAN, INF, -INF])
@pytest.mark.parametrize(
    "key",
    [
        "mitigation.decision_thresholds",
        "mitigation.later_group_weights",
        "mitigation.later_class_weights",
        "learning.group_weights",
        "learning.class_weights",
    ],
)
def test_numbers_without_a_value_are_refused_within_arrays(key: str, bad: float) -> None:
    table, name = key.split(".")
    assert _refused(**{table: {name: (1.0, bad)}}).problems[0].key.startswith(key)


@pytest.mark.parametrize("schedule", ["exponential", "step"])
def test_rates_that_would_grow_name_rate_and_schedule(schedule: str) -> None:
    (problem,) = _refused(learning={"schedule": schedule, "decay_rate": 1.5}).problems
    assert problem.key == "learning.decay_rate, learning.schedule"
    assert schedule in problem.message
    assert "1.5" in problem.message
    for allowed in (1.0, 0.5):
        dynamics(learning={"schedule": schedule, "decay_rate": allowed})


def test_more_falls_than_can_be_followed_name_a_length_that_works() -> None:
    table = {"schedule": "step", "duration": 50.0, "decay_steps": 0.04}
    (problem,) = _refused(learning=table).problems
    assert problem.key == "learning.decay_steps, learning.duration"
    assert "at least 0.05" in problem.message
    dynamics(learning=table | {"decay_steps": 0.05})
    dynamics(learning=table | {"schedule": "exponential"})


def test_counts_follow_the_number_of_groups() -> None:
    mixture = many_groups(3)
    three = {"later_group_weights": (1.0, 2.0, 3.0), "decision_thresholds": (0.1, 0.2, 0.3)}
    dynamics(mixture=mixture, mitigation=three)
    (problem,) = _refused(mixture=mixture, mitigation={"later_group_weights": (1.0, 2.0)}).problems
    assert problem.key == "mitigation.later_group_weights"
    assert "must be 3 for 3 groups" in problem.message
    (problem,) = _refused(mixture=mixture, mitigation={"decision_thresholds": (1.0, 2.0)}).problems
    assert "must be 1 or 3 for 3 groups" in problem.message


def test_later_weights_are_checked_even_while_the_switch_is_off() -> None:
    error = _refused(mitigation={"switch_time": 0.0, "later_group_weights": (0.0, 0.0)})
    assert error.problems[0].key == "mitigation.later_group_weights"


def test_a_key_of_the_other_table_is_pointed_out() -> None:
    (problem,) = _refused(mitigation={"group_weights": (1.0, 1.0)}).problems
    assert "learning.group_weights" in problem.message
