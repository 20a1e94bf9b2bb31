"""A map that fills while a run streams its cells."""

from collections.abc import Iterable

import numpy as np

from experiments.cell_classes import UNKNOWN, classes
from experiments.frames import CELL_LAYERS, Cells, FloatArray, MeasuredCell
from experiments.settings import PhaseDiagramSettings


def axis_values(settings: PhaseDiagramSettings) -> tuple[FloatArray, FloatArray]:
    """Return the values of x at the columns and of y at the rows, shape (resolution,) each."""
    count = settings.map.resolution
    values = []
    for side in ("x", "y"):
        low, high = settings.map.span(side)
        log = settings.map.scale(side) == "log"
        if count == 1:
            grid = np.array([np.sqrt(low * high) if log else (low + high) / 2])
        else:
            grid = np.geomspace(low, high, count) if log else np.linspace(low, high, count)
        values.append(np.rint(grid) if settings.map.axis(side).whole else grid)
    return values[0], values[1]


class CellMap:
    """All cells of a map as they stand.

    Attributes
    ----------
    settings
        What is mapped.
    x, y
        Values of the parameters at the columns and rows, shape (resolution,) each.
    size
        Pixels along each side of the cell that a pixel was painted by, 0 where there is none yet;
        shape (rows, columns).
    classes
        Which of `experiments.cell_classes` each pixel belongs to, shape (rows, columns).
    measured
        Points that were simulated.
    version
        Grows with every change.
    """

    def __init__(
        self,
        settings: PhaseDiagramSettings,
        cells: Iterable[Cells] = (),
        measured: Iterable[MeasuredCell] = (),
    ) -> None:
        self.settings = settings
        self.x, self.y = axis_values(settings)
        shape = (self.y.size, self.x.size)
        self._values = np.full((len(CELL_LAYERS), *shape), np.nan)
        self.size = np.zeros(shape, dtype=np.int64)
        self.classes = np.full(shape, UNKNOWN, dtype=np.uint8)
        self.measured: tuple[MeasuredCell, ...] = ()
        self.version = 0
        self.extend(cells, measured)

    def extend(self, cells: Iterable[Cells] = (), measured: Iterable[MeasuredCell] = ()) -> None:
        """Paint new cells over what is there, and add points."""
        for part in cells:
            column, row, size = (
                np.asarray(array, dtype=np.int64) for array in (part.column, part.row, part.size)
            )
            found = classes(part.layers)
            single = size == 1
            places = row[single], column[single]
            self._values[:, *places] = part.layers[single].T
            self.size[places] = 1
            self.classes[places] = found[single]
            for index in np.flatnonzero(~single):
                left, low, side = int(column[index]), int(row[index]), int(size[index])
                block = np.s_[low : low + side, left : left + side]
                self._values[:, *block] = part.layers[index, :, None, None]
                self.size[block] = side
                self.classes[block] = found[index]
            self.version += 1
        added = tuple(measured)
        if added:
            self.measured += added
            self.version += 1

    def __len__(self) -> int:
        """Count the pixels of which something is known."""
        return int(np.count_nonzero(self.size))

    def layer(self, name: str) -> FloatArray:
        """Return one of `CELL_LAYERS`, shape (rows, columns); NaN where nothing is known."""
        return np.asarray(self._values[CELL_LAYERS.index(name)])
