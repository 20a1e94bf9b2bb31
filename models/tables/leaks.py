"""Columns that give the label or the group away, and other things to look at before training."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from models.percent import percent
from models.tables.columns import IDENTIFIER_SHARE, ColumnKind
from models.tables.grouping import Assigned

if TYPE_CHECKING:
    import pandas as pd

FlagKind = Literal["identifier", "constant", "label", "group", "missing", "duplicates"]

_BINS = 100
_FEWEST_BINS = 4
_MOST_FOR_QUANTILES = 20_000
_NEARLY_ALL = 0.99
_MUCH = 0.9
_MISSING_GAP = 0.3
_FEWEST_ROWS_PER_LEVEL = 3


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to be looked at before training.

    Attributes
    ----------
    column
        The column, or "" for the whole table.
    kind
        ``identifier``: a value of its own for each row; ``constant``; ``label``: nearly says the
        label; ``group``: nearly says the group; ``missing``: whether a cell is missing depends
        on the label; ``duplicates``: rows that occur several times.
    text
        What was found and what to do, in a sentence or two.
    """

    column: str
    kind: FlagKind
    text: str


def flags_of(
    columns: "pd.DataFrame",
    kinds: Mapping[str, ColumnKind],
    classes: Assigned,
    groups: Assigned,
    *,
    group_columns: Collection[str],
) -> tuple[Flag, ...]:
    """Look through all rows.

    Parameters
    ----------
    columns, kinds
        All columns but the label, and what each holds.
    classes, groups
        Each row's.
    group_columns
        The columns that say the groups, which are not flagged for doing so.
    """
    flags = [
        flag
        for name in map(str, columns)
        for flag in _column_flags(columns[name], kinds[name], classes, groups, group_columns)
    ]
    identifiers = {flag.column for flag in flags if flag.kind == "identifier"}
    rest = columns[[name for name in columns if name not in identifiers]]
    return (*flags, *_duplicates(rest, classes))


def error_reduction(codes: np.ndarray, classes: Assigned) -> float:
    """Say how much better the class is guessed when a column's value is known.

    Parameters
    ----------
    codes
        Value of each row as a whole number >= 0, shape (n,).
    classes
        Each row's class.

    Returns
    -------
    float
        Goodman and Kruskal's lambda (1954), in [0, 1]: the share of wrong guesses that the best
        guess for each value avoids, compared with always guessing the most frequent class.
    """
    count = len(classes.names)
    table = np.bincount(codes * count + classes.index, minlength=(codes.max() + 1) * count)
    table = table.reshape(-1, count)
    total, most = classes.index.size, table.sum(axis=0).max()
    if most == total:
        return 0.0
    return float((table.max(axis=1).sum() - most) / (total - most))


def _column_flags(
    column: "pd.Series[float] | pd.Series[str]",
    kind: ColumnKind,
    classes: Assigned,
    groups: Assigned,
    group_columns: Collection[str],
) -> Iterator[Flag]:
    name = str(column.name)
    codes, levels, is_binned = _codes(column, classes)
    present = int((codes > 0).sum())
    if levels < 2:
        what = "is the same in all rows" if levels else "holds no value that can be read"
        yield Flag(name, "constant", f"It {what} and tells a model nothing.")
        return
    if kind == "identifier" or (not is_binned and levels > IDENTIFIER_SHARE * present):
        told = (
            f"{levels:,} different values in {present:,} rows" if not is_binned else "row numbers"
        )
        text = f"It looks like an identifier ({told}): a model can only learn it by heart."
        yield Flag(name, "identifier", text)
    if levels * _FEWEST_ROWS_PER_LEVEL <= present:
        known = error_reduction(codes, classes)
        if known >= _MUCH:
            how = "nearly says the label" if known >= _NEARLY_ALL else "comes close to the label"
            text = f"It {how}: it avoids {percent(known, digits=1)} of wrong guesses."
            yield Flag(name, "label", f"{text} Was it known beforehand? If not, leave it out.")
        if name not in group_columns and error_reduction(codes, groups) >= _MUCH:
            text = "It nearly says the group: leaving the group column out does not hide the group."
            yield Flag(name, "group", text)
    missing = codes == 0
    if missing.any():
        totals = np.bincount(classes.index, minlength=len(classes.names))
        shares = np.bincount(classes.index[missing], minlength=totals.size) / totals
        low, high = int(shares.argmin()), int(shares.argmax())
        if shares[high] - shares[low] >= _MISSING_GAP:
            text = (
                f"Cells are missing in {percent(shares[high])} of the rows of"
                f" {classes.names[high]!r} and in {percent(shares[low])} of {classes.names[low]!r}:"
                " that alone tells the label."
            )
            yield Flag(name, "missing", text)


def _codes(
    column: "pd.Series[float] | pd.Series[str]", classes: Assigned
) -> tuple[np.ndarray, int, bool]:
    """Give each row's value as a number, 0 where missing; how many there are; whether binned.

    Bins begin at quantiles of each class, and so also where a rare class does.
    """
    if str(column.dtype) == "category":
        codes = column.cat.codes.to_numpy().astype(np.int64) + 1
        return codes, int(np.count_nonzero(np.bincount(codes)[1:])), False
    values = column.to_numpy(dtype=float)
    known = ~np.isnan(values)
    steps = np.linspace(0, 1, max(_FEWEST_BINS, _BINS // len(classes.names)), endpoint=False)
    members = (values[known & (classes.index == index)] for index in range(len(classes.names)))
    starts = [_starts(part, steps) for part in members if part.size]
    codes = np.zeros(values.size, dtype=np.int64)
    if starts:
        cuts = np.unique(np.concatenate(starts))
        codes[known] = np.searchsorted(cuts, values[known], side="right")
    return codes, int(np.count_nonzero(np.bincount(codes)[1:])), True


def _starts(values: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Give values at which bins begin: the smallest, and quantiles of at most so many rows."""
    some = values[:: values.size // _MOST_FOR_QUANTILES + 1]
    return np.append(np.quantile(some, steps, method="lower"), values.min())


def _duplicates(columns: "pd.DataFrame", classes: Assigned) -> Iterator[Flag]:
    import pandas as pd

    if columns.shape[1] == 0:
        return
    keys = pd.util.hash_pandas_object(columns, index=False).to_numpy()
    keys = keys * np.uint64(len(classes.names)) + classes.index.astype(np.uint64)
    keys.sort()
    copies = int((keys[1:] == keys[:-1]).sum())
    if copies:
        text = (
            f"Copies of other rows: {copies:,} ({percent(copies / keys.size, digits=1)})."
            " Where copies fall into training and validation alike, scores look better than they"
            " are."
        )
        yield Flag("", "duplicates", text)
