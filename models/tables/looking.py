"""A sample of a table and what it suggests about the whole."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.tables.choices import DELIMITERS, Encoding, TableChoices
from models.tables.columns import ColumnGuess, ColumnKind, guess_column, shortened, unique_names
from models.tables.files import HEAD_BYTES, head_of, pieces_of, stamp_of, table_error
from models.tables.parquet import open_parquet, sample_parquet
from models.tables.sampling import read_sample
from models.tables.sniff import Dialect, is_parquet, sniff

if TYPE_CHECKING:
    import pyarrow as pa

_COLUMNS_NAMED = 40


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A sample of a file and what was guessed from it.

    Attributes
    ----------
    choices
        The choices that were given, with every ``auto`` replaced by what was found.
    guesses
        What each column seems to hold, by its unique name, in the order of the file; types that
        the choices say are taken from them.
    dialect
        How a text file is written; None for Parquet.
    sample
        Sampled rows as texts, the first rows first.
    rows, is_estimate
        Number of rows of the file, and whether it is estimated from the size.
    notes
        What was guessed or done, a sentence each.
    ragged
        Rows of the head that are left out because they have more or fewer cells than most.
    first
        Number of sampled rows that are the first ones of the file.
    """

    choices: TableChoices
    guesses: Mapping[str, ColumnGuess]
    dialect: Dialect | None
    sample: "pa.Table"
    rows: int
    notes: tuple[str, ...]
    is_estimate: bool = False
    ragged: int = 0
    first: int = 0


def look_at(path: Path, choices: TableChoices) -> Look:
    """Read a sample and guess.

    Raises
    ------
    DataUnavailableError
        When the file cannot be read as a table or lacks a column that the choices name.
    """
    size = stamp_of(path).size
    if is_parquet(path, choices):
        with open_parquet(path) as file:
            rows = file.metadata.num_rows
        sample, others = sample_parquet(path)
        names, notes = unique_names(sample.column_names, sample.num_columns)
        sample = sample.rename_columns(list(names))
        choices = dataclasses.replace(choices, format="parquet")
        look = _guessed(path, choices, None, sample, rows, notes)
        unread = {names[at]: _unread(look.guesses[names[at]], others[at]) for at in others}
        return dataclasses.replace(look, guesses={**look.guesses, **unread})
    pieces = pieces_of(path, size)
    dialect = sniff(path, choices, pieces)
    names, notes = unique_names(dialect.names, dialect.width)
    pieces = [head_of(path), *pieces]
    found = read_sample(path, pieces, dialect, names, whole=size <= HEAD_BYTES)
    sample, rows = found.table, found.table.num_rows
    choices, notes = _found(choices, dialect), (*dialect.notes, *notes)
    look = _guessed(path, choices, dialect, sample, rows, notes)
    if size > HEAD_BYTES:
        rows = round(rows * size / found.used)
    return dataclasses.replace(
        look, rows=rows, is_estimate=size > HEAD_BYTES, ragged=found.ragged, first=found.first
    )


def check_columns(path: Path, names: Sequence[str], choices: TableChoices) -> None:
    """Raise DataUnavailableError where the choices name a column that a table lacks."""
    asked = {
        "label": (choices.label,) if choices.label else (),
        "groups": choices.groups,
        "leave_out": choices.leave_out,
        "numbers": choices.numbers,
        "categories": choices.categories,
    }
    for setting, columns in asked.items():
        for column in columns:
            if column not in names:
                message = f"has no column {shortened(column)!r}, which {setting} names"
                raise table_error(path, f"{message}; {columns_told(names)}")


def columns_told(names: Sequence[str]) -> str:
    """List the columns of a table, or the first of very many."""
    more = f" and {len(names) - _COLUMNS_NAMED} more" if len(names) > _COLUMNS_NAMED else ""
    return f"its columns are {', '.join(map(repr, names[:_COLUMNS_NAMED]))}{more}"


def _guessed(
    path: Path,
    choices: TableChoices,
    dialect: Dialect | None,
    sample: "pa.Table",
    rows: int,
    notes: tuple[str, ...],
) -> Look:
    check_columns(path, sample.column_names, choices)
    decimal = dialect.decimal if dialect else "."
    guesses = {}
    for name in sample.column_names:
        guess = guess_column(name, sample.column(name), decimal)
        chosen: dict[str, ColumnKind] = dict.fromkeys(choices.categories, "category")
        chosen |= dict.fromkeys(choices.numbers, "number")
        if name in chosen and guess.kind != chosen[name]:
            told = f"It is read as {chosen[name]} because the choices say so."
            guess = dataclasses.replace(guess, kind=chosen[name], warnings=(told,), order="")
        guesses[name] = guess
    return Look(choices, guesses, dialect, sample, rows, notes, first=sample.num_rows)


def _unread(guess: ColumnGuess, holds: str) -> ColumnGuess:
    """Say of a column of nulls that it holds what cannot be read."""
    told = f"It holds {shortened(holds)}, which is neither numbers nor texts: it is left out."
    return dataclasses.replace(guess, kind="other", missing=0.0, warnings=(told,))


def _found(choices: TableChoices, dialect: Dialect) -> TableChoices:
    """Say in the words of the choices how a text file is written."""
    encodings: dict[str, Encoding] = {"utf-8": "utf-8", "cp1252": "cp1252", "latin-1": "latin-1"}
    return dataclasses.replace(
        choices,
        format="csv",
        encoding=encodings.get(dialect.encoding, "utf-16"),
        delimiter=next(word for word, mark in DELIMITERS.items() if mark == dialect.delimiter),
        decimal="comma" if dialect.decimal == "," else "point",
        header="yes" if dialect.names else "no",
    )
