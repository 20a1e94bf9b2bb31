"""The cells of a map as pixels of the screen, hatched so that they read without colour."""

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter

from experiments.map_view import Hatch, MapEntry, MapView, MeasuredMark
from experiments.views import Symbol
from gui.plots.strokes import pen, symbol_path

MARK_SIZE = 10.0
_PERIOD = 7
_STROKE = 2
_INK = np.array([27, 31, 36])
_STRENGTHS: dict[Hatch, float] = {"/": 0.55, "\\": 0.2}
_DARK, _BRIGHT = "#1B1F24", "#FFFFFF"
"""Of marks, which lie on the colours of the map and not on those of the window."""


def picture(view: MapView, size: QSize, *, scale: float) -> QImage:
    """Paint the cells of a view.

    Parameters
    ----------
    view
        What to paint.
    size
        Of the picture in pixels.
    scale
        Pixels of the picture in one of the window, so that hatches keep their width.
    """
    return _painted(view.shades, view.colours, view.hatches, size, scale=scale)


def _painted(
    shades: NDArray[np.uint8],
    colours: NDArray[np.uint8],
    hatches: Sequence[Hatch],
    size: QSize,
    *,
    scale: float,
) -> QImage:
    width, height = size.width(), size.height()
    rows, columns = shades.shape
    shown = shades.take(_cells(height, rows)[::-1], axis=0).take(_cells(width, columns), axis=1)
    painted = _packed(colours).take(shown)
    stripes = np.arange(width + height - 1) / scale % _PERIOD < _STROKE
    for hatch, strength in _STRENGTHS.items():
        chosen = np.array([one == hatch for one in hatches])
        if chosen.any():
            inked = np.where(chosen[:, None], (1 - strength) * colours + strength * _INK, colours)
            struck = sliding_window_view(stripes, width)[:: 1 if hatch == "/" else -1]
            np.copyto(painted, _packed(inked).take(shown), where=struck & chosen.take(shown))
    return QImage(painted.data, width, height, QImage.Format.Format_RGB32).copy()


def draw_swatch(painter: QPainter, box: QRectF, entry: MapEntry, *, rim: str) -> None:
    """Fill a box of the legend as the cells of a class are filled."""
    ratio = painter.device().devicePixelRatioF()
    colour = QColor(entry.colour)
    colours = np.array([[colour.red(), colour.green(), colour.blue()]], dtype=np.uint8)
    size = (box.size() * ratio).toSize()
    shades = np.zeros((1, 1), dtype=np.uint8)
    painter.drawImage(box, _painted(shades, colours, (entry.hatch,), size, scale=ratio))
    painter.setBrush(QColor(0, 0, 0, 0))
    painter.setPen(QColor(rim))
    painter.drawRect(box)


def draw_measured(painter: QPainter, at: QPointF, mark: MeasuredMark) -> None:
    """Draw what runs did: filled where they agree with the map, else hollow and crossed."""
    painter.save()
    painter.translate(at)
    painter.scale(MARK_SIZE, MARK_SIZE)
    circle = symbol_path(Symbol.CIRCLE)
    painter.setBrush(QColor(mark.colour if mark.agrees else _BRIGHT))
    painter.setPen(pen(_BRIGHT, width=4.5))
    painter.drawPath(circle)
    painter.setPen(pen(_DARK, width=1.5))
    painter.drawPath(circle)
    if not mark.agrees:
        painter.setPen(pen(_DARK, width=1.5))
        painter.drawLine(QPointF(-0.35, -0.35), QPointF(0.35, 0.35))
        painter.drawLine(QPointF(-0.35, 0.35), QPointF(0.35, -0.35))
    painter.restore()


def draw_marker(painter: QPainter, at: QPointF, *, radius: float) -> None:
    """Draw a ring with four arms around a point that stays visible."""
    painter.setBrush(QColor(0, 0, 0, 0))
    for colour, width in ((_BRIGHT, 5.0), (_DARK, 2.0)):
        painter.setPen(pen(colour, width=width))
        painter.drawEllipse(at, radius, radius)
        for way in (QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)):
            painter.drawLine(at + way * radius, at + way * (1.8 * radius))


def _packed(colours: NDArray[np.generic]) -> NDArray[np.uint32]:
    """Join red, green and blue, shape (n, 3), as an image holds them, shape (n,)."""
    red, green, blue = np.moveaxis(colours, -1, 0).astype(np.uint32)
    packed: NDArray[np.uint32] = red << 16 | green << 8 | blue
    return packed


def _cells(pixels: int, count: int) -> NDArray[np.intp]:
    """Say which of the cells each pixel along a side belongs to, shape (pixels,)."""
    return ((np.arange(pixels) + 0.5) * count / pixels).astype(np.intp)
