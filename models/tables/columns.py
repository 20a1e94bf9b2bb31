"""What the columns of a table are called, and what each seems to hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from models.percent import percent
from models.preparation.categories import MOST_CATEGORIES
from models.tables.conversion import DATE_ORDERS, as_days, as_numbers, levels_of, look_like_dates

if TYPE_CHECKING:
    import pyarrow as pa

ColumnKind = Literal["number", "category", "date", "identifier", "constant", "text", "other"]

LEAST_NUMERIC = 0.95
"""Share of a column's cells that must be numbers, or dates, for it to be read so."""

_EXAMPLES = 4
_LONGEST_NAME = 100
_LONGEST_EXAMPLE = 60
_FEWEST_TO_JUDGE = 20
_FIRST_INEXACT = 2.0**53
IDENTIFIER_SHARE = 0.9
_PROSE_SHARE = 0.5
_MOSTLY = 0.5
_WITH_THOUSANDS = r"^[+-]?\d{1,3}([,. ']\d{3})+([.,]\d+)?$"
_PROSE_WORDS = 4.0
_IDENTIFYING_WORDS = {"id", "uuid", "guid", "key", "index", "nr", "no", "number", "row"}


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What a sample of a column's cells suggests.

    Attributes
    ----------
    kind
        ``number``, ``category`` and ``date`` are inputs; the others are left out.
    missing
        Share of the sampled cells that are missing, in [0, 1].
    distinct
        Number of different values among the sampled cells.
    examples
        The most frequent values, cut to a readable length.
    warnings
        Whatever a user should know, a sentence each.
    is_numeric
        Whether all sampled cells are numbers.
    order
        Of dates, the order of their parts, a key of `DATE_ORDERS`; else empty.
    """

    kind: ColumnKind
    missing: float
    distinct: int
    examples: tuple[str, ...]
    warnings: tuple[str, ...]
    is_numeric: bool = False
    order: str = ""


def unique_names(written: Sequence[str], width: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give each of `width` columns a name of its own.

    Returns
    -------
    names
        Texts without line breaks and control characters, none of them empty, no two alike.
    notes
        A sentence for each name that is not as it is written.
    """
    names: list[str] = []
    notes = []
    for index in range(width):
        original = written[index] if index < len(written) else ""
        plain = " ".join("".join(c if c.isprintable() else " " for c in original).split())
        base = plain[:_LONGEST_NAME] or f"column {index + 1}"
        name, copy = base, 1
        while name in names:
            copy += 1
            name = f"{base} ({copy})"
        if name != original and written:
            why = "without a name" if not plain else f"named {shortened(original)!r}"
            notes.append(f"Column {index + 1}, {why} in the file, is called {name!r} here.")
        names.append(name)
    notes += [
        f"The header names {shortened(surplus)!r}, for which rows have no cell."
        for surplus in written[width:]
        if surplus.strip()
    ]
    return tuple(names), tuple(notes)


def shortened(text: str) -> str:
    """Cut a text to a readable length."""
    return text if len(text) <= _LONGEST_EXAMPLE else f"{text[:_LONGEST_EXAMPLE]}…"


