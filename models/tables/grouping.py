"""Classes and groups of rows, as a label and one or more columns say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.dataset import DataUnavailableError, Indices
from models.tables.columns import ColumnKind, shortened
from models.tables.conversion import is_number

if TYPE_CHECKING:
    import pandas as pd

MOST_CLASSES = 50
MOST_GROUPS = 50
MISSING_GROUP = "missing"
_MOST_PLAIN_NUMBERS = 10
_LEVELS_TOLD = 20
_LONGEST_WHOLE = 1e12


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """A class or group for each row.

    Attributes
    ----------
    index
        Position in `names`, shape (n,); -1 where there is none.
    names
        Names, no two alike.
    """

    index: Indices
    names: tuple[str, ...]


def classes_of(labels: "pd.Series[str]", positive: Sequence[str]) -> Assigned:
    """Tell the class of each row.

    Parameters
    ----------
    labels
        A column of categories; rows without a label have no class.
    positive
        Values that make up the second class; without any, each value is a class, in the order
        of numbers or of texts.

    Raises
    ------
    DataUnavailableError
        When there are not two classes or more, or too many.
    """
    name = str(labels.name)
    codes = labels.cat.codes.to_numpy()
    levels = [str(level) for level in labels.cat.categories]
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    present = [level for level, count in zip(levels, counts, strict=True) if count]
    if len(present) < 2:
        values = f"always {present[0]!r}" if present else "missing in all rows"
        message = f"the label {name!r} is {values}; choose a column with two values or more"
        raise DataUnavailableError(message)
    if positive:
        return _two_classes(name, codes, levels, present, tuple(text.strip() for text in positive))
    if len(present) > MOST_CLASSES:
        message = f"the label {name!r} has {len(present):,} different values, more than"
        advice = "name positive values, or choose another label"
        raise DataUnavailableError(f"{message} {MOST_CLASSES} classes; {advice}")
    names = _ordered(present)
    position = {level: index for index, level in enumerate(names)}
    table = np.array([position.get(level, -1) for level in levels] + [-1], dtype=np.int32)
    return Assigned(table[codes], tuple(names))


def groups_of(
    columns: "Iterable[tuple[pd.Series[float] | pd.Series[str], ColumnKind]]", *, bins: int
) -> Assigned:
    """Tell the group of each row: its value, or combination of values, in some columns.

    Missing cells are a value of their own; many numbers are cut into bins of about equal size.

    Parameters
    ----------
    columns
        One column or more, with what each holds.
    bins
        Number of quantile bins.

    Returns
    -------
    Assigned
        Groups from the largest to the smallest; every row has one.

    Raises
    ------
    DataUnavailableError
        When there are too many groups.
    """
    titles = []
    parts: list[tuple[str, ...]] = [()]
    whole: np.ndarray | None = None
    for column, kind in columns:
        names, codes = _values(column, kind, bins)
        kept, codes = _compact(codes, len(names))
        names = [names[index] for index in kept]
        _check_count([column.name], len(names))
        titles.append(str(column.name))
        parts = [(*part, name) for part in parts for name in names]
        whole = codes if whole is None else whole * len(names) + codes
        kept, whole = _compact(whole, len(parts))
        parts = [parts[index] for index in kept]
        _check_count(titles, len(parts))
    assert whole is not None
    order = np.argsort(-np.bincount(whole), kind="stable")
    position = np.empty(len(order), dtype=np.int32)
    position[order] = np.arange(len(order))
    joined = _unique(", ".join(parts[index]) for index in order)
    return Assigned(position[whole], tuple(joined))


def _compact(codes: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """List which of so many codes occur, and number the rows by these."""
    kept = np.flatnonzero(np.bincount(codes, minlength=count))
    position = np.zeros(count, dtype=np.int64)
    position[kept] = np.arange(kept.size)
    return kept, position[codes]


def _check_count(titles: Sequence[object], count: int) -> None:
    if count > MOST_GROUPS:
        message = f"{' and '.join(map(repr, titles))} make {count:,} groups"
        advice = f"choose columns that make {MOST_GROUPS} or fewer, or fewer bins"
        raise DataUnavailableError(f"{message}, too many to compare; {advice}")


def _two_classes(
    name: str,
    codes: np.ndarray,
    levels: Sequence[str],
    present: Sequence[str],
    positive: tuple[str, ...],
) -> Assigned:
    for text in positive:
        if text not in present:
            told = ", ".join(repr(shortened(level)) for level in _ordered(present)[:_LEVELS_TOLD])
            message = f"the label {name!r} is nowhere {text!r}, which positive names"
            raise DataUnavailableError(f"{message}; its values are {told}")
    others = [level for level in present if level not in positive]
    if not others:
        message = f"positive names every value of the label {name!r}; leave one out"
        raise DataUnavailableError(message)
    negative = others[0] if len(others) == 1 else f"not {' or '.join(positive)}"
    table = np.array([int(level in positive) for level in levels] + [-1], dtype=np.int32)
    return Assigned(table[codes], (negative, " or ".join(positive)))


def _ordered(levels: Sequence[str]) -> list[str]:
    """Sort levels as numbers where all are, else as texts."""
    if all(is_number(level, ".") for level in levels):
        return sorted(levels, key=lambda level: (float(level), level))
    return sorted(levels)


def _values(
    column: "pd.Series[float] | pd.Series[str]", kind: ColumnKind, bins: int
) -> tuple[list[str], np.ndarray]:
    """Name the values of one column, and give the position of each row's."""
    if str(column.dtype) == "category":
        names = [str(level) for level in column.cat.categories]
        codes = column.cat.codes.to_numpy().astype(np.int64)
    else:
        names, codes = _numbers(str(column.name), column.to_numpy(dtype=float), kind, bins)
    if (codes < 0).any():
        if MISSING_GROUP not in names:
            names = [*names, MISSING_GROUP]
        codes = np.where(codes < 0, names.index(MISSING_GROUP), codes)
    return names, codes


