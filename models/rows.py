"""All rows of a data set as they were found, before any is held out, filled in or scaled."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.dataset import Indices

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """A table with a label and a group for each row.

    Attributes
    ----------
    name
        What a user calls the data set.
    columns
        The inputs, shape (n, p), with unique texts as names and rows numbered from 0. Numbers
        are floats, finite or missing (NaN); all else is of pandas' type category, with texts
        as categories, or missing.
    y, group
        Index of each row's class and group, shape (n,).
    class_names, group_names
        Names by index; K >= 2 classes, G >= 1 groups.
    image_shape
        Height and width, and colours where there are several, of images whose pixels are the
        columns, row by row; None for tables.
    has_own_scale
        Whether numbers already have the scale in which they are to be learnt, as pixels in
        [0, 1] have or samples of which the variance is what is studied.
    notes
        What was done while reading, a sentence each.

    Raises
    ------
    ValueError
        When parts do not match.
    """

    name: str
    columns: "pd.DataFrame"
    y: Indices
    group: Indices
    class_names: tuple[str, ...]
    group_names: tuple[str, ...]
    image_shape: tuple[int, ...] | None = None
    has_own_scale: bool = False
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for field, names in (("y", self.class_names), ("group", self.group_names)):
            array = np.array(getattr(self, field), dtype=np.int32)
            array.flags.writeable = False
            object.__setattr__(self, field, array)
            if array.shape != (len(self.columns),):
                message = f"{field} has the shape {array.shape} for {len(self.columns)} rows"
                raise ValueError(f"{self.name}: {message}")
            if array.size and not 0 <= array.min() <= array.max() < len(names):
                message = f"{field} reaches from {array.min()} to {array.max()}"
                raise ValueError(f"{self.name}: {message} for {len(names)} names")
        if self.image_shape is not None and np.prod(self.image_shape) != self.columns.shape[1]:
            message = f"{self.columns.shape[1]} columns for images of {self.image_shape}"
            raise ValueError(f"{self.name}: {message}")

    def __len__(self) -> int:
        return self.y.size

    @property
    def numbers(self) -> list[str]:
        """Names of the columns that hold numbers."""
        return [name for name, kind in self._kinds() if kind != "category"]

    @property
    def categories(self) -> list[str]:
        """Names of the columns that hold categories."""
        return [name for name, kind in self._kinds() if kind == "category"]

    def _kinds(self) -> Iterator[tuple[str, str]]:
        for name, kind in self.columns.dtypes.items():
            yield str(name), str(kind)
