"""The columns that a model is to see."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np

from models.tables.columns import IDENTIFIER_SHARE, ColumnKind
from models.tables.loading import INPUT_KINDS

if TYPE_CHECKING:
    import pandas as pd

_FEWEST_VALUES = 200
"""Fewer values are no identifiers, even where each row has its own."""
_FIRST = 100
"""Rows that mostly tell already that a column varies."""


def as_inputs(
    columns: "pd.DataFrame", kinds: Mapping[str, ColumnKind], *, leave_out: Collection[str]
) -> "tuple[pd.DataFrame, tuple[str, ...]]":
    """Drop columns that cannot be inputs.

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
        elif counts.size > IDENTIFIER_SHARE * counts.sum() and counts.size > _FEWEST_VALUES:
            told = f"nearly every row has a value of its own ({counts.size:,} values)"
            notes.append(f"Column {name!r} was left out as an identifier: {told}.")
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
