"""Which held-out rows, and which plane, a network is asked about at moments of its training."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.bounds import PlanError
from models.dataset import Dataset, Features
from models.inspection.sampling import drawn_rows, principal_components
from models.percent import percent
from models.preparation import Part, Prepared
from models.rows import Rows

Answers = NDArray[np.float32]

CELLS = 48
"""Cells along each side of a plane."""

MOST_ROWS = 50_000
MOST_NUMBERS = 100_000
"""Rows times numbers of each, of which there is one for two classes, else one for each class."""

_SHOWN_ROWS, _SHOWN_OF_SMALL_GROUPS = 1_600, 400
_OUTSIDE, _MARGIN = 0.005, 0.08


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """What a network says at one moment.

    Attributes
    ----------
    rows
        Of each sampled row: with two classes the logit of the second, shape (n, 1), else the
        logarithm of each class' probability, shape (n, K).
    boundary
        The same of each cell of the plane, shape (CELLS², 1) or (CELLS², K); of no cell without
        one.
    """

    rows: Answers
    boundary: Answers


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """A plane through the space of inputs.

    Attributes
    ----------
    axes
        What runs to the right and what upwards.
    points
        Position of each sampled row, shape (n, 2).
    low, high
        Lower left and upper right corner.
    inputs
        What lies at the middles of the cells, row by row from below, shape (CELLS², p).
    exact
        Whether the inputs have no more than these two columns.
    """

    axes: tuple[str, str]
    points: Features
    low: tuple[float, float]
    high: tuple[float, float]
    inputs: Features
    exact: bool


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What snapshots are of.

    Attributes
    ----------
    rows
        Numbers of n validation rows, shape (n,); fewer than there are where these are more than
        `MOST_ROWS`, or take more than `MOST_NUMBERS`.
    shown
        The first m of them as a person would look at them, shape (m, p'): numbers as they are,
        categories as positions in `levels`, NaN where a cell is empty.
    column_names
        Names of the columns of `shown`.
    levels
        Category names of each of them; () for numbers.
    plane
        Where the boundary is looked at; None where inputs have fewer than two columns.
    """

    rows: NDArray[np.int64]
    shown: Features
    column_names: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]
    plane: Plane | None


def snapshot(rows: Answers, boundary: Answers) -> Snapshot:
    """Take logits of the sampled rows and of the cells, shapes (n, 1 or K) and (cells, 1 or K)."""
    if rows.shape[1] == 1:
        return Snapshot(rows, boundary)
    return Snapshot(_logarithms(rows), _logarithms(boundary))


def _logarithms(logits: Answers) -> Answers:
    return logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)


def sample(prepared: Prepared, *, seed: int, components: tuple[int, int] = (1, 2)) -> Sample:
    """Choose validation rows at random, some of every group to be looked at, and a plane.

    Parameters
    ----------
    prepared
        Rows, and what a network sees of them.
    seed
        Source of the choice, >= 0.
    components
        Principal components to the right and upwards, of which 1 is the one of largest variance;
        columns take their place where there are only two.

    Raises
    ------
    PlanError
        When there are fewer components.
    """
    validation = prepared.dataset.validation
    groups, classes = len(prepared.dataset.group_names), len(prepared.dataset.class_names)
    most = min(MOST_ROWS, MOST_NUMBERS // (1 if classes == 2 else classes))
    kept = drawn_rows(validation.group, groups=groups, at_most=most, at_least=0, seed=seed)
    shown = drawn_rows(
        validation.group[kept],
        groups=groups,
        at_most=_SHOWN_ROWS,
        at_least=_SHOWN_OF_SMALL_GROUPS // groups,
        seed=seed,
    )
    rows = np.concatenate([kept[shown], np.delete(kept, shown)])
    found = np.flatnonzero(prepared.spoiled_parts == Part.VALIDATION)
    cells, levels = _cells(prepared.spoiled, found[kept[shown]])
    return Sample(
        rows=rows,
        shown=cells,
        column_names=tuple(map(str, prepared.spoiled.columns)),
        levels=levels,
        plane=_plane(prepared.dataset, rows, seed=seed, components=components),
    )


def _cells(rows: Rows, chosen: NDArray[np.int64]) -> tuple[Features, tuple[tuple[str, ...], ...]]:
    """Give the raw cells of some rows, and the levels of every column."""
    table = rows.columns.iloc[chosen]
    categories = set(rows.categories)
    values = np.empty(table.shape, np.float32)
    levels: list[tuple[str, ...]] = []
    for place, (name, column) in enumerate(table.items()):
        if name in categories:
            codes = column.cat.codes.to_numpy()
            values[:, place] = np.where(codes < 0, np.nan, codes)
            levels.append(tuple(map(str, column.cat.categories)))
        else:
            values[:, place] = column.to_numpy()
            levels.append(())
    return values, tuple(levels)


def _plane(
    dataset: Dataset, rows: NDArray[np.int64], *, seed: int, components: tuple[int, int]
) -> Plane | None:
    x = dataset.validation.x[rows]
    columns = x.shape[1]
    if columns < 2:
        return None
    if columns == 2:
        origin, directions = np.zeros(2), np.eye(2)
        points, axes = x, (dataset.feature_names[0], dataset.feature_names[1])
    else:
        found = principal_components(dataset.training.x, seed=seed, count=max(components))
        _check_components(dataset, components, found.share.size)
        chosen = np.array(components) - 1
        origin, directions = found.mean, found.directions[:, chosen]
        points = found.place(x)[:, chosen].astype(np.float32)
        right, up = (
            f"component {number} ({percent(found.share[number - 1])} of the variance)"
            for number in components
        )
        axes = (right, up)
    low, high = np.quantile(points, [_OUTSIDE, 1 - _OUTSIDE], axis=0)
    margin = np.where(high > low, _MARGIN * (high - low), 0.5)
    low, high = low - margin, high + margin
    steps = (np.arange(CELLS) + 0.5) / CELLS
    across, along = np.meshgrid(*(low + steps[:, None] * (high - low)).T)
    grid = np.stack([across.ravel(), along.ravel()], axis=1)
    return Plane(
        axes=axes,
        points=points,
        low=(float(low[0]), float(low[1])),
        high=(float(high[0]), float(high[1])),
        inputs=(origin + grid @ directions.T).astype(np.float32),
        exact=columns == 2,
    )


def _check_components(dataset: Dataset, components: tuple[int, int], count: int) -> None:
    for setting, number in zip(("output.plane_right", "output.plane_up"), components, strict=True):
        if number > count:
            raise PlanError(
                f"{setting}: {dataset.name} has {count} principal components; choose one of them, "
                f"not number {number}"
            )
