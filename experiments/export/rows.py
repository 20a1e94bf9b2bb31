"""Tables of mixed columns as CSV files; texts of users are never formulas.

This module needs the standard library and `cell_text` alone: its source is also part of
``reproduce.py``.
"""

import csv
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from experiments.export.cell_text import cell_of, text_of

Row = dict[str, str]
"""A line of a table by the names of its columns."""


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write every row; NaN is empty, and each number reads back as exactly the same float."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(_Lines(file), lineterminator="\r\n")  # so that both are quoted
        writer.writerow(map(cell_of, header))
        writer.writerows([_cell(value) for value in row] for row in rows)


def read_rows(path: Path) -> list[Row]:
    """Read a table; no rows where there is none."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    names = list(map(text_of, header))
    return [dict(zip(names, map(text_of, row), strict=True)) for row in rows]


class _Lines:
    """Ends lines as all tables do."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, line: str) -> None:
        self._file.write(line.removesuffix("\r\n") + "\n")


def _cell(value: object) -> object:
    if isinstance(value, float) and math.isnan(value):
        return ""
    return cell_of(str(value)) if isinstance(value, str) else value
