"""Curves of rates in the unit square: one for each group, with a diagonal to compare them with."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QVBoxLayout, QWidget
from typing_extensions import override

from experiments.frames import FloatArray
from experiments.snapshot_views import Group
from experiments.views import Dash
from gui.plots.area import Axes, PlotArea
from gui.plots.data_strokes import group_dash
from gui.plots.gestures import Mapping
from gui.plots.intervals import Interval
from gui.plots.strokes import pen
from gui.theme import Theme

_LINES = 9
_SPAN = Interval(-0.02, 1.02)
_NEAR = 12.0
_MARK = 5.0
_DOT = 2.5
_FEW = 200
"""Points that are drawn as they are."""


@dataclass(frozen=True, slots=True, eq=False)
class UnitCurve:
    """A curve of a group.

    Attributes
    ----------
    label
        What it is, with its number.
    x, y
        Rates, shape (n,); not finite ones are left out.
    low, high
        Ends of bars, shape (n,); None for a curve without bars and dots.
    """

    group: Group
    label: str
    x: FloatArray
    y: FloatArray
    low: FloatArray | None = None
    high: FloatArray | None = None


def group_line(group: Group) -> Dash:
    """Choose the dashes of a group's line; all rows together are solid."""
    return Dash.SOLID if group.index is None else group_dash(group.index)


@final
class UnitPlot(QWidget):
    """Axes from 0 to 1, curves, and marks on them."""

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self._name = name
        self._x_label = self._y_label = ""
        self._area = PlotArea(theme, self)
        self.canvas = _Canvas(theme, self._area)
        self._area.resized.connect(self._arrange)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._area)
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._area.set_theme(theme)
        self.canvas.theme = theme
        self.canvas.redraw()

    def show_curves(self, curves: Sequence[UnitCurve], *, x_label: str, y_label: str) -> None:
        """Show these curves, the last one at the bottom."""
        self.canvas.curves = tuple(curves)
        self.canvas.setAccessibleName(self._name)
        self.canvas.setAccessibleDescription("; ".join(curve.label for curve in curves))
        self.canvas.redraw()
        if (x_label, y_label) != (self._x_label, self._y_label):
            self._x_label, self._y_label = x_label, y_label
            self._arrange()

    def show_marks(self, marks: Sequence[tuple[Group, float, float]]) -> None:
        """Put a mark of each group at a place; none where that is not a number."""
        self.canvas.marks = tuple(marks)
        self.canvas.update()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()
            QTimer.singleShot(0, self, self._arrange)  # the axes take their font over first

    def _fit(self) -> None:
        self.setMinimumHeight(_LINES * self.fontMetrics().height())

    def _arrange(self) -> None:
        axes = Axes(
            _SPAN,
            _SPAN,
            x_log=False,
            y_log=False,
            x_label=self._x_label,
            y_label=self._y_label,
            empty=False,
        )
        self.canvas.setGeometry(self._area.arrange(axes, self._area.margin_for(axes)))
        marks = self._area.x_ticks, self._area.y_ticks
        self.canvas.grid = tuple(tuple(tick.position for tick in ticks) for ticks in marks)
        self.canvas.redraw()


class _Canvas(QWidget):
    """The drawn part; curves are painted once and kept as a picture below the marks."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.curves: tuple[UnitCurve, ...] = ()
        self.marks: tuple[tuple[Group, float, float], ...] = ()
        self.grid: tuple[tuple[float, ...], ...] = ((), ())
        self._picture: QPixmap | None = None
        self.setMouseTracking(True)

    def redraw(self) -> None:
        """Paint the curves anew."""
        self._picture = None
        self.update()

    @property
    def _mapping(self) -> Mapping:
        return Mapping(_SPAN, _SPAN, self.width(), self.height())

    def describe_at(self, position: QPointF) -> str:
        """Name the curve near a position, and the place on it."""
        shown, best, words = self._mapping, _NEAR, ""
        for curve in self.curves:
            if not curve.x.size:
                continue
            apart = self._pixels(curve.x, curve.y) - (position.x(), position.y())
            distances = np.hypot(*apart.T)
            if not np.isfinite(distances).any():
                continue
            nearest = int(np.nanargmin(distances))
            if distances[nearest] < best:
                best = float(distances[nearest])
                words = f"{curve.label} ({curve.x[nearest]:.3f}, {curve.y[nearest]:.3f})"
        for group, x, y in self.marks:
            if math.isnan(x + y):
                continue
            way = QPointF(shown.x_pixel(x), shown.y_pixel(y)) - position
            if math.hypot(way.x(), way.y()) <= _MARK + 2:
                words = f"{group.label} at the threshold ({x:.3f}, {y:.3f})"
        return words

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        words = html.escape(self.describe_at(event.position()))
        text = words and f"<span>{words}</span>"
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self.redraw()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatioF() != ratio:
            self._picture = self._painted(ratio)
        painter, shown = QPainter(self), self._mapping
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for group, x, y in self.marks:
            if not math.isnan(x + y):
                painter.setPen(pen(self.theme.surface, width=1.5))
                painter.setBrush(QColor(group.colour))
                place = QPointF(shown.x_pixel(x), shown.y_pixel(y))
                painter.drawEllipse(place, _MARK, _MARK)

    def _painted(self, ratio: float) -> QPixmap:
        picture, shown = QPixmap(self.size() * ratio), self._mapping
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self.theme.surface))
        painter = QPainter(picture)
        painter.setPen(QColor(self.theme.grid))
        for x in self.grid[0]:
            painter.drawLine(QLineF(shown.x_pixel(x), 0, shown.x_pixel(x), self.height()))
        for y in self.grid[1]:
            painter.drawLine(QLineF(0, shown.y_pixel(y), self.width(), shown.y_pixel(y)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(self.theme.muted, dash=Dash.DOTTED))
        corners = [QPointF(shown.x_pixel(end), shown.y_pixel(end)) for end in (0.0, 1.0)]
        painter.drawLine(*corners)
        for curve in reversed(self.curves):
            self._paint_curve(painter, curve)
        painter.end()
        return picture

    def _pixels(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Turn rates into pixels, shape (n, 2)."""
        across = (x - _SPAN.low) / _SPAN.span * self.width()
        downwards = (_SPAN.high - y) / _SPAN.span * self.height()
        return np.stack((across, downwards), axis=1)

    def _paint_curve(self, painter: QPainter, curve: UnitCurve) -> None:
        places = self._pixels(curve.x, curve.y)
        known = np.isfinite(places).all(axis=1)
        line = [QPointF(*place) for place in _thinned(places[known]).tolist()]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(curve.group.colour, width=1.8, dash=group_line(curve.group)))
        painter.drawPolyline(QPolygonF(line))
        if curve.low is None or curve.high is None:
            return
        painter.setPen(pen(curve.group.colour))
        ends = [self._pixels(curve.x, end)[known, 1].tolist() for end in (curve.low, curve.high)]
        for (x, y), low, high in zip(places[known].tolist(), *ends, strict=True):
            painter.drawLine(QLineF(x, low, x, high))
            dot = QRectF(x - _DOT, y - _DOT, 2 * _DOT, 2 * _DOT)
            painter.fillRect(dot, QColor(curve.group.colour))


def _thinned(places: FloatArray) -> FloatArray:
    """Leave out what lies within a pixel of a line that runs through many points (n, 2)."""
    if len(places) <= _FEW:
        return places
    along = np.abs(np.diff(places, axis=0)).sum(axis=1).cumsum().astype(np.int64)
    kept = np.append(True, np.append(np.diff(along) > 0, True))
    return np.asarray(places[kept])
