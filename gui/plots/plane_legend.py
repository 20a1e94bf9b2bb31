"""The strip above the plane that says what its colours, markers and lines mean."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from experiments.plane import PlaneView
from experiments.views import Dash
from gui.plots.area import small_font
from gui.plots.plane_canvas import draw_band, draw_marker
from gui.plots.strokes import pen
from gui.theme import Theme

_SAMPLE = 24.0
_SPACE = 5.0
_GAP = 14.0


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    draw: Callable[[QPainter, QLineF], None]


@final
class PlaneLegend(QWidget):
    """Names groups, markers and lines; entries side by side, in as many rows as they need."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: tuple[_Entry, ...] = ()
        self._boxes: list[QRectF] = []

    @property
    def texts(self) -> tuple[str, ...]:
        """What the entries say."""
        return tuple(entry.text for entry in self._entries)

    def show_view(self, view: PlaneView | None, theme: Theme) -> None:
        """Name what this view shows."""
        before, self._theme = self.texts, theme
        self._entries = () if view is None else tuple(self._made(view))
        if self.texts != before:
            self._arrange()
        self.update()

    def _made(self, view: PlaneView) -> list[_Entry]:
        entries = [
            _Entry(f"{group.label} and its rule", self._group_sample(group.colour))
            for group in view.scene.groups
        ]
        entries += [
            _Entry("label +1", self._marker_sample(label=1, right=True)),
            _Entry("label −1", self._marker_sample(label=-1, right=True)),
            _Entry("hollow: answered wrong", self._marker_sample(label=1, right=False)),
        ]
        entries.append(_Entry("student's boundary ± noise not shown", self._boundary_sample))
        return entries

    def _group_sample(self, colour: str) -> Callable[[QPainter, QLineF], None]:
        def draw(painter: QPainter, line: QLineF) -> None:
            painter.setPen(pen(colour, width=1.6, dash=Dash.DASHED))
            painter.drawLine(line)
            draw_marker(
                painter, line.center(), label=1, right=True, colour=colour, theme=self._theme
            )

        return draw

    def _marker_sample(self, *, label: int, right: bool) -> Callable[[QPainter, QLineF], None]:
        def draw(painter: QPainter, line: QLineF) -> None:
            colour = self._theme.muted
            draw_marker(
                painter,
                line.p2() - QPointF(6, 0),
                label=label,
                right=right,
                colour=colour,
                theme=self._theme,
            )

        return draw

    def _boundary_sample(self, painter: QPainter, line: QLineF) -> None:
        draw_band(painter, line, 4.0, self._theme.text)
        painter.setPen(pen(self._theme.text, width=2.2))
        painter.drawLine(line)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self.font()))
        metrics = painter.fontMetrics()
        for entry, box in zip(self._entries, self._boxes, strict=True):
            start = QPointF(box.left(), box.center().y())
            entry.draw(painter, QLineF(start, start + QPointF(_SAMPLE, 0)))
            words = box.adjusted(_SAMPLE + _SPACE, 0, 0, 0)
            painter.setPen(QColor(self._theme.text))
            shown = metrics.elidedText(
                entry.text, Qt.TextElideMode.ElideRight, int(words.width()) + 1
            )
            flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
            painter.drawText(words, flags, shown)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange()

    def _arrange(self) -> None:
        metrics = QFontMetricsF(small_font(self.font()))
        x, y, row = 0.0, 0.0, metrics.height() + 4
        self._boxes = []
        for entry in self._entries:
            wanted = _SAMPLE + _SPACE + metrics.horizontalAdvance(entry.text) + 1
            width = min(wanted, float(self.width()))
            if x and x + width > self.width():
                x, y = 0.0, y + row
            self._boxes.append(QRectF(x, y, width, row))
            x += width + _GAP
        self.setFixedHeight(math.ceil(y + row))
        self.update()
