"""What wrong and unsure answers cost."""

from dataclasses import dataclass
from typing import Literal

from models.bounds import Answer, check_bounds, check_words

LossName = Literal["cross-entropy", "focal", "logit-adjusted", "squared", "hinge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LossPlan:
    """What one wrong or unsure answer costs during training; see `models.losses`.

    Attributes
    ----------
    name
        Which loss.
    focal_gamma
        Focusing of the focal loss, >= 0.
    focal_balancing, focal_alpha
        Whether the focal loss weighs the second of two classes by alpha in [0, 1], and the first
        by 1 - alpha.
    adjustment
        Strength tau of the logit adjustment, >= 0.
    label_smoothing
        Share of each label that is spread evenly over all classes, in [0, 1].
    """

    name: LossName = "cross-entropy"
    focal_gamma: float = 2.0
    focal_balancing: Answer = "no"
    focal_alpha: float = 0.25
    adjustment: float = 1.0
    label_smoothing: float = 0.0

    def __post_init__(self) -> None:
        check_words(self, name=LossName, focal_balancing=Answer)
        check_bounds(self, focal_gamma=(0.0, 100.0), focal_alpha=(0.0, 1.0))
        check_bounds(self, adjustment=(0.0, 100.0), label_smoothing=(0.0, 1.0))

    @property
    def balances_two_classes(self) -> bool:
        """Whether one of two classes is weighed by alpha."""
        return self.name == "focal" and self.focal_balancing == "yes"
