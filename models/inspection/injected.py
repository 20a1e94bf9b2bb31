"""The truth about trouble, change by change, so that what finds it can be judged."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.inspection.changes import Cell
from models.preparation import LEFT_OUT, Prepared

if TYPE_CHECKING:
    import pandas as pd

LABEL = "label"
"""What stands for a column where the class of a row was changed."""

_CELLS = {
    "missing": "cell emptied",
    "outliers": "outlier",
    "shifted": "shifted",
    "rescaled": "other units",
}
_COPIES = {"duplicated": "copy of a held-out row", "resampled": "copy by over-sampling"}


class Injected(NamedTuple):
    """One change of a label, a cell, or a whole row.

    Attributes
    ----------
    row, origin
        Its number among the spoiled rows, and that of the row found which it is or is a copy of.
    column
        The column, `LABEL`, or "" for a whole row.
    kind
        What was done; of a cell that was struck several times, all of it.
    before, after
        What was found, and what was left of it; None where missing, and for a whole row.
    """

    row: int
    origin: int
    column: str
    kind: str
    before: Cell
    after: Cell


def injected(prepared: Prepared) -> Iterator[Injected]:
    """List rows that were copied or left out, then labels, then cells, column by column.

    Cells of columns that trouble added are not listed: nothing was found there.
    """
    origin, masks = prepared.origin, prepared.masks
    marked = {kind: getattr(masks, name) for name, kind in _COPIES.items()}
    marked["left out"] = prepared.spoiled_parts == LEFT_OUT
    for kind, rows in marked.items():
        for row in np.flatnonzero(rows).tolist():
            yield Injected(row, int(origin[row]), "", kind, None, None)
    names, y, found_y = prepared.rows.class_names, prepared.spoiled.y, prepared.rows.y
    for row in np.flatnonzero(masks.flipped).tolist():
        first = int(origin[row])
        yield Injected(row, first, LABEL, "label flipped", names[found_y[first]], names[y[row]])
    for place, name in enumerate(prepared.rows.columns):
        yield from _cells(prepared, place, str(name))


def _cells(prepared: Prepared, place: int, name: str) -> Iterator[Injected]:
    masks = {kind: getattr(prepared.masks, mask)[:, place] for mask, kind in _CELLS.items()}
    rows = np.flatnonzero(np.logical_or.reduce(list(masks.values())))
    origin = prepared.origin[rows]
    before = _values(prepared.rows.columns[name].iloc[origin])
    after = _values(prepared.spoiled.columns[name].iloc[rows])
    done = np.stack([mask[rows] for mask in masks.values()], axis=1)
    kinds = ["; ".join(np.array(list(masks))[struck]) for struck in done]
    yield from map(
        Injected, rows.tolist(), origin.tolist(), [name] * rows.size, kinds, before, after
    )


def _values(cells: "pd.Series[float] | pd.Series[str]") -> list[Cell]:
    known: Sequence[Cell] = cells.tolist()
    return [None if missing else cell for cell, missing in zip(known, cells.isna(), strict=True)]