def _numbers(
    name: str, values: np.ndarray, kind: ColumnKind, bins: int
) -> tuple[list[str], np.ndarray]:
    known = ~np.isnan(values)
    distinct = np.unique(values[known])
    if distinct.size <= _MOST_PLAIN_NUMBERS:
        lows = highs = distinct
    else:
        cuts = np.unique(np.quantile(values[known], np.arange(1, bins) / bins, method="higher"))
        starts = np.unique(np.append(0, np.searchsorted(distinct, cuts, side="left")))
        lows = distinct[starts]
        highs = distinct[np.append(starts[1:] - 1, distinct.size - 1)]
    codes = np.full(values.size, -1, dtype=np.int64)
    codes[known] = np.searchsorted(lows, values[known], side="right") - 1
    texts = [_texts(ends, kind) for ends in (lows, highs)]
    names = [
        f"{name} {low}" if low == high else f"{name} {low} to {high}"
        for low, high in zip(*texts, strict=True)
    ]
    return names, codes


def _texts(values: np.ndarray, kind: ColumnKind) -> list[str]:
    """Write numbers as briefly as keeps them apart, and days as dates."""
    if kind == "date":
        return [str(day) for day in np.floor(values).astype("datetime64[D]")]
    if (values == np.round(values)).all() and (np.abs(values) < _LONGEST_WHOLE).all():
        return [str(int(value)) for value in values]
    for digits in (4, 8):
        texts = [f"{value:.{digits}g}" for value in values]
        if len(set(texts)) == len(texts):
            return texts
    return [repr(float(value)) for value in values]


def _unique(names: Iterable[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        other, copy = name, 1
        while other in found:
            copy += 1
            other = f"{name} ({copy})"
        found.append(other)
    return found
