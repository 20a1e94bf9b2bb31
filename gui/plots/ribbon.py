"""The soft ribbon around a line that shows the spread over several runs."""

from typing import final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from gui.plots.curve_data import CurveData
from gui.plots.decimation import Envelope, Window

_OPACITY = 0.16
_MOST_COLUMNS = 300
"""Filling a finer outline takes longer than drawing all curves, and looks the same."""


@final
class Ribbon:
    """Fills between the lower and the upper ends of a curve's error bars."""

    def __init__(self, box: pg.ViewBox, colour: str) -> None:
        self._box = box
        self.item = QGraphicsPathItem()
        fill = QColor(colour)
        fill.setAlphaF(_OPACITY)
        self.item.setBrush(fill)
        self.item.setPen(QPen(Qt.PenStyle.NoPen))
        self.item.setZValue(-5)
        box.addItem(self.item, ignoreBounds=True)
        self._edges: tuple[Envelope, Envelope] | None = None
        self._window: Window | None = None

    def restart(self) -> None:
        """Begin with the first point: the curve was replaced."""
        self._edges = None

    def draw(self, data: CurveData, window: Window) -> None:
        """Fill what a window shows of the bars; nothing for a curve without any."""
        low, high = data.bars or (np.zeros(0), np.zeros(0))
        if self._edges is None or window != self._window:
            columns = min(window.columns, _MOST_COLUMNS)
            coarse = Window(window.x, columns, x_log=window.x_log, y_log=window.y_log)
            self._edges, self._window = (Envelope(coarse), Envelope(coarse)), window
        x = data.x[: low.size]
        lowest = np.finfo(np.float64).tiny if window.y_log else -np.inf
        outline = []
        for envelope, edge in zip(self._edges, (np.maximum(low, lowest), high), strict=True):
            envelope.extend(x, edge)
            line = np.stack(envelope.polyline())
            outline.append(line[:, np.isfinite(line).all(axis=0)])
        around = np.concatenate((outline[0], outline[1][:, ::-1]), axis=1)
        self.item.setPath(pg.arrayToQPath(around[0], around[1], connect="all"))

    def remove(self) -> None:
        """Take the ribbon off the canvas."""
        self._box.removeItem(self.item)
