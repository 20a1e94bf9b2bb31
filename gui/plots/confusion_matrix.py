"""A confusion matrix as cells: how dark, the share; in them the numbers."""

import html
import math
from typing import final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from experiments.snapshot_views import Confusion
from gui.keys import claims
from gui.plots.area import small_font
from gui.plots.strokes import mixed, pen
from gui.theme import Theme

_DARKEST = 0.85
_MOST_IN_WORDS = 4
"""With more classes than this, cells hold counts alone."""
_NAME_LETTERS = 14
_GAP = 2.0
_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


@final
class ConfusionMatrix(QWidget):
    """True classes downwards, answers across; arrows read cell by cell."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._confusion: Confusion | None = None
        self._classes: tuple[str, ...] = ()
        self._read: tuple[int, int] | None = None
        self._cell: tuple[float, float] = (1.0, 1.0)
        self._corner: tuple[float, float] = (0.0, 0.0)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._theme = theme
        self.update()

    def show_confusion(self, confusion: Confusion, classes: tuple[str, ...]) -> None:
        """Show the matrix of a group."""
        other = classes != self._classes
        self._confusion, self._classes = confusion, classes
        if other:
            self._read = None
            self._measure()
        places = range(len(classes))
        self.setAccessibleName(f"Confusion matrix, {confusion.group.label}")
        self.setAccessibleDescription(
            "; ".join(self.describe(row, column) for row in places for column in places)
            if len(classes) <= _MOST_IN_WORDS
            else "Arrows read cell by cell."
        )
        self.update()

    def describe(self, row: int, column: int) -> str:
        """Say what a cell holds."""
        if self._confusion is None:
            return ""
        count, share = self._confusion.counts[row, column], self._confusion.shares[row, column]
        total = self._confusion.counts[row].sum()
        told = "no rows" if math.isnan(share) else f"{100 * share:.1f} % of {total:,} rows"
        return (
            f"label {self._classes[row]}, answered {self._classes[column]}: {count:,} ({told} with"
            " that label)"
        )

    def cell_at(self, position: QPointF) -> tuple[int, int] | None:
        """Give the cell at a position."""
        left, top = self._corner
        wide, high = self._cell
        row, column = (position.y() - top) // high, (position.x() - left) // wide
        count = len(self._classes)
        inside = 0 <= row < count and 0 <= column < count
        return (int(row), int(column)) if inside else None

    def _measure(self) -> None:
        """Find out how large a cell is, and where the first one begins."""
        metrics = QFontMetrics(small_font(self.font()))
        line = metrics.height()
        names = max((metrics.horizontalAdvance(name) for name in self._classes), default=0)
        widest = min(names, _NAME_LETTERS * metrics.averageCharWidth())
        self._corner = widest + 8.0 + line, 2.0 * line + 4
        if len(self._classes) <= _MOST_IN_WORDS:
            self._cell = metrics.horizontalAdvance("00,000 rows"), 2.9 * line
        else:
            self._cell = metrics.horizontalAdvance("00,000") + 4, 1.7 * line
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        left, top = self._corner
        wide, high = self._cell
        count = len(self._classes)
        return QSize(math.ceil(left + count * wide) + 2, math.ceil(top + count * high) + 2)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self.cell_at(event.pos().toPointF())
            self._tell(event.globalPos(), "" if cell is None else self.describe(*cell))
            return True
        return claims(event, set(_MOVES)) or super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = _MOVES.get(Qt.Key(event.key()))
        if move is None or not self._classes:
            super().keyPressEvent(event)
            return
        last = len(self._classes) - 1
        row, column = self._read or (0, 0)
        if self._read is not None:
            row, column = (
                min(max(place + step, 0), last)
                for place, step in zip((row, column), move, strict=True)
            )
        self._read = row, column
        text = self.describe(row, column)
        self.setAccessibleDescription(text)
        self._tell(self.mapToGlobal(self._box(row, column).bottomRight().toPoint()), text)
        self.update()

    def _tell(self, corner: QPoint, text: str) -> None:
        QToolTip.showText(corner, text and f"<span>{html.escape(text)}</span>", self)

    def _box(self, row: int, column: int) -> QRectF:
        left, top = self._corner
        wide, high = self._cell
        return QRectF(left + column * wide, top + row * high, wide, high)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._confusion is None:
            return
        painter = QPainter(self)
        painter.setFont(small_font(self.font()))
        self._paint_names(painter)
        shares = self._confusion.shares
        for row, counts in enumerate(self._confusion.counts.tolist()):
            for column, count in enumerate(counts):
                self._paint_cell(painter, row, column, count, float(shares[row, column]))
        if self._read is not None and self.hasFocus():
            painter.setPen(pen(self._theme.accent, width=2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._box(*self._read).adjusted(1, 1, -_GAP, -_GAP))

    def _paint_names(self, painter: QPainter) -> None:
        metrics = painter.fontMetrics()
        left, top = self._corner
        line, end = metrics.height(), Qt.TextElideMode.ElideRight
        painter.setPen(QColor(self._theme.muted))
        middle = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine)
        right = int(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        )
        painter.drawText(QRectF(left, 0, self.width() - left, line), middle, "answered")
        for index, name in enumerate(self._classes):
            box = self._box(index, index)
            above = QRectF(box.left(), line + 1, box.width() - _GAP, line)
            painter.drawText(above, middle, metrics.elidedText(name, end, int(above.width())))
            beside = QRectF(line, box.top(), left - line - 6, box.height())
            painter.drawText(beside, right, metrics.elidedText(name, end, int(beside.width())))
        painter.save()
        painter.translate(0, self.height())
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, self.height() - top, line), middle, "label")
        painter.restore()

    def _paint_cell(
        self, painter: QPainter, row: int, column: int, count: int, share: float
    ) -> None:
        assert self._confusion is not None
        box = self._box(row, column).adjusted(0, 0, -_GAP, -_GAP)
        depth = 0.0 if math.isnan(share) else _DARKEST * share
        fill = mixed(self._theme.surface, self._confusion.group.colour, depth)
        painter.setPen(pen(self._theme.muted if row == column else self._theme.line))
        painter.setBrush(fill)
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(QColor(_ink(fill)))
        words = f"{count:,}"
        if len(self._classes) <= _MOST_IN_WORDS:
            told = "no rows" if math.isnan(share) else f"{100 * share:.1f} %"
            words = f"{words}\n{told}"
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)


def _ink(ground: QColor) -> str:
    """Choose the colour of words that can be read on a ground."""
    light = 0.299 * ground.redF() + 0.587 * ground.greenF() + 0.114 * ground.blueF()
    return "#10131A" if light > 0.5 else "#FFFFFF"
