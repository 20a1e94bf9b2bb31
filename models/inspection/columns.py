"""A summary of every column, group by group."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.inspection.association import (
    Measure,
    category_association,
    number_association,
    number_measure,
)
from models.inspection.cells import Cells, Floats
from models.rows import Rows

if TYPE_CHECKING:
    import pandas as pd

_GLANCE = 4096
"""About so many values tell the number around which moments are computed."""


@dataclass(frozen=True, slots=True)
class ColumnSummary:
    """One column; tuples have an entry for each of G groups.

    Attributes
    ----------
    name
        The column.
    levels
        How many categories occur; 0 for numbers.
    missing
        Share of the group's rows that lack a value, in [0, 1]; NaN for a group without rows.
    mean, deviation
        Of the group's numbers; the deviation is that of a sample. NaN where there are too few,
        and for categories.
    most_frequent, share
        The group's most frequent category, and its share among those that are not missing; "" and
        NaN where there is none, and for numbers.
    with_label, with_group
        How strongly it goes along with the class and with the group; NaN where that is undefined.
    label_measure, group_measure
        What these two are.
    """

    name: str
    levels: int
    missing: tuple[float, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    most_frequent: tuple[str, ...]
    share: tuple[float, ...]
    with_label: float
    with_group: float
    label_measure: Measure
    group_measure: Measure

    @property
    def is_number(self) -> bool:
        """Whether the column holds numbers."""
        return self.label_measure is not Measure.CRAMER


def summarise(rows: Rows) -> tuple[ColumnSummary, ...]:
    """Summarise all columns in their order, over all rows."""
    cells = Cells.of(rows)
    sizes = np.bincount(rows.group, minlength=cells.groups).astype(np.float64)
    categories = set(rows.categories)
    return tuple(
        _category(rows.columns[name], cells, sizes)
        if name in categories
        else _number(rows.columns[name], cells, sizes)
        for name in map(str, rows.columns)
    )


def _number(column: "pd.Series[float]", cells: Cells, sizes: Floats) -> ColumnSummary:
    count, total, squares, origin = _moments(np.asarray(column, dtype=np.float64), cells)
    found, sums, powers = (part.sum(axis=1) for part in (count, total, squares))
    with np.errstate(divide="ignore", invalid="ignore"):
        missing = 1.0 - found / sizes
        mean = sums / found
        deviation = np.sqrt(np.maximum(powers - found * mean**2, 0.0) / (found - 1.0))
    none = len(sizes)
    return ColumnSummary(
        name=str(column.name),
        levels=0,
        missing=tuple(missing.tolist()),
        mean=tuple((mean + origin).tolist()),
        deviation=tuple(np.where(found > 1, deviation, np.nan).tolist()),
        most_frequent=("",) * none,
        share=(np.nan,) * none,
        with_label=float(
            number_association(*(part.sum(axis=0) for part in (count, total, squares)))
        ),
        with_group=float(number_association(found, sums, powers)),
        label_measure=number_measure(cells.classes),
        group_measure=number_measure(cells.groups),
    )


def _moments(values: Floats, cells: Cells) -> tuple[Floats, Floats, Floats, float]:
    """Give count, sum and sum of squares by group and class, (G, K), around an origin."""
    glance = values[:: max(values.size // _GLANCE, 1)]
    glance = glance[np.isfinite(glance)]
    origin = float(np.median(glance)) if glance.size else 0.0
    ordered = values[cells.order]
    ordered -= origin
    absent = np.isnan(ordered)
    moments = np.zeros((3, cells.groups * cells.classes))
    if cells.filled.size:
        ends = np.append(cells.starts[1:], values.size)
        moments[0, cells.filled] = ends - cells.starts
        if absent.any():
            ordered[absent] = 0.0
            moments[0, cells.filled] -= np.add.reduceat(absent, cells.starts, dtype=np.int64)
        moments[1, cells.filled] = np.add.reduceat(ordered, cells.starts)
        np.square(ordered, out=ordered)
        moments[2, cells.filled] = np.add.reduceat(ordered, cells.starts)
    count, total, squares = moments.reshape(3, cells.groups, cells.classes)
    return count, total, squares, origin


def _category(column: "pd.Series[str]", cells: Cells, sizes: Floats) -> ColumnSummary:
    names = [str(name) for name in column.cat.categories]
    counts = level_counts(column, cells)
    by_group, by_class = counts.sum(axis=2), counts.sum(axis=1)
    found = by_group.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        missing = 1.0 - found / sizes
        top = by_group.argmax(axis=0) if names else np.zeros(len(sizes), dtype=int)
        share = by_group.max(axis=0, initial=0.0) / found
    none = len(sizes)
    return ColumnSummary(
        name=str(column.name),
        levels=int(np.count_nonzero(by_group.any(axis=1))),
        missing=tuple(missing.tolist()),
        mean=(np.nan,) * none,
        deviation=(np.nan,) * none,
        most_frequent=tuple(
            names[level] if any_found else "" for level, any_found in zip(top, found, strict=True)
        ),
        share=tuple(share.tolist()),
        with_label=category_association(by_class),
        with_group=category_association(by_group),
        label_measure=Measure.CRAMER,
        group_measure=Measure.CRAMER,
    )


def level_counts(column: "pd.Series[str]", cells: Cells) -> Floats:
    """Count the categories of a column by group and class, shape (L, G, K), without missing."""
    levels, every = len(column.cat.categories), cells.groups * cells.classes
    place = column.cat.codes.to_numpy().astype(np.int64)
    place += 1
    place *= every
    place += cells.code
    counts = np.bincount(place, minlength=(levels + 1) * every)[every:]
    return counts.reshape(levels, cells.groups, cells.classes).astype(np.float64)
