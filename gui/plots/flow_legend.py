"""A legend whose entries stand side by side, in as many rows as they need."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from gui.plots.area import small_font
from gui.theme import Theme

SAMPLE = 24.0
"""Width (pixels) of what stands before the words of an entry."""

_SPACE = 5.0
_GAP = 14.0


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """Words, and what draws the sample before them along a line.

    What `follows` the entry before stays in its row where there is room.
    """

    text: str
    draw: Callable[[QPainter, QLineF], None]
    follows: bool = False


class FlowLegend(QWidget):
    """Says what the colours and marks of a plot mean."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: tuple[LegendEntry, ...] = ()
        self._boxes: list[QRectF] = []

    @property
    def texts(self) -> tuple[str, ...]:
        """What the entries say."""
        return tuple(entry.text for entry in self._entries)

    def set_entries(self, entries: Sequence[LegendEntry], theme: Theme) -> None:
        """Show these entries."""
        before, self._theme = self.texts, theme
        self._entries = tuple(entries)
        if self.texts != before:
            self._arrange()
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self.font()))
        metrics = painter.fontMetrics()
        for entry, box in zip(self._entries, self._boxes, strict=True):
            start = QPointF(box.left(), box.center().y())
            entry.draw(painter, QLineF(start, start + QPointF(SAMPLE, 0)))
            words = box.adjusted(SAMPLE + _SPACE, 0, 0, 0)
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
        wanted = [
            SAMPLE + _SPACE + metrics.horizontalAdvance(entry.text) + 1 for entry in self._entries
        ]
        self._boxes = []
        for index, entry in enumerate(self._entries):
            end = index + 1
            while not entry.follows and end < len(wanted) and self._entries[end].follows:
                end += 1
            together = sum(wanted[index:end]) + _GAP * (end - index - 1)
            width = min(wanted[index], float(self.width()))
            if x and x + together > self.width():
                x, y = 0.0, y + row
            self._boxes.append(QRectF(x, y, width, row))
            x += width + _GAP
        self.setFixedHeight(math.ceil(y + row))
        self.update()
