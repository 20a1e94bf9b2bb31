"""The columns of a table: what each holds, and a choice of what it is used for."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from gui.import_choices import KINDS, USES, kind_of, use_of, with_kind, with_use
from gui.import_rows import one_line
from gui.import_words import percent
from gui.panel.controls import ChoiceBox
from gui.panel.text import tooltip
from models.tables import ColumnReport, TableChoices

Index = QModelIndex | QPersistentModelIndex

NAME, USE, TYPE, MISSING, VALUES, EXAMPLES = range(6)
_TITLES = ("column", "use", "type", "missing", "values", "examples and what to know")
_HELP = (
    "Name of the column; where the file gives none or the same twice, it is numbered",
    "Label: what is predicted. Group: whose curves are compared. Input: what the model sees",
    "Whether the cells are read as numbers or as categories",
    "Share of the cells that are missing in the rows that were looked at",
    "How many different values there are in the rows that were looked at",
    "The most frequent values, and what speaks against using the column as it is",
)
_WIDEST_NAME = 180


class ColumnsModel(QAbstractTableModel):
    """A row for each column of the file.

    Signals
    -------
    chosen
        Other choices about the table: `TableChoices`.
    """

    chosen = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.columns: tuple[ColumnReport, ...] = ()
        self._choices = TableChoices()
        self._flags: Mapping[str, Sequence[str]] = {}

    def set_columns(self, columns: tuple[ColumnReport, ...], choices: TableChoices) -> None:
        """Show these columns, and what they are used for."""
        self.beginResetModel()
        self.columns, self._choices, self._flags = columns, choices, {}
        self.endResetModel()

    def set_choices(self, choices: TableChoices, flags: Mapping[str, Sequence[str]]) -> None:
        """Show other choices about the same columns, and what all rows say about them."""
        self._choices, self._flags = choices, flags
        if self.columns:
            last = self.index(len(self.columns) - 1, EXAMPLES)
            self.dataChanged.emit(self.index(0, 0), last)

    def options(self, index: Index) -> Mapping[str, str]:
        """Give what can be chosen in a cell: values and words."""
        return USES if index.column() == USE else KINDS

    def told(self, row: int) -> tuple[str, ...]:
        """List what there is to know of a column, a sentence each."""
        column = self.columns[row]
        return (*self._flags.get(column.name, ()), *column.warnings)

    @override
    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

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
        return _HELP[section] if role == Qt.ItemDataRole.ToolTipRole else None

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in (USE, TYPE) else flags

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.EditRole:
            read = use_of if column == USE else kind_of
            return read(self._choices, self.columns[row])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.columns[row].name}, {_TITLES[column]}: {self._text(row, column)}"
        if role == Qt.ItemDataRole.ToolTipRole and column in (NAME, EXAMPLES):
            return tooltip(self.columns[row].name, *self.told(row))
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (MISSING, VALUES):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    @override
    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() not in (USE, TYPE):
            return False
        write = with_use if index.column() == USE else with_kind
        choices = write(self._choices, self.columns[index.row()], value)
        if choices != self._choices:
            self.chosen.emit(choices)
        return True

    def _text(self, row: int, column: int) -> str:
        report = self.columns[row]
        match column:
            case 0:
                return one_line(report.name)
            case 1:
                return USES[use_of(self._choices, report)]
            case 2:
                kind = kind_of(self._choices, report)
                return KINDS.get(kind, kind.capitalize())
            case 3:
                return percent(report.missing) if report.missing else "none"
            case 4:
                return f"{report.distinct:,}"
            case _:
                told = self.told(row)
                return one_line(" ".join(told) if told else ", ".join(report.examples))


class ColumnsView(QTableView):
    """Shows the columns; a click, Space or Return on a use or a type opens its choices."""

    def __init__(self) -> None:
        super().__init__()
        self.columns = ColumnsModel(self)
        self.setModel(self.columns)
        self.setItemDelegate(_ChoiceDelegate(self))
        self.setAccessibleName("Columns and their use")
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(True)
        self.clicked.connect(self._open)

    def show_columns(self, columns: tuple[ColumnReport, ...], choices: TableChoices) -> None:
        """Show these columns."""
        self.columns.set_columns(columns, choices)
        unit = self.fontMetrics().averageCharWidth()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 12)
        self.resizeColumnToContents(NAME)
        self.setColumnWidth(NAME, min(self.columnWidth(NAME), _WIDEST_NAME))
        for column, characters in ((USE, 23), (TYPE, 16), (MISSING, 13), (VALUES, 12)):
            self.setColumnWidth(column, characters * unit)
        if columns:
            self.setCurrentIndex(self.columns.index(0, USE))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the choices of the current cell."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)


class _ChoiceDelegate(QStyledItemDelegate):
    """Edits a cell by a list that opens at once."""

    @override
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        box = ChoiceBox()
        box.setParent(parent)
        box.setAccessibleName(str(index.data(Qt.ItemDataRole.AccessibleTextRole)))
        for value, words in _model(index).options(index).items():
            box.addItem(words, value)
        box.activated.connect(lambda _: self._finish(box))
        QTimer.singleShot(0, box, box.showPopup)
        return box

    @override
    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, ChoiceBox)
        editor.setCurrentIndex(editor.findData(index.data(Qt.ItemDataRole.EditRole)))

    @override
    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, ChoiceBox)
        if editor.currentIndex() >= 0:
            _model(index).setData(index, editor.currentData())

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        if not index.flags() & Qt.ItemFlag.ItemIsEditable:
            return
        size = option.fontMetrics.height() * 0.2
        tip = QPointF(option.rect.right() - 12, option.rect.center().y() + size / 2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(option.palette.color(QPalette.ColorRole.PlaceholderText), 1.3))
        painter.drawPolyline([tip + QPointF(-size, -size), tip, tip + QPointF(size, -size)])
        painter.restore()

    def _finish(self, box: ChoiceBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)


def _model(index: Index) -> ColumnsModel:
    model = index.model()
    assert isinstance(model, ColumnsModel)
    return model
