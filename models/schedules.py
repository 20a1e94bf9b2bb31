"""Learning rates by step, each as Keras' schedule of that name gives it."""

import numpy as np
from numpy.typing import NDArray

from models.plan import OptimiserPlan
from simulation.schedules import CosineDecay, ExponentialDecay, InverseTimeDecay

FloatArray = NDArray[np.float64]


def learning_rates(plan: OptimiserPlan, steps: NDArray[np.int64]) -> FloatArray:
    """Give the learning rate η f(s) of each step, counted from 0.

    With ``warmup_steps`` w > 0 it rises as η s/w first, and s counts from there. Then, with
    T = ``decay_steps``, r = ``decay_rate`` and α = ``alpha``:

    * ``constant`` and ``reduce-on-plateau``: 1;
    * ``exponential``: r^(s/T); ``step``: r^⌊s/T⌋;
    * ``cosine``: α + (1 - α) (1 + cos(π min(s/T, 1)))/2;
    * ``cosine-restarts``: the same curve again and again (Loshchilov & Hutter 2017, eq. 5), each
      ``restart_stretch`` times as long and ``restart_height`` times as high as the one before;
    * ``inverse-time``: 1/(1 + r s/T);
    * ``polynomial``: α + (1 - α) (1 - min(s/T, 1))^``power``;
    * ``piecewise``: 1, and after the step ``boundaries[i]`` the share ``factors[i]``.

    Parameters
    ----------
    plan
        Learning rate η and schedule.
    steps
        Numbers of steps, shape (n,), >= 0.

    Returns
    -------
    array
        Shape (n,).
    """
    ages = np.maximum(steps - plan.warmup_steps, 0).astype(np.float64)
    factors = _factors(plan, ages)
    if plan.warmup_steps:
        factors = np.where(steps < plan.warmup_steps, steps / plan.warmup_steps, factors)
    return plan.learning_rate * factors


def _factors(plan: OptimiserPlan, ages: FloatArray) -> FloatArray:
    length, rate, alpha = float(plan.decay_steps), plan.decay_rate, plan.alpha
    match plan.schedule:
        case "constant" | "reduce-on-plateau":
            return np.ones_like(ages)
        case "exponential":
            return ExponentialDecay(decay_steps=length, decay_rate=rate).factor(ages)
        case "step":
            decay = ExponentialDecay(decay_steps=length, decay_rate=rate, staircase=True)
            return decay.factor(ages)
        case "cosine":
            return CosineDecay(decay_steps=length, alpha=alpha).factor(ages)
        case "cosine-restarts":
            return _restarts(plan, ages / length)
        case "inverse-time":
            return InverseTimeDecay(decay_steps=length, decay_rate=rate).factor(ages)
        case "polynomial":
            left = 1.0 - np.minimum(ages / length, 1.0)
            return np.asarray(alpha + (1.0 - alpha) * left**plan.power)
        case "piecewise":
            return np.array([1.0, *plan.factors])[np.searchsorted(plan.boundaries, ages)]


def _restarts(plan: OptimiserPlan, ages: FloatArray) -> FloatArray:
    """Give the factors at ages in units of the first descent."""
    stretch = plan.restart_stretch
    if stretch == 1.0:
        number = np.floor(ages)
        done = ages - number
    else:
        rounding = 1e-9  # a restart is due at its step, not one step later
        number = np.floor(np.log1p(ages * (stretch - 1.0)) / np.log(stretch) + rounding)
        begun = (stretch**number - 1.0) / (stretch - 1.0)
        done = (ages - begun) / stretch**number
    swing = 0.5 * plan.restart_height**number * (1.0 + np.cos(np.pi * done))
    return np.asarray(plan.alpha + (1.0 - plan.alpha) * swing)
