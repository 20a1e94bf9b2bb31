"""Parameters that an axis can sweep, with their bounds."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from experiments.settings.base import Scale
from experiments.settings.description import find
from experiments.settings.dynamics import DynamicsSettings

AxisParameter = Literal[
    "mixture.representation",
    "mixture.variance_plus",
    "mixture.variance_minus",
    "mixture.rule_similarity",
    "mixture.label_correlation_plus",
    "mixture.label_correlation_minus",
    "mixture.shift",
    "mixture.threshold_plus",
    "mixture.threshold_minus",
    "learning.learning_rate",
    "learning.weight_decay",
    "learning.batch_size",
    "learning.initial_norm",
    "learning.group_weights.plus",
    "learning.group_weights.minus",
    "learning.class_weights.positive",
    "learning.class_weights.negative",
    "mitigation.decision_thresholds.plus",
    "mitigation.decision_thresholds.minus",
]
"""What an axis may be; of a setting with a number for each group or class, one of the numbers."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A parameter that an axis can sweep.

    Attributes
    ----------
    key
        An `AxisParameter`.
    label
        Its name with the symbol.
    low, high
        Inclusive bounds.
    slider
        The span that is swept where none is given.
    scale
        Whether it is swept evenly or on a log scale where none is given.
    whole
        Whether only whole numbers are allowed.
    """

    key: str
    label: str
    low: float
    high: float
    slider: tuple[float, float]
    scale: Scale
    whole: bool


@dataclass(frozen=True, slots=True)
class Element:
    """One number of a setting that holds one for each group or class.

    Attributes
    ----------
    index
        Which one it is.
    label
        Its name with the symbol.
    missing
        What stands for it where the setting is empty.
    """

    index: int
    label: str
    missing: float
    low: float
    high: float
    slider: tuple[float, float]
    scale: Scale


_WEIGHT = (1.0, 0.0, 1e3, (0.1, 10.0))
_THRESHOLD = (0.0, -100.0, 100.0, (-2.0, 2.0))
ELEMENTS = {
    "learning.group_weights.plus": Element(0, "Weight of group + c₊", *_WEIGHT, "log"),
    "learning.group_weights.minus": Element(1, "Weight of group − c₋", *_WEIGHT, "log"),
    "learning.class_weights.positive": Element(0, "Weight of label +1", *_WEIGHT, "log"),
    "learning.class_weights.negative": Element(1, "Weight of label −1", *_WEIGHT, "log"),
    "mitigation.decision_thresholds.plus": Element(
        0, "Decision threshold of group + θ₊", *_THRESHOLD, "linear"
    ),
    "mitigation.decision_thresholds.minus": Element(
        1, "Decision threshold of group − θ₋", *_THRESHOLD, "linear"
    ),
}


@cache
def axis(key: str) -> Axis:
    """Describe a parameter by its `AxisParameter`."""
    element = ELEMENTS.get(key)
    if element is not None:
        return Axis(
            key, element.label, element.low, element.high, element.slider, element.scale, False
        )
    info = find(DynamicsSettings(), key)
    assert info.low is not None
    assert info.high is not None
    assert info.slider is not None
    return Axis(
        key, info.label, info.low, info.high, info.slider, info.scale, info.kind == "integer"
    )
