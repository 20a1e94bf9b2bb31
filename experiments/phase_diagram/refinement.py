"""Maps of other rules: cells solved one by one, coarse at first, and finely along borders."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from experiments.cell_classes import INADMISSIBLE, ClassArray, classes
from experiments.frames import CELL_LAYERS, Cells, FloatArray

BoolArray = NDArray[np.bool_]
Solve = Callable[[int, int], FloatArray | None]
"""What is known of the cell in a row and a column, shape (layers,); None if it cannot exist."""

_COMPLETE = 16
"""Blocks along each side that are solved wherever their classes lie."""

_UNSOLVED = INADMISSIBLE + 1
_AROUND = 1.5
"""Cells that the next finer blocks need for each block of this size that lies along a border."""


class RefinedCells:
    """All cells of a map, as blocks that are halved along borders until they are single cells.

    A block is known by one cell in it, which is painted by itself in the end. Blocks are halved
    again and again from one that covers the whole map; up to 16 × 16 of them are all solved, later
    only those beside one of another class, on both sides of every border. So a border is found to
    one cell wherever a block of a sixteenth of the map's side shows it; smaller islands are missed.

    Parameters
    ----------
    admissible
        Which cells can exist, shape (resolution, resolution); the others are never solved.
    solve
        Solves one cell.

    Attributes
    ----------
    done
        Cells solved.
    total
        How many there will be, as far as the borders found so far tell.
    finished
        Whether nothing is left to solve.
    """

    def __init__(self, admissible: BoolArray, solve: Solve) -> None:
        self._admissible = admissible.copy()
        self._solve = solve
        self._painted = np.full(admissible.shape, _UNSOLVED, dtype=np.uint8)
        self._painted[~admissible] = INADMISSIBLE
        self._solved: list[tuple[int, int]] = []
        self._layers: list[FloatArray] = []
        self.total = max(1, min(int(admissible.sum()), _COMPLETE**2))
        self.finished = False
        self._parts = self._all_parts()

    @property
    def done(self) -> int:
        """Cells solved."""
        return len(self._solved)

    def advance(self, most: int | None) -> tuple[Cells, ...]:
        """Solve one more cell, whatever `most` allows beyond that."""
        del most
        part = next(self._parts, None)
        if part is None:
            self.finished = True
            self.total = max(1, self.done)
            return ()
        return (part,)

    def _all_parts(self) -> Iterator[Cells]:
        where = np.argwhere(~self._admissible)
        if where.size:
            yield _excluded(where)
        size = 1 << (max(self._admissible.shape) - 1).bit_length()
        while size and self._admissible.any():
            yield from self._level(size)
            size //= 2
        if self._solved:
            yield _singles(np.array(self._solved), np.array(self._layers))

    def _level(self, size: int) -> Iterator[Cells]:
        """Solve the blocks of one size."""
        unsolved = _blocks((~self._admissible).astype(np.uint8), size) == 0
        for row, column in self._solved:
            unsolved[row // size, column // size] = False
        complete = len(unsolved) <= _COMPLETE
        even = np.add.outer(*map(np.arange, unsolved.shape)) % 2 == 0
        while True:
            beside = _beside_others(_blocks(self._painted, size))
            pending = unsolved & (beside | complete)
            along = max(int(beside.sum()), 2 * len(unsolved) if complete else 0)
            left = int(pending.sum()) + round(_AROUND * along * (size - 1))
            self.total = self.done + min(left, int(self._admissible.sum()) - self.done)
            if not pending.any():
                return
            # Every second block first: what these tell spares many of the others.
            some = pending & even
            for row, column in np.argwhere(some if some.any() else pending).tolist():
                unsolved[row, column] = False
                yield from self._block(row, column, size)

    def _block(self, row: int, column: int, size: int) -> Iterator[Cells]:
        """Solve the cell in the middle of a block, or the closest to it that can exist."""
        low, left = row * size, column * size
        block = np.s_[low : low + size, left : left + size]
        while self._admissible[block].any():
            inside = np.argwhere(self._admissible[block])
            middle = np.minimum(size // 2, np.array(self._admissible[block].shape) - 1)
            nearest = inside[np.argmin(((inside - middle) ** 2).sum(axis=1))]
            place = low + int(nearest[0]), left + int(nearest[1])
            layers = self._solve(*place)
            if layers is None:
                self._admissible[place] = False
                self._painted[place] = INADMISSIBLE
                yield _excluded(np.array([place]))
                continue
            self._solved.append(place)
            self._layers.append(layers)
            self._painted[block][self._admissible[block]] = classes(layers[None])
            tiles = np.array(list(_tiles(self._admissible, low, left, size)), dtype=np.float64)
            yield Cells(
                column=tiles[:, 1],
                row=tiles[:, 0],
                size=tiles[:, 2],
                layers=np.broadcast_to(layers, (len(tiles), layers.size)),
            )
            return


def _blocks(cells: ClassArray, size: int) -> ClassArray:
    """Return the lowest number in each block of size × size cells."""
    rows, columns = (np.arange(0, length, size) for length in cells.shape)
    by_row = np.minimum.reduceat(cells, rows, axis=0)
    return np.asarray(np.minimum.reduceat(by_row, columns, axis=1))


def _beside_others(blocks: ClassArray) -> BoolArray:
    """Say which blocks have a neighbour of another class, but for those that cannot exist."""
    found = np.zeros(blocks.shape, dtype=np.bool_)
    for near, far in ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1])):
        exist = (blocks[near] != INADMISSIBLE) & (blocks[far] != INADMISSIBLE)
        differ = exist & (blocks[near] != blocks[far])
        found[near] |= differ
        found[far] |= differ
    return found


def _tiles(admissible: BoolArray, row: int, column: int, size: int) -> Iterator[tuple[int, ...]]:
    """Part a block into squares of cells that can exist: row, column and size of each."""
    inside = admissible[row : row + size, column : column + size]
    if inside.all() and inside.size:
        yield row, column, size
    elif inside.any():
        half = size // 2
        for lower in (row, row + half):
            for left in (column, column + half):
                yield from _tiles(admissible, lower, left, half)


def _excluded(where: NDArray[np.intp]) -> Cells:
    """Paint single cells that cannot exist, at rows and columns of shape (n, 2)."""
    layers = np.full((len(where), len(CELL_LAYERS)), np.nan)
    layers[:, CELL_LAYERS.index("admissible")] = 0
    return _singles(where, layers)


def _singles(where: NDArray[np.intp], layers: FloatArray) -> Cells:
    """Paint single cells, at rows and columns of shape (n, 2)."""
    row, column = where.T.astype(np.float64)
    return Cells(column=column, row=row, size=np.ones(len(where)), layers=layers)
