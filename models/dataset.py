"""Labelled rows with a group each, split for training and validation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Features = NDArray[np.float32]
Indices = NDArray[np.int32]


class DataUnavailableError(RuntimeError):
    """A data set could not be read; the message says which, why and what to do."""


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
        rows = self.y.size
        if self.x.ndim != 2 or self.y.shape != (rows,) or self.group.shape != (rows,):
            message = "x must have shape (n, p), y and group (n,)"
            raise ValueError(
                f"{message}, but got {self.x.shape}, {self.y.shape}, {self.group.shape}"
            )
        if self.x.shape[0] != rows or self.group.size != rows:
            message = "x, y and group must have as many rows as each other"
            raise ValueError(f"{message}, but got {self.x.shape[0]}, {rows}, {self.group.size}")
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
        When indices and names do not match, or a split has no row of some group.
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
            _check_indices(split.y, self.class_names, f"{self.name}, {title} split: class")
            _check_indices(split.group, self.group_names, f"{self.name}, {title} split: group")
            for index, count in enumerate(group_counts(split, len(self.group_names))):
                if count == 0:
                    message = f"no row of group {self.group_names[index]!r}"
                    advice = "take more rows or another share, so that each split has every group"
                    raise ValueError(f"{self.name}, {title} split: {message}; {advice}")


def group_counts(split: Split, groups: int) -> NDArray[np.int64]:
    """Count the rows of each group, shape (groups,)."""
    return np.bincount(split.group, minlength=groups).astype(np.int64)


def _check_indices(indices: Indices, names: tuple[str, ...], what: str) -> None:
    if indices.size and not (indices.min() >= 0 and indices.max() < len(names)):
        message = f"{what} indices must lie in [0, {len(names) - 1}]"
        raise ValueError(f"{message}, but reach from {indices.min()} to {indices.max()}")
