"""When a training ends early."""

from dataclasses import dataclass
from typing import Literal

from models.bounds import check_bounds, check_words

Watched = Literal["nothing", "overall", "worst-group"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppingPlan:
    """When to stop early.

    Attributes
    ----------
    watch
        The validation loss that decides at the end of each epoch: over all rows, or of the group
        for which it is largest.
    patience
        Epochs without progress after which to stop, >= 1.
    least_gain
        By how much a loss must fall below the best one to count as progress, >= 0.
    weights
        Which weights give the final scores: those with the lowest watched loss, or the last.
    """

    watch: Watched = "nothing"
    patience: int = 10
    least_gain: float = 0.0
    weights: Literal["best", "last"] = "best"

    def __post_init__(self) -> None:
        check_words(self, watch=Watched, weights=Literal["best", "last"])
        check_bounds(self, patience=(1, 10**9), least_gain=(0.0, 1e9))
