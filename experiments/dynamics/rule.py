"""Settings in the terms of the solvable model."""

import numpy as np

from experiments.frames import FloatArray
from experiments.settings import DynamicsSettings
from experiments.settings.learning import Learning
from simulation.learning import LearningRule, Switch
from simulation.losses import Focal, Logistic, Loss, SmoothHinge, Squared
from simulation.schedules import (
    CONSTANT,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    Schedule,
)


def learning_rule(settings: DynamicsSettings) -> LearningRule:
    """Translate settings into the learning rule of the solvable model."""
    learning, mitigation = settings.learning, settings.mitigation
    groups = len(settings.mixture.group_names)
    switch = None
    if mitigation.switch_time:
        switch = Switch(
            time=mitigation.switch_time,
            group_weights=np.array(mitigation.later_group_weights or (1.0,) * groups),
            class_weights=np.array(mitigation.later_class_weights),
            sampling=_sampling(mitigation.later_sampling, groups),
        )
    return LearningRule(
        loss=_loss(learning),
        learning_rate=learning.learning_rate,
        weight_decay=learning.weight_decay,
        batch_size=learning.batch_size,
        group_weights=np.array(learning.group_weights or (1.0,) * groups),
        class_weights=np.array(learning.class_weights),
        initial_norm=learning.initial_norm,
        initial_overlaps=np.array(learning.initial_overlaps or (0.0,) * (2 * groups)),
        schedule=_schedule(learning),
        sampling=_sampling(mitigation.sampling, groups),
        switch=switch,
    )


def decision_thresholds(settings: DynamicsSettings) -> FloatArray:
    """Return θ of each group, shape (K,)."""
    groups = len(settings.mixture.group_names)
    return np.broadcast_to(settings.mitigation.decision_thresholds or (0.0,), groups).astype(float)


def _sampling(name: str, groups: int) -> FloatArray | None:
    return np.full(groups, 1 / groups) if name == "balanced" else None


def _loss(learning: Learning) -> Loss:
    match learning.loss:
        case "squared":
            return Squared()
        case "logistic":
            return Logistic()
        case "focal":
            return Focal(gamma=learning.focal_gamma)
        case "smooth-hinge":
            return SmoothHinge(sharpness=learning.hinge_sharpness)


def _schedule(learning: Learning) -> Schedule:
    steps, rate = learning.decay_steps, learning.decay_rate
    match learning.schedule:
        case "constant":
            return CONSTANT
        case "exponential" | "step":
            staircase = learning.schedule == "step"
            return ExponentialDecay(decay_steps=steps, decay_rate=rate, staircase=staircase)
        case "cosine":
            return CosineDecay(decay_steps=steps, alpha=learning.alpha)
        case "warmup-cosine":
            return CosineDecay(
                decay_steps=steps, alpha=learning.alpha, warmup_steps=learning.warmup_steps
            )
        case "inverse-time":
            return InverseTimeDecay(decay_steps=steps, decay_rate=rate)
