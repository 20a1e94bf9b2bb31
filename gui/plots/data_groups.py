"""Group sizes and base rates: a line for each group."""

import html
from collections.abc import Sequence
from typing import final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget
from typing_extensions import override

from experiments.data_view.views import DataOverview
from gui.data_card import plain_label
from gui.plots.data_strokes import fill_bar
from gui.plots.strokes import mixed
from gui.theme import Theme

_BAR_HEIGHT = 0.62
_LEAST_BAR = 40
_SPACE = 8
_WIDEST_NAME = 24
"""Characters of a group's name that are shown at least, if it has as many."""
_CHANGED = 5e-4
"""Smallest change of a base rate that is told."""
_SHADES = (0.18, 0.34)


@final
class GroupTable(QWidget):
    """Bars of sizes and base rates, and numbers for each part."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._cells: list[_Bar | _Name] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(3)
        self.setAccessibleName("Group sizes and base rates")

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._theme = theme
        for cell in self._cells:
            cell.theme = theme
            cell.update()

    def show_overview(self, overview: DataOverview) -> None:
        """Show these groups."""
        self._clear()
        two = len(overview.classes) == 2
        rate = f"share of {overview.classes[1]}" if two else "share of each class"
        for column, title in enumerate(("group", "rows found", *overview.parts, rate)):
            self._put(plain_label(title, role="muted", wraps=False), 0, column, title)
        sizes = overview.found.sum(axis=1)
        total = int(sizes.sum())
        texts = [f"{size:,}  ·  {100 * size / max(total, 1):.1f} %" for size in sizes.tolist()]
        rates = [self._rate(overview, group) for group in range(len(overview.groups))]
        for group, name in enumerate(overview.groups):
            row = group + 1
            self._put(_Name(name, group, self._theme), row, 0, name)
            share = float(sizes[group]) / max(int(sizes.max()), 1)
            bar = _Bar([share], texts, group, theme=self._theme, group=group)
            self._put(bar, row, 1, f"{name}: {texts[group]} of all rows")
            for part, title in enumerate(overview.parts):
                count = int(overview.split[part, group].sum())
                label = plain_label(f"{count:,}", wraps=False)
                label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self._put(label, row, 2 + part, f"{name}, {title}: {count:,} rows")
            found = _shares(overview.found[group])
            if two:
                bar = _Bar(found[1:], rates, group, theme=self._theme, group=group)
            else:
                bar = _Bar(found, rates, group, theme=self._theme, names=overview.classes)
            self._put(bar, row, 2 + len(overview.parts), f"{name}: {rates[group]}")
        self._grid.setColumnStretch(1, 4)
        self._grid.setColumnStretch(2 + len(overview.parts), 4)

    @staticmethod
    def _rate(overview: DataOverview, group: int) -> str:
        """Say how frequent the second of two classes is, or each of more."""
        found, learnt = (_shares(table[group]) for table in (overview.found, overview.split[0]))
        if len(overview.classes) != 2:
            pairs = zip(overview.classes, found, strict=True)
            return ", ".join(f"{name} {_percent(share)}" for name, share in pairs)
        text = _percent(found[1])
        if overview.is_altered and abs(found[1] - learnt[1]) > _CHANGED:
            text += f"  →  {_percent(learnt[1])} in training"
        return text

    def _put(self, widget: QWidget, row: int, column: int, words: str) -> None:
        widget.setAccessibleName(words)
        if isinstance(widget, _Bar | _Name):
            self._cells.append(widget)
        self._grid.addWidget(widget, row, column)

    def _clear(self) -> None:
        self._cells = []
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()


class _Name(QWidget):
    """A group's swatch and name."""

    def __init__(self, name: str, group: int, theme: Theme) -> None:
        super().__init__()
        self._name, self._group, self.theme = name, group, theme
        self.setToolTip(html.escape(name))

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self._name)
        widest = _WIDEST_NAME * metrics.averageCharWidth()
        return QSize(min(width, widest) + 2 * metrics.height(), metrics.height() + 6)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        side = 0.7 * self.fontMetrics().height()
        box = QRectF(1, (self.height() - side) / 2, side, side)
        fill_bar(painter, box, self._group, self.theme)
        left = int(side + 8)
        room = self.width() - left
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(
            QRectF(left, 0, room, self.height()),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine),
            self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, room),
        )


class _Bar(QWidget):
    """Shares of a whole as a bar, and words beside it.

    Parameters
    ----------
    shares
        One share, or those of all classes, which add up to 1.
    texts, row
        Words to the right of the bars of all groups, and which of them are this one's.
    group
        The group whose colour and pattern are taken; None for greys.
    names
        What is written into the bar's parts, where there is room, instead of words beside it.
    """

    def __init__(
        self,
        shares: Sequence[float],
        texts: Sequence[str],
        row: int,
        *,
        theme: Theme,
        group: int | None = None,
        names: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.theme = theme
        self._shares, self._group, self._names = tuple(shares), group, names
        self._texts, self._row = () if names else tuple(texts), row
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(f"<span>{html.escape(texts[row])}</span>")

    @property
    def _words(self) -> int:
        """Width of the words of all rows, so that all bars are of one scale."""
        metrics = self.fontMetrics()
        return max((metrics.horizontalAdvance(text) + _SPACE for text in self._texts), default=0)

    @override
    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(self._words + _LEAST_BAR, metrics.height() + 6)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        metrics = self.fontMetrics()
        room = self.width() - self._words - 2
        height = _BAR_HEIGHT * self.height()
        track = QRectF(1, (self.height() - height) / 2, room, height)
        painter.fillRect(track, QColor(self.theme.grid))
        left = track.left()
        for index, share in enumerate(self._shares):
            part = QRectF(left, track.top(), share * room, height)
            left = part.right()
            if self._group is not None:
                if share > 0:
                    fill_bar(painter, part, self._group, self.theme)
                continue
            shade = _SHADES[index % len(_SHADES)]
            painter.fillRect(part, mixed(self.theme.surface, self.theme.text, shade))
            name = self._names[index]
            if part.width() > metrics.horizontalAdvance(name) + 2:
                painter.setPen(QColor(self.theme.text))
                painter.drawText(part, int(Qt.AlignmentFlag.AlignCenter), name)
        if self._texts:
            painter.setPen(QColor(self.theme.text))
            painter.drawText(
                QRectF(room + _SPACE, 0, self._words, self.height()),
                int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine),
                self._texts[self._row],
            )


def _shares(counts: NDArray[np.int64]) -> list[float]:
    """Divide counts by their sum; NaN where there is none."""
    total = int(counts.sum())
    return [count / total if total else float("nan") for count in counts.tolist()]


def _percent(share: float) -> str:
    return "no data" if np.isnan(share) else f"{100 * share:.1f} %"
