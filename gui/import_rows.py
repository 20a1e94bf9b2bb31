"""The first rows of a table, cell by cell as they are written."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView
from typing_extensions import override

from gui.panel.text import tooltip

Index = QModelIndex | QPersistentModelIndex

_LONGEST_CELL = 200
_WIDEST, _ROOM = 220, 32  # pixels
_COLUMNS_FITTED, _ROWS_MEASURED = 100, 20


class RowsModel(QAbstractTableModel):
    """Cells as plain texts; a missing one is empty."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._rows: Sequence[Sequence[str]] = ()

    def set_rows(self, names: tuple[str, ...], rows: Sequence[Sequence[str]]) -> None:
        """Show these rows."""
        self.beginResetModel()
        self._names, self._rows = names, rows
        self.endResetModel()

    @override
    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._names)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            across = orientation is Qt.Orientation.Horizontal
            return one_line(self._names[section]) if across else str(section + 1)
        if role == Qt.ItemDataRole.ToolTipRole and orientation is Qt.Orientation.Horizontal:
            return tooltip(self._names[section])
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(cell)
        if role == Qt.ItemDataRole.ToolTipRole and len(cell) > _LONGEST_CELL:
            return tooltip(cell[: 5 * _LONGEST_CELL])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._names[index.column()]}: {one_line(cell) or 'missing'}"
        return None


class RowsView(QTableView):
    """Shows a sample of rows."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = RowsModel(self)
        self.setModel(self.rows)
        self.setAccessibleName("First rows")
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def show_rows(self, names: tuple[str, ...], rows: Sequence[Sequence[str]]) -> None:
        """Show these rows, in columns about as wide as the first cells ask for."""
        self.rows.set_rows(names, rows)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        unit = self.fontMetrics().horizontalAdvance("0")
        for column, name in enumerate(names[:_COLUMNS_FITTED]):
            longest = max(len(name), *(len(row[column]) for row in rows[:_ROWS_MEASURED]), 0)
            self.setColumnWidth(column, min(longest * unit + _ROOM, _WIDEST))


def one_line(text: str) -> str:
    """Write a text of the user's in one line, cut to a length that can be drawn."""
    plain = " ".join(text[: _LONGEST_CELL + 1].splitlines())
    return plain if len(text) <= _LONGEST_CELL else f"{plain[:_LONGEST_CELL]}…"
