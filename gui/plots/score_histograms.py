"""How the probability of a class is spread in each group, with a threshold that can be moved."""

import html
import math
from typing import final

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
)
from PySide6.QtWidgets import QToolTip, QVBoxLayout, QWidget
from typing_extensions import override

from experiments.snapshot_views import Histogram, Thresholds
from gui.plots.area import Axes, PlotArea, small_font
from gui.plots.gestures import Mapping
from gui.plots.intervals import Interval
from gui.plots.strokes import mixed, pen
from gui.theme import Theme

_LINES = 12.0
"""Lines of text that all histograms are high, if that is enough for each."""
_FEWEST_LINES = 3.2
_SPAN = Interval(-0.01, 1.01)
_UNIT = Interval(0.0, 1.0)
_HEAD = 0.94
_GRIP = 7.0
_TINT = 0.35
_VEIL = 0.75
"""How far a name hides the bars behind it."""
_HEIGHTS = "rows, square-root scale"
"""Most networks are sure of most rows: counts as they are would show two bars and nothing else."""


@final
class ScoreHistograms(QWidget):
    """One strip for each group over a common axis.

    Signals
    -------
    threshold_moved
        The threshold that the user drags the line to.
    """

    threshold_moved = Signal(float)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._x_label = ""
        self._area = PlotArea(theme, self)
        self.strips = _Strips(theme, self._area)
        self.strips.threshold_moved.connect(self.threshold_moved)
        self._area.resized.connect(self._arrange)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._area)

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._area.set_theme(theme)
        self.strips.theme = theme
        self.strips.update()

    def show_view(self, view: Thresholds) -> None:
        """Show these histograms."""
        self.strips.show_view(view)
        if self._x_label != view.x_label:
            self._x_label = view.x_label
            self._arrange()
        self._fit()

    def set_threshold(self, threshold: float) -> None:
        """Draw the threshold here."""
        self.strips.threshold = threshold
        self.strips.update()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        lines = max(_LINES, _FEWEST_LINES * len(self.strips.histograms))
        self.setMinimumHeight(math.ceil((lines + 3) * self.fontMetrics().height()))

    def _arrange(self) -> None:
        axes = Axes(
            _SPAN,
            _UNIT,
            x_log=False,
            y_log=False,
            x_label=self._x_label,
            y_label=_HEIGHTS,
            empty=False,
        )
        inner = self._area.arrange(axes, QFontMetrics(small_font(self.font())).height() + 4)
        self._area.y_ticks = []
        self.strips.setGeometry(inner)


class _Strips(QWidget):
    """The drawn part: upwards rows of the class, downwards the others."""

    threshold_moved = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.threshold = 0.5
        self.histograms: tuple[Histogram, ...] = ()
        self._edges = np.linspace(0.0, 1.0, 2)
        self._name = ""
        self._held = False
        self.setMouseTracking(True)

    def show_view(self, view: Thresholds) -> None:
        """Take over other histograms."""
        self.histograms, self._edges, self._name = (
            view.histograms,
            view.edges,
            view.positive_name,
        )
        self.setAccessibleName(f"Histograms of the {view.x_label}, with the threshold")
        self.setAccessibleDescription(
            "; ".join(
                f"{each.group.label}: {int(each.positive.sum()):,} rows labelled"
                f" {view.positive_name}, {int(each.negative.sum()):,} others"
                for each in view.histograms
            )
        )
        self.update()

    @property
    def mapping(self) -> Mapping:
        """Between pixels and probabilities."""
        return Mapping(_SPAN, _UNIT, self.width(), self.height())

    def describe_at(self, position: QPointF) -> str:
        """Say what is in the bin at a position."""
        if not self.histograms:
            return ""
        value = self.mapping.x_at(position.x())
        place = int(np.searchsorted(self._edges, value, side="right")) - 1
        strip = int(position.y() // (self.height() / len(self.histograms)))
        if not (0 <= place < self._edges.size - 1 and 0 <= strip < len(self.histograms)):
            return ""
        each = self.histograms[strip]
        low, high = self._edges[place], self._edges[place + 1]
        return (
            f"{each.group.label}, {low:.3g} to {high:.3g}: {each.positive[place]:,} rows labelled"
            f" {self._name}, {each.negative[place]:,} others"
        )

    def _is_near(self, position: QPointF) -> bool:
        return abs(self.mapping.x_pixel(self.threshold) - position.x()) <= _GRIP

    def _drag(self, position: QPointF) -> None:
        self.threshold_moved.emit(min(max(self.mapping.x_at(position.x()), 0.0), 1.0))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = True
            self._drag(event.position())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self._drag(event.position())
            return
        near = self._is_near(event.position())
        self.setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor)
        words = html.escape(self.describe_at(event.position()))
        text = words and f"<span>{words}</span>"
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter, shown = QPainter(self), self.mapping
        painter.setFont(small_font(self.font()))
        line = shown.x_pixel(self.threshold)
        selected = QRectF(line, 0, shown.x_pixel(1.0) - line, self.height())
        painter.fillRect(selected, mixed(self.theme.surface, self.theme.accent_soft, 0.7))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        high = self.height() / max(len(self.histograms), 1)
        for number, each in enumerate(self.histograms):
            self._paint_strip(painter, each, QRectF(0, number * high, self.width(), high))
        painter.setPen(pen(self.theme.accent, width=2.0))
        painter.drawLine(QLineF(line, 0, line, self.height()))
        painter.setBrush(QColor(self.theme.accent))
        painter.drawPolygon(
            QPolygonF([QPointF(line - 5, 0), QPointF(line + 5, 0), QPointF(line, 7)])
        )

    def _paint_strip(self, painter: QPainter, each: Histogram, box: QRectF) -> None:
        """Draw both kinds of rows to their own height, so that rare ones are seen.

        Heights grow with the square root of counts.
        """
        middle = box.center().y()
        x = [self.mapping.x_pixel(edge) for edge in self._edges.tolist()]
        colour = QColor(each.group.colour)
        pale = mixed(self.theme.surface, each.group.colour, _TINT)
        painter.setPen(Qt.PenStyle.NoPen)
        for counts, sign in ((each.positive, -1.0), (each.negative, 1.0)):
            scale = _HEAD * box.height() / 2 / math.sqrt(max(counts.max(initial=0), 1))
            painter.setBrush(colour if sign < 0 else pale)
            hatched = QBrush(colour, Qt.BrushStyle.BDiagPattern)
            for left, right, count in zip(x, x[1:], counts.tolist(), strict=False):
                tall = math.sqrt(count) * scale
                bar = QRectF(left, middle - tall if sign < 0 else middle, right - left - 0.5, tall)
                painter.drawRect(bar)
                if sign > 0 and count:
                    painter.fillRect(bar, hatched)
        painter.setPen(QColor(self.theme.muted))
        painter.drawLine(QLineF(0, middle, self.width(), middle))
        painter.setPen(QColor(self.theme.text))
        metrics = painter.fontMetrics()
        name = metrics.elidedText(
            each.group.label, Qt.TextElideMode.ElideRight, int(self.width() / 2)
        )
        place = QPointF(x[0] + 2, box.top() + metrics.ascent() + 2)
        behind = QColor(self.theme.surface)
        behind.setAlphaF(_VEIL)
        painter.fillRect(metrics.boundingRect(name).translated(place.toPoint()), behind)
        painter.drawText(place, name)
