"""A user's own table as rows with a label and a group each."""

from pathlib import Path

from models.rows import Rows
from models.tables.choices import TableChoices


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
    raise NotImplementedError(path, choices, sha256)
