"""What preparation gives: a data set, and what became of the rows on the way to it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.dataset import Dataset
from models.rows import Rows
from models.trouble import Masks, Parts


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A data set to learn from, and what became of the rows on the way.

    Attributes
    ----------
    dataset
        What the network sees. The rows of each split are those of `spoiled` whose part it is, in
        their order.
    sources
        Name of the column of `spoiled` that each of the p inputs comes from.
    rows
        The n rows as they were found.
    spoiled
        The m >= n rows after trouble was injected and before columns are left out, filled in,
        encoded and scaled: those found, in their order and with the cells as changed, then the
        copies. Added columns stand last.
    origin
        Number of the found row of each spoiled one, shape (m,); the first n are 0 to n - 1.
    spoiled_parts
        Where each spoiled row went, shape (m,): a `Part`, or -1 where it was left out.
    masks
        What was changed on purpose, over `spoiled`.
    notes
        What was done, a sentence each.
    """

    dataset: Dataset
    sources: tuple[str, ...]
    rows: Rows
    spoiled: Rows
    origin: NDArray[np.int64]
    spoiled_parts: Parts
    masks: Masks
    notes: tuple[str, ...]

    @property
    def parts(self) -> Parts:
        """Where each found row went, shape (n,)."""
        return self.spoiled_parts[: len(self.rows)]
