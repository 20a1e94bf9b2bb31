"""The single runs behind the mean of an ensemble, drawn as one faint path."""

from typing import final

import numpy as np
import pyqtgraph as pg

from experiments.frames import FloatArray
from gui.plots.decimation import Window
from gui.plots.intervals import Interval
from gui.plots.scales import coordinates
from gui.plots.strokes import mixed, pen
from gui.theme import Theme

_TINT = 0.3
_MOST_COLUMNS = 300
_BITS = 21
_FARTHEST = float(2 ** (_BITS - 1) - 1)


@final
class Traces:
    """Every run of one curve; a value that is missing breaks its line."""

    def __init__(self, box: pg.ViewBox, colour: str, theme: Theme) -> None:
        self._box = box
        tint = mixed(theme.surface, colour, _TINT).name()  # opaque: blending takes 8 × longer
        self.item = pg.PlotCurveItem(pen=pen(tint), antialias=False)
        self.item.setZValue(-6)
        box.addItem(self.item, ignoreBounds=True)
        self._y: Interval | None = None

    def fits(self, y: Interval) -> bool:
        """Say whether what was drawn last was made for this part of the y axis."""
        return y == self._y

    def draw(self, x: FloatArray, runs: FloatArray, *, window: Window, y: Interval) -> None:
        """Draw what a window and an interval of y show of runs (n, runs) over x (n,)."""
        self._y = y
        rows = rows_shown(x, window)
        shown = coordinates(x[rows], log=window.x_log)
        known = np.isfinite(shown)
        shown, heights = shown[known], coordinates(runs[rows[known]], log=window.y_log)
        pixel = y.span / max(self._box.height(), 1.0)
        segments, ends = distinct_segments((heights - y.low) / pixel)
        pairs = np.stack((shown[segments], shown[segments + 1]), axis=1)
        self.item.setData(pairs.ravel(), y.low + pixel * ends.ravel(), connect="pairs")

    def remove(self) -> None:
        """Take the runs off the canvas."""
        self._box.removeItem(self.item)


def rows_shown(x: FloatArray, window: Window) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Choose the points (by index) that a window needs: one in each of its columns at most.

    One point on either side leads the lines out of the window.
    """
    if x.size == 0:
        return np.empty(0, dtype=np.intp)
    starts = np.searchsorted(x, window.edges(min(window.columns, _MOST_COLUMNS)))
    before = np.maximum(starts[:1] - 1, 0)
    return np.unique(np.concatenate((before, starts[starts < x.size])))


def distinct_segments(
    heights: FloatArray,
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], FloatArray]:
    """List each line between two neighbouring points once, however many runs take it.

    Parameters
    ----------
    heights
        Heights of the runs in pixels, (n, runs); a line with an end that is not finite is left
        out.

    Returns
    -------
    tuple of array
        Index of the left point of each line, (lines,), and the heights of both ends rounded to
        whole pixels, (lines, 2).
    """
    levels = np.rint(np.clip(heights, -_FARTHEST, _FARTHEST))
    known = np.isfinite(levels[:-1]) & np.isfinite(levels[1:])
    left, _ = np.nonzero(known)
    ends = np.stack((levels[:-1][known], levels[1:][known])).astype(np.int64) + 2 ** (_BITS - 1)
    keys = np.unique((left.astype(np.int64) << 2 * _BITS) | (ends[0] << _BITS) | ends[1])
    both = np.stack((keys >> _BITS, keys), axis=1) & (2**_BITS - 1)
    return keys >> 2 * _BITS, both - float(2 ** (_BITS - 1))
