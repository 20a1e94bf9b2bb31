"""Both simulations and the exact flow, held together for every loss and every knob."""

from typing import Any

import numpy as np
import pytest
from recording import collect
from simulation_cases import rule, three_groups, two_groups

from simulation import direct_sgd, reduced_sgd
from simulation.dynamics import solve
from simulation.learning import LearningRule, Switch
from simulation.losses import Focal, Logistic, SmoothHinge
from simulation.mixture import FloatArray, TeacherMixture
from simulation.schedules import CosineDecay, ExponentialDecay, InverseTimeDecay

_SWITCH = Switch(
    time=1.234,
    group_weights=np.array([0.4, 2.0]),
    class_weights=np.array([0.5, 1.5]),
    sampling=np.array([0.4, 0.6]),
)

KNOBS: dict[str, dict[str, Any]] = {
    "batch": {"batch_size": 4, "learning_rate": 0.8},
    "group weights": {"group_weights": np.array([0.5, 1.8])},
    "class weights": {"class_weights": np.array([1.7, 0.6])},
    "L2": {"weight_decay": 0.5},
    "logistic": {"loss": Logistic(), "learning_rate": 1.0},
    "focal": {"loss": Focal(2.0), "learning_rate": 2.0},
    "smooth hinge": {"loss": SmoothHinge(sharpness=4.0)},
    "exponential decay": {"schedule": ExponentialDecay(decay_steps=1.5, decay_rate=0.4)},
    "step decay": {"schedule": ExponentialDecay(decay_steps=1.5, decay_rate=0.4, staircase=True)},
    "cosine": {"schedule": CosineDecay(decay_steps=3.0, alpha=0.1)},
    "warm-up and cosine": {"schedule": CosineDecay(decay_steps=2.5, alpha=0.1, warmup_steps=1.0)},
    "inverse time": {"schedule": InverseTimeDecay(decay_steps=1.0, decay_rate=1.5)},
    "balanced sampling": {"sampling": np.array([0.5, 0.5])},
    "switch": {"switch": _SWITCH},
    "start": {"initial_norm": 0.5, "initial_overlaps": np.array([0.1, 0.2, -0.1, 0.1])},
    "all at once": {
        "loss": Logistic(),
        "learning_rate": 2.0,
        "batch_size": 2,
        "weight_decay": 0.3,
        "group_weights": np.array([0.5, 1.8]),
        "class_weights": np.array([1.7, 0.6]),
        "schedule": CosineDecay(decay_steps=2.5, alpha=0.1, warmup_steps=1.0),
        "sampling": np.array([0.5, 0.5]),
        "switch": _SWITCH,
    },
}

CASES: dict[str, tuple[TeacherMixture, LearningRule]] = {
    "plain": (two_groups(), rule()),
    "one rule, no shift": (
        two_groups(rule_similarity=1, label_correlation_plus=0, label_correlation_minus=0, shift=0),
        rule(learning_rate=0.8),
    ),
    "three groups": (
        three_groups(),
        rule(3, loss=Focal(2.0), learning_rate=1.5, group_weights=np.array([1.0, 2.0, 0.5])),
    ),
    **{name: (two_groups(), rule(**changes)) for name, changes in KNOBS.items()},
}


def _moments(values: FloatArray) -> tuple[tuple[FloatArray, FloatArray], ...]:
    """Mean and standard deviation over the runs of axis 1, each with its standard error."""
    runs = values.shape[1]
    deviation = values.std(axis=1, ddof=1)
    fourth = np.mean((values - values.mean(axis=1, keepdims=True)) ** 4, axis=1)
    uncertainty = np.sqrt(np.maximum(fourth - deviation**4, 0) / runs)
    uncertainty /= np.maximum(2 * deviation, 1e-300)
    return (values.mean(axis=1), deviation / np.sqrt(runs)), (deviation, uncertainty)


def _expected(mixture: TeacherMixture, learning: LearningRule, times: FloatArray) -> FloatArray:
    """R, M and Q as they are for d → ∞, shape (m, 2K + 1)."""
    exact = solve(mixture, learning, times)
    return np.concatenate([exact.overlaps, exact.norm[:, None]], axis=-1)


@pytest.mark.parametrize(
    ("name", "dimension"), [*((name, 50) for name in CASES), ("plain", 4), ("all at once", 4)]
)
def test_the_reduced_simulation_has_the_law_of_the_direct_one(name: str, dimension: int) -> None:
    """Exactly, also where nothing is left beside the directions and the weights: 3 and d = 4."""
    mixture, learning = CASES[name]
    runs = 1500
    steps = [1, dimension // 2, 2 * dimension, 4 * dimension]
    options: dict[str, Any] = {"dimension": dimension, "steps": steps}
    reduced = collect(reduced_sgd.simulate, mixture, learning, seeds=range(runs), **options)
    direct = collect(direct_sgd.simulate, mixture, learning, seeds=range(runs, 2 * runs), **options)
    for (one, its_error), (other, other_error) in zip(
        _moments(reduced.order_parameters), _moments(direct.order_parameters), strict=True
    ):
        bound = 4.5 * np.hypot(its_error, other_error) + 1e-14
        np.testing.assert_array_less(np.abs(one - other), bound)


@pytest.mark.parametrize("name", CASES)
def test_the_simulations_follow_the_exact_flow(name: str) -> None:
    """The reduced one far closer, as more dimensions are no more work."""
    mixture, learning = CASES[name]
    for simulate, dimension, runs in (
        (reduced_sgd.simulate, 2000, 400),
        (direct_sgd.simulate, 200, 100),
    ):
        times = np.array([0.1, 0.5, 2, 4])
        steps = (dimension * times).astype(int).tolist()
        record = collect(
            simulate, mixture, learning, dimension=dimension, seeds=range(runs), steps=steps
        )
        (mean, error), _ = _moments(record.order_parameters)
        distance = np.abs(mean - _expected(mixture, learning, times))
        np.testing.assert_array_less(distance, 4.5 * error + 1 / dimension)


@pytest.mark.parametrize("name", KNOBS)
def test_a_knob_that_did_nothing_would_be_noticed(name: str) -> None:
    mixture, learning = CASES[name]
    times = np.array([0.5, 2, 4])
    effect = _expected(mixture, learning, times) - _expected(*CASES["plain"], times)
    assert np.max(np.abs(effect)) > 0.02  # a mean over 400 runs at d = 2000 is known to 0.001
