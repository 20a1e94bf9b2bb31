"""What tests of the import dialog have in common."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QTableView
from typing_extensions import override

from gui.background import Outcome
from gui.import_columns import NAME, USE
from gui.import_dialog import ImportDialog
from gui.latest_job import LatestJob

NAMES = ("person", "age", "sex", "score", "hired")
PEOPLE = [
    (
        f"p{row}",
        20 + row * 7 % 45,
        "f" if row % 3 else "m",
        row * 11 % 17,
        "yes" if row % 4 else "no",
    )
    for row in range(120)
]
"""Rows with an identifier, numbers, a sex of which two in three are f, and an outcome."""


class AtOnce(LatestJob):
    """Does every job while it is asked for."""

    @override
    def request(
        self, job: Callable[..., Any], *arguments: object, done: Outcome, failed: Outcome
    ) -> None:
        try:
            result = job(*arguments)
        except Exception as error:  # as a process hands on whatever is raised in it
            failed(error)
        else:
            done(result)


def write_table(
    path: Path,
    rows: Iterable[Iterable[object]] = PEOPLE,
    *,
    names: Iterable[str] = NAMES,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=delimiter).writerows([names, *rows])
    return path


def texts(view: QTableView) -> list[list[str]]:
    """All cells of a table, as they are shown."""
    model = view.model()
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def choose(dialog: ImportDialog, column: str, value: str, *, at: int = USE) -> None:
    """Choose what a column is used for, or what it is read as."""
    model = dialog.page.columns.columns
    names = [model.index(row, NAME).data() for row in range(model.rowCount())]
    assert model.setData(model.index(names.index(column), at), value)


def uses(dialog: ImportDialog) -> dict[str, str]:
    """What each column is used for, in words."""
    return {row[NAME]: row[USE] for row in texts(dialog.page.columns)}
