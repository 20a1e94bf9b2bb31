"""The name of a group beside a sample of its colour and pattern."""

import html

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from experiments.snapshot_views import Group
from gui.plots.data_strokes import fill_bar
from gui.theme import Theme

_SPACE = 8
_WIDEST = 40
"""Letters of a name that are shown at least, if it has as many."""


def paint_swatch(painter: QPainter, box: QRectF, group: Group, theme: Theme) -> None:
    """Fill a box in the colour and pattern of a group, or of all rows."""
    if group.index is None:
        painter.fillRect(box, QColor(group.colour))
    else:
        fill_bar(painter, box, group.index, theme)


class GroupName(QWidget):
    """A swatch, a name, and what else there is to say of the group."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._group: Group | None = None
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._theme = theme
        self.update()

    def show_group(self, group: Group, words: str) -> None:
        """Name a group and say something about it."""
        self._group, self._words = group, words
        text = f"{group.label}: {words}" if words else group.label
        self.setAccessibleName(text)
        self.setToolTip(f"<span>{html.escape(text)}</span>")
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        name = "" if self._group is None else self._group.label
        width = min(metrics.horizontalAdvance(name), _WIDEST * metrics.averageCharWidth())
        return QSize(width + 2 * metrics.height(), metrics.height() + 6)

    @override
    def minimumSizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(6 * metrics.height(), metrics.height() + 6)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._group is None:
            return
        painter = QPainter(self)
        metrics = painter.fontMetrics()
        side = 0.7 * metrics.height()
        box = QRectF(1, (self.height() - side) / 2, side, side)
        paint_swatch(painter, box, self._group, self._theme)
        left = side + _SPACE
        name = self._group.label
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        for text, colour in ((name, self._theme.text), (self._words, self._theme.muted)):
            room = int(self.width() - left)
            if room <= 0 or not text:
                continue
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.setPen(QColor(colour))
            painter.drawText(QRectF(left, 0, room, self.height()), flags, shown)
            left += metrics.horizontalAdvance(shown) + _SPACE
