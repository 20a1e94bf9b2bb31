"""Cells that are texts, as numbers, as days, and as levels of a category."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

MISSING = ("", "?", "NA", "N/A", "#N/A", "#NA", "NaN", "nan", "-nan", "NULL", "null", "n/a", "<NA>")
"""Cells, spaces around them aside, that stand for nothing."""

_NUMBER = r"[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|(?i:inf(inity)?))"
_NUMBER_CELL = re.compile(rf"\s*{_NUMBER}\s*")
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:\.\d+)?))?"
_TIME = rf"(?:[T ]{_CLOCK}\s?(?:Z|[+-]\d\d:?\d\d)?)?"
_YEAR, _MONTH, _DAY = r"(?P<year>\d{4})", r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})"
DATE_ORDERS = {
    "year, month, day": rf"^{_YEAR}[-/.]{_MONTH}[-/.]{_DAY}{_TIME}$",
    "day, month, year": rf"^{_DAY}[-/.]{_MONTH}[-/.]{_YEAR}{_TIME}$",
    "month, day, year": rf"^{_MONTH}[-/.]{_DAY}[-/.]{_YEAR}{_TIME}$",
}
"""Patterns of dates by the order of their parts; where two fit alike, the first is taken."""

_BEGINS_AS_DATE = r"^\d{1,4}[-/.]\d{1,2}[-/.]\d"

_SECONDS_PER_DAY = 86400.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Converted:
    """Distinct texts as numbers.

    Attributes
    ----------
    values
        A number for each text, shape (n,); NaN where a text stands for none.
    understood
        Whether a text stands for a number, infinite ones included, shape (n,).
    """

    values: Floats
    understood: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Levels:
    """Distinct texts of a column, cleaned.

    Attributes
    ----------
    texts
        What remains, no two alike.
    position
        Where each text went among them, shape (n,); -1 for those that stand for nothing.
    is_changed
        Whether spaces were removed or line breaks changed in those that remain.
    """

    texts: "pa.Array"
    position: NDArray[np.int32]
    is_changed: bool


def is_number(cell: str, decimal: str) -> bool:
    """Tell whether a cell holds a number."""
    return _NUMBER_CELL.fullmatch(_with_point(cell, decimal)) is not None


def levels_of(texts: "pa.Array") -> Levels:
    """Remove spaces around distinct texts, and those that stand for nothing.

    Line breaks within texts are made alike, also because PyArrow's reader loses the second half
    of one that two blocks of a file share.
    """
    import pyarrow as pa
    from pyarrow import compute

    alike = texts
    if compute.any(compute.match_substring(texts, "\r")).as_py():
        alike = compute.replace_substring_regex(texts, pattern="\r\n?", replacement="\n")
    trimmed = compute.utf8_trim_whitespace(alike)
    is_missing = compute.is_in(trimmed, pa.array(MISSING))
    encoded = compute.if_else(is_missing, None, trimmed).dictionary_encode()
    position = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    changed = compute.and_not(compute.not_equal(trimmed, texts), is_missing)
    return Levels(encoded.dictionary, position, compute.any(changed).as_py() or False)


def as_numbers(texts: "pa.Array", decimal: str) -> Converted:
    """Read texts, without spaces around them, as numbers."""
    import pyarrow as pa
    from pyarrow import compute

    if decimal != ".":
        has_point = compute.match_substring(texts, ".")
        swapped = compute.replace_substring(texts, pattern=decimal, replacement=".")
        texts = compute.if_else(has_point, None, swapped)
    understood = compute.match_substring_regex(texts, pattern=f"^{_NUMBER}$").fill_null(False)
    numeric = compute.if_else(understood, texts, None)
    values = compute.cast(numeric, pa.float64()).to_numpy(zero_copy_only=False)
    return Converted(values, understood.to_numpy(zero_copy_only=False))


def look_like_dates(texts: "pa.Array", counts: Floats, *, share: float) -> bool:
    """Tell whether so large a share of cells begin as dates do, by a glance at each."""
    from pyarrow import compute

    begun = compute.match_substring_regex(texts, pattern=_BEGINS_AS_DATE)
    return bool(counts @ begun.to_numpy(zero_copy_only=False) >= share * counts.sum())


def as_days(texts: "pa.Array", order: str) -> Converted:
    """Read dates as days since 1970-01-01, times of day as fractions; zones are not regarded."""
    from pyarrow import compute

    parts = compute.extract_regex(texts, pattern=DATE_ORDERS[order])

    def part(name: str) -> Floats:
        found = compute.struct_field(parts, name)
        return as_numbers(found, ".").values

    with np.errstate(invalid="ignore"):
        year, month, day = (np.nan_to_num(part(name)) for name in ("year", "month", "day"))
        months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
        date = months.astype("datetime64[D]") + (day - 1).astype(np.int64)
        same_month = date.astype(months.dtype) == months
        understood = (month >= 1) & (month <= 12) & (day >= 1) & same_month
        hour, minute, second = (np.nan_to_num(part(name)) for name in ("hour", "minute", "second"))
    seconds = 3600 * hour + 60 * minute + second
    days = date.astype(np.int64) + seconds / _SECONDS_PER_DAY
    return Converted(np.where(understood, days, np.nan), understood)


def _with_point(cell: str, decimal: str) -> str:
    """Write a cell's decimal mark as a point; a cell that already has one is no such number."""
    if decimal == ".":
        return cell
    return "" if "." in cell else cell.replace(decimal, ".")