def counted(number: int, what: str) -> str:
    """Say how many there are of something."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def guess_column(name: str, cells: "pa.ChunkedArray", decimal: str) -> ColumnGuess:
    """Guess what a column holds.

    Parameters
    ----------
    name
        The column's name, which may tell an identifier.
    cells
        A sample of its cells as texts; missing ones are null.
    decimal
        The decimal mark.
    """
    from pyarrow import compute

    counted = compute.value_counts(cells.drop_null())
    levels = levels_of(counted.field(0))
    counts = np.bincount(
        levels.position + 1,
        weights=counted.field(1).to_numpy(zero_copy_only=False),
        minlength=len(levels.texts) + 1,
    )[1:]
    texts = levels.texts
    present, distinct = int(counts.sum()), len(texts)
    frequent = np.argsort(-counts, kind="stable")[:_EXAMPLES]
    examples = tuple(shortened(texts[int(index)].as_py()) for index in frequent)
    missing = 1 - present / len(cells) if len(cells) else 0.0
    warnings: list[str] = []
    kind: ColumnKind = "constant"
    order = ""
    is_numeric = False
    if distinct > 1:
        numeric = as_numbers(texts, decimal)
        is_numeric = bool(numeric.understood.all())
        share = float(counts[numeric.understood].sum()) / present
        order = "" if share >= LEAST_NUMERIC else _date_order(texts, counts, warnings)
        if share >= LEAST_NUMERIC and _run_together(numeric.values):
            kind, is_numeric = _kind_of_texts(texts, counts), False
            warnings.append(
                "Whole numbers of so many digits would be rounded to the same number: they are"
                " read as texts."
            )
        elif share >= LEAST_NUMERIC:
            kind = "number"
            if present == distinct and _counts_rows(name, numeric.values):
                kind = "identifier"
        elif order:
            kind = "date"
        else:
            kind = _kind_of_texts(texts, counts)
        warnings += _number_warnings(numeric.values, numeric.understood, counts, texts, share)
        if share < LEAST_NUMERIC:
            warnings += _thousands_warnings(texts)
    if kind == "category" and distinct > MOST_CATEGORIES:
        told = f"It has more than {MOST_CATEGORIES} values"
        warnings.append(f"{told}: one-hot columns stand for the most frequent ones alone.")
    warnings += _kind_warnings(kind, examples)
    if 0.5 < missing < 1:
        warnings.append(f"{percent(missing)} of the cells are missing.")
    return ColumnGuess(kind, missing, distinct, examples, tuple(warnings), is_numeric, order)


def _date_order(texts: "pa.Array", counts: np.ndarray, warnings: list[str]) -> str:
    """Choose the order of parts that reads most cells as dates; '' where none reads enough."""
    if not look_like_dates(texts, counts, share=LEAST_NUMERIC):
        return ""
    shares = {
        order: float(counts[as_days(texts, order).understood].sum()) / counts.sum()
        for order in DATE_ORDERS
    }
    best = max(shares, key=lambda order: shares[order])
    if shares[best] < LEAST_NUMERIC:
        return ""
    if list(shares.values()).count(shares[best]) > 1:
        warnings.append(f"Dates were taken for {best}; month, day, year would fit as well.")
    return best


def _run_together(values: np.ndarray) -> bool:
    """Tell whether texts, no two alike, are whole numbers too long for floats to keep apart."""
    long = values[np.isfinite(values) & (np.abs(values) >= _FIRST_INEXACT)]
    return bool(np.unique(long).size < long.size)


def _counts_rows(name: str, values: np.ndarray) -> bool:
    """Tell whether numbers, no two alike, are names of rows rather than quantities."""
    if values.size < _FEWEST_TO_JUDGE or not (values == np.round(values)).all():
        return False
    words = set("".join(c if c.isalnum() else " " for c in name.lower()).split())
    return bool((np.diff(values) > 0).all()) or bool(words & _IDENTIFYING_WORDS)


def _kind_of_texts(texts: "pa.Array", counts: np.ndarray) -> ColumnKind:
    from pyarrow import compute

    present = int(counts.sum())
    share = len(texts) / present
    if present < _FEWEST_TO_JUDGE or share <= _PROSE_SHARE:
        return "category"
    words = compute.count_substring_regex(texts, pattern=r"\S+").to_numpy(zero_copy_only=False)
    if float(words.mean()) >= _PROSE_WORDS:
        return "text"
    return "identifier" if share > IDENTIFIER_SHARE else "category"


def _number_warnings(
    values: np.ndarray,
    understood: np.ndarray,
    counts: np.ndarray,
    texts: "pa.Array",
    share: float,
) -> list[str]:
    """Tell of cells that are no numbers among numbers, or the reverse, and of infinite ones."""
    found = []
    if LEAST_NUMERIC <= share < 1:
        example = shortened(texts[int(np.argmin(understood))].as_py())
        found.append(
            f"{percent(1 - share, digits=1)} of the cells are no numbers, such as {example!r}."
        )
    elif 0 < share < LEAST_NUMERIC:
        found.append(f"Numbers and texts are mixed: {percent(share)} of the cells are numbers.")
    if np.isinf(values).any():
        infinite = int(counts[np.isinf(values)].sum())
        found.append(f"Infinite numbers count as missing: {counted(infinite, 'sampled cell')}.")
    return found


def _thousands_warnings(texts: "pa.Array") -> list[str]:
    """Tell of numbers whose thousands are set apart, which are read as texts."""
    from pyarrow import compute

    marked = compute.match_substring_regex(texts, pattern=_WITH_THOUSANDS)
    if not (len(texts) and compute.mean(marked.cast("int8")).as_py() > _MOSTLY):
        return []
    return ["Marks between thousands are not understood: remove them to have numbers."]


def _kind_warnings(kind: ColumnKind, examples: Sequence[str]) -> list[str]:
    match kind:
        case "constant" if not examples:
            return ["All cells are missing, so it is left out."]
        case "constant":
            return [f"All cells are {examples[0]!r}, so it is left out."]
        case "identifier":
            return ["Nearly every row has a value of its own, as identifiers do: it is left out."]
        case "text":
            return ["It holds free text, which a network of this kind cannot read: it is left out."]
        case "date":
            return ["Dates are read as days since 1970-01-01."]
        case _:
            return []
