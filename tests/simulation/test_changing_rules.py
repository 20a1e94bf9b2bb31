"""Curves of rules that change in the course of training: schedule, sampling and switch."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad_vec, solve_ivp
from scipy.special import ndtr
from simulation_cases import (
    changes,
    mixtures,
    rule,
    samplings,
    schedules,
    slowest_time,
    squared_rules,
    three_groups,
    two_groups,
)

from simulation.dynamics import Trajectory, answers_at_once, integrate, solve
from simulation.integration import IntegratedFlow
from simulation.learning import LearningRule, Switch, spans
from simulation.losses import Focal, Logistic, Loss, SmoothHinge, Squared
from simulation.mixture import FloatArray, TeacherMixture
from simulation.schedules import CONSTANT, CosineDecay, ExponentialDecay, InverseTimeDecay, Schedule

_TIMES = np.array([0.0, 1e-3, 0.03, 0.3, 0.6, 1.0])
_LOSSES: list[Loss] = [Squared(), Logistic(), Focal(2.0), SmoothHinge(5.0)]


def _assert_same(first: Trajectory, second: Trajectory, tolerance: float) -> None:
    for name in ("overlaps", "norm"):
        a, b = getattr(first, name), getattr(second, name)
        np.testing.assert_allclose(a, b, rtol=0, atol=tolerance * max(1.0, np.abs(b).max()))


def _later(learning: LearningRule, time: float) -> Switch:
    """Return a switch to the weights that are in force."""
    return Switch(
        time=time,
        group_weights=learning.group_weights,
        class_weights=learning.class_weights,
        sampling=learning.sampling,
    )


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_formulas_meet_the_integrated_equations(data: st.DataObject) -> None:
    mixture = data.draw(mixtures(3))
    learning = data.draw(squared_rules(mixture))
    end = 3 * slowest_time(mixture, learning)
    learning = replace(learning, **data.draw(changes(groups=mixture.size, duration=end)))
    assert answers_at_once(learning)
    times = _TIMES * end
    exact, integrated = (curve(mixture, learning, times) for curve in (solve, integrate))
    assert integrated.times.tolist() == exact.times.tolist()
    _assert_same(exact, integrated, 1e-7)


@pytest.mark.parametrize("decay_steps", [10.0, 1.0, 0.1])
def test_a_chain_of_steps_meets_the_integrated_equations(decay_steps: float) -> None:
    steps = ExponentialDecay(decay_steps=decay_steps, decay_rate=0.98, staircase=True)
    learning = rule(schedule=steps, learning_rate=1.0, batch_size=2)
    times = np.linspace(0, 30, 101)
    integrated = integrate(two_groups(), learning, times, tolerance=1e-11)
    _assert_same(solve(two_groups(), learning, times), integrated, 1e-8)


@pytest.mark.parametrize("decay_rate", [0.5, 0.1])
def test_steps_too_small_to_count_are_left_out_of_the_integration(decay_rate: float) -> None:
    steps = ExponentialDecay(decay_steps=2.0, decay_rate=decay_rate, staircase=True)
    learning, times = rule(schedule=steps, learning_rate=1.0), np.array([1.0, 7.0, 90.0, 800.0])
    exact, integrated = (curve(two_groups(), learning, times) for curve in (solve, integrate))
    _assert_same(exact, integrated, 1e-8)
    (span,) = spans(learning, 800.0)
    overlaps, norm = learning.initial_overlaps, learning.initial_norm
    found = IntegratedFlow.of(two_groups(), span, overlaps=overlaps, norm=norm, tolerance=1e-9)
    assert len(found.stages) <= 3 + np.log(1e-13) / np.log(decay_rate) < len(span.edges) / 8


@pytest.mark.parametrize("loss", _LOSSES)
@pytest.mark.parametrize("schedule", [CosineDecay(decay_steps=4.0), CONSTANT])
def test_a_switch_to_the_same_weights_changes_nothing(loss: Loss, schedule: Schedule) -> None:
    mixture, times = two_groups(), np.linspace(0, 5, 21)
    plain = rule(loss=loss, sampling=[0.4, 0.6], schedule=schedule)
    switched = replace(plain, switch=_later(plain, 1.7))
    _assert_same(solve(mixture, switched, times), solve(mixture, plain, times), 1e-8)


@pytest.mark.parametrize("loss", _LOSSES)
@pytest.mark.parametrize("staircase", [False, True])
def test_schedules_that_stay_constant(loss: Loss, staircase: bool) -> None:
    mixture, times = two_groups(), np.linspace(0, 5, 21)
    plain = rule(loss=loss)
    barely = ExponentialDecay(decay_steps=1.3, decay_rate=1 - 1e-13, staircase=staircase)
    for schedule in (barely, CosineDecay(decay_steps=2.0, alpha=1.0)):
        still = solve(mixture, replace(plain, schedule=schedule), times)
        _assert_same(still, solve(mixture, plain, times), 1e-7)


@settings(max_examples=40, deadline=None)
@given(schedule=schedules(5.0))
def test_under_squared_loss_a_schedule_is_a_change_of_time_for_the_overlaps(
    schedule: Schedule,
) -> None:
    learning = rule(3, learning_rate=0.8, batch_size=2, schedule=schedule)
    times = np.linspace(0, 5, 11)
    slowed = integrate(three_groups(), learning, times)
    ages = np.maximum.accumulate(schedule.integral(times))
    constant = solve(three_groups(), rule(3, learning_rate=0.8, batch_size=2), ages)
    np.testing.assert_allclose(slowed.overlaps, constant.overlaps, atol=1e-8)


@pytest.mark.parametrize("loss", _LOSSES)
def test_sampling_makes_another_mixture_of_the_same_groups(loss: Loss) -> None:
    mixture, times = two_groups(representation=0.9), np.linspace(0, 8, 9)
    balanced = solve(mixture, rule(loss=loss, sampling=[0.5, 0.5]), times)
    other = solve(two_groups(representation=0.5), rule(loss=loss), times)
    _assert_same(balanced, other, 1e-12)
    np.testing.assert_allclose(balanced.loss, other.group_losses @ mixture.shares, rtol=1e-10)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_group_weights_do_what_sampling_does_but_for_the_noise(data: st.DataObject) -> None:
    mixture = data.draw(mixtures(3))
    sampling = data.draw(samplings(mixture.size))
    if sampling is None:
        sampling = mixture.shares
    batch_size = data.draw(st.sampled_from([10**9, 1]))
    common: dict[str, Any] = {"batch_size": batch_size, "learning_rate": 0.02}
    times = np.linspace(0, 50, 6)
    sampled = solve(mixture, rule(mixture.size, sampling=sampling, **common), times)
    weights = sampling / mixture.shares
    weighted = solve(mixture, rule(mixture.size, group_weights=weights, **common), times)
    scale = max(1.0, float(np.abs(sampled.overlaps).max()))
    np.testing.assert_allclose(weighted.overlaps, sampled.overlaps, atol=1e-10 * scale)
    if batch_size > 1:
        np.testing.assert_allclose(weighted.norm, sampled.norm, atol=1e-5 * scale**2)


@pytest.mark.parametrize("loss", _LOSSES)
def test_nothing_moves_once_the_learning_rate_is_0(loss: Loss) -> None:
    learning = rule(loss=loss, schedule=CosineDecay(decay_steps=3.0))
    curves = solve(two_groups(), learning, [1.0, 3.0, 3.5, 1e6])
    assert np.ptp(curves.norm[:2]) > 1e-4
    for curve in (curves.overlaps, curves.norm):
        np.testing.assert_allclose(curve[1:], np.broadcast_to(curve[1], curve[1:].shape), rtol=1e-9)


@pytest.mark.parametrize("loss", _LOSSES)
def test_a_warm_up_starts_from_rest(loss: Loss) -> None:
    """With η = ηt/w at first, the student has moved half as far as at the rate η of that moment."""
    warm = rule(loss=loss, schedule=CosineDecay(decay_steps=5.0, warmup_steps=10.0))
    time = 0.01
    slow = rule(loss=loss, learning_rate=0.3 * time / 10)
    moved = solve(two_groups(), warm, [0.0, time]).overlaps
    full = solve(two_groups(), slow, [0.0, time]).overlaps
    np.testing.assert_allclose(np.diff(moved, axis=0), 0.5 * np.diff(full, axis=0), rtol=1e-4)


@pytest.mark.parametrize(("loss", "learning_rate"), [(Squared(), 60.0), (Logistic(), 1e4)])
def test_training_ends_where_it_diverges(loss: Loss, learning_rate: float) -> None:
    wild: dict[str, Any] = {"loss": loss, "learning_rate": learning_rate}
    mixture, times = two_groups(), np.linspace(0, 50, 101)
    alone = solve(mixture, rule(**wild), times)
    assert alone.diverged_at is not None
    before = rule(**wild, switch=_later(rule(), 0.5 * alone.diverged_at))
    assert solve(mixture, before, times).diverged_at == pytest.approx(alone.diverged_at, rel=1e-6)
    after = rule(**wild, switch=_later(rule(), 1.5 * alone.diverged_at))
    assert solve(mixture, after, times).diverged_at == pytest.approx(alone.diverged_at, rel=1e-6)
    heavy = Switch(time=20.0, group_weights=np.full(2, 1e4), class_weights=np.ones(2))
    late = solve(mixture, rule(loss=loss, switch=heavy), times)
    assert late.diverged_at is not None
    assert late.diverged_at > 20
    assert late.times[-1] >= 20
    assert np.isfinite(late.group_losses).all()


def test_only_what_has_formulas_throughout_answers_at_once() -> None:
    unequal = Switch(time=1.0, group_weights=np.ones(2), class_weights=np.array([1.0, 2.0]))
    assert answers_at_once(rule(schedule=CosineDecay(decay_steps=1.0)))
    assert not answers_at_once(rule(loss=Logistic()))
    assert not answers_at_once(rule(class_weights=[1.0, 2.0]))
    assert not answers_at_once(rule(switch=unequal))
    times = np.linspace(0, 3, 7)
    curves = (solve, integrate)
    exact, integrated = (curve(two_groups(), rule(switch=unequal), times) for curve in curves)
    _assert_same(exact, integrated, 1e-8)


def test_a_rate_that_falls_too_often_is_refused_with_what_to_try() -> None:
    steps = ExponentialDecay(decay_steps=0.01, decay_rate=0.9, staircase=True)
    for curves in (solve, integrate):
        with pytest.raises(ArithmeticError, match=r"decay_steps = 0\.01 .* at least 0\.1"):
            curves(two_groups(), rule(schedule=steps), [100.0])


def _velocity(mixture: TeacherMixture, learning: LearningRule, state: FloatArray) -> FloatArray:
    """Equations (1) and (2) divided by η, η² apart, by adaptive quadrature over two fields."""
    size, overlaps, norm = mixture.size, state[:-1], state[-1]
    signs, classes = np.array([1.0, -1.0]), learning.class_weights
    change = np.zeros((2, state.size))
    change[0] = -learning.weight_decay * np.append(overlaps, 2 * norm)
    for j in range(size):
        teacher, shift = mixture.gram[j, j], overlaps[size + j]
        deviation = np.sqrt(mixture.variances[j] * norm)
        h = (mixture.gram[j, size + j] + mixture.thresholds[j]) / np.sqrt(
            mixture.variances[j] * teacher
        )
        r = overlaps[j] / np.sqrt(norm * teacher)
        rest = np.sqrt(1 - r**2)

        def integrand(
            a: float,
            *,
            shift: float = shift,
            deviation: float = deviation,
            h: float = h,
            r: float = r,
            rest: float = rest,
        ) -> FloatArray:
            label = ndtr(signs * (h + r * a) / rest)
            at_boundary = shift - deviation * r * h + deviation * rest * a
            field = shift + deviation * a
            delta = classes * signs * learning.loss.delta(signs * field)
            slope = classes * learning.loss.derivatives(signs * field)[1]
            jump = classes * signs * learning.loss.delta(signs * at_boundary)
            averages = [
                label @ delta,
                label @ slope,
                label @ delta * field,
                label @ delta**2,
                np.exp(-(h**2) / 2) / np.sqrt(2 * np.pi) * (jump[0] - jump[1]),
            ]
            return np.asarray(np.array(averages) * np.exp(-(a**2) / 2) / np.sqrt(2 * np.pi))

        points = np.clip([-h / r if r else 0.0, (1 - shift) / deviation], -9, 9)
        mean = quad_vec(integrand, -10, 10, epsabs=1e-11, epsrel=1e-11, points=points)[0]
        share = learning.sampling_shares(mixture)[j] * learning.group_weights[j]
        variance = mixture.variances[j]
        change[0, :-1] += share * (
            mixture.gram[:, size + j] * mean[0]
            + variance * overlaps * mean[1]
            + np.sqrt(variance / teacher) * mixture.gram[:, j] * mean[4]
        )
        change[0, -1] += 2 * share * mean[2]
        noise = share * learning.group_weights[j] * variance / learning.batch_size
        change[1, -1] += noise * mean[3]
    return change


@pytest.mark.parametrize(
    ("loss", "schedule"),
    [
        (Squared(), CosineDecay(decay_steps=2.0, alpha=0.1, warmup_steps=0.5)),
        (Logistic(), ExponentialDecay(decay_steps=0.8, decay_rate=0.4, staircase=True)),
        (Focal(2.0), InverseTimeDecay(decay_steps=1.0, decay_rate=2.0)),
        (SmoothHinge(5.0), CosineDecay(decay_steps=2.0, alpha=0.1, warmup_steps=0.5)),
    ],
)
def test_curves_against_another_integrator_and_adaptive_quadrature(
    loss: Loss, schedule: Schedule
) -> None:
    mixture = two_groups()
    later = Switch(
        time=1.2,
        group_weights=np.array([0.3, 2.0]),
        class_weights=np.array([0.5, 1.5]),
        sampling=np.array([0.6, 0.4]),
    )
    learning = rule(
        loss=loss,
        learning_rate=0.8,
        weight_decay=0.1,
        sampling=[0.5, 0.5],
        batch_size=2,
        class_weights=[1.2, 0.7],
        schedule=schedule,
        switch=later,
    )
    state = np.append(learning.initial_overlaps, learning.initial_norm)
    breaks = np.union1d(schedule.breaks(2.0), [1.2, 2.0])
    times = [0.0]
    for end in breaks.tolist():
        begin, weighted = times[-1], learning if end <= 1.2 else learning.after_switch()

        def velocity(
            time: float,
            state: FloatArray,
            *,
            begin: float = begin,
            end: float = end,
            weighted: LearningRule = weighted,
        ) -> FloatArray:
            inside = np.array((begin + end) / 2 if schedule.stepwise else time)
            eta = 0.8 * schedule.factor(inside)
            slow, fast = _velocity(mixture, weighted, state)
            return np.asarray(eta * slow + eta**2 * fast)

        solution = solve_ivp(velocity, (begin, end), state, method="DOP853", rtol=1e-9, atol=1e-10)
        state = solution.y[:, -1]
        times.append(end)
        curves = solve(mixture, learning, [end])
        np.testing.assert_allclose(np.append(curves.overlaps, curves.norm), state, atol=3e-8)


@pytest.mark.parametrize("switch_time", [2.0**4, 2.0**17])
def test_what_a_switch_changes_at_once_is_followed_however_late(switch_time: float) -> None:
    """A schedule that stays at the set rate is as good as none, which has a formula throughout."""
    weights = np.array([1.0, 1000.0])
    fast: dict[str, Any] = {"learning_rate": 11.0, "weight_decay": 400.0, "batch_size": 10**5}
    switch = Switch(time=switch_time, group_weights=weights, class_weights=np.ones(2))
    times = switch_time + np.array([0.0, 2.0**-16, 2.0**-12, 2.0**-10, 2.0**-6, switch_time])
    curves = [
        solve(two_groups(), rule(**fast, switch=switch, schedule=schedule), times)
        for schedule in (CosineDecay(decay_steps=5.0, alpha=1.0, warmup_steps=2.0), CONSTANT)
    ]
    assert np.ptp(curves[1].norm) > 0.1
    np.testing.assert_allclose(curves[0].norm, curves[1].norm, rtol=1e-9)
    np.testing.assert_allclose(curves[0].overlaps, curves[1].overlaps, rtol=1e-9, atol=1e-12)
