"""The cells of a map in the terms of the solvable model."""

import numpy as np

from experiments.frames import FloatArray
from experiments.settings import PhaseDiagramSettings
from experiments.settings.cells import axis_value
from simulation.phase_cells import TwoGroupCells

_KEYS = {
    "representation": "mixture.representation",
    "variance_plus": "mixture.variance_plus",
    "variance_minus": "mixture.variance_minus",
    "rule_similarity": "mixture.rule_similarity",
    "label_correlation_plus": "mixture.label_correlation_plus",
    "label_correlation_minus": "mixture.label_correlation_minus",
    "shift": "mixture.shift",
    "threshold_plus": "mixture.threshold_plus",
    "threshold_minus": "mixture.threshold_minus",
    "learning_rate": "learning.learning_rate",
    "weight_decay": "learning.weight_decay",
    "batch_size": "learning.batch_size",
    "initial_norm": "learning.initial_norm",
    "group_weight_plus": "learning.group_weights.plus",
    "group_weight_minus": "learning.group_weights.minus",
}
_CLASS_WEIGHTS = ("learning.class_weights.positive", "learning.class_weights.negative")
DECISION_THRESHOLDS = (
    "mitigation.decision_thresholds.plus",
    "mitigation.decision_thresholds.minus",
)
_CONTRADICTION = 1e-8
"""By how much the overlaps of the groups' centres, which are opposite, may differ in size."""


def cells_at(settings: PhaseDiagramSettings, x: FloatArray, y: FloatArray) -> TwoGroupCells:
    """Put the cells at x and y, of shapes that broadcast, into the terms of the solvable model.

    Whatever the loss and the schedule, admissible are those that can exist. Class weights stand
    as their mean.
    """
    positive, negative = (parameter(settings, key, x, y) for key in _CLASS_WEIGHTS)
    *overlaps, shift, opposite = settings.learning.initial_overlaps or (0.0,) * 4
    contradict = len(overlaps) != 2 or abs(shift + opposite) > _CONTRADICTION
    plus, minus = overlaps if len(overlaps) == 2 else (np.nan, np.nan)
    balanced = settings.mitigation.sampling == "balanced"
    return TwoGroupCells(
        **{field: parameter(settings, key, x, y) for field, key in _KEYS.items()},
        class_weight=np.asarray((positive + negative) / 2),
        initial_overlap_plus=np.array(plus),
        initial_overlap_minus=np.array(minus),
        initial_overlap_shift=np.array(np.nan if contradict else shift),
        sampling_plus=np.array(0.5) if balanced else None,
    )


def parameter(settings: PhaseDiagramSettings, key: str, x: FloatArray, y: FloatArray) -> FloatArray:
    """Return a parameter of the cells at x and y, an array of shape () unless it is swept."""
    if key == settings.map.x:
        return x
    return y if key == settings.map.y else np.array(axis_value(settings, key))
