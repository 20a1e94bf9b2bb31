"""What trouble and preparation did to single rows and cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.dataset import Features, Split
from models.preparation import LEFT_OUT, Part, Prepared

if TYPE_CHECKING:
    import pandas as pd

Cell = float | str | None
"""A number, a category, or None where it is missing."""


@dataclass(frozen=True, slots=True)
class TracedCell:
    """One column of one row.

    Attributes
    ----------
    column
        Its name.
    is_added
        Whether trouble added the column, so that nothing was found there.
    found, spoiled
        What was found, and what trouble left of it.
    seen
        Names and values of the inputs that the network gets instead; empty where the row or the
        column is left out.
    is_filled
        Whether the cell is missing and the network sees a value all the same.
    """

    column: str
    is_added: bool
    found: Cell
    spoiled: Cell
    seen: tuple[tuple[str, float], ...]
    is_filled: bool

    @property
    def is_changed(self) -> bool:
        """Whether trouble changed the cell."""
        return self.is_added or self.found != self.spoiled


@dataclass(frozen=True, slots=True)
class TracedRow:
    """One row on its way to the network.

    Attributes
    ----------
    row, origin
        Its number among the spoiled rows, and that of the row found which it is, or is a copy of.
    part
        Where it went: a `Part`, or `LEFT_OUT`.
    group, found_label, label
        Its group, the class it was found with, and the class it is learnt or judged by.
    cells
        Its columns in their order.
    """

    row: int
    origin: int
    part: int
    group: int
    found_label: int
    label: int
    cells: tuple[TracedCell, ...]

    @property
    def is_copy(self) -> bool:
        """Whether it was not found but copied from another one."""
        return self.row != self.origin


class Changes:
    """Looks rows up; everything that costs time is found once, when it is first needed."""

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared

    @cached_property
    def rows(self) -> NDArray[np.bool_]:
        """Rows that were left out, copied, relabelled, filled in, or had a cell changed; (m,)."""
        prepared = self._prepared
        masks, spoiled = prepared.masks, prepared.spoiled
        changed: NDArray[np.bool_] = prepared.spoiled_parts == LEFT_OUT
        changed = changed | masks.flipped | masks.duplicated | masks.resampled
        for cells in (masks.missing, masks.outliers, masks.shifted, masks.rescaled):
            if cells.strides != (0, 0):  # else it is False everywhere
                changed |= cells.any(axis=1)
        for name in spoiled.columns:
            changed |= spoiled.columns[name].isna().to_numpy()
        return changed

    @cached_property
    def place(self) -> NDArray[np.int64]:
        """Position of each row within its split, shape (m,); no meaning for those left out."""
        parts = self._prepared.spoiled_parts
        place = np.zeros(parts.size, dtype=np.int64)
        for part in Part:
            members = np.flatnonzero(parts == part)
            place[members] = np.arange(members.size)
        return place

    @cached_property
    def inputs(self) -> dict[str, tuple[int, ...]]:
        """Indices of the network's inputs that each column became."""
        found: dict[str, list[int]] = {str(name): [] for name in self._prepared.spoiled.columns}
        for index, source in enumerate(self._prepared.sources):
            found[source].append(index)
        return {name: tuple(indices) for name, indices in found.items()}

    def seen(self, rows: NDArray[np.integer], inputs: Sequence[int] | None = None) -> Features:
        """Give what the network sees of rows (k,) that are not left out, shape (k, inputs)."""
        columns = slice(None) if inputs is None else np.array(inputs, dtype=np.intp)
        width = len(self._prepared.dataset.feature_names) if inputs is None else len(inputs)
        parts = self._prepared.spoiled_parts[rows]
        found = np.empty((len(rows), width), dtype=np.float32)
        for part, split in splits(self._prepared).items():
            chosen = parts == part
            found[chosen] = split.x[self.place[rows[chosen]]][:, columns]
        return found

    def next_changed(self, row: int) -> int | None:
        """Find the first changed row after one, beginning anew at the end; None where none is."""
        changed = np.flatnonzero(self.rows)
        if not changed.size:
            return None
        return int(changed[np.searchsorted(changed, row, side="right") % changed.size])

    def trace(self, row: int) -> TracedRow:
        """Follow one row, by its number among the spoiled ones."""
        prepared = self._prepared
        spoiled, origin = prepared.spoiled, int(prepared.origin[row])
        part = int(prepared.spoiled_parts[row])
        names = prepared.dataset.feature_names
        values = np.empty(0) if part == LEFT_OUT else self.seen(np.array([row]))[0]
        added = set(spoiled.columns) - set(prepared.rows.columns)
        found = _cells(prepared.rows.columns, origin)
        cells = []
        for name, now in _cells(spoiled.columns, row).items():
            inputs = self.inputs[name] if values.size else ()
            seen = tuple((names[index], float(values[index])) for index in inputs)
            cells.append(
                TracedCell(
                    name, name in added, found.get(name), now, seen, now is None and bool(seen)
                )
            )
        return TracedRow(
            row=row,
            origin=origin,
            part=part,
            group=int(spoiled.group[row]),
            found_label=int(prepared.rows.y[origin]),
            label=int(spoiled.y[row]),
            cells=tuple(cells),
        )


def splits(prepared: Prepared) -> dict[Part, Split]:
    """Give the splits that there are, by part."""
    dataset = prepared.dataset
    found = {Part.TRAINING: dataset.training, Part.VALIDATION: dataset.validation}
    return found if dataset.test is None else {**found, Part.TEST: dataset.test}


def _cells(columns: "pd.DataFrame", row: int) -> dict[str, Cell]:
    """Read a single row; what is missing is None."""
    cells: dict[str, Cell] = {}
    for name in columns:
        value: object = columns[name].iat[row]
        if isinstance(value, float | np.floating):
            cells[str(name)] = None if np.isnan(value) else float(value)
        else:
            cells[str(name)] = value if isinstance(value, str) else None
    return cells
