"""Groups first: their sizes and base rates over all rows, and columns that give the label away."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.tables.choices import TableChoices
from models.tables.columns import counted
from models.tables.files import stamp_of
from models.tables.fingerprint import fingerprint
from models.tables.labelled import labelled_table
from models.tables.leaks import Flag, flags_of

SMALL_GROUP = 30
"""Rows below which rates of a group are hardly more than chance: off by ten points or so."""


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
    path = Path(path)
    stamp_of(path)
    with ThreadPoolExecutor(1) as beside:
        digest = beside.submit(fingerprint, path)
        table = labelled_table(path, choices, everything=True)
        classes, groups = table.classes, table.groups
        flags = flags_of(table.columns, table.kinds, classes, groups, group_columns=choices.groups)
    shape = (len(groups.names), len(classes.names))
    counts = np.bincount(groups.index * shape[1] + classes.index, minlength=shape[0] * shape[1])
    counts = counts.reshape(shape)
    sizes = counts.sum(axis=1)
    small = [
        f"Group {name!r} has {counted(int(size), 'row')}: {_few(int(size))}"
        for name, size in zip(groups.names, sizes, strict=True)
        if size < SMALL_GROUP
    ]
    return FileSummary(
        rows=int(sizes.sum()),
        class_names=classes.names,
        class_rows=tuple(counts.sum(axis=0).tolist()),
        groups=tuple(
            GroupSize(name, int(size), float(size / sizes.sum()), tuple(each.tolist()))
            for name, size, each in zip(groups.names, sizes, counts, strict=True)
        ),
        flags=flags,
        notes=(*table.notes, *small),
        sha256=digest.result(),
    )


def _few(rows: int) -> str:
    """Say what so few rows of a group lead to."""
    if rows == 1:
        return "it cannot be in training and validation alike, so no run takes it."
    return "rates and gaps of so few are mostly chance."
