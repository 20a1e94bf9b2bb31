"""How the values of one column are spread, group by group, on bins that all groups share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.inspection.cells import Counts, Floats

if TYPE_CHECKING:
    import pandas as pd

BINS = 30
_MOST_BINS = 40
_MOST_STEPS = 10_000
"""With more steps than this, how many of them a bin holds makes no difference to the eye."""
_GLANCE = 4096
_MOST_DISTINCT = 300
"""Up to so many values are looked at for whether they are all multiples of a step."""
LEVELS = 12
"""Categories shown one by one; the rarer ones are counted together."""


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Numbers counted in bins.

    Attributes
    ----------
    edges
        Rising, shape (b + 1,); the last bin holds its upper edge. Empty where there is no number.
    counts
        Shape (G, b).
    missing
        Rows without a number, shape (G,).
    """

    edges: Floats
    counts: Counts
    missing: Counts


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Categories counted one by one, the most frequent first.

    Attributes
    ----------
    names
        The categories shown, at most `LEVELS`.
    counts
        Shape (G, len(names)).
    others
        Rows with another category, shape (G,).
    merged
        How many other categories occur.
    missing
        Rows without one, shape (G,).
    """

    names: tuple[str, ...]
    counts: Counts
    others: Counts
    merged: int
    missing: Counts


def bin_edges(*columns: Floats) -> Floats:
    """Choose equal bins that hold all finite values.

    Numbers that are all multiples of a step, such as whole ones, get bins of as many steps each,
    for else some bins would hold more of them than others do.

    Returns
    -------
    array
        Edges, shape (b + 1,); empty where no value is finite.
    """
    ends = [(np.nanmin(column), np.nanmax(column)) for column in columns if _any_finite(column)]
    if not ends:
        return np.empty(0)
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    if low == high:
        room = 0.5 * abs(low) or 0.5
        return np.array([low - room, high + room])
    step = _step(columns)
    if not step or high - low > _MOST_STEPS * step:
        return np.linspace(low, high, BINS + 1)
    values = round((high - low) / step) + 1
    width = 1 if values <= _MOST_BINS else int(np.ceil(values / BINS))
    count = int(np.ceil(values / width))
    return np.asarray(low - 0.5 * step + np.arange(count + 1) * width * step)


def histogram(
    values: Floats, group: NDArray[np.integer], *, groups: int, edges: Floats
) -> Histogram:
    """Count numbers (n,) by group in equal bins; what lies beyond them goes to the ends."""
    present = np.isfinite(values)
    if not present.all():
        missing = np.bincount(group[~present], minlength=groups)
        values, group = values[present], group[present]
    else:
        missing = np.zeros(groups, dtype=np.int64)
    bins = max(edges.size - 1, 0)
    if not bins:
        return Histogram(edges, np.zeros((groups, 0), dtype=np.int64), missing)
    place = (values - edges[0]) * (bins / (edges[-1] - edges[0]))
    index = np.minimum(np.maximum(place, 0.0), bins - 1).astype(np.int64)
    counts = np.bincount(index + group.astype(np.int64) * bins, minlength=groups * bins)
    return Histogram(edges, counts.reshape(groups, bins), missing)


def count_levels(
    column: "pd.Series[str]",
    group: NDArray[np.integer],
    *,
    groups: int,
    names: tuple[str, ...] | None = None,
) -> Levels:
    """Count categories by group.

    Parameters
    ----------
    column
        Categories, n rows.
    group
        Group of each row, shape (n,).
    groups
        How many groups there are.
    names
        The categories to show, in their order; None for the most frequent ones.
    """
    levels = [str(name) for name in column.cat.categories]
    place = column.cat.codes.to_numpy().astype(np.int64) + 1
    place += group.astype(np.int64) * (len(levels) + 1)
    table = np.bincount(place, minlength=groups * (len(levels) + 1))
    table = table.reshape(groups, len(levels) + 1)
    missing, counts = table[:, 0], table[:, 1:]
    total = counts.sum(axis=0)
    if names is None:
        by_size = np.argsort(-total, kind="stable")[:LEVELS]
        shown = by_size[total[by_size] > 0]
        names = tuple(levels[index] for index in shown)
    known = {level: index for index, level in enumerate(levels)}
    drawn = np.zeros((groups, len(names)), dtype=np.int64)
    for index, name in enumerate(names):
        if name in known:
            drawn[:, index] = counts[:, known[name]]
    others = counts.sum(axis=1) - drawn.sum(axis=1)
    merged = int(np.count_nonzero(total)) - int(np.count_nonzero(drawn.sum(axis=0)))
    return Levels(names, drawn, others, merged, missing)


def _any_finite(column: Floats) -> bool:
    return bool(np.isfinite(column).any())


def _step(columns: Sequence[Floats]) -> float:
    """Find a step of which all differences between values are multiples; 0 for none."""
    glances = [column[:: max(column.size // _GLANCE, 1)] for column in columns]
    distinct = np.unique(np.concatenate(glances))
    distinct = distinct[np.isfinite(distinct)]
    if distinct.size > 1 and (distinct == np.rint(distinct)).all():
        step = 1.0
    elif 1 < distinct.size <= _MOST_DISTINCT:
        step = float(np.diff(distinct).min())
    else:
        return 0.0
    multiples = (distinct - distinct[0]) / step
    return step if np.allclose(multiples, np.rint(multiples), rtol=0.0, atol=1e-3) else 0.0
