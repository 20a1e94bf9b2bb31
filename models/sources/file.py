"""A user's own table as rows with a label and a group each."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from models.rows import Rows
from models.tables.choices import TableChoices
from models.tables.files import stamp_of, table_error
from models.tables.fingerprint import fingerprint
from models.tables.inputs import as_inputs
from models.tables.labelled import labelled_table


def file_rows(path: Path, choices: TableChoices, *, sha256: str = "") -> Rows:
    """Read all rows of a CSV or Parquet file.

    Parameters
    ----------
    path
        The file.
    choices
        They must name a label and at least one group column.
    sha256
        The fingerprint that the file must have; "" accepts any.

    Raises
    ------
    DataUnavailableError
        When the file cannot be read as a table, is another than the fingerprint says, or when
        label or groups do not suit.
    """
    path = Path(path)
    stamp_of(path)
    with ThreadPoolExecutor(1) as beside:
        found = beside.submit(fingerprint, path) if sha256 else None
        try:
            rows = _rows(path, choices)
        finally:  # that the file is another one explains why it cannot be read
            if found is not None and found.result() != sha256.strip().lower():
                message = "is not the file that was imported: its content changed since then"
                advice = 'import it again, or accept it by setting data.sha256 to ""'
                raise table_error(path, f"{message}; {advice}")
    return rows


def _rows(path: Path, choices: TableChoices) -> Rows:
    table = labelled_table(path, choices, everything=False)
    columns, notes = as_inputs(table.columns, table.kinds, leave_out=choices.leave_out)
    if columns.empty:
        message = "has no column left to learn from; leave fewer out, or say how to read some"
        raise table_error(path, message)
    return Rows(
        name=f"{path.name} by {' and '.join(choices.groups)}",
        columns=columns,
        y=table.classes.index,
        group=table.groups.index,
        class_names=table.classes.names,
        group_names=table.groups.names,
        notes=(*table.notes, *notes),
    )
