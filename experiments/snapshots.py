"""What a network says of held-out rows at moments of its training."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Indices = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """A plane through the space of inputs, and where rows lie on it.

    Attributes
    ----------
    axes
        What runs to the right and what upwards: two columns, or two principal components.
    points
        Position of each row, shape (n, 2); rows of a plane through many columns are projected.
    low, high
        Lower left and upper right corner of the stretch on which predictions are asked for.
    cells
        Cells along each side; the network is asked at their middles.
    exact
        Whether the plane is all there is, because the inputs have two columns.
    """

    axes: tuple[str, str]
    points: Floats
    low: tuple[float, float]
    high: tuple[float, float]
    cells: int
    exact: bool


@dataclass(frozen=True, slots=True, eq=False)
class SnapshotRows:
    """The validation rows that the snapshots of one training are of; told once, at its start.

    Attributes
    ----------
    arm, seed
        Which training.
    group_names, class_names
        Names of the G groups and K classes.
    label, clean_label, group
        Class on record, class before some were flipped on purpose (the same where none were),
        and group of each row, shape (n,).
    rows
        How many validation rows there are; more than n where a sample is kept.
    feature_names
        Names of the columns of `inputs`.
    inputs
        Of the first m <= n rows what a person would look at, shape (m, p): pixels of images in
        [0, 1], else the values of the raw columns, numbers as they are, categories as positions
        in `levels`; NaN where a cell is empty.
    levels
        For each column its category names; () for numbers.
    image_shape
        Height, width and perhaps colours of images; () for tables.
    plane
        Where the boundary is looked at; None where inputs have fewer than two columns.
    """

    arm: str
    seed: int
    group_names: tuple[str, ...]
    class_names: tuple[str, ...]
    label: Indices
    clean_label: Indices
    group: Indices
    rows: int
    feature_names: tuple[str, ...]
    inputs: Floats
    levels: tuple[tuple[str, ...], ...]
    image_shape: tuple[int, ...]
    plane: Plane | None


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """What a network says after `step` steps.

    Attributes
    ----------
    arm, seed
        Which training.
    step
        Position on the x axis of all curves.
    scores
        Of each of the n rows: with two classes the logit of the second, shape (n, 1), else the
        logarithm of each class' probability, shape (n, K).
    boundary
        The same of the cells of the plane, row by row from below, shape (cells², 1) or
        (cells², K); of shape (0, 1) or (0, K) without a plane.
    """

    arm: str
    seed: int
    step: float
    scores: Floats
    boundary: Floats
