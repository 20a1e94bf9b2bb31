"""What trouble and preparation changed: in sentences, and row by row."""

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QPushButton,
    QSpinBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from experiments.data_view.views import DataOverview, RowCell, RowView
from gui.data_card import plain_label
from gui.keys import KeepsKeys
from gui.panel.text import tooltip
from gui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

_TITLES = ("column", "what was done", "as found", "after trouble", "as the network sees it")
_HELP = (
    "The label, and every column",
    "Changed cells are marked here and set in bold",
    "What the table held",
    "What is left of it once trouble was put in on purpose; held-out rows keep theirs as a rule",
    "The inputs that it became: filled in, scaled or encoded. Of one input for each category,"
    " those that are not 0",
)
_LINES = 8.0
_LINE_SPACE = 8
_PLAIN_KEYS = {Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right}


class RowModel(QAbstractTableModel):
    """The cells of one row, one below the other."""

    def __init__(self, parent: QObject, theme: Theme) -> None:
        super().__init__(parent)
        self.theme = theme
        self.cells: tuple[RowCell, ...] = ()

    def show_cells(self, cells: tuple[RowCell, ...]) -> None:
        """Take over another row."""
        self.beginResetModel()
        self.cells = cells
        self.endResetModel()

    @override
    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.cells)

    @override
    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_TITLES)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        return tooltip(_HELP[section]) if role == Qt.ItemDataRole.ToolTipRole else None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell, column = self.cells[index.row()], index.column()
        texts = (cell.column, cell.mark, cell.found, cell.spoiled, cell.seen)
        if role == Qt.ItemDataRole.DisplayRole:
            return texts[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(texts[column])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{cell.column}, {_TITLES[column]}: {texts[column] or 'nothing'}"
        if not cell.mark or column == 0:
            return None
        if role == Qt.ItemDataRole.BackgroundRole:
            return QColor(self.theme.accent_soft)
        if role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setBold(True)
            return font
        return None


class RowsView(QWidget):
    """Sentences, and a row of the user's choice.

    Signals
    -------
    row_wanted
        Its number, counted from 0.
    next_changed_wanted
        The number of the row behind which the next changed one is wanted.
    """

    row_wanted = Signal(int)
    next_changed_wanted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._notes = plain_label()
        self._notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.number = QSpinBox()
        self.number.setAccessibleName("Row to follow")
        self.number.setGroupSeparatorShown(True)
        self.number.setKeyboardTracking(False)
        self.number.valueChanged.connect(lambda number: self.row_wanted.emit(number - 1))
        self.next = QPushButton("Next changed row")
        self.next.setToolTip("Go to the next row that was left out, copied, filled in or changed")
        self.next.clicked.connect(lambda: self.next_changed_wanted.emit(self.number.value() - 1))
        keeps = KeepsKeys(self, _PLAIN_KEYS)
        for control in (self.number, self.next):
            control.installEventFilter(keeps)
        self._changed = plain_label(role="muted", wraps=False)
        label = plain_label("Row", wraps=False)
        label.setBuddy(self.number)
        line = QHBoxLayout()
        for widget in (label, self.number, self.next, self._changed):
            line.addWidget(widget)
        line.addStretch(1)
        self._heading = plain_label(role="heading")
        self.model = RowModel(self, theme)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName("One row on its way to the network")
        self.table.installEventFilter(KeepsKeys(self, {Qt.Key.Key_Left, Qt.Key.Key_Right}))
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMaximumSectionSize(240)
        header.setResizeContentsPrecision(50)
        header.setStretchLastSection(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._notes)
        layout.addLayout(line)
        layout.addWidget(self._heading)
        layout.addWidget(self.table)

    def set_theme(self, theme: Theme) -> None:
        """Mark cells with other colours."""
        self.model.theme = theme
        self.table.viewport().update()

    def show_overview(self, overview: DataOverview) -> None:
        """Say what was done, and let rows of these data be chosen."""
        self._notes.setText("\n".join(f"•  {note}" for note in overview.notes))
        self._notes.setVisible(bool(overview.notes))
        count = overview.changed_count
        self._changed.setText(f"{count:,} of {overview.row_count:,} rows changed")
        self.next.setEnabled(count > 0)
        self.number.blockSignals(True)
        self.number.setRange(1, max(overview.row_count, 1))
        self.number.blockSignals(False)

    @Slot(object)
    def show_row(self, row: RowView) -> None:
        """Show this row."""
        self.number.blockSignals(True)
        self.number.setValue(row.row + 1)
        self.number.blockSignals(False)
        self._heading.setText(row.heading)
        before = [cell.column for cell in self.model.cells]
        self.model.show_cells(row.cells)
        if before != [cell.column for cell in row.cells]:
            self.table.resizeColumnsToContents()
            self._fit()

    def forget(self) -> None:
        """Show no row."""
        self._heading.clear()
        self.model.show_cells(())

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        """Take the height of the lines, within a limit."""
        height = self.fontMetrics().height() + _LINE_SPACE
        self.table.verticalHeader().setDefaultSectionSize(height)
        lines = min(float(len(self.model.cells)), _LINES) + 0.5
        top = self.table.horizontalHeader().height()
        self.table.setFixedHeight(int(lines * height) + top + 10)
