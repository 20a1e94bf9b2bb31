"""Rows sorted into cells, one for each pair of a group and a class."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.rows import Rows

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Which rows are in which cell; group g and class k make the cell g K + k.

    Attributes
    ----------
    groups, classes
        How many there are: G and K.
    code
        Cell of each row, shape (n,), in [0, G K).
    order
        Numbers of the rows, those of one cell after the other, shape (n,).
    filled
        The cells that have rows, rising, shape (f,).
    starts
        Where each filled cell begins in `order`, shape (f,).
    """

    groups: int
    classes: int
    code: NDArray[np.int32]
    order: NDArray[np.intp]
    filled: NDArray[np.intp]
    starts: NDArray[np.intp]

    @classmethod
    def of(cls, rows: Rows) -> "Cells":
        """Sort rows into cells."""
        groups, classes = len(rows.group_names), len(rows.class_names)
        code = rows.group * np.int32(classes) + rows.y
        count = np.bincount(code, minlength=groups * classes)
        filled = np.flatnonzero(count)
        starts = np.cumsum(count[filled]) - count[filled]
        narrow = code.astype(np.uint16) if groups * classes <= 65_536 else code
        return cls(groups, classes, code, np.argsort(narrow, kind="stable"), filled, starts)


def count_parts(rows: Rows, parts: NDArray[np.integer], *, number: int) -> Counts:
    """Count rows by part, group and class.

    Parameters
    ----------
    rows
        What is counted, n rows.
    parts
        Part of each row, shape (n,), below `number`; -1 for rows that are in none.
    number
        How many parts there are.

    Returns
    -------
    array
        Shape (number, G, K).
    """
    groups, classes = len(rows.group_names), len(rows.class_names)
    code = (parts.astype(np.int64) * groups + rows.group) * classes + rows.y
    found = np.bincount(code[parts >= 0], minlength=number * groups * classes)
    return found.reshape(number, groups, classes)
