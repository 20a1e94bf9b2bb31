"""What each part of the view shows, small enough to be sent from one process to another."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.settings import TrainingSettings
from models.inspection.changes import Cell
from models.inspection.columns import ColumnSummary
from models.inspection.images import ImageSet

_OF_THE_DATA = ("seed", "data", "preparation", "trouble")


def same_data(first: TrainingSettings, second: TrainingSettings) -> bool:
    """Tell whether settings have the same rows, prepared in the same way."""
    return data_key(first) == data_key(second)


def data_key(settings: TrainingSettings) -> tuple[object, ...]:
    """Pick what the prepared data depend on; it can be hashed."""
    return tuple(getattr(settings, name) for name in _OF_THE_DATA)


@dataclass(frozen=True, slots=True, eq=False)
class DataOverview:
    """What there is before the user chooses anything.

    Attributes
    ----------
    groups, classes
        Names of G groups and K classes.
    parts
        Names of the P parts: training, validation and, where there is one, test.
    found
        Rows as found, shape (G, K).
    split
        Rows of each part as they are learnt from or judged by, shape (P, G, K).
    is_altered
        Whether rows were left out, copied or relabelled.
    warnings
        What makes scores better than they are or numbers of some group noisy, a sentence each.
    columns
        The columns found, and behind them those that trouble added.
    added
        Names of the latter.
    axes
        What can be an axis of the scatter plot.
    first_axes, first_column
        What is shown of them at first; "" for no column.
    images
        Some of each group and class; none for tables.
    notes
        What was done to the rows, a sentence each.
    row_count
        How many rows can be followed, copies included.
    changed_count
        In how many of them something was changed.
    caption
        Sizes and base rates in words.
    """

    groups: tuple[str, ...]
    classes: tuple[str, ...]
    parts: tuple[str, ...]
    found: NDArray[np.int64]
    split: NDArray[np.int64]
    is_altered: bool
    warnings: tuple[str, ...]
    columns: tuple[ColumnSummary, ...]
    added: frozenset[str]
    axes: tuple[str, ...]
    first_axes: tuple[str, str]
    first_column: str
    images: tuple[ImageSet, ...]
    notes: tuple[str, ...]
    row_count: int
    changed_count: int
    caption: str


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """How the values of a column are spread at one stage.

    Attributes
    ----------
    title
        Which stage it is.
    edges
        Of b bins of numbers, shape (b + 1,); empty for bars.
    names
        Of b bars, the ones for rarer levels and for missing values included; empty for bins.
    shares
        Share of each group's rows, or its mean where `unit` says so, shape (G, b).
    unit
        What `shares` are.
    note
        What is not drawn, in words.
    """

    title: str
    edges: NDArray[np.float64]
    names: tuple[str, ...]
    shares: NDArray[np.float64]
    unit: str
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ColumnView:
    """One column from stage to stage."""

    column: str
    groups: tuple[str, ...]
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ScatterView:
    """Rows as dots.

    Attributes
    ----------
    x_label, y_label
        The axes.
    x, y
        Positions, shape (m,).
    group, label
        Indices of group and class, shape (m,).
    relabelled
        Whether the label was changed on purpose, shape (m,).
    note
        How many rows are drawn.
    """

    x_label: str
    y_label: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    group: NDArray[np.int32]
    label: NDArray[np.int32]
    relabelled: NDArray[np.bool_]
    groups: tuple[str, ...]
    classes: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class RowCell:
    """One column of one row, in words; `mark` says what was changed, "" for nothing."""

    column: str
    found: str
    spoiled: str
    seen: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class RowView:
    """One row as found, after trouble, and as the network sees it.

    Attributes
    ----------
    row
        Its number, counted from 0, among all that can be followed.
    heading
        Which row it is, where it went, its group and class.
    cells
        Its label, then its columns.
    """

    row: int
    heading: str
    cells: tuple[RowCell, ...]


class Change(NamedTuple):
    """What was done to a row, its label, or one of its cells.

    Attributes
    ----------
    row, origin
        Its number, counted from 0, and that of the row found which it is or is a copy of.
    part, group
        Where it went, and its group.
    column, kind, before, after
        As in `models.inspection.injected.Injected`.
    """

    row: int
    origin: int
    part: str
    group: str
    column: str
    kind: str
    before: Cell
    after: Cell
