"""Tables of OpenML, once they are on this machine."""

import json
from dataclasses import replace
from pathlib import Path

from models.dataset import DataUnavailableError
from models.downloads import OpenmlSet
from models.downloads.retrieval import openml_table
from models.rows import Rows
from models.sources.file import file_rows
from models.tables import TableChoices


def openml_rows(data_id: int, choices: TableChoices, *, folder: Path) -> Rows:
    """Read all rows of a table.

    Parameters
    ----------
    data_id
        Number of the table.
    choices
        As for a table of the user's own; without a label, the one that OpenML names is taken.
    folder
        Where Bias Lab keeps what it downloads.

    Raises
    ------
    DataUnavailableError
        When the table is not on this machine, or label or groups do not suit.
    """
    table, about_file = openml_table(OpenmlSet(data_id), folder)
    try:
        about = json.loads(about_file.read_text(encoding="utf-8"))
        name, licence, notes = about["name"], about["licence"], tuple(about["notes"])
        label = choices.label or about["label"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        advice = f"run: bias-lab download openml:{data_id}"
        message = f"what is kept of OpenML set {data_id} in {table.parent} is damaged; {advice}"
        raise DataUnavailableError(message) from error
    rows = file_rows(table, replace(choices, label=label))
    source = f"{name} is OpenML set {data_id}; licence: {licence or 'not stated'}."
    return replace(rows, name=f"{name} of OpenML", notes=(source, *notes, *rows.notes))
