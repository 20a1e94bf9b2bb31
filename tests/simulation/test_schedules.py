import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from simulation_cases import schedules

from simulation.schedules import (
    CONSTANT,
    MOST_STEPS,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    Piecewise,
    Power,
    Schedule,
)

_END = 10.0
_SCHEDULES = schedules(_END)


def _cosine(step: float, *, decay_steps: float, alpha: float) -> float:
    decayed = 0.5 * (1 + math.cos(math.pi * min(step, decay_steps) / decay_steps))
    return (1 - alpha) * decayed + alpha


_KERAS: list[tuple[Schedule, Callable[[float], float]]] = [
    (CONSTANT, lambda _: 1.0),
    (ExponentialDecay(decay_steps=3, decay_rate=0.4), lambda step: 0.4 ** (step / 3)),
    (
        ExponentialDecay(decay_steps=3, decay_rate=0.4, staircase=True),
        lambda step: 0.4 ** math.floor(step / 3),
    ),
    (
        CosineDecay(decay_steps=6, alpha=0.2),
        lambda step: _cosine(step, decay_steps=6, alpha=0.2),
    ),
    (
        CosineDecay(decay_steps=6, alpha=0.2, warmup_steps=2),
        lambda step: step / 2 if step < 2 else _cosine(step - 2, decay_steps=6, alpha=0.2),
    ),
    (InverseTimeDecay(decay_steps=3, decay_rate=2), lambda step: 1 / (1 + 2 * step / 3)),
    (
        Piecewise(boundaries=(2.0, 5.25), factors=(1.0, 0.4, 0.0)),
        lambda step: 1.0 if step < 2 else 0.4 if step < 5.25 else 0.0,
    ),
]


@pytest.mark.parametrize(("schedule", "formula"), _KERAS)
def test_factors_follow_the_formulas_that_keras_documents(
    schedule: Schedule, formula: Callable[[float], float]
) -> None:
    times = np.append(np.arange(0, 12, 0.25), 2.9999)
    expected = [formula(time) for time in times.tolist()]
    np.testing.assert_allclose(schedule.factor(times), expected, rtol=1e-14)


def _power(time: float, schedule: Schedule, last: float, power: Power) -> float:
    return float(schedule.factor(np.array(min(time, last))) ** power)


@settings(max_examples=60, deadline=None)
@given(schedule=_SCHEDULES, fraction=st.floats(0.01, 1), power=st.sampled_from([1, 2]))
def test_integrals(schedule: Schedule, fraction: float, power: Power) -> None:
    end = _END * fraction
    edges = np.concatenate([[0.0], schedule.breaks(end), [end]])
    total = 0.0
    for low, high in pairwise(edges.tolist()):
        last = float(np.nextafter(high, 0))  # the rate at a break is that of the next step
        layer = min(high, low + 1e-3)
        for span in ((low, layer), (layer, high)):
            total += quad(_power, *span, (schedule, last, power), epsabs=1e-13, epsrel=1e-12)[0]
    assert schedule.integral(np.array(end), power) == pytest.approx(total, rel=1e-8, abs=1e-10)


@settings(deadline=None)
@given(schedule=_SCHEDULES)
def test_rates_are_shares_of_the_set_one_and_smooth_between_breaks(schedule: Schedule) -> None:
    breaks = schedule.breaks(_END)
    assert np.all((breaks > 0) & (breaks < _END) & (np.diff(breaks, prepend=0) > 0))
    edges = np.concatenate([[0.0], breaks, [_END]])
    inside = edges[:-1] + np.multiply.outer(np.linspace(0.01, 0.99, 9), np.diff(edges))
    factors = schedule.factor(inside)
    assert np.all((factors >= 0) & (factors <= 1))
    changes = np.sign(np.diff(factors, axis=0))
    if schedule.stepwise:
        assert not changes.any()
    else:  # monotone in each stage, which the panels of the theory rely on
        assert np.all(np.abs(changes.sum(axis=0)) == np.abs(changes).sum(axis=0))


@given(schedule=_SCHEDULES)
def test_the_final_factor_is_the_limit(schedule: Schedule) -> None:
    np.testing.assert_allclose(schedule.factor(np.array(1e300)), schedule.final, atol=1e-6)


def test_more_steps_than_can_be_followed_are_refused() -> None:
    steps = ExponentialDecay(decay_steps=0.5, decay_rate=0.9, staircase=True)
    most = 0.5 * MOST_STEPS
    assert steps.breaks(most).size == MOST_STEPS - 1
    with pytest.raises(ArithmeticError, match=r"decay_steps = 0\.5 .* at least 0\.5005"):
        steps.breaks(most + 0.5)


def _pieces(boundaries: tuple[float, ...], factors: tuple[float, ...]) -> dict[str, Any]:
    """Replace the settings of schedules that decay."""
    without = {"decay_steps": None, "decay_rate": None}
    return without | {"boundaries": boundaries, "factors": factors}


@pytest.mark.parametrize(
    ("kind", "changes", "setting"),
    [
        (ExponentialDecay, {"decay_steps": 0.0}, "decay_steps"),
        (ExponentialDecay, {"decay_rate": 1.5}, "decay_rate = 1.5 must be above 0 and at most 1"),
        (ExponentialDecay, {"decay_rate": 0.0}, "decay_rate"),
        (InverseTimeDecay, {"decay_rate": np.inf}, "decay_rate"),
        (CosineDecay, {"decay_steps": np.nan, "decay_rate": None}, "decay_steps"),
        (CosineDecay, {"alpha": -0.1, "decay_rate": None}, "alpha"),
        (CosineDecay, {"warmup_steps": -1.0, "decay_rate": None}, "warmup_steps"),
        (Piecewise, _pieces((2.0, 1.0), (1.0, 0.5, 0.1)), "boundaries = .* ascending and above 0"),
        (Piecewise, _pieces((0.0,), (1.0, 0.5)), "boundaries"),
        (Piecewise, _pieces((np.inf,), (1.0, 0.5)), "boundaries"),
        (Piecewise, _pieces((1.0,), (1.0, 1.5)), "factors = .* at most 1"),
        (Piecewise, _pieces((1.0, 2.0), (1.0, 0.5)), "factors = .* one more"),
    ],
)
def test_schedules_that_are_refused(
    kind: Callable[..., Schedule], changes: dict[str, Any], setting: str
) -> None:
    values = {"decay_steps": 1.0, "decay_rate": 0.5} | changes
    with pytest.raises(ValueError, match=setting):
        kind(**{name: value for name, value in values.items() if value is not None})
