"""Which rows and cells were changed on purpose."""

from dataclasses import dataclass, fields, replace
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
RowMask = Literal["flipped", "duplicated", "resampled"]
CellMask = Literal["missing", "outliers", "shifted", "rescaled"]


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
        row, cell = _nothing((rows,)), _nothing((rows, columns))
        return cls(row, row, row, cell, cell, cell, cell)

    def marking(self, name: RowMask | CellMask, mask: Mask) -> Self:
        """Put one mask in place of what was marked before."""
        return replace(self, **{name: mask})

    def with_copies(self, copied: NDArray[np.integer], copies: RowMask) -> Self:
        """Append the rows that are copied, marked as such copies."""
        grown = {}
        for field in fields(self):
            mask: Mask = getattr(self, field.name)
            if _is_nothing(mask):
                grown[field.name] = _nothing((mask.shape[0] + copied.size, *mask.shape[1:]))
            else:
                grown[field.name] = np.concatenate([mask, mask[copied]])
        marked = np.array(grown[copies])
        marked[self.flipped.size :] = True
        grown[copies] = marked
        return replace(self, **grown)

    def with_columns(self, count: int) -> Self:
        """Append columns in which nothing was changed."""
        grown = {}
        for field in fields(self):
            mask: Mask = getattr(self, field.name)
            if mask.ndim == 1:
                continue
            rows, columns = mask.shape
            if _is_nothing(mask):
                grown[field.name] = _nothing((rows, columns + count))
            else:
                grown[field.name] = np.pad(mask, ((0, 0), (0, count)))
        return replace(self, **grown)


def _nothing(shape: tuple[int, ...]) -> Mask:
    return np.broadcast_to(np.False_, shape)


def _is_nothing(mask: Mask) -> bool:
    return not any(mask.strides)
