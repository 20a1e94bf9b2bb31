"""A few images of every group and class."""

import html
import math
from collections.abc import Sequence
from typing import final

import numpy as np
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from gui.plots.area import small_font
from gui.plots.data_strokes import fill_bar
from gui.theme import Theme
from models.inspection.images import ImageSet

_SMALLEST = 32
_SPACE, _APART = 3, 14


@final
class ImageGrid(QWidget):
    """A heading for each group, and below it its images, class by class."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._sets: tuple[ImageSet, ...] = ()
        self._pictures: list[list[QImage]] = []
        self._boxes: list[QRectF] = []
        self._headings: list[tuple[int, QRectF]] = []
        self._groups: tuple[str, ...] = ()
        self._classes: tuple[str, ...] = ()

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._theme = theme
        self.update()

    def show_images(
        self, sets: Sequence[ImageSet], groups: tuple[str, ...], classes: tuple[str, ...]
    ) -> None:
        """Show these images."""
        self._sets, self._groups, self._classes = tuple(sets), groups, classes
        self._pictures = [[picture_of(pixels) for pixels in each.pixels] for each in sets]
        self.setAccessibleName(f"Images of {len(groups)} groups and {len(classes)} classes")
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
        """Place the sets of each group side by side, in as many rows as they need."""
        line = self.fontMetrics().height()
        self._boxes, self._headings = [], []
        x = y = 0.0
        height = self._side + line + 8
        before = -1
        for each, pictures in zip(self._sets, self._pictures, strict=True):
            if each.group != before and not self._groups_are_classes:
                y += height if before >= 0 else 0.0
                x, before = 0.0, each.group
                self._headings.append((each.group, QRectF(0, y, self.width(), line + 4)))
                y += line + 8
            width = len(pictures) * (self._across + _SPACE) - _SPACE
            if x and x + width > self.width():
                x, y = 0.0, y + height
            self._boxes.append(QRectF(x, y, width, self._side + line))
            x += width + _APART
        self.setFixedHeight(math.ceil(y + height) if self._sets else 0)
        self.update()

    @property
    def _groups_are_classes(self) -> bool:
        """Whether each group has one class, so that captions name groups well enough."""
        groups = [each.group for each in self._sets]
        return len(set(groups)) == len(groups)

    @property
    def _side(self) -> int:
        """Height of an image on the screen: whole pixels of it, as large as some lines of text."""
        if not self._sets:
            return _SMALLEST
        own: int = self._sets[0].pixels.shape[1]
        return own * max(round(max(_SMALLEST, 2.2 * self.fontMetrics().height()) / own), 1)

    @property
    def _across(self) -> float:
        """Width of an image on the screen."""
        if not self._sets:
            return _SMALLEST
        height, width = self._sets[0].pixels.shape[1:3]
        return float(self._side * width / height)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        line = self.fontMetrics().height()
        for group, box in self._headings:
            side = 0.7 * line
            swatch = QRectF(1, box.center().y() - side / 2, side, side)
            fill_bar(painter, swatch, group, self._theme)
            painter.setPen(QColor(self._theme.text))
            words = box.adjusted(side + 8, 0, 0, 0)
            painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), self._groups[group])
        painter.setFont(small_font(self.font()))
        for each, pictures, box in zip(self._sets, self._pictures, self._boxes, strict=True):
            for index, picture in enumerate(pictures):
                left = box.left() + index * (self._across + _SPACE)
                painter.drawImage(QRectF(left, box.top(), self._across, self._side), picture)
            words = QRectF(box.left(), box.top() + self._side + 1, box.width(), line)
            if self._groups_are_classes:
                swatch = QRectF(box.left() + 1, words.top() + 0.2 * line, 0.6 * line, 0.6 * line)
                fill_bar(painter, swatch, each.group, self._theme)
                words.setLeft(swatch.right() + 4)
            painter.setPen(QColor(self._theme.muted))
            text = painter.fontMetrics().elidedText(
                self._classes[each.label], Qt.TextElideMode.ElideRight, int(words.width())
            )
            painter.drawText(words, int(Qt.AlignmentFlag.AlignLeft), text)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            words = ""
            for each, box in zip(self._sets, self._boxes, strict=True):
                if box.contains(event.pos().toPointF()):
                    names = self._groups[each.group], self._classes[each.label]
                    words = f"{names[0]}, {names[1]}: {each.count:,} images"
            text = words and f"<span>{html.escape(words)}</span>"
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)


def picture_of(pixels: np.ndarray) -> QImage:
    """Turn pixels (height, width) or (height, width, 3) into an image of its own."""
    height, width = pixels.shape[:2]
    colours = pixels.ndim == 3 and pixels.shape[2] == 3
    grey = pixels if pixels.ndim == 2 else pixels[..., 0]
    shown = np.ascontiguousarray(pixels if colours else grey)
    kind = QImage.Format.Format_RGB888 if colours else QImage.Format.Format_Grayscale8
    return QImage(shown.data, width, height, shown.strides[0], kind).copy()
