"""How often rows of each class are taken for which."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.frames import FloatArray
from experiments.snapshot_views.look import Group, Look


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """The confusion matrix of a group.

    Attributes
    ----------
    counts
        Rows of true class i that are taken for class j, at [i, j], shape (K, K).
    """

    group: Group
    counts: NDArray[np.int64]

    @property
    def shares(self) -> FloatArray:
        """Shares of each true class, (K, K), rows summing to 1; NaN where it has no rows."""
        with np.errstate(invalid="ignore"):
            shares: FloatArray = self.counts / self.counts.sum(axis=1, keepdims=True)
        return shares


def confusions(look: Look) -> tuple[Confusion, ...]:
    """Count the rows of each group of `Look.groups`."""
    classes = len(look.classes)
    cell = look.truth.astype(np.int64) * classes + look.predicted
    return tuple(
        Confusion(
            group,
            np.bincount(cell[look.members(group)], minlength=classes**2).reshape(classes, classes),
        )
        for group in look.groups
    )
