"""Groups first: their sizes and base rates over all rows, and columns that give the label away."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from models.tables.choices import TableChoices

FlagKind = Literal["identifier", "constant", "label", "group", "missing", "duplicates"]


@dataclass(frozen=True, slots=True)
class GroupSize:
    """One group.

    Attributes
    ----------
    name
        The group's name; of several columns, joined by commas.
    rows
        Number of rows.
    share
        Share of all rows, in (0, 1].
    class_rows
        Number of rows of each class.
    """

    name: str
    rows: int
    share: float
    class_rows: tuple[int, ...]

    @property
    def base_rate(self) -> float:
        """Share of the group's rows that are of the second class, in [0, 1]."""
        return self.class_rows[1] / self.rows


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to be looked at before training.

    Attributes
    ----------
    column
        The column, or "" for the whole table.
    kind
        ``identifier``: a value of its own for each row; ``constant``; ``label``: nearly says the
        label; ``group``: nearly says the group; ``missing``: whether a cell is missing says the
        label; ``duplicates``: rows that occur several times.
    text
        What was found and what to do, in a sentence or two.
    """

    column: str
    kind: FlagKind
    text: str


@dataclass(frozen=True, slots=True)
class FileSummary:
    """What all rows of a file say; it can be pickled.

    Attributes
    ----------
    rows
        Number of rows that have a label.
    class_names
        Names of the classes; the second is the positive one where there are two.
    class_rows
        Number of rows of each class.
    groups
        From the largest to the smallest.
    flags
        What should be looked at.
    notes
        What was done while reading, a sentence each.
    sha256
        The file's fingerprint, for the settings.
    """

    rows: int
    class_names: tuple[str, ...]
    class_rows: tuple[int, ...]
    groups: tuple[GroupSize, ...]
    flags: tuple[Flag, ...]
    notes: tuple[str, ...]
    sha256: str


def file_summary(path: Path, choices: TableChoices) -> FileSummary:
    """Read all rows and count.

    Parameters
    ----------
    path
        A CSV or Parquet file.
    choices
        They must name a label; without group columns, all rows are one group.

    Raises
    ------
    DataUnavailableError
        When the file cannot be read as a table, or label or groups do not suit.
    """
    raise NotImplementedError(path, choices)
