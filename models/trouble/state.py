"""Rows on their way through trouble: what every trouble is given, and gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from models.dataset import DataUnavailableError, Indices
from models.rows import Rows
from models.trouble.masks import CellMask, Mask, Masks, RowMask
from models.trouble.plan import Known, Target, Where

if TYPE_CHECKING:
    import pandas as pd

Parts = NDArray[np.int8]
_PARTS: dict[Where | Known, tuple[int, int]] = {
    "training": (0, 0),
    "held-out": (1, 2),
    "until-test": (0, 1),
    "everywhere": (0, 2),
}
_LONGEST_LIST = 12


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What has become of rows so far.

    Attributes
    ----------
    found
        The n rows as they were found.
    rows
        The m rows by now: those found, then copies.
    origin
        Number of the found row of each row, shape (m,).
    parts
        Where each row goes, shape (m,): 0 training, 1 validation, 2 test, -1 left out.
    masks
        What was changed.
    notes
        What was done, a sentence each.
    """

    found: Rows
    rows: Rows
    origin: NDArray[np.int64]
    parts: Parts
    masks: Masks
    notes: tuple[str, ...] = ()

    @classmethod
    def untouched(cls, rows: Rows, parts: Parts) -> Self:
        """Start with the rows as they were found and split."""
        masks = Masks.nothing(*rows.columns.shape)
        return cls(found=rows, rows=rows, origin=np.arange(len(rows)), parts=parts, masks=masks)

    @property
    def clean_y(self) -> Indices:
        """Class of each row as it was found, shape (m,)."""
        return self.found.y[self.origin]

    def within(self, where: Where | Known) -> Mask:
        """Mark the rows of some parts, shape (m,)."""
        lowest, highest = _PARTS[where]
        inside: Mask = (self.parts >= lowest) & (self.parts <= highest)
        return inside

    def struck(self, target: Target, *, key: str, where: Where | Known = "training") -> Mask:
        """Mark the rows of the target's group and found class in some parts, shape (m,).

        Raises
        ------
        DataUnavailableError
            When there is no such group or class; `key` says which setting names it.
        """
        return self.within(where) & self.members(target, key=key)

    def members(self, target: Target, *, key: str) -> Mask:
        """Mark the rows of the target's group and found class, wherever they went, shape (m,).

        Raises
        ------
        DataUnavailableError
            When there is no such group or class; `key` says which setting names it.
        """
        mask = np.ones(len(self.rows), dtype=np.bool_)
        if target.group:
            mask &= self.rows.group == position(target.group, self.rows.group_names, f"{key}.group")
        if target.label:
            mask &= self.clean_y == position(target.label, self.rows.class_names, f"{key}.label")
        return mask

    def with_cells(self, changed: Mapping[str, Any], name: CellMask, mask: Mask) -> Self:
        """Replace whole columns by name, and mark the cells that differ, shape (m, p)."""
        import pandas as pd

        columns = {column: changed.get(column, cells) for column, cells in self._columns()}
        table = pd.DataFrame(columns, copy=False)
        masks = self.masks.marking(name, mask)
        return replace(self, rows=replace(self.rows, columns=table), masks=masks)

    def with_columns(self, added: Mapping[str, Any]) -> Self:
        """Append columns by name; rows that were images are none any more.

        Raises
        ------
        DataUnavailableError
            When there is a column of such a name.
        """
        import pandas as pd

        table = self.rows.columns
        for name in added:
            if name in table.columns:
                message = f"{self.rows.name} already has a column {name!r}"
                raise DataUnavailableError(f"{message}; rename it, or do not inject one")
        table = pd.concat([table, pd.DataFrame(dict(added), index=table.index)], axis=1)
        rows = replace(self.rows, columns=table, image_shape=None)
        return replace(self, rows=rows, masks=self.masks.with_columns(len(added)))

    def with_labels(self, y: Indices, flipped: Mask) -> Self:
        """Replace the labels."""
        masks = self.masks.marking("flipped", flipped)
        return replace(self, rows=replace(self.rows, y=y), masks=masks)

    def with_copies(self, copied: NDArray[np.integer], parts: Parts, copies: RowMask) -> Self:
        """Append copies of rows, and say where each goes, shapes (copies,)."""
        chosen = np.concatenate([np.arange(len(self.rows)), copied])
        table = self.rows.columns.iloc[chosen].reset_index(drop=True)
        y, group = self.rows.y[chosen], self.rows.group[chosen]
        return replace(
            self,
            rows=replace(self.rows, columns=table, y=y, group=group),
            origin=self.origin[chosen],
            parts=np.concatenate([self.parts, parts]),
            masks=self.masks.with_copies(copied, copies),
        )

    def leaving_out(self, mask: Mask) -> Self:
        """Leave marked rows out of every part."""
        return replace(self, parts=np.where(mask, np.int8(-1), self.parts))

    def told(self, note: str) -> Self:
        """Add a sentence to the notes."""
        return replace(self, notes=(*self.notes, note))

    def counts(self, mask: Mask, among: Mask) -> str:
        """Tell for each group how many rows or cells are marked, and among how many.

        Parameters
        ----------
        mask, among
            Rows (m,) or cells (m, q).
        """
        size = len(self.rows.group_names)
        told = []
        for which in (mask, among):
            rows = which if which.ndim == 1 else which.sum(axis=1)
            told.append(np.bincount(self.rows.group, weights=rows, minlength=size).astype(int))
        return ", ".join(
            f"{name} {marked:,} of {all_of_it:,}"
            for name, marked, all_of_it in zip(self.rows.group_names, *told, strict=True)
            if all_of_it
        )

    def _columns(self) -> "list[tuple[str, pd.Series[Any]]]":
        return [(str(name), cells) for name, cells in self.rows.columns.items()]


def position(name: str, names: tuple[str, ...] | list[str], key: str) -> int:
    """Find a name; raises `DataUnavailableError` that lists what there is, and names the key."""
    if name in names:
        return names.index(name)
    known = ", ".join(names[:_LONGEST_LIST])
    more = f" and {len(names) - _LONGEST_LIST} more" if len(names) > _LONGEST_LIST else ""
    raise DataUnavailableError(f"{key}: there is no {name!r}; known are {known}{more}")
