"""Mixtures and learning rules that the tests of the solvable model share."""

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from simulation.closed_form import largest_learning_rate
from simulation.learning import LearningRule, Switch, start
from simulation.losses import Squared
from simulation.mixture import FloatArray, TeacherMixture
from simulation.schedules import (
    CONSTANT,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    Piecewise,
    Schedule,
)


def rule(groups: int = 2, **changes: object) -> LearningRule:
    """SGD from small weights without overlaps, with whatever a test changes."""
    defaults: dict[str, Any] = {
        "loss": Squared(),
        "learning_rate": 0.3,
        "weight_decay": 0.0,
        "batch_size": 1,
        "group_weights": np.ones(groups),
        "class_weights": np.ones(2),
        "initial_norm": 0.05,
        "initial_overlaps": np.zeros(2 * groups),
    }
    defaults.update(changes)
    return LearningRule(**defaults)


def two_groups(**changes: float) -> TeacherMixture:
    """Two groups with shift, correlations and thresholds, with whatever a test changes."""
    defaults = {
        "representation": 0.7,
        "variance_plus": 0.5,
        "variance_minus": 1.2,
        "rule_similarity": 0.4,
        "label_correlation_plus": 0.3,
        "label_correlation_minus": -0.2,
        "shift": 0.8,
        "threshold_plus": 0.2,
        "threshold_minus": -0.4,
    }
    return TeacherMixture.two_group(**(defaults | changes))


def three_groups() -> TeacherMixture:
    """Three groups whose six directions are independent."""
    root = np.random.default_rng(3).normal(size=(6, 8)) / np.sqrt(8)
    return TeacherMixture(
        names=("a", "b", "c"),
        shares=np.array([0.5, 0.3, 0.2]),
        variances=np.array([1.0, 0.5, 1.5]),
        thresholds=np.array([0.2, -0.3, 0.0]),
        gram=root @ root.T,
    )


def _floats(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_subnormal=False)


@st.composite
def two_group_mixtures(draw: st.DrawFn) -> TeacherMixture:
    """Any admissible mixture of the papers' form, its edges included."""
    shift = draw(st.just(0.0) | st.sampled_from([1e-12, 1e-6]) | _floats(1e-3, 2.0))
    plus, minus = draw(_floats(-1, 1)), draw(_floats(-1, 1))
    if shift == 0:
        plus = minus = 0.0
    spread = np.sqrt((1 - plus**2) * (1 - minus**2))
    place = draw(st.sampled_from([-1.0, 1.0]) | _floats(-1, 1))
    return two_groups(
        representation=draw(_floats(0.02, 0.98)),
        variance_plus=draw(_floats(0.05, 3)),
        variance_minus=draw(_floats(0.05, 3)),
        rule_similarity=float(np.clip(plus * minus + place * spread, -1, 1)),
        label_correlation_plus=plus * np.sqrt(shift),
        label_correlation_minus=minus * np.sqrt(shift),
        shift=shift,
        threshold_plus=draw(_floats(-2, 2)),
        threshold_minus=draw(_floats(-2, 2)),
    )


@st.composite
def mixtures(draw: st.DrawFn, max_groups: int = 4) -> TeacherMixture:
    """Any mixture of one or more groups, with independent or dependent directions."""
    groups = draw(st.integers(1, max_groups))
    columns = draw(st.integers(1, 2 * groups))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    root = rng.normal(size=(2 * groups, columns))
    root[:groups, 0] += np.where(root[:groups, 0] < 0, -0.3, 0.3)
    shares = rng.uniform(0.1, 1, groups)
    return TeacherMixture(
        names=tuple("abcdef"[:groups]),
        shares=shares / shares.sum(),
        variances=rng.uniform(0.05, 3, groups),
        thresholds=rng.normal(size=groups),
        gram=root @ root.T,
    )


