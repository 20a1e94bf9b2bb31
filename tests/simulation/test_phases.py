from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation_cases import (
    changes,
    mixtures,
    rule,
    slowest_time,
    squared_rules,
    two_group_mixtures,
    two_groups,
)

from simulation.closed_form import largest_learning_rate, time_scales
from simulation.dynamics import integrate, solve
from simulation.learning import LearningRule, Switch
from simulation.losses import Logistic
from simulation.mixture import FloatArray, TeacherMixture
from simulation.phases import asymptote, is_unstable, phase_ends
from simulation.schedules import CosineDecay, ExponentialDecay, InverseTimeDecay


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_at_a_constant_rate_phases_end_at_the_time_scales(data: st.DataObject) -> None:
    mixture = data.draw(two_group_mixtures())
    learning = data.draw(squared_rules(mixture))
    scales = time_scales(mixture, learning)
    ends = phase_ends(mixture, learning, 1.1 * scales.slowest)
    for name in ("shift", "teachers", "norm"):
        scale = getattr(scales, name)
        assert getattr(ends, name) == (scale and pytest.approx(scale, rel=1e-8))


def _rates(
    mixture: TeacherMixture, learning: LearningRule, times: FloatArray
) -> dict[str, FloatArray]:
    """k_M, k_R and k_Q of two groups at some times, by the formulas of the paper."""
    switch = learning.switch
    eta = learning.learning_rates(times)
    by_weights = []
    for weighting in (learning, switch or learning):
        shares = mixture.shares if weighting.sampling is None else weighting.sampling
        weights = shares * weighting.group_weights * weighting.class_weights[0]
        damping = weights @ mixture.variances + learning.weight_decay
        scaled = weighting.group_weights * weighting.class_weights[0] * mixture.variances
        noise = shares @ scaled**2 / learning.batch_size
        by_weights.append((mixture.gram[2, 2] * weights.sum(), damping, noise))
    later = times >= (np.inf if switch is None else switch.time)
    pull, damping, noise = (np.where(later, b, a) for a, b in zip(*by_weights, strict=True))
    return {
        "shift": eta * (pull + damping),
        "teachers": eta * damping,
        "norm": 2 * eta * damping - eta**2 * noise,
    }


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_phases_end_when_their_rates_add_up_to_one(data: st.DataObject) -> None:
    mixture = data.draw(two_group_mixtures())
    learning = data.draw(squared_rules(mixture))
    end = 3 * slowest_time(mixture, learning)
    learning = replace(learning, **data.draw(changes(groups=2, duration=end)))
    ends = phase_ends(mixture, learning, end)
    jumps = list(learning.schedule.breaks(end))
    if learning.switch is not None and learning.switch.time < end:
        jumps.append(learning.switch.time)
    times = np.union1d(np.linspace(0, end, 50_001), jumps)
    middles = (times[1:] + times[:-1]) / 2
    for name, rates in _rates(mixture, learning, middles).items():
        done = np.append(0.0, np.cumsum(rates * np.diff(times)))
        reached = getattr(ends, name)
        if name == "shift" and not mixture.gram[2, 2] > 1e-10:
            continue
        if reached is None:
            assert done.max() < 1 + 1e-4
        else:
            assert np.interp(reached, times, done) == pytest.approx(1, abs=1e-4)
            assert done[times < reached].max() < 1 + 1e-4


def test_a_phase_that_the_schedule_cuts_short_has_no_end() -> None:
    mixture = two_groups()
    short = CosineDecay(decay_steps=0.01)
    ends = phase_ends(mixture, rule(schedule=short), 1e6)
    assert (ends.shift, ends.teachers, ends.norm) == (None, None, None)


def test_no_shift_no_phase_of_the_shift() -> None:
    mixture = two_groups(shift=0.0, label_correlation_plus=0.0, label_correlation_minus=0.0)
    ends = phase_ends(mixture, rule(), 100.0)
    assert ends.shift is None
    assert ends.teachers is not None


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_asymptote_is_where_the_curves_end(data: st.DataObject) -> None:
    mixture = data.draw(mixtures(3))
    learning = data.draw(squared_rules(mixture))
    unit = slowest_time(mixture, learning)
    changing = replace(learning, **data.draw(changes(groups=mixture.size, duration=unit)))
    end = asymptote(mixture, changing)
    if changing.schedule.final == 0:
        assert end is None
        return
    late = solve(mixture, changing, [1e9 * unit])
    if end is None:
        assert is_unstable(mixture, changing, 1e9 * unit)
    elif late.diverged_at is None:
        scale = max(1.0, end.norm, float(np.abs(end.overlaps).max()))
        np.testing.assert_allclose(late.overlaps[0], end.overlaps, atol=1e-7 * scale)
        assert late.norm[0] == pytest.approx(end.norm, abs=1e-6 * scale)


def test_other_losses_have_no_closed_asymptote() -> None:
    assert asymptote(two_groups(), rule(loss=Logistic())) is None
    with pytest.raises(ValueError, match="squared loss"):
        is_unstable(two_groups(), rule(loss=Logistic()), 1.0)


def test_stability_is_that_of_the_rate_and_the_weights_of_the_moment() -> None:
    mixture = two_groups()
    limit = largest_learning_rate(mixture, rule())
    halving = ExponentialDecay(decay_steps=1.0, decay_rate=0.5)
    learning = rule(learning_rate=1.9 * limit, schedule=halving)
    assert is_unstable(mixture, learning, 0.9)
    assert not is_unstable(mixture, learning, 1.0)
    assert not is_unstable(mixture, rule(schedule=CosineDecay(decay_steps=1)), 2.0)
    heavier = Switch(time=3.0, group_weights=np.full(2, 3.0), class_weights=np.ones(2))
    switched = rule(learning_rate=0.9 * limit, switch=heavier)
    assert not is_unstable(mixture, switched, 2.9)
    assert is_unstable(mixture, switched, 3.1)
    assert asymptote(mixture, switched) is None
    assert largest_learning_rate(mixture, switched) == pytest.approx(limit / 3)


def test_an_unstable_beginning_that_ends_in_time_is_no_divergence() -> None:
    mixture = two_groups()
    limit = largest_learning_rate(mixture, rule())
    for schedule in (
        ExponentialDecay(decay_steps=2.0, decay_rate=0.5),
        ExponentialDecay(decay_steps=2.0, decay_rate=0.5, staircase=True),
        CosineDecay(decay_steps=8.0, alpha=0.1, warmup_steps=1.0),
        InverseTimeDecay(decay_steps=2.0, decay_rate=1.0),
    ):
        learning = rule(learning_rate=1.2 * limit, schedule=schedule)
        times = np.linspace(0, 40, 200)
        curves = solve(mixture, learning, times)
        assert curves.diverged_at is None
        assert curves.norm.max() > 2 * curves.norm[-1]
        assert not is_unstable(mixture, learning, 40.0)
        integrated = integrate(mixture, learning, times)
        scale = float(curves.norm.max())
        np.testing.assert_allclose(integrated.norm, curves.norm, rtol=0, atol=1e-7 * scale)
        wild = replace(learning, learning_rate=20 * limit)
        passed = solve(mixture, wild, times).diverged_at
        assert passed is not None
        assert integrate(mixture, wild, times).diverged_at == pytest.approx(passed, rel=1e-6)
