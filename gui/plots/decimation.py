"""What a screen can show of a curve: its lowest and highest value in every pixel column.

Points are appended; each call costs in proportion to the new ones. The stored arrays stay as
they are, so that another window starts from every point again.
"""

from dataclasses import dataclass
from typing import final

import numpy as np

from experiments.frames import FloatArray
from gui.plots.intervals import Interval
from gui.plots.scales import coordinates


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the axes that is drawn.

    Attributes
    ----------
    x
        Visible interval of the x axis, in axis coordinates.
    columns
        Number of pixel columns it covers, at least 1.
    x_log, y_log
        Whether axis coordinates are decimal logarithms.
    """

    x: Interval
    columns: int
    x_log: bool
    y_log: bool

    def edges(self, columns: int) -> FloatArray:
        """Borders of equally wide columns as values of x, (columns + 1,)."""
        edges = np.linspace(self.x.low, self.x.high, columns + 1)
        if self.x_log:
            edges = np.power(10.0, np.clip(edges, -308.0, 308.0))
        edges[-1] = np.nextafter(edges[-1], np.inf)
        return edges


@final
class Envelope:
    """Lowest and highest value of a curve in each column of a window."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._edges = window.edges(window.columns)
        self._size = 0
        self._count = np.zeros(window.columns, dtype=np.intp)
        self._first_x, self._last_x, self._first_y, self._last_y = np.empty((4, window.columns))
        self._low = np.full(window.columns, np.nan)
        self._high = np.full(window.columns, np.nan)
        self._before: tuple[float, float] | None = None
        self._after: tuple[float, float] | None = None

    def extend(self, x: FloatArray, y: FloatArray) -> None:
        """Take up what was appended to the curve (n,), (n,) since the last call."""
        x, y = x[self._size :], y[self._size :]
        self._size += x.size
        starts = np.searchsorted(x, self._edges)
        first, end = int(starts[0]), int(starts[-1])
        if first > 0:
            self._before = (float(x[first - 1]), float(y[first - 1]))
        if self._after is None and end < x.size:
            self._after = (float(x[end]), float(y[end]))
        columns = np.flatnonzero(starts[1:] > starts[:-1])
        if columns.size == 0:
            return
        begin, last = starts[columns], starts[columns + 1] - 1
        shown = coordinates(y[:end], log=self._window.y_log)
        fresh = self._count[columns] == 0
        opened = columns[fresh]
        self._first_x[opened] = x[begin[fresh]]
        self._first_y[opened] = shown[begin[fresh]]
        self._last_x[columns] = x[last]
        self._last_y[columns] = shown[last]
        low, high = np.fmin.reduceat(shown, begin), np.fmax.reduceat(shown, begin)
        self._low[columns] = np.fmin(self._low[columns], low)
        self._high[columns] = np.fmax(self._high[columns], high)
        self._count[columns] += starts[columns + 1] - begin

    def polyline(self) -> tuple[FloatArray, FloatArray]:
        """Return the line to draw, in axis coordinates; NaN in y breaks it.

        A column with one point gives that point, any other its lowest and highest value in
        the order that fits its ends. One point on either side leads the line out of the window.
        """
        columns = np.flatnonzero(self._count)
        rising = ~(self._last_y[columns] < self._first_y[columns])
        low, high = self._low[columns], self._high[columns]
        x = np.stack((self._first_x[columns], self._last_x[columns]), axis=1)
        y = np.stack((np.where(rising, low, high), np.where(rising, high, low)), axis=1)
        kept = np.ones(x.shape, dtype=np.bool_)
        kept[:, 1] = self._count[columns] > 1
        x, y = coordinates(x[kept], log=self._window.x_log), y[kept]
        before, after = self._outside(self._before), self._outside(self._after)
        return np.concatenate((before[0], x, after[0])), np.concatenate((before[1], y, after[1]))

    def _outside(self, point: tuple[float, float] | None) -> tuple[FloatArray, FloatArray]:
        x, y = np.array([] if point is None else [point]).reshape(-1, 2).T
        x, y = coordinates(x, log=self._window.x_log), coordinates(y, log=self._window.y_log)
        return x[np.isfinite(x)], y[np.isfinite(x)]


def representatives(
    x: FloatArray, y: FloatArray, *, window: Window, columns: int
) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Choose the points (by index) to mark with a symbol.

    All of them where they are few; otherwise the lowest and the highest of each column.
    """
    starts = np.searchsorted(x, window.edges(columns))
    first, end = int(starts[0]), int(starts[-1])
    shown = coordinates(y[first:end], log=window.y_log)
    indices = np.flatnonzero(np.isfinite(shown)) + first
    if indices.size <= 2 * columns:
        return indices
    chosen: set[int] = set()
    for part in np.split(indices, np.searchsorted(indices, starts[1:-1])):
        if part.size:
            chosen.update((int(part[np.argmin(y[part])]), int(part[np.argmax(y[part])])))
    return np.array(sorted(chosen), dtype=np.intp)
