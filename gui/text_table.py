"""A table of words and numbers as high as its lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView
from typing_extensions import override

from gui.keys import KeepsKeys
from gui.panel.text import tooltip

Index = QModelIndex | QPersistentModelIndex

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_HEADER_PADDING = 13
"""Pixels beside a title, so that it stands right above its texts."""
_LINE_SPACE = 6
_WIDEST = 260


@dataclass(frozen=True, slots=True)
class TextTable:
    """What a table shows.

    Attributes
    ----------
    titles, help_texts
        Of each column.
    lines
        Texts of each line, one for each column.
    words
        How many columns from the left hold words; the others hold numbers.
    """

    titles: tuple[str, ...]
    help_texts: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    words: int = 1

    @property
    def in_words(self) -> str:
        """All lines for readers of the screen."""
        return ". ".join(
            f"{line[0]}: "
            + ", ".join(
                f"{title} {text}" for title, text in zip(self.titles[1:], line[1:], strict=True)
            )
            for line in self.lines
        )


_NOTHING = TextTable((), (), ())


class _Model(QAbstractTableModel):
    """Lines of texts."""

    table = _NOTHING

    def show_table(self, table: TextTable) -> bool:
        """Take over other texts; returns whether the columns or the number of lines changed."""
        before, self.table = self.table, table
        if (before.titles, len(before.lines)) == (table.titles, len(table.lines)):
            if before.lines != table.lines:
                last = self.index(len(table.lines) - 1, len(table.titles) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return False
        self.table = before
        self.beginResetModel()
        self.table = table
        self.endResetModel()
        return True

    @override
    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.table.lines)

    @override
    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.table.titles)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.table.titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self.table.help_texts[section])
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.table.lines[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role not in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return None
        line, title = self.table.lines[index.row()], self.table.titles[index.column()]
        text = line[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{line[0]}, {title}: {text}"
        return tooltip(f"{title}: {text}" if title else text)

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        return _LEFT if column < self.table.words else _RIGHT


class TextTableView(QTableView):
    """Shows a table; nothing is laid out anew while only texts change.

    Parameters
    ----------
    name
        For readers of the screen.
    stretches
        Whether columns share the width there is; else they are as wide as their texts, and
        scroll.
    """

    def __init__(self, name: str, *, stretches: bool) -> None:
        super().__init__()
        self._model = _Model(self)
        self._stretches = stretches
        self.setModel(self._model)
        self.setAccessibleName(name)
        arrows = {Qt.Key.Key_Left, Qt.Key.Key_Right}
        self.installEventFilter(KeepsKeys(self, arrows))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMaximumSectionSize(_WIDEST)
        style = f"QHeaderView::section {{ padding: 4px {_HEADER_PADDING}px; }}"
        if stretches:
            style += "QHeaderView::section:!first { padding-left: 0; }"  # room for long titles
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setStyleSheet(style)
        font = QFont(self.font())
        font.setFeature(QFont.Tag("tnum"), 1)
        self.setFont(font)

    @property
    def table(self) -> TextTable:
        """What is shown."""
        return self._model.table

    def show_table(self, table: TextTable) -> None:
        """Show other texts."""
        if self._model.show_table(table):
            if self._stretches:
                first = QHeaderView.ResizeMode.ResizeToContents
                self.horizontalHeader().setSectionResizeMode(0, first)
            self._fit()
        self.setAccessibleDescription(table.in_words)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.table.titles:
            self._fit()

    def _fit(self) -> None:
        """Take the height of all lines, and the width that all texts need."""
        if self._stretches:
            first, *others = map(self.sizeHintForColumn, range(self._model.columnCount()))
            self.setMinimumWidth(first + len(others) * max(others, default=0))
        else:
            self.resizeColumnsToContents()
        line = self.fontMetrics().height() + _LINE_SPACE
        self.verticalHeader().setDefaultSectionSize(line)
        bar = 0 if self._stretches else self.horizontalScrollBar().sizeHint().height()
        header = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(len(self.table.lines) * line + header + bar + 4)


def texts(values: Sequence[float]) -> tuple[str, ...]:
    """Write rates with three decimals; what is not defined is no data."""
    return tuple("no data" if value != value else f"{value:.3f}" for value in values)
