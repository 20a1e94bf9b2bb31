"""Learning rates of every schedule are those of Keras."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from models.plan import OptimiserPlan, ScheduleName
from models.runtime import configure_tensorflow
from models.schedules import learning_rates

RATE = 0.3
of = keras.optimizers.schedules

PAIRS: dict[ScheduleName, tuple[dict[str, Any], Callable[[], Any]]] = {
    "exponential": (
        {"decay_steps": 100, "decay_rate": 0.4},
        lambda: of.ExponentialDecay(RATE, 100, 0.4),
    ),
    "step": (
        {"decay_steps": 100, "decay_rate": 0.4},
        lambda: of.ExponentialDecay(RATE, 100, 0.4, staircase=True),
    ),
    "cosine": ({"decay_steps": 200, "alpha": 0.2}, lambda: of.CosineDecay(RATE, 200, alpha=0.2)),
    "cosine-restarts": (
        {"decay_steps": 100, "restart_stretch": 1.5, "restart_height": 0.8, "alpha": 0.1},
        lambda: of.CosineDecayRestarts(RATE, 100, 1.5, 0.8, 0.1),
    ),
    "inverse-time": (
        {"decay_steps": 100, "decay_rate": 1.7},
        lambda: of.InverseTimeDecay(RATE, 100, 1.7),
    ),
    "polynomial": (
        {"decay_steps": 200, "alpha": 0.2, "power": 2.5},
        lambda: of.PolynomialDecay(RATE, 200, 0.2 * RATE, 2.5),
    ),
    "piecewise": (
        {"boundaries": (100, 260), "factors": (0.5, 0.1)},
        lambda: of.PiecewiseConstantDecay([100, 260], [RATE, 0.5 * RATE, 0.1 * RATE]),
    ),
}
STEPS = np.unique(np.r_[0:5, 97:104, 197:203, 247:254, 258:264, 300, 1000])


@pytest.fixture(autouse=True, scope="module")
def _configured() -> None:
    """Set TensorFlow up as every training does, before anything uses it."""
    configure_tensorflow()


@pytest.mark.parametrize("name", PAIRS)
def test_each_step_has_the_rate_that_keras_gives_it(name: ScheduleName) -> None:
    fields, make = PAIRS[name]
    theirs = make()
    plan = OptimiserPlan(learning_rate=RATE, schedule=name, **fields)
    expected = [float(theirs(int(step))) for step in STEPS]
    np.testing.assert_allclose(learning_rates(plan, STEPS), expected, rtol=3e-5, atol=1e-6)


def test_warm_up_rises_in_a_line_and_delays_any_schedule() -> None:
    theirs = of.CosineDecay(0.0, 200, alpha=0.2, warmup_target=RATE, warmup_steps=60)
    plan = OptimiserPlan(
        learning_rate=RATE, schedule="cosine", decay_steps=200, alpha=0.2, warmup_steps=60
    )
    expected = [float(theirs(int(step))) for step in STEPS]
    np.testing.assert_allclose(learning_rates(plan, STEPS), expected, rtol=2e-6, atol=1e-7)
    late = OptimiserPlan(learning_rate=RATE, schedule="step", decay_steps=10, warmup_steps=4)
    rates = learning_rates(late, np.array([0, 1, 4, 13, 14]))
    np.testing.assert_allclose(rates, [0.0, RATE / 4, RATE, RATE, RATE / 2])


@pytest.mark.parametrize("schedule", ["constant", "reduce-on-plateau"])
def test_other_schedules_keep_the_rate(schedule: ScheduleName) -> None:
    plan = OptimiserPlan(learning_rate=RATE, schedule=schedule)
    np.testing.assert_array_equal(learning_rates(plan, STEPS), RATE)


@pytest.mark.parametrize("stretch", [1.0, 1.001, 2.0, 3.0])
def test_restarts_are_due_at_their_steps(stretch: float) -> None:
    plan = OptimiserPlan(
        learning_rate=1.0, schedule="cosine-restarts", decay_steps=1000, restart_stretch=stretch
    )
    starts = np.cumsum(1000 * stretch ** np.arange(6)).astype(np.int64)
    whole = starts == np.cumsum(1000 * stretch ** np.arange(6))
    np.testing.assert_allclose(learning_rates(plan, starts[whole]), 1.0, atol=1e-6)
    assert (learning_rates(plan, starts - 2) < 1e-4).all()
