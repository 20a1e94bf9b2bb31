from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation_cases import (
    mixtures,
    rule,
    samplings,
    schedules,
    starts,
    three_groups,
    two_groups,
)

from simulation.closed_form import largest_learning_rate
from simulation.dynamics import Trajectory, integrate, solve
from simulation.learning import DIVERGENCE_NORM, LearningRule, Switch
from simulation.losses import Focal, Logistic, Loss, SmoothHinge, Squared
from simulation.mixture import TeacherMixture

_LOSSES = st.sampled_from([Squared(), Logistic(), Focal(2.0)])
_EVERY_LOSS = _LOSSES | st.sampled_from(
    [Focal(0.0), Focal(0.5), Focal(10.0), SmoothHinge(0.1), SmoothHinge(5.0), SmoothHinge(100.0)]
)
_TIMES = np.array([0.0, 0.5, 2.0])


@st.composite
def _problems(draw: st.DrawFn) -> tuple[TeacherMixture, dict[str, Any]]:
    mixture = draw(mixtures(3))
    norm, overlaps = draw(starts(mixture))
    return mixture, {
        "loss": draw(_LOSSES),
        "learning_rate": draw(st.floats(0.01, 0.3)),
        "weight_decay": draw(st.floats(0, 1)),
        "batch_size": draw(st.integers(1, 5)),
        "group_weights": np.array(draw(st.permutations([0.5, 1.0, 2.0])))[: mixture.size],
        "class_weights": np.array(draw(st.permutations([1.0, 3.0]))),
        "initial_norm": norm,
        "initial_overlaps": overlaps,
    }


