"""Learning-rate schedules are those of Keras, with its step counts divided by d."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from models.runtime import configure_tensorflow
from simulation.schedules import CosineDecay, ExponentialDecay, InverseTimeDecay, Schedule

RATE = 0.3
DIMENSION = 40

of = keras.optimizers.schedules

PAIRS: dict[str, tuple[Schedule, Callable[[], Any]]] = {
    "exponential": (
        ExponentialDecay(decay_steps=2.5, decay_rate=0.4),
        lambda: of.ExponentialDecay(RATE, 100, 0.4),
    ),
    "step": (
        ExponentialDecay(decay_steps=2.5, decay_rate=0.4, staircase=True),
        lambda: of.ExponentialDecay(RATE, 100, 0.4, staircase=True),
    ),
    "cosine": (
        CosineDecay(decay_steps=5.0, alpha=0.2),
        lambda: of.CosineDecay(RATE, 200, alpha=0.2),
    ),
    "warm-up and cosine": (
        CosineDecay(decay_steps=5.0, alpha=0.2, warmup_steps=1.5),
        lambda: of.CosineDecay(0.0, 200, alpha=0.2, warmup_target=RATE, warmup_steps=60),
    ),
    "inverse time": (
        InverseTimeDecay(decay_steps=2.5, decay_rate=1.7),
        lambda: of.InverseTimeDecay(RATE, 100, 1.7),
    ),
}


@pytest.fixture(autouse=True, scope="module")
def _configured() -> None:
    """Set TensorFlow up as every training does, before anything uses it."""
    configure_tensorflow()


@pytest.mark.parametrize("name", PAIRS)
def test_each_step_has_the_rate_that_keras_gives_it(name: str) -> None:
    schedule, make = PAIRS[name]
    theirs = make()
    steps = np.unique(np.r_[0:5, 57:64, 96:104, 197:203, 257:264, 300, 1000])
    expected = [float(theirs(int(step))) for step in steps]
    found = RATE * schedule.factor(steps / DIMENSION)
    np.testing.assert_allclose(found, expected, rtol=2e-6, atol=1e-7)
