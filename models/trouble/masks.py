"""Which rows and cells were changed on purpose."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Masks:
    """The truth about injected trouble: True where a row or a cell was changed.

    Attributes
    ----------
    flipped
        Rows whose label was replaced, shape (m,).
    duplicated
        Rows that are copies of held-out rows, put into the training part, shape (m,).
    resampled
        Rows that are copies made by over-sampling, shape (m,).
    missing, outliers, shifted, rescaled
        Cells that were emptied, made extreme, moved, or given in other units, shape (m, p).
    """

    flipped: Mask
    duplicated: Mask
    resampled: Mask
    missing: Mask
    outliers: Mask
    shifted: Mask
    rescaled: Mask

    @classmethod
    def nothing(cls, rows: int, columns: int) -> Self:
        """Masks that are False everywhere; they take no room."""
        row, cell = np.broadcast_to(False, (rows,)), np.broadcast_to(False, (rows, columns))
        return cls(row, row, row, cell, cell, cell, cell)