def _decades(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(np.log10(low), np.log10(high)).map(lambda power: float(10**power))


@st.composite
def _extreme_mixtures(draw: st.DrawFn) -> TeacherMixture:
    """Two groups from all that settings admit."""
    shift = draw(st.just(0.0) | _decades(1e-12, 100))
    plus, minus = (draw(st.floats(-1, 1)) if shift else 0.0 for _ in "+-")
    spread = np.sqrt((1 - plus**2) * (1 - minus**2))
    similarity = plus * minus + draw(st.floats(-1, 1)) * spread
    return two_groups(
        representation=draw(st.floats(1e-4, 0.9999)),
        variance_plus=draw(_decades(1e-4, 1e4)),
        variance_minus=draw(_decades(1e-4, 1e4)),
        rule_similarity=float(np.clip(similarity, -1, 1)),
        label_correlation_plus=plus * np.sqrt(shift),
        label_correlation_minus=minus * np.sqrt(shift),
        shift=shift,
        threshold_plus=draw(st.floats(-10, 10)),
        threshold_minus=draw(st.floats(-10, 10)),
    )


_WEIGHTS = st.sampled_from([(1, 1), (1, 0), (1e3, 1), (0.1, 3)]).map(np.array)


@st.composite
def _extreme_rules(draw: st.DrawFn, mixture: TeacherMixture, *, duration: float) -> LearningRule:
    """Any rule that settings admit, from students without overlaps to teachers."""
    norm = draw(_decades(1e-6, 1e4))
    directions = mixture.coordinates
    toward = directions.T @ draw(st.sampled_from(np.vstack([np.zeros(4), np.eye(4)[:2]]).tolist()))
    length = max(float(np.linalg.norm(toward)), 1e-9)
    switch = Switch(
        time=duration * draw(st.floats(1e-6, 1.5)),
        group_weights=draw(_WEIGHTS),
        class_weights=draw(_WEIGHTS),
        sampling=draw(samplings(2)),
    )
    return rule(
        loss=draw(_EVERY_LOSS),
        learning_rate=draw(_decades(1e-6, 1e3)),
        weight_decay=draw(st.just(0.0) | _decades(1e-6, 1e3)),
        batch_size=draw(st.integers(1, 100_000)),
        group_weights=draw(_WEIGHTS),
        class_weights=draw(_WEIGHTS),
        initial_norm=norm,
        initial_overlaps=directions @ toward * np.sqrt(norm) / length,
        schedule=draw(schedules(duration)),
        sampling=draw(samplings(2)),
        switch=draw(st.none() | st.just(switch)),
    )


def _curves_or_reason(
    mixture: TeacherMixture, learning: LearningRule, duration: float
) -> Trajectory | str:
    try:
        return solve(mixture, learning, np.append(0.0, np.geomspace(1e-4, 1, 9) * duration))
    except ArithmeticError as error:
        return str(error)


def _assert_close(computed: Trajectory, **expected: np.ndarray[Any, Any]) -> None:
    for name, value in expected.items():
        scale = max(1.0, float(np.abs(value).max()))
        np.testing.assert_allclose(getattr(computed, name), value, rtol=0, atol=1e-8 * scale)


def _reordered(
    mixture: TeacherMixture, order: list[int], settings: dict[str, Any]
) -> tuple[TeacherMixture, LearningRule]:
    both = np.concatenate([order, np.array(order) + mixture.size])
    changed = TeacherMixture(
        names=tuple(mixture.names[group] for group in order),
        shares=mixture.shares[order],
        variances=mixture.variances[order],
        thresholds=mixture.thresholds[order],
        gram=mixture.gram[np.ix_(both, both)],
    )
    changes = {
        "group_weights": settings["group_weights"][order],
        "initial_overlaps": settings["initial_overlaps"][both],
    }
    return changed, rule(**(settings | changes))


@settings(max_examples=40, deadline=None)
@given(problem=_problems(), data=st.data())
def test_the_order_of_the_groups_does_not_matter(
    problem: tuple[TeacherMixture, dict[str, Any]], data: st.DataObject
) -> None:
    mixture, settings = problem
    order = data.draw(st.permutations(range(mixture.size)))
    plain = integrate(mixture, rule(**settings), _TIMES)
    swapped = integrate(*_reordered(mixture, order, settings), _TIMES)
    _assert_close(
        swapped,
        group_losses=plain.group_losses[:, order],
        group_errors=plain.group_errors[:, order],
        norm=plain.norm,
        loss=plain.loss,
        error=plain.error,
    )


@settings(max_examples=40, deadline=None)
@given(problem=_problems())
def test_mirrored_inputs_and_labels_give_the_same_curves(
    problem: tuple[TeacherMixture, dict[str, Any]],
) -> None:
    mixture, settings = problem
    signs = np.repeat([1.0, -1.0], mixture.size)
    mirrored = TeacherMixture(
        names=mixture.names,
        shares=mixture.shares,
        variances=mixture.variances,
        thresholds=-mixture.thresholds,
        gram=mixture.gram * np.outer(signs, signs),
    )
    changes = {
        "class_weights": settings["class_weights"][::-1],
        "initial_overlaps": settings["initial_overlaps"] * signs,
    }
    plain = integrate(mixture, rule(**settings), _TIMES)
    reflected = integrate(mirrored, rule(**(settings | changes)), _TIMES)
    _assert_close(
        reflected,
        teacher_overlaps=plain.teacher_overlaps,
        shift_overlaps=-plain.shift_overlaps,
        group_losses=plain.group_losses,
        group_errors=plain.group_errors,
    )


@settings(max_examples=40, deadline=None)
@given(problem=_problems())
def test_opposite_rules_turn_the_student_around(
    problem: tuple[TeacherMixture, dict[str, Any]],
) -> None:
    mixture, settings = problem
    signs = np.repeat([-1.0, 1.0], mixture.size)
    relabelled = TeacherMixture(
        names=mixture.names,
        shares=mixture.shares,
        variances=mixture.variances,
        thresholds=-mixture.thresholds,
        gram=mixture.gram * np.outer(signs, signs),
    )
    changes = {
        "class_weights": settings["class_weights"][::-1],
        "initial_overlaps": -settings["initial_overlaps"] * signs,
    }
    plain = integrate(mixture, rule(**settings), _TIMES)
    turned = integrate(relabelled, rule(**(settings | changes)), _TIMES)
    _assert_close(
        turned,
        teacher_overlaps=plain.teacher_overlaps,
        shift_overlaps=-plain.shift_overlaps,
        group_losses=plain.group_losses,
    )


@pytest.mark.parametrize("loss", [Squared(), Logistic(), Focal(1.5)])
def test_splitting_a_group_changes_nothing(loss: Loss) -> None:
    whole = two_groups()
    order = [0, 0, 1]
    both = [0, 0, 1, 2, 2, 3]
    split = TeacherMixture(
        names=("first half", "second half", "-"),
        shares=whole.shares[order] * [0.25, 0.75, 1.0],
        variances=whole.variances[order],
        thresholds=whole.thresholds[order],
        gram=whole.gram[np.ix_(both, both)],
    )
    one = solve(whole, rule(2, loss=loss), _TIMES)
    other = solve(split, rule(3, loss=loss), _TIMES)
    _assert_close(other, norm=one.norm, group_losses=one.group_losses[:, order], loss=one.loss)


def test_groups_that_are_alike_stay_alike() -> None:
    mixture = two_groups(
        variance_plus=0.8,
        variance_minus=0.8,
        rule_similarity=1.0,
        label_correlation_plus=0.0,
        label_correlation_minus=0.0,
        shift=0.0,
        threshold_plus=0.3,
        threshold_minus=0.3,
    )
    losses = solve(mixture, rule(loss=Logistic()), np.linspace(0, 10, 5)).group_losses
    np.testing.assert_allclose(losses[:, 0], losses[:, 1], rtol=1e-12)


def test_a_step_of_the_flow_descends_the_weighted_loss() -> None:
    """With a vanishing learning rate only the gradient of the weighted loss is left."""
    mixture, weights = three_groups(), np.array([1.0, 0.5, 2.0])
    for loss in (Squared(), Logistic(), Focal(2.0)):
        learning = rule(3, loss=loss, learning_rate=1e-8, group_weights=weights)
        trajectory = integrate(mixture, learning, np.linspace(0, 1e9, 20))
        weighted = trajectory.group_losses @ (mixture.shares * weights)
        assert np.all(np.diff(weighted) < 0)


@pytest.mark.parametrize("batch_size", [1, 3])
def test_divergence_is_found_by_the_integration_too(batch_size: int) -> None:
    mixture = two_groups()
    slow = rule(batch_size=batch_size)
    fast = rule(batch_size=batch_size, learning_rate=1.3 * largest_learning_rate(mixture, slow))
    times = np.linspace(0, 1000, 50)
    exact, integrated = solve(mixture, fast, times), integrate(mixture, fast, times)
    assert exact.diverged_at is not None
    assert integrated.diverged_at == pytest.approx(exact.diverged_at, rel=1e-6)
    np.testing.assert_array_equal(integrated.times, exact.times)
    assert integrated.norm.max() <= DIVERGENCE_NORM


def test_divergence_before_the_first_time_leaves_no_points() -> None:
    fast = rule(learning_rate=20.0)
    for curves in (solve, integrate):
        trajectory = curves(two_groups(), fast, [900.0])
        assert trajectory.diverged_at is not None
        assert trajectory.diverged_at < 900
        assert trajectory.group_losses.shape == trajectory.group_errors.shape == (0, 2)


def test_nearly_equal_class_weights_are_the_limit_of_equal_ones() -> None:
    mixture, times = two_groups(), np.linspace(0, 5, 4)
    nearly = solve(mixture, rule(class_weights=[1.0, 1.0 + 1e-9]), times)
    equal = solve(mixture, rule(), times)
    _assert_close(nearly, overlaps=equal.overlaps, norm=equal.norm)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_whatever_settings_admit_has_curves_or_a_reason(data: st.DataObject) -> None:
    mixture = data.draw(_extreme_mixtures())
    duration = data.draw(_decades(1e-3, 1e6))
    learning = data.draw(_extreme_rules(mixture, duration=duration))
    trajectory = _curves_or_reason(mixture, learning, duration)
    if isinstance(trajectory, str):
        assert "try a smaller learning rate" in trajectory
        return
    assert np.isfinite(trajectory.overlaps).all()
    assert np.all((trajectory.norm > -1e-9) & (trajectory.norm <= DIVERGENCE_NORM))
    assert np.all(np.isfinite(trajectory.group_losses) & (trajectory.group_losses > -1e-9))
    assert np.all((trajectory.group_errors >= 0) & (trajectory.group_errors <= 1))


@pytest.mark.parametrize("weight_decay", [0.0, 1e3])
def test_integration_goes_on_long_after_the_curves_are_flat(weight_decay: float) -> None:
    learning = rule(weight_decay=weight_decay)
    times = np.geomspace(1e-3, 1e6, 30)
    exact, integrated = (curves(two_groups(), learning, times) for curves in (solve, integrate))
    _assert_close(integrated, overlaps=exact.overlaps, norm=exact.norm)


def test_curves_that_cannot_be_followed_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulation.integration._MOST_EVALUATIONS", 100)
    with pytest.raises(ArithmeticError, match="to t = 500 takes too long; try a smaller"):
        solve(two_groups(), rule(loss=Logistic()), [500.0])


def test_curves_turn_smoothly_with_the_settings() -> None:
    rates = 1 + 1e-5 * np.arange(-3, 4)
    losses = [
        solve(two_groups(), rule(loss=Focal(2.0), learning_rate=rate), _TIMES).group_losses
        for rate in rates
    ]
    np.testing.assert_allclose(np.diff(losses, 2, axis=0), 0, atol=2e-9)


@pytest.mark.parametrize("times", [[], [1.0, 0.5], [-1.0], [np.nan], [np.inf], [[1.0]]])
def test_times_that_are_refused(times: list[float]) -> None:
    with pytest.raises(ValueError, match="times"):
        solve(two_groups(), rule(), times)


@pytest.mark.parametrize("loss", [Squared(), Logistic()])
def test_the_start_alone(loss: Loss) -> None:
    trajectory = solve(two_groups(), rule(loss=loss), [0.0])
    np.testing.assert_allclose(trajectory.overlaps, 0, atol=1e-15)
    np.testing.assert_allclose(trajectory.norm, 0.05)
