"""Sizes and base rates of the groups of a table, before anything is trained."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView
from typing_extensions import override

from experiments.views import OVERALL_COLOUR, group_colour
from gui.import_rows import one_line
from gui.import_words import percent
from gui.panel.text import tooltip
from models.tables import FileSummary, GroupSize
from models.tables.labelled import ALL_ROWS

Index = QModelIndex | QPersistentModelIndex

_FIXED = ("group", "rows", "share")
_HELP = (
    "Groups from the largest to the smallest, in the colours of their curves",
    "Number of rows with a label",
    "Share of all rows",
)


class GroupsModel(QAbstractTableModel):
    """All rows, then each group: name, rows, share of rows, and rates of the classes."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._groups: tuple[GroupSize, ...] = ()
        self._classes: tuple[tuple[int, str], ...] = ()

    def set_summary(self, summary: FileSummary) -> None:
        """Show the groups of a summary; of two classes, the rate of the second alone."""
        self.beginResetModel()
        everybody = GroupSize(ALL_ROWS, summary.rows, 1.0, summary.class_rows)
        groups = summary.groups
        self._groups = (everybody, *groups) if len(groups) > 1 else (everybody,)
        classes = tuple(enumerate(summary.class_names))
        self._classes = classes[1:] if len(classes) == 2 else classes
        self.endResetModel()

    @override
    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._groups)

    @override
    def columnCount(self, parent: Index | None = None) -> int:
        inside = parent is not None and parent.isValid()
        return 0 if inside else len(_FIXED) + len(self._classes)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._title(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            if section < len(_FIXED):
                return _HELP[section]
            name = self._classes[section - len(_FIXED)][1]
            return tooltip(f"Base rate: share of the group's rows whose label is {name}")
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            name = one_line(self._groups[row].name)
            return f"{name}, {self._title(column)}: {self._text(row, column)}"
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            return QColor(group_colour(row - 1) if row else OVERALL_COLOUR)
        if role == Qt.ItemDataRole.ToolTipRole and column == 0:
            return tooltip(self._groups[row].name)
        if role == Qt.ItemDataRole.TextAlignmentRole and column:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _title(self, column: int) -> str:
        if column < len(_FIXED):
            return _FIXED[column]
        return f"rate of {one_line(self._classes[column - len(_FIXED)][1])}"

    def _text(self, row: int, column: int) -> str:
        group = self._groups[row]
        match column:
            case 0:
                return one_line(group.name)
            case 1:
                return f"{group.rows:,}"
            case 2:
                return percent(group.share)
            case _:
                of_class = group.class_rows[self._classes[column - len(_FIXED)][0]]
                return percent(of_class / group.rows) if group.rows else "no data"


class GroupsView(QTableView):
    """Shows the groups of a table."""

    def __init__(self) -> None:
        super().__init__()
        self.groups = GroupsModel(self)
        self.setModel(self.groups)
        self.setAccessibleName("Groups, their sizes and base rates")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setResizeContentsPrecision(100)

    def show_summary(self, summary: FileSummary) -> None:
        """Show the groups of a summary."""
        self.groups.set_summary(summary)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)
        header = self.horizontalHeader()
        for column in range(1, self.groups.columnCount()):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