@st.composite
def squared_rules(draw: st.DrawFn, mixture: TeacherMixture) -> LearningRule:
    """Stable rules of the squared loss, often with coinciding rates (half of the critical one)."""
    groups = mixture.size
    weights = np.array(draw(st.lists(_floats(0.1, 3), min_size=groups, max_size=groups)))
    if groups > 1 and draw(st.booleans()):
        weights[draw(st.integers(0, groups - 1))] = 0
    initial_norm, initial_overlaps = draw(starts(mixture))
    unscaled = rule(
        groups,
        weight_decay=draw(st.just(0.0) | _floats(0.001, 1)),
        batch_size=draw(st.sampled_from([1, 2, 7, 64])),
        group_weights=weights,
        class_weights=np.full(2, draw(st.sampled_from([1.0, 0.5]))),
        initial_norm=initial_norm,
        initial_overlaps=initial_overlaps,
    )
    fraction = draw(st.sampled_from([0.5, 1e-6]) | _floats(0.01, 0.95))
    return with_learning_rate(unscaled, fraction * largest_learning_rate(mixture, unscaled))


@st.composite
def starts(draw: st.DrawFn, mixture: TeacherMixture) -> tuple[float, FloatArray]:
    """Any admissible initial norm and overlaps."""
    directions = mixture.coordinates
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    weights = rng.standard_normal((directions.shape[1],)) * draw(st.sampled_from([0.0, 0.5]))
    return float(weights @ weights + draw(_floats(0.01, 1))), directions @ weights


@st.composite
def schedules(draw: st.DrawFn, duration: float) -> Schedule:
    """Any schedule whose changes can be seen within the duration, or hardly so."""
    decay_steps = duration * draw(st.sampled_from([0.013, 0.1, 1.0, 30.0]) | _floats(0.01, 3))
    decay_rate = draw(st.sampled_from([1e-6, 0.5, 1.0]) | _floats(0.01, 1))
    alpha = draw(st.sampled_from([0.0, 1.0]) | _floats(1e-6, 1))
    warmup_steps = duration * draw(st.sampled_from([0.0, 0.1]) | _floats(1e-3, 2))
    kinds: list[Schedule] = [
        CONSTANT,
        ExponentialDecay(decay_steps=decay_steps, decay_rate=decay_rate),
        ExponentialDecay(decay_steps=decay_steps, decay_rate=decay_rate, staircase=True),
        CosineDecay(decay_steps=decay_steps, alpha=alpha, warmup_steps=warmup_steps),
        InverseTimeDecay(decay_steps=decay_steps, decay_rate=10 * decay_rate),
        Piecewise(boundaries=(decay_steps, 1.5 * decay_steps), factors=(alpha, decay_rate, 1.0)),
    ]
    return draw(st.sampled_from(kinds))


@st.composite
def samplings(draw: st.DrawFn, groups: int) -> FloatArray | None:
    """As represented, or with any other probabilities."""
    odds = np.array(draw(st.lists(_floats(0.1, 1), min_size=groups, max_size=groups)))
    return odds / odds.sum() if draw(st.booleans()) else None


@st.composite
def changes(draw: st.DrawFn, *, groups: int, duration: float) -> dict[str, Any]:
    """What changes a rule in the course of training, its weights staying equal for both classes."""
    weights = np.array(draw(st.lists(_floats(0.1, 2), min_size=groups, max_size=groups)))
    switch = Switch(
        time=duration * draw(st.sampled_from([0.1, 2.0]) | _floats(0.01, 1)),
        group_weights=weights,
        class_weights=np.ones(2),
        sampling=draw(samplings(groups)),
    )
    return {
        "schedule": draw(schedules(duration)),
        "sampling": draw(samplings(groups)),
        "switch": draw(st.sampled_from([None, switch])),
    }


def with_learning_rate(given: LearningRule, learning_rate: float) -> LearningRule:
    """Return the same rule with another learning rate."""
    return replace(given, learning_rate=learning_rate)


def slowest_time(mixture: TeacherMixture, given: LearningRule) -> float:
    """1/k_R, the unit in which durations are drawn."""
    start(mixture, given)
    weights = mixture.shares * given.group_weights * given.class_weights[0]
    damping = weights @ mixture.variances + given.weight_decay
    return float(1 / (given.learning_rate * damping))
