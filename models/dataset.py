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
    clean_y
        Class of each row before labels were flipped on purpose, shape (n,); None where `y` is all
        that is known.
    """

    x: Features
    y: Indices
    group: Indices
    clean_y: Indices | None = None

    def __post_init__(self) -> None:
        for field in ("x", "y", "group", "clean_y"):
            if getattr(self, field) is None:
                continue
            dtype = np.float32 if field == "x" else np.int32
            array = np.array(getattr(self, field), dtype=dtype, order="C")
            array.flags.writeable = False
            object.__setattr__(self, field, array)
        rows = self.x.shape[:1]
        if self.x.ndim != 2 or self.y.shape != rows or self.group.shape != rows:
            shapes = f"{self.x.shape}, {self.y.shape} and {self.group.shape}"
            raise ValueError(f"x, y and group need shapes (n, p), (n,) and (n,), but got {shapes}")
        if self.clean_y is not None and self.clean_y.shape != rows:
            raise ValueError(f"clean_y needs the shape {rows}, but has {self.clean_y.shape}")
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
    test
        Rows that are looked at once, after training; None where none were held out for it.
    image_shape
        Height and width, and colours where there are several, of images whose pixels are the
        columns of `x`, row by row; None for tables.
    category_blocks
        Positions of the columns of `x` that encode a category together, for each category.
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
    test: Split | None = None
    image_shape: tuple[int, ...] | None = None
    category_blocks: tuple[tuple[int, ...], ...] = ()

    def __post_init__(self) -> None:
        if len(self.class_names) < 2:
            raise ValueError(f"{self.name}: class_names must name two classes or more")
        splits = {"training": self.training, "validation": self.validation, "test": self.test}
        for title, split in splits.items():
            if split is None:
                continue
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
        advice = "take more rows, hold fewer out, or have fewer removed"
        raise DataUnavailableError(f"{what} {missing!r} has no row; {advice}")
