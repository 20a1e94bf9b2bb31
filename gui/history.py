"""The table of past runs: open one, lay several over each other, rename, export, delete."""

from collections.abc import Sequence
from html import escape
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QMenu,
    QStackedLayout,
    QTableView,
    QWidget,
)
from typing_extensions import override

from experiments.store import RunRow, Status
from experiments.summary import Summary
from gui.activity import duration
from gui.keys import KeepsKeys

Index = QModelIndex | QPersistentModelIndex

_COLUMNS = ("", "run", "kind", "status", "final loss by group", "final gap", "last change", "took")
_HELP = (
    "Tick to lay this run over the one shown",
    "Name of the run; double click to open it",
    "What kind of experiment it was",
    "done, stopped, failed or interrupted",
    "Loss of each group at the end (theory or validation); of a map, where the lead changes",
    "First group's final loss minus the second's; with more groups, largest minus smallest",
    "Last moment at which another group got ahead (t, or the step)",
    "Time from start to end",
)


class HistoryModel(QAbstractTableModel):
    """Rows of the store, with a tick for those that are laid over the run shown."""

    ticked = Signal()
    renamed = Signal(int, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: tuple[RunRow, ...] = ()
        self._ticks: set[int] = set()

    def set_rows(self, rows: Sequence[RunRow]) -> None:
        """Show these rows; ticks stay with their runs."""
        self.beginResetModel()
        self.rows = tuple(rows)
        kept = self._ticks & {row.id for row in rows}
        lost, self._ticks = kept != self._ticks, kept
        self.endResetModel()
        if lost:
            self.ticked.emit()

    def ticks(self) -> tuple[int, ...]:
        """List the ids of the ticked runs, oldest first."""
        return tuple(sorted(self._ticks))

    @override
    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    @override
    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_COLUMNS)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _COLUMNS[section]
        return _HELP[section] if role == Qt.ItemDataRole.ToolTipRole else None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == 0:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if index.column() == 1:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        column = index.column()
        if role == Qt.ItemDataRole.CheckStateRole and column == 0:
            ticked = row.id in self._ticks
            return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return _cell(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            if column == 0:
                return "laid over the run shown" if row.id in self._ticks else "not laid over"
            return f"{_COLUMNS[column]}: {_cell(row, column)}"
        if role == Qt.ItemDataRole.ToolTipRole and column == 3 and row.reason:
            return escape(row.reason)
        return None

    @override
    def setData(
        self,
        index: Index,
        value: Any,
        role: int = Qt.ItemDataRole.EditRole,
    ) -> bool:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0:
            self._ticks ^= {row.id}
            self.dataChanged.emit(index, index, [role])
            self.ticked.emit()
            return True
        if role == Qt.ItemDataRole.EditRole and index.column() == 1:
            self.renamed.emit(row.id, str(value))
            return True
        return False


def _cell(row: RunRow, column: int) -> str:
    summary = row.summary
    match _COLUMNS[column]:
        case "run":
            return row.name
        case "kind":
            return row.kind
        case "status":
            return row.status if not row.reason else f"{row.status}: {row.reason}"
        case "final loss by group" if summary is not None and summary.cells:
            return _map_words(summary)
        case "final loss by group" if summary is not None:
            return "   ".join(f"{group} {_number(loss)}" for group, loss in summary.losses)
        case "final gap" if summary is not None and summary.gap is not None:
            return _number(summary.gap, sign="+")
        case "last change" if summary is not None and summary.last_crossing is not None:
            x = summary.last_crossing
            return f"t = {x:.4g}" if row.kind == "dynamics" else f"step {x:,.0f}"
        case "took" if row.finished is not None:
            return duration((row.finished - row.created).total_seconds())
        case "":
            return ""
        case _:
            return "–"


def _map_words(summary: Summary) -> str:
    cells = f"{summary.cells:,} cells"
    if summary.crossed is None:
        return cells
    return f"{cells}, the lead changes in {100 * summary.crossed:.1f} %"


def _number(value: float, *, sign: str = "-") -> str:
    digits = ".3f" if abs(value) < 1000 else ".3g"
    return format(value, sign + digits).replace("-", "−")


class History(QWidget):
    """The table, or a sentence where there is nothing to show yet."""

    open_requested = Signal(int)
    overlays_changed = Signal(object)
    export_requested = Signal(int)
    delete_requested = Signal(object)
    rename_requested = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = HistoryModel(self)
        self.table = QTableView()
        self.table.installEventFilter(KeepsKeys(self, {Qt.Key.Key_Space}))
        self.table.setModel(self.model)
        self.table.setAccessibleName("Run history")
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(36)
        header.setMaximumSectionSize(360)
        self._empty = QLabel("Runs appear here. Tick several of them to compare their curves.")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("role", "muted")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        self.model.ticked.connect(self._ticked)
        self.model.renamed.connect(self.rename_requested)
        self.table.doubleClicked.connect(self._open)
        self.table.customContextMenuRequested.connect(self._menu)
        open_action = QAction("Open", self.table)
        open_action.setShortcuts([QKeySequence(Qt.Key.Key_Return), QKeySequence(Qt.Key.Key_Enter)])
        open_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        open_action.triggered.connect(self._open_current)
        delete_action = QAction("Delete", self.table)
        delete_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        delete_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        delete_action.triggered.connect(self._delete_selected)
        self.table.addActions([open_action, delete_action])

    def set_rows(self, rows: Sequence[RunRow]) -> None:
        """Show the runs, newest first."""
        self.model.set_rows(rows)
        self._stack.setCurrentIndex(1 if rows else 0)

    def selected(self) -> tuple[int, ...]:
        """List the ids of the selected runs."""
        rows = self.table.selectionModel().selectedRows()
        return tuple(self.model.rows[index.row()].id for index in rows)

    @Slot()
    def _ticked(self) -> None:
        self.overlays_changed.emit(self.model.ticks())

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        if index.column() != 0:
            self.open_requested.emit(self.model.rows[index.row()].id)

    @Slot()
    def _open_current(self) -> None:
        index = self.table.currentIndex()
        if index.isValid():
            self.open_requested.emit(self.model.rows[index.row()].id)

    @Slot()
    def _delete_selected(self) -> None:
        finished = {row.id for row in self.model.rows if row.status is not Status.RUNNING}
        chosen = tuple(run for run in self.selected() if run in finished)
        if chosen:
            self.delete_requested.emit(chosen)

    @Slot(QPoint)
    def _menu(self, position: QPoint) -> None:
        index = self.table.indexAt(position)
        if not index.isValid():
            return
        row = self.model.rows[index.row()]
        menu = QMenu(self.table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Open", lambda: self.open_requested.emit(row.id))
        overlay = self.model.index(index.row(), 0)
        menu.addAction(
            "Lay over the run shown / take away",
            lambda: self.model.setData(overlay, None, Qt.ItemDataRole.CheckStateRole),
        )
        menu.addAction("Export …", lambda: self.export_requested.emit(row.id))
        name = self.model.index(index.row(), 1)
        menu.addAction("Rename", lambda: self.table.edit(name))
        delete = menu.addAction("Delete", self._delete_selected)
        delete.setEnabled(row.status is not Status.RUNNING)
        menu.popup(self.table.viewport().mapToGlobal(position))
