"""Labelled rows with a group each, split for training and validation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float32]
Indices = NDArray[np.int32]


class DataUnavailableError(RuntimeError):
    """A data set cannot be read or split as asked; the message says why and what to try."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Rows of one split; the arrays are read-only copies.

    Attributes
    ----------
    x
        Inputs, shape (n, p), finite.
    y
        Class index of each row, shape (n,), in [0, K).
    group
        Group index of each row, shape (n,), in [0, G).
    """

    x: Features
    y: Indices
    group: Indices

    def __post_init__(self) -> None:
        for field, dtype in (("x", np.float32), ("y", np.int32), ("group", np.int32)):
            array = np.array(getattr(self, field), dtype=dtype, order="C")
            array.flags.writeable = False
            object.__setattr__(self, field, array)
        rows = self.x.shape[:1]
        if self.x.ndim != 2 or self.y.shape != rows or self.group.shape != rows:
            shapes = f"{self.x.shape}, {self.y.shape} and {self.group.shape}"
            raise ValueError(f"x, y and group need shapes (n, p), (n,) and (n,), but got {shapes}")
        if not np.isfinite(self.x).all():
            raise ValueError("x must be finite; impute missing cells first")


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """A classification task whose rows belong to groups.

    Attributes
    ----------
    name
        What a user calls it.
    training, validation
        Disjoint rows; whatever was fitted to data was fitted to `training` alone.
    group_names, class_names, feature_names
        Names by group index (G), class index (K >= 2) and column of `x` (p).

    Raises
    ------
    ValueError
        When indices and names do not match.
    DataUnavailableError
        When a split has no row of some group or class.
    """

    name: str
    training: Split
    validation: Split
    group_names: tuple[str, ...]
    class_names: tuple[str, ...]
    feature_names: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.class_names) < 2:
            raise ValueError(f"{self.name}: class_names must name two classes or more")
        for title, split in (("training", self.training), ("validation", self.validation)):
            if split.x.shape[1] != len(self.feature_names):
                message = f"{split.x.shape[1]} columns for {len(self.feature_names)} feature names"
                raise ValueError(f"{self.name}, {title} split: {message}")
            where = f"{self.name}, {title} split"
            _check_indices(split.y, self.class_names, f"{where}: class")
            _check_indices(split.group, self.group_names, f"{where}: group")


def _check_indices(indices: Indices, names: tuple[str, ...], what: str) -> None:
    low, high = (indices.min(), indices.max()) if indices.size else (0, 0)
    if low < 0 or high >= len(names):
        message = f"{what} indices must lie in [0, {len(names) - 1}]"
        raise ValueError(f"{message}, but reach from {low} to {high}")
    counts = np.bincount(indices, minlength=len(names))
    if not counts.all():
        missing = names[int(np.argmin(counts))]
        advice = "take more rows or another share of validation rows"
        raise DataUnavailableError(f"{what} {missing!r} has no row; {advice}")
