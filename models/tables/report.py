"""A quick look at a table: its first rows, how it is written, and what its columns seem to hold."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.tables.choices import TableChoices
from models.tables.columns import ColumnKind, counted
from models.tables.files import check_unchanged, stamp_of
from models.tables.looking import look_at

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class ColumnReport:
    """What a sample says about one column.

    Attributes
    ----------
    name
        Its name, made unique; plain text, whatever it looks like.
    kind
        ``number``, ``category`` and ``date`` become inputs; ``identifier``, ``constant`` and
        ``text`` are left out unless the choices say otherwise.
    missing
        Share of sampled cells that are missing, in [0, 1].
    distinct
        Different values among the sampled cells.
    examples
        Its most frequent values.
    warnings
        What a user should know, a sentence each.
    """

    name: str
    kind: ColumnKind
    missing: float
    distinct: int
    examples: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableReport:
    """What a quick look at a file says; it can be pickled.

    Attributes
    ----------
    path
        The file.
    choices
        The choices that were given, with every ``auto`` replaced by what was found.
    size
        Bytes of the file.
    rows, is_estimate
        Number of rows, and whether it is estimated from the size.
    sampled
        Number of rows that were looked at.
    columns
        One for each column of the file, in its order.
    first_rows
        Cells of the first rows as texts, "" where missing.
    notes
        What was guessed or done, a sentence each.
    """

    path: str
    choices: TableChoices
    size: int
    rows: int
    is_estimate: bool
    sampled: int
    columns: tuple[ColumnReport, ...]
    first_rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]

    @property
    def extent(self) -> str:
        """How many rows and columns there are, and how many rows were looked at."""
        about = "about " if self.is_estimate else ""
        text = f"{about}{self.rows:,} rows × {len(self.columns)} columns"
        return f"{text}, guessed from {self.sampled:,} rows" if self.sampled < self.rows else text


def inspect_table(
    path: Path, choices: TableChoices | None = None, *, rows: int = 200
) -> TableReport:
    """Look at the head and a few pieces of a file.

    Parameters
    ----------
    path
        A CSV or Parquet file.
    choices
        What is known about it; all is guessed by default.
    rows
        Number of first rows to report.

    Raises
    ------
    DataUnavailableError
        When the file cannot be read as a table.
    """
    choices = choices or TableChoices()
    path = Path(path)
    stamp = stamp_of(path)
    look = look_at(path, choices)
    check_unchanged(path, stamp)
    notes = look.notes
    if not look.rows:
        notes += ("There is no row of data below the names of the columns.",)
    if look.ragged:
        told = f"{counted(look.ragged, 'row')} without {counted(len(look.guesses), 'cell')}"
        notes += (f"Left out among the first rows: {told}.",)
    return TableReport(
        path=str(path),
        choices=look.choices,
        size=stamp.size,
        rows=look.rows,
        is_estimate=look.is_estimate,
        sampled=look.sample.num_rows,
        columns=tuple(
            ColumnReport(name, each.kind, each.missing, each.distinct, each.examples, each.warnings)
            for name, each in look.guesses.items()
        ),
        first_rows=_first_rows(look.sample.slice(0, min(rows, look.first))),
        notes=notes,
    )


def _first_rows(table: "pa.Table") -> tuple[tuple[str, ...], ...]:
    columns = (column.fill_null("").to_pylist() for column in table.columns)
    return tuple(zip(*columns, strict=True))
