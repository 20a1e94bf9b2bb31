"""Images that are answered wrong, with answer, label and certainty below each."""

import html
import math
from typing import final

import numpy as np
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from experiments.snapshot_views import GroupMistakes, Mistake
from gui.plots.area import small_font
from gui.plots.data_images import picture_of
from gui.theme import Theme

_SMALLEST = 56
_SPACE = 12


@final
class MistakeImages(QWidget):
    """Pictures side by side, in as many rows as they need."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[Mistake, ...] = ()
        self._pictures: list[QImage] = []
        self._boxes: list[QRectF] = []

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._theme = theme
        self.update()

    def show_mistakes(self, found: GroupMistakes) -> None:
        """Show the images of a group."""
        self._shown = found.shown
        self._pictures = [
            picture_of(np.rint(255 * mistake.image).astype(np.uint8))
            for mistake in found.shown
            if mistake.image is not None
        ]
        self.setAccessibleName(f"Images answered wrong, {found.group.label}")
        self.setAccessibleDescription("; ".join(map(_words, found.shown)))
        self._arrange()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._arrange()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange()

    def _arrange(self) -> None:
        line = self.fontMetrics().height()
        side = max(_SMALLEST, 4 * line)
        wide = max(side, 9 * self.fontMetrics().averageCharWidth())
        across = max(int((self.width() + _SPACE) // (wide + _SPACE)), 1)
        high = side + 3 * line + _SPACE
        self._boxes = [
            QRectF(index % across * (wide + _SPACE), index // across * high, wide, side)
            for index in range(len(self._shown))
        ]
        self.setFixedHeight(math.ceil(math.ceil(len(self._shown) / across) * high))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(small_font(self.font()))
        metrics = painter.fontMetrics()
        for mistake, picture, box in zip(self._shown, self._pictures, self._boxes, strict=True):
            scale = min(box.width() / picture.width(), box.height() / picture.height())
            size = scale * picture.width(), scale * picture.height()
            painter.drawImage(QRectF(box.left(), box.top(), *size), picture)
            flipped = " (flipped)" if mistake.is_flipped else ""
            lines = (
                (f"says {mistake.predicted}", self._theme.text),
                (f"label {mistake.recorded}{flipped}", self._theme.muted),
                (f"{100 * mistake.probability:.0f} % sure", self._theme.muted),
            )
            for number, (text, colour) in enumerate(lines):
                painter.setPen(QColor(colour))
                words = QRectF(
                    box.left(),
                    box.bottom() + 1 + number * metrics.height(),
                    box.width() + _SPACE - 2,
                    metrics.height(),
                )
                room = int(words.width())
                shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
                painter.drawText(words, int(Qt.AlignmentFlag.AlignLeft), shown)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            words = next(
                (
                    _words(mistake)
                    for mistake, box in zip(self._shown, self._boxes, strict=True)
                    if box.contains(event.pos().toPointF())
                ),
                "",
            )
            text = words and f"<span>{html.escape(words)}</span>"
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)


def _words(mistake: Mistake) -> str:
    flipped = f", flipped on purpose from {mistake.clean}" if mistake.is_flipped else ""
    return (
        f"answered {mistake.predicted} with {100 * mistake.probability:.1f} % certainty, label"
        f" {mistake.recorded}{flipped}"
    )
