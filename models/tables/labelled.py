"""Rows of a table that have a label, each with its class and its group."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.dataset import DataUnavailableError
from models.tables.choices import TableChoices
from models.tables.columns import ColumnKind, counted
from models.tables.files import table_error
from models.tables.grouping import MISSING_GROUP, Assigned, classes_of, groups_of
from models.tables.loading import load_table

if TYPE_CHECKING:
    import pandas as pd

ALL_ROWS = "all rows"
"""The one group where no column says the groups."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelledTable:
    """Rows that have a label.

    Attributes
    ----------
    columns
        All columns that were read but the label, as in `loading.LoadedTable`; rows are numbered
        from 0.
    kinds
        What each holds.
    classes, groups
        Each row's.
    notes
        What was done while reading, a sentence each.
    """

    columns: "pd.DataFrame"
    kinds: Mapping[str, ColumnKind]
    classes: Assigned
    groups: Assigned
    notes: tuple[str, ...]


def labelled_table(path: Path, choices: TableChoices, *, everything: bool) -> LabelledTable:
    """Read all rows that have a label; without group columns, all are one group.

    Raises
    ------
    DataUnavailableError
        When the file cannot be read as a table, or label or groups do not suit.
    """
    import pandas as pd

    table = load_table(path, choices, everything=everything)
    columns, notes = table.columns, list(table.notes)
    try:
        classes = classes_of(columns[choices.label], choices.positive)
        kept = classes.index >= 0
        grouping = columns[list(choices.groups)]
        columns = columns.drop(columns=choices.label)
        if not kept.all():
            left_out = int(kept.size - kept.sum())
            notes.append(f"Left out: {counted(left_out, 'row')} without a label.")
            columns, grouping = (
                each.loc[kept].reset_index(drop=True) for each in (columns, grouping)
            )
            classes = Assigned(classes.index[kept], classes.names)
        groups = Assigned(np.zeros(classes.index.size, dtype=np.int32), (ALL_ROWS,))
        if choices.groups:
            named = [(grouping[name], table.kinds[name]) for name in choices.groups]
            groups = groups_of(named, bins=choices.bins)
            notes += [
                f"Counted as group {MISSING_GROUP!r}: {counted(lacking, 'row')} without {name!r}."
                for name, lacking in grouping.isna().sum().items()
                if lacking
            ]
    except DataUnavailableError as error:
        raise table_error(path, str(error)) from None
    assert isinstance(columns, pd.DataFrame)
    return LabelledTable(columns, table.kinds, classes, groups, tuple(notes))
