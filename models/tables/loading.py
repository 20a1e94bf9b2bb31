"""All rows of a table, each column as numbers or as a category."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.tables.choices import TableChoices
from models.tables.columns import LEAST_NUMERIC, ColumnGuess, ColumnKind, counted, shortened
from models.tables.conversion import Levels, as_days, as_numbers, levels_of
from models.tables.files import check_unchanged, stamp_of, table_error
from models.tables.looking import Look, columns_told, look_at
from models.tables.parquet import read_parquet
from models.tables.reading import read_all

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

INPUT_KINDS = ("number", "category", "date")

_NO_ROWS = "has no rows of data below the names of its columns; choose another file"


@dataclass(frozen=True, slots=True, eq=False)
class LoadedTable:
    """Columns of a table.

    Attributes
    ----------
    columns
        Floats, missing ones NaN and none infinite, for numbers and dates; categories of texts
        for all else, the label among them.
    kinds
        What each of these columns holds.
    notes
        What was done while reading, a sentence each.
    """

    columns: "pd.DataFrame"
    kinds: Mapping[str, ColumnKind]
    notes: tuple[str, ...]


def load_table(path: Path, choices: TableChoices, *, everything: bool) -> LoadedTable:
    """Read all rows.

    Parameters
    ----------
    path, choices
        The file and what is known about it; a label is needed.
    everything
        Whether columns that no model will see are wanted too; otherwise groups are needed.

    Raises
    ------
    DataUnavailableError
        When the file cannot be read as a table, changes meanwhile, or lacks a column.
    """
    stamp = stamp_of(path)
    look = look_at(path, choices)
    if not look.rows and not look.is_estimate:
        raise table_error(path, _NO_ROWS)
    columns = columns_told(list(look.guesses))
    if not choices.label:
        message = "has no label yet; choose the column to be predicted"
        raise table_error(path, f"{message}: {columns}")
    if not (choices.groups or everything):
        message = "has no groups yet; choose one column or more whose values are compared"
        raise table_error(path, f"{message}: {columns}")
    notes = list(look.notes)
    kinds = {name: guess.kind for name, guess in look.guesses.items()}
    kinds[choices.label] = "category"
    use = [name for name in kinds if everything or _is_used(name, kinds[name], choices)]
    if not everything:
        notes += [_left_out(name, kinds[name]) for name in kinds if name not in use]
    frame = _frame(path, look, kinds, use, notes)
    check_unchanged(path, stamp)
    return _loaded(frame, look, kinds, notes)


def _is_used(name: str, kind: ColumnKind, choices: TableChoices) -> bool:
    if name == choices.label or name in choices.groups:
        return True
    return kind in INPUT_KINDS and name not in choices.leave_out


def _left_out(name: str, kind: ColumnKind) -> str:
    if kind in INPUT_KINDS:
        return f"Column {name!r} was left out as chosen."
    words = {
        "identifier": "it is an identifier",
        "constant": "it is always the same",
        "text": "it is free text",
        "other": "it holds neither numbers nor texts",
    }
    return f"Column {name!r} was left out: {words[kind]}."


def _frame(
    path: Path, look: Look, kinds: Mapping[str, ColumnKind], use: list[str], notes: list[str]
) -> "pd.DataFrame":
    """Read columns as floats where all cells allow it, else as categories of texts."""
    names = list(look.guesses)
    if look.dialect is None:
        texts = {index for index, name in enumerate(names) if kinds[name] != "number"}
        table, remarks = read_parquet(path, [names.index(name) for name in use], texts=texts)
        notes += remarks
    else:
        numbers = {n for n in use if kinds[n] == "number" and look.guesses[n].is_numeric}
        rows = read_all(path, look.dialect, names, numbers=numbers, use=use)
        table = rows.table
        notes += rows.notes
        if rows.ragged:
            more = ", …" if len(rows.lines) < rows.ragged else ""
            where = f" (lines {', '.join(map(str, rows.lines))}{more})" if rows.lines else ""
            told = f"{counted(rows.ragged, 'row')} without {counted(len(names), 'cell')}"
            notes.append(f"Left out: {told}{where}.")
    if not table.num_rows:
        raise table_error(path, _NO_ROWS)
    # Each column of the table is let go once it is copied; nothing may use the table afterwards.
    frame: pd.DataFrame = table.to_pandas(split_blocks=True, self_destruct=True)
    return frame.set_axis(use, axis="columns")


def _loaded(
    frame: "pd.DataFrame", look: Look, kinds: Mapping[str, ColumnKind], notes: list[str]
) -> LoadedTable:
    """Clean levels, and turn those that stand for numbers or dates into these."""
    import pandas as pd

    decimal = look.dialect.decimal if look.dialect else "."
    columns: dict[str, pd.Series[float] | pd.Series[str] | pd.Categorical | np.ndarray] = {}
    found: dict[str, ColumnKind] = {}
    for key, column in frame.items():
        name = str(key)
        found[name] = kinds[name]
        if str(column.dtype) != "category":
            columns[name] = _finite(name, column.to_numpy(), notes)
            continue
        codes, levels = _levels(column)
        if kinds[name] in {"number", "date"}:
            chosen = name in look.choices.numbers
            guess = look.guesses[name]
            values = _values(
                name, codes, levels.texts, guess, notes, chosen=chosen, decimal=decimal
            )
            if values is not None:
                columns[name] = _finite(name, values, notes)
                continue
            found[name] = "category"
        if levels.is_changed:
            notes.append(
                f"In column {name!r}, spaces around texts were removed or line breaks made alike."
            )
        columns[name] = column
        if levels.is_changed or len(levels.texts) < len(levels.position):
            names = pd.Index(levels.texts.to_pandas(), dtype=str)
            columns[name] = pd.Categorical.from_codes(codes, categories=names)
    return LoadedTable(pd.DataFrame(columns, copy=False), found, tuple(notes))


def _levels(column: "pd.Series[str]") -> "tuple[np.ndarray, Levels]":
    """Give a code for each row, -1 where missing, and the levels that these stand for."""
    import pyarrow as pa

    levels = levels_of(pa.array(column.cat.categories, pa.string()))
    codes = column.cat.codes.to_numpy()
    if len(levels.texts) == len(levels.position):
        return codes, levels
    return np.append(levels.position, np.int32(-1))[codes], levels


def _values(
    name: str,
    codes: np.ndarray,
    texts: "pa.Array",
    guess: ColumnGuess,
    notes: list[str],
    *,
    chosen: bool,
    decimal: str,
) -> np.ndarray | None:
    """Read texts as numbers or days; None where too few of them are."""
    converted = as_days(texts, guess.order) if guess.order else as_numbers(texts, decimal)
    counts = np.bincount(codes[codes >= 0], minlength=len(texts))
    other = ~converted.understood & (counts > 0)
    wrong = int(counts[other].sum())
    what = "dates" if guess.order else "numbers"
    if wrong > (1 - LEAST_NUMERIC) * counts.sum() and not chosen:
        told = f"Column {name!r} was read as a category; cells that are no {what}: {wrong:,}."
        notes.append(told)
        return None
    if wrong:
        first = texts.take(np.flatnonzero(other)[:3]).to_pylist()
        examples = ", ".join(repr(shortened(text)) for text in first)
        told = f"{counted(wrong, 'cell')} without a {what.removesuffix('s')}"
        notes.append(f"Set missing in column {name!r}: {told}, such as {examples}.")
    values: np.ndarray = np.append(converted.values, np.nan)[codes]
    return values


def _finite(name: str, values: np.ndarray, notes: list[str]) -> np.ndarray:
    """Set infinite numbers missing."""
    infinite = np.isinf(values)
    if infinite.any():
        told = counted(int(infinite.sum()), "infinite number")
        notes.append(f"Set missing in column {name!r}: {told}.")
        values = np.where(infinite, np.nan, values)
    return values
