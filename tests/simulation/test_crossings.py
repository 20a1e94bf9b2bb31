"""Settings in which the phenomena are plain to see, computed independently to 1e-9."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation_cases import changes, rule, squared_rules, two_group_mixtures, two_groups

from simulation.closed_form import time_scales
from simulation.crossings import VISIBLE_GAP, Crossing, find_crossings, horizon, visible_crossings
from simulation.dynamics import solve
from simulation.learning import LearningRule, Switch
from simulation.losses import Focal, Logistic, Loss, SmoothHinge, Squared
from simulation.mixture import TeacherMixture
from simulation.observables import confusion
from simulation.schedules import CosineDecay, ExponentialDecay

_SETTINGS = (
    "representation",
    "variance_plus",
    "variance_minus",
    "rule_similarity",
    "label_correlation_plus",
    "label_correlation_minus",
    "shift",
    "threshold_plus",
    "threshold_minus",
)
_SCENARIOS = {
    "zero shift": (
        (0.80, 0.25, 1.30, 0.35, 0, 0, 0, 0, 0),
        (0.25, 0.02),
        (0.9431, 3.1104),
        (0.2849, 0.5273),
    ),
    "label imbalance": (
        (0.78, 0.11, 0.16, 0.22, -0.34, -0.13, 1, 0.46, -0.92),
        (0.30, 0.05),
        (0.0182, 27.6314),
        (0.2725, 0.4308),
    ),
    "double crossing": (
        (0.84, 0.15, 2.00, 0.76, -0.07, -0.59, 1, -0.04, -0.08),
        (0.29, 0.05),
        (0.5540, 9.6058),
        (0.2917, 0.5252),
    ),
    "no thresholds": (
        (0.81, 0.15, 1.95, 0.87, 0.10, -0.09, 1, 0, 0),
        (0.20, 0.05),
        (1.1751, 15.2701),
        (0.2886, 0.4301),
    ),
}


def _scenario(name: str) -> tuple[TeacherMixture, LearningRule]:
    values, (learning_rate, norm), _, _ = _SCENARIOS[name]
    mixture = two_groups(**dict(zip(_SETTINGS, values, strict=True)))
    return mixture, rule(learning_rate=learning_rate, initial_norm=norm)


@pytest.mark.parametrize("name", _SCENARIOS)
def test_crossings_and_final_losses_of_the_scenarios(name: str) -> None:
    mixture, learning = _scenario(name)
    _, _, times, final = _SCENARIOS[name]
    found = find_crossings(mixture, learning, until=horizon(time_scales(mixture, learning)))
    assert [round(crossing.time, 4) for crossing in found] == list(times)
    losses = solve(mixture, learning, [400.0]).group_losses[0]
    np.testing.assert_allclose(losses, final, atol=5.1e-5)
    assert len(visible_crossings(found)) == len(found)
    assert found[-1].ahead_after == 0


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_crossings_are_where_the_curves_meet(data: st.DataObject) -> None:
    mixture = data.draw(two_group_mixtures())
    learning = data.draw(squared_rules(mixture))
    until = horizon(time_scales(mixture, learning))
    learning = replace(learning, **data.draw(changes(groups=2, duration=until)))
    found = find_crossings(mixture, learning, until=until)
    previous = None
    for crossing in found:
        if previous is not None:
            assert previous.time < crossing.time
            assert previous.ahead_after == crossing.ahead_before
            assert previous.gap_after == crossing.gap_before
            assert previous.extreme_after == crossing.extreme_before
        previous = crossing
        assert crossing.extreme_before < crossing.time < crossing.extreme_after
        assert {crossing.ahead_before, crossing.ahead_after} == {0, 1}
        if min(crossing.gap_before, crossing.gap_after) < 1e-6:
            continue
        around = crossing.time * np.array([1 - 1e-6, 1 + 1e-6])
        losses = solve(mixture, learning, around).group_losses
        assert [int(np.argmin(row)) for row in losses] == [
            crossing.ahead_before,
            crossing.ahead_after,
        ]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_crossing_is_missed_between_two_visible_leads(data: st.DataObject) -> None:
    mixture = data.draw(two_group_mixtures())
    learning = data.draw(squared_rules(mixture))
    until = horizon(time_scales(mixture, learning))
    learning = replace(learning, **data.draw(changes(groups=2, duration=until)))
    losses = solve(mixture, learning, np.linspace(until / 3000, until, 3000)).group_losses
    gap = losses[:, 0] - losses[:, 1]
    signs = np.sign(gap[np.abs(gap) > VISIBLE_GAP])
    visible_changes = np.count_nonzero(np.diff(signs))
    assert len(find_crossings(mixture, learning, until=until)) >= visible_changes


def test_the_order_of_the_groups_only_renames_who_is_ahead() -> None:
    mixture, learning = _scenario("double crossing")
    forward = find_crossings(mixture, learning, until=200.0)
    backward = find_crossings(mixture, learning, until=200.0, groups=(1, 0))
    assert forward == backward


def test_errors_cross_at_other_times_than_losses() -> None:
    mixture, learning = _scenario("double crossing")
    found = find_crossings(mixture, learning, until=200.0, measure="error")
    assert len(found) == 2
    for crossing in found:
        errors = solve(mixture, learning, [crossing.time]).group_errors[0]
        assert errors[0] == pytest.approx(errors[1], abs=1e-8)


@pytest.mark.parametrize("loss", [Logistic(), Focal(2.0), SmoothHinge(5.0)])
@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"schedule": CosineDecay(decay_steps=40.0, alpha=0.1, warmup_steps=2.0)},
        {"schedule": ExponentialDecay(decay_steps=7.0, decay_rate=0.8, staircase=True)},
    ],
)
def test_crossings_of_a_loss_without_closed_form(loss: Loss, changed: dict[str, Any]) -> None:
    mixture, _ = _scenario("double crossing")
    learning = rule(loss=loss, learning_rate=2.0, initial_norm=0.05, **changed)
    found = find_crossings(mixture, learning, until=100.0)
    dense = solve(mixture, learning, np.geomspace(1e-4, 100, 4000))
    gap = dense.group_losses[:, 0] - dense.group_losses[:, 1]
    (expected,) = np.nonzero(np.diff(np.sign(gap)))
    assert len(found) == expected.size > 0
    for crossing, before in zip(found, expected, strict=True):
        assert dense.times[before] < crossing.time < dense.times[before + 1]
        losses = solve(mixture, learning, [crossing.time]).group_losses[0]
        assert losses[0] == pytest.approx(losses[1], abs=1e-7)


@pytest.mark.parametrize("loss", [Squared(), Logistic()])
def test_the_largest_gaps_between_crossings(loss: Loss) -> None:
    mixture, learning = _scenario("double crossing")
    learning = replace(learning, loss=loss)
    found = find_crossings(mixture, learning, until=100.0)
    assert found
    times = np.geomspace(1e-4, 100, 5000)
    losses = solve(mixture, learning, times).group_losses
    gap = np.abs(losses[:, 0] - losses[:, 1])
    ends = [*(crossing.time for crossing in found[1:]), 100.0]
    for crossing, end in zip(found, ends, strict=True):
        lobe = (times > crossing.time) & (times <= end)
        assert crossing.gap_after == pytest.approx(gap[lobe].max(), rel=1e-4)
        largest = times[lobe][np.argmax(gap[lobe])]
        assert crossing.extreme_after == pytest.approx(largest, rel=0.02)


@pytest.mark.parametrize("height", [1e-3, 1e-5, 1e-6])
def test_two_crossings_that_nearly_touch(height: float) -> None:
    """A variance is tuned until the second group leads for a moment by `height` alone."""
    _, learning = _scenario("double crossing")
    values = dict(zip(_SETTINGS, _SCENARIOS["double crossing"][0], strict=True))
    times = np.linspace(0.5, 8, 20_001)
    low, high, top = 0.15, 0.8, np.inf
    while not abs(top - height) < 0.1 * height:
        middle = (low + high) / 2
        mixture = two_groups(**(values | {"variance_plus": middle}))
        losses = solve(mixture, learning, times).group_losses
        gap = losses[:, 0] - losses[:, 1]
        top = float(gap.max())
        low, high = (middle, high) if top > height else (low, middle)
    ahead = times[gap > 0]
    found = find_crossings(mixture, learning, until=1000.0)
    expected = [float(ahead[0]), float(ahead[-1])]
    assert [crossing.time for crossing in found] == pytest.approx(expected, abs=4e-4)
    assert found[0].gap_after == pytest.approx(top, rel=0.2)


def test_thresholds_of_the_answers_move_crossings_of_the_errors() -> None:
    mixture, learning = _scenario("double crossing")
    thresholds = np.array([0.3, -0.1])
    plain = find_crossings(mixture, learning, until=200.0, measure="error")
    moved = find_crossings(
        mixture, learning, until=200.0, measure="error", decision_thresholds=thresholds
    )
    assert [crossing.time for crossing in plain] != [crossing.time for crossing in moved]
    assert moved
    for crossing in moved:
        curves = solve(mixture, learning, [crossing.time])
        errors = confusion(mixture, curves.overlaps, curves.norm, thresholds).error[0]
        assert errors[0] == pytest.approx(errors[1], abs=1e-8)


def test_a_crossing_that_only_a_late_switch_brings() -> None:
    mixture, learning = _scenario("zero shift")
    assert find_crossings(mixture, learning, until=1000.0)[-1].time < 10
    heavy = Switch(time=500.0, group_weights=np.array([0.05, 3.0]), class_weights=np.ones(2))
    found = find_crossings(mixture, replace(learning, switch=heavy), until=1000.0)
    assert found[-1].time > 500
    assert found[-1].ahead_after == 1


def test_the_search_ends_where_the_norm_diverges() -> None:
    mixture = two_groups()
    learning = rule(learning_rate=5.0)
    diverged_at = solve(mixture, learning, [1e4]).diverged_at
    assert diverged_at is not None
    until = horizon(time_scales(mixture, learning))
    assert all(
        crossing.time < diverged_at for crossing in find_crossings(mixture, learning, until=until)
    )


def test_groups_that_are_alike_never_cross() -> None:
    mixture = two_groups(
        variance_plus=0.8,
        variance_minus=0.8,
        rule_similarity=1.0,
        label_correlation_plus=0.0,
        label_correlation_minus=0.0,
        shift=0.0,
        threshold_plus=0.0,
        threshold_minus=0.0,
    )
    assert find_crossings(mixture, rule(), until=100.0) == ()


def _changes(*leads: float) -> list[Crossing]:
    """Crossings at t = 1, 2, ... between leads of alternating groups, given by their gaps."""
    return [
        Crossing(
            time=number + 1,
            ahead_before=number % 2,
            ahead_after=(number + 1) % 2,
            gap_before=before,
            gap_after=after,
            extreme_before=number + 0.5,
            extreme_after=number + 1.5,
        )
        for number, (before, after) in enumerate(pairwise(leads))
    ]


@pytest.mark.parametrize(
    ("leads", "times"),
    [
        ((0.1, 0.2), [1]),
        ((0.1, 1e-4), []),
        ((1e-4, 0.1), []),
        ((0.1, 1e-4, 0.2), []),
        ((0.1, 1e-4, 1e-4, 0.2), [2]),
        ((0.1, 1e-4, 0.3, 0.2, 1e-4, 1e-4, 0.1, 1e-4), [3, 5]),
        ((1e-4, 1e-4), []),
    ],
)
def test_leads_too_small_to_see_are_dropped_before_the_changes_are_counted(
    leads: tuple[float, ...], times: list[float]
) -> None:
    crossings = _changes(*leads)
    found = visible_crossings(crossings)
    assert [crossing.time for crossing in found] == times
    for crossing in found:
        assert min(crossing.gap_before, crossing.gap_after) >= VISIBLE_GAP
        assert crossing.ahead_before != crossing.ahead_after
        assert crossing.extreme_before < crossing.time < crossing.extreme_after
    for before, after in pairwise(found):
        assert before.ahead_after == after.ahead_before
        assert before.gap_after == after.gap_before
    assert visible_crossings(found) == found


def test_the_largest_gap_of_a_lead_is_kept_across_one_too_small_to_see() -> None:
    (found,) = visible_crossings(_changes(0.3, 1e-4, 0.1, 0.2, 1e-4, 0.5))
    assert (found.time, found.gap_before, found.gap_after) == (3, 0.3, 0.5)
    assert (found.extreme_before, found.extreme_after) == (0.5, 5.5)
