"""How rows are held out, filled in, encoded and scaled."""

from dataclasses import dataclass
from typing import Literal

Scaling = Literal["auto", "standard", "min-max", "robust", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparationPlan:
    """What `models.preparation.prepare` is asked to do.

    Attributes
    ----------
    validation_share
        Share of the rows that is held out, in (0, 1).
    scaling
        ``auto``: standard for tables, none where rows have a scale of their own.
    seed
        Source of the split, >= 0.
    """

    validation_share: float
    seed: int
    scaling: Scaling = "auto"
