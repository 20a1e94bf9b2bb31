"""The axes around the canvas: lines, ticks, their numbers and the labels."""

import math
from dataclasses import dataclass
from typing import final

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from gui.plots.intervals import Interval
from gui.plots.scales import Tick, ticks
from gui.theme import Theme

_TICK = 4
_MINOR_TICK = 2
_SPACE = 5
_TICK_LINES = 3.0


@dataclass(frozen=True, slots=True)
class Axes:
    """What the axes show: visible intervals in axis coordinates, scales and labels."""

    x: Interval
    y: Interval
    x_log: bool
    y_log: bool
    x_label: str
    y_label: str
    empty: bool


def small_font(font: QFont) -> QFont:
    """Return the font of numbers and captions in a plot."""
    small = QFont(font)
    if font.pointSizeF() > 0:
        small.setPointSizeF(font.pointSizeF() * 0.92)
    return small


@final
class PlotArea(QWidget):
    """Lays out the canvas and paints the axes beside it."""

    resized = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._axes: Axes | None = None
        self._margin = 0
        self.inner = QRect()
        """Where the canvas goes."""
        self.x_ticks: list[Tick] = []
        self.y_ticks: list[Tick] = []

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._theme = theme
        self.update()

    def margin_for(self, axes: Axes) -> int:
        """Choose the ticks of the y axis; return the width (pixels) they need beside it."""
        metrics = QFontMetricsF(small_font(self.font()))
        top, bottom = self._top(metrics), self._bottom(metrics)
        room = int((self.height() - top - bottom) / (_TICK_LINES * metrics.height()))
        self.y_ticks = [] if axes.empty else ticks(axes.y, log=axes.y_log, at_most=room)
        widest = max((metrics.horizontalAdvance(tick.text) for tick in self.y_ticks), default=0.0)
        return math.ceil(metrics.height() + 3 * _SPACE + widest)

    def arrange(self, axes: Axes, margin: int) -> QRect:
        """Place the canvas right of a margin, choose the ticks of the x axis, and repaint."""
        metrics = QFontMetricsF(small_font(self.font()))
        top, bottom = self._top(metrics), self._bottom(metrics)
        right = math.ceil(metrics.horizontalAdvance("100,000") / 2) + 2
        self.inner = QRect(
            margin, top, max(self.width() - margin - right, 1), max(self.height() - top - bottom, 1)
        )
        x_ticks: list[Tick] = []
        for words in ("100,000", "12,345.678901") if not axes.empty else ():
            room = self.inner.width() / (1.7 * metrics.horizontalAdvance(words))
            x_ticks = ticks(axes.x, log=axes.x_log, at_most=int(room))
            widths = [metrics.horizontalAdvance(tick.text) for tick in x_ticks if tick.text]
            if 1.2 * max(widths, default=0.0) * len(widths) < self.inner.width():
                break
        if (axes, margin, x_ticks) != (self._axes, self._margin, self.x_ticks):
            self._axes, self._margin, self.x_ticks = axes, margin, x_ticks
            self.update(QRegion(self.rect()) - QRegion(self.inner))
        return self.inner

    @staticmethod
    def _top(metrics: QFontMetricsF) -> int:
        return math.ceil(metrics.height() / 2)

    @staticmethod
    def _bottom(metrics: QFontMetricsF) -> int:
        return math.ceil(2 * metrics.height()) + _TICK + _SPACE

    @override
    def minimumSizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(12 * line, 6 * line)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self.resized.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._axes is None:
            return
        painter = QPainter(self)
        painter.setFont(small_font(self.font()))
        self._paint_x(painter, self._axes)
        self._paint_y(painter, self._axes)

    def _paint_x(self, painter: QPainter, axes: Axes) -> None:
        inner, metrics = self.inner, painter.fontMetrics()
        line = inner.bottom() + 1
        painter.setPen(QColor(self._theme.muted))
        painter.drawLine(inner.left(), line, inner.right() + 1, line)
        for tick in self.x_ticks:
            x = inner.left() + (tick.position - axes.x.low) / axes.x.span * inner.width()
            length = _TICK if tick.text else _MINOR_TICK
            painter.drawLine(QLineF(round(x), line, round(x), line + length))
            if tick.text:
                width = metrics.horizontalAdvance(tick.text) + 2
                left = min(max(x - width / 2, 0.0), self.width() - width)
                box = QRectF(left, line + _TICK + 1, width, metrics.height())
                painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), tick.text)
        self._paint_label(
            painter,
            QRectF(inner.left(), self.height() - metrics.height(), inner.width(), metrics.height()),
            axes.x_label,
        )

    def _paint_y(self, painter: QPainter, axes: Axes) -> None:
        inner, metrics = self.inner, painter.fontMetrics()
        painter.setPen(QColor(self._theme.muted))
        for tick in self.y_ticks:
            if tick.text:
                y = inner.bottom() + 1 - (tick.position - axes.y.low) / axes.y.span * inner.height()
                box = QRectF(0, y - metrics.height() / 2, inner.left() - _SPACE, metrics.height())
                painter.drawText(
                    box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), tick.text
                )
        painter.save()
        painter.translate(QPointF(0, self.height()))
        painter.rotate(-90)
        below = self.height() - inner.bottom() - 1
        box = QRectF(below, 0, inner.height(), metrics.height())
        if metrics.horizontalAdvance(axes.y_label) > inner.height():
            box.setLeft(metrics.height() + _SPACE)
            box.setRight(self.height())
        self._paint_label(painter, box, axes.y_label)
        painter.restore()

    @staticmethod
    def _paint_label(painter: QPainter, box: QRectF, text: str) -> None:
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), shown)
