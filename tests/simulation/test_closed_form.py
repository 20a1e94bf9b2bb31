import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation_cases import (
    mixtures,
    rule,
    slowest_time,
    squared_rules,
    two_group_mixtures,
    two_groups,
    with_learning_rate,
)

from simulation.closed_form import applies, largest_learning_rate, time_scales
from simulation.dynamics import Trajectory, flow, integrate, solve
from simulation.learning import DIVERGENCE_NORM, LearningRule
from simulation.losses import Logistic
from simulation.mixture import FloatArray, TeacherMixture
from simulation.observables import group_losses

_TIMES = np.array([0.0, 1e-3, 0.03, 0.3, 1.0, 3.0])


def _assert_same(first: Trajectory, second: Trajectory, tolerance: float) -> None:
    for name in ("overlaps", "norm"):
        a, b = getattr(first, name), getattr(second, name)
        np.testing.assert_allclose(a, b, rtol=0, atol=tolerance * max(1.0, np.abs(b).max()))


def _assert_meets_the_integrated_equations(
    mixture: TeacherMixture, learning: LearningRule, times: FloatArray
) -> None:
    exact = integrate(mixture, learning, times, tolerance=1e-13)
    _assert_same(solve(mixture, learning, times), exact, 1e-9)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_two_groups_match_the_integrated_equations(data: st.DataObject) -> None:
    mixture = data.draw(two_group_mixtures())
    learning = data.draw(squared_rules(mixture))
    times = _TIMES * slowest_time(mixture, learning)
    _assert_meets_the_integrated_equations(mixture, learning, times)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_any_number_of_groups_matches_the_integrated_equations(data: st.DataObject) -> None:
    mixture = data.draw(mixtures())
    learning = data.draw(squared_rules(mixture))
    times = _TIMES * slowest_time(mixture, learning)
    _assert_meets_the_integrated_equations(mixture, learning, times)


@pytest.mark.parametrize("coinciding", ["shift", "teachers"])
@pytest.mark.parametrize("detuning", [0.0, 1e-13, 1e-9, 1e-5])
def test_coinciding_rates(coinciding: str, detuning: float) -> None:
    mixture = two_groups(shift=0.5, rule_similarity=0.5)
    damping = mixture.shares @ mixture.variances
    noise = mixture.shares @ mixture.variances**2
    spread = 0.5 if coinciding == "shift" else 0.0
    learning = rule(learning_rate=(damping - spread) / noise * (1 + detuning))
    scales = time_scales(mixture, learning)
    assert scales.norm == pytest.approx(getattr(scales, coinciding), rel=3 * detuning + 1e-12)
    times = _TIMES * scales.slowest
    _assert_meets_the_integrated_equations(mixture, learning, times)


def test_rates_of_two_groups_follow_the_paper() -> None:
    mixture = two_groups(shift=0.8)
    learning = rule(weight_decay=0.1, batch_size=2, group_weights=[0.5, 2.0])
    weights = mixture.shares * learning.group_weights
    damping = weights @ mixture.variances + 0.1
    scales = time_scales(mixture, learning)
    assert scales.shift is not None
    assert 1 / scales.shift == pytest.approx(0.3 * (0.8 * weights.sum() + damping))
    assert 1 / scales.teachers == pytest.approx(0.3 * damping)
    assert scales.norm is not None
    noise = 0.3**2 / 2 * (weights * learning.group_weights) @ mixture.variances**2
    assert 1 / scales.norm == pytest.approx(2 * 0.3 * damping - noise)
    assert scales.slowest == max(scales.teachers, scales.norm)


def test_no_shift_no_time_to_learn_it() -> None:
    mixture = two_groups(shift=0.0, label_correlation_plus=0.0, label_correlation_minus=0.0)
    assert time_scales(mixture, rule()).shift is None


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_start_and_limit(data: st.DataObject) -> None:
    mixture = data.draw(mixtures())
    learning = data.draw(squared_rules(mixture))
    unit = slowest_time(mixture, learning)
    trajectory = solve(mixture, learning, [0.0, 1e8 * unit, 1e200])
    np.testing.assert_allclose(trajectory.overlaps[0], learning.initial_overlaps, atol=1e-9)
    assert trajectory.norm[0] == pytest.approx(learning.initial_norm)
    np.testing.assert_allclose(trajectory.overlaps[1], trajectory.overlaps[2], atol=1e-9)
    assert trajectory.norm[1] == pytest.approx(trajectory.norm[2])


def test_the_limit_for_a_small_learning_rate_minimises_the_loss() -> None:
    mixture = two_groups()
    best = solve(mixture, rule(learning_rate=1e-9), [1e12])
    for change in np.eye(4) * 0.05:
        weights = np.linalg.pinv(mixture.coordinates) @ best.overlaps[0] + change[:3]
        moved = mixture.coordinates @ weights
        norm = np.array([weights @ weights])
        loss = group_losses(mixture, best.rule.loss, moved[None], norm) @ mixture.shares
        assert loss >= best.loss - 1e-9


def test_class_weights_that_are_equal_only_scale_the_gradient() -> None:
    mixture = two_groups()
    times = np.linspace(0, 20, 30)
    scaled = solve(mixture, rule(class_weights=[1.5, 1.5], learning_rate=0.2), times)
    plain = solve(mixture, rule(learning_rate=0.3), times)
    _assert_same(scaled, plain, 1e-13)


def test_applies_to_squared_loss_with_equal_class_weights_alone() -> None:
    assert applies(rule())
    for other in (rule(loss=Logistic()), rule(class_weights=[1.0, 2.0])):
        assert not applies(other)
        with pytest.raises(ValueError, match="squared loss with equal class weights"):
            time_scales(two_groups(), other)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_the_largest_learning_rate_parts_stable_from_diverging(data: st.DataObject) -> None:
    mixture = data.draw(two_group_mixtures())
    learning = data.draw(squared_rules(mixture))
    largest = largest_learning_rate(mixture, learning)
    below = time_scales(mixture, with_learning_rate(learning, largest * (1 - 1e-6)))
    above = time_scales(mixture, with_learning_rate(learning, largest * (1 + 1e-6)))
    assert below.norm is not None
    assert above.norm is None


@pytest.mark.parametrize("factor", [1.0, 1.01, 1.5, 20.0])
def test_divergence_is_reported_with_finite_curves_before_it(factor: float) -> None:
    mixture = two_groups()
    critical = largest_learning_rate(mixture, rule())
    learning = rule(learning_rate=factor * critical)
    times = np.append(0.0, np.geomspace(1e-4, 1e9, 400))
    trajectory = solve(mixture, learning, times)
    assert trajectory.diverged_at is not None
    assert 0 < trajectory.times.size < times.size
    assert trajectory.times[-1] < trajectory.diverged_at
    for curve in (trajectory.norm, trajectory.group_losses, trajectory.group_errors):
        assert np.isfinite(curve).all()
    assert trajectory.norm.max() <= DIVERGENCE_NORM
    at = flow(mixture, learning, 1e9).evaluate(np.array([trajectory.diverged_at]))[1]
    assert at == pytest.approx(DIVERGENCE_NORM, rel=1e-6)


def test_divergence_far_beyond_every_bound_is_finite() -> None:
    mixture = two_groups()
    learning = rule(learning_rate=3 * largest_learning_rate(mixture, rule()))
    trajectory = solve(mixture, learning, [0.0, 1e300])
    assert trajectory.diverged_at is not None
    assert trajectory.times.tolist() == [0.0]
