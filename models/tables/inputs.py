"""The columns that a model is to see."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np

from models.tables.columns import IDENTIFIER_SHARE, MOST_LEVELS, ColumnKind
from models.tables.loading import INPUT_KINDS

if TYPE_CHECKING:
    import pandas as pd

_OTHER = "other"
_FIRST = 100
"""Rows that mostly tell already that a column varies."""


def as_inputs(
    columns: "pd.DataFrame", kinds: Mapping[str, ColumnKind], *, leave_out: Collection[str]
) -> "tuple[pd.DataFrame, tuple[str, ...]]":
    """Drop columns that cannot be inputs and group rare levels where there are very many.

    Parameters
    ----------
    columns, kinds
        All columns, and what each holds.
    leave_out
        Columns that are not wanted.

    Returns
    -------
    columns, notes
        What remains, and a sentence for everything that was done.
    """
    import pandas as pd

    notes = []
    kept: dict[str, pd.Series[float] | pd.Series[str]] = {}
    for name in map(str, columns):
        if name in leave_out or kinds[name] not in INPUT_KINDS:
            continue
        column = columns[name]
        counts = _level_counts(column)
        is_category = str(column.dtype) == "category"
        if not (counts.size > 1 if is_category else _vary(column.to_numpy(dtype=float))):
            notes.append(f"Column {name!r} was left out: it is always the same.")
        elif counts.size > IDENTIFIER_SHARE * counts.sum() and counts.size > MOST_LEVELS:
            told = f"nearly every row has a value of its own ({counts.size:,} values)"
            notes.append(f"Column {name!r} was left out as an identifier: {told}.")
        elif counts.size > MOST_LEVELS:
            kept[name] = _grouped(column)
            told = f"{counts.size - MOST_LEVELS + 1:,} rare values of {counts.size:,}"
            notes.append(f"In column {name!r}, {told} were grouped as {_OTHER!r}.")
        else:
            kept[name] = column
    return pd.DataFrame(kept, index=columns.index, copy=False), tuple(notes)


def _vary(values: np.ndarray) -> bool:
    """Tell whether there are two different numbers or more; a missing one is none."""
    if np.unique(values[:_FIRST]).size > 2:
        return True
    known = values[~np.isnan(values)]
    return bool(known.size and (known != known[0]).any())


def _level_counts(column: "pd.Series[float] | pd.Series[str]") -> np.ndarray:
    """Count rows of each level that occurs; empty for numbers."""
    if str(column.dtype) != "category":
        return np.empty(0, dtype=np.int64)
    codes = column.cat.codes.to_numpy()
    counts = np.bincount(codes[codes >= 0])
    return counts[counts > 0]


def _grouped(column: "pd.Series[str]") -> "pd.Series[str]":
    """Keep the most frequent levels; the rest become one."""
    import pandas as pd

    codes = column.cat.codes.to_numpy()
    levels = column.cat.categories
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    frequent = np.sort(np.argsort(-counts, kind="stable")[: MOST_LEVELS - 1])
    names = [str(levels[index]) for index in frequent]
    rest = _OTHER
    while rest in names:
        rest = f"{rest} values"
    table = np.full(len(levels) + 1, len(names), dtype=np.int64)
    table[frequent] = np.arange(len(names))
    table[-1] = -1
    grouped = pd.Categorical.from_codes(table[codes], categories=pd.Index([*names, rest]))
    return pd.Series(grouped, index=column.index)
