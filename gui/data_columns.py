"""The table of columns: what each holds in each group, and what it goes along with."""

import math
from collections.abc import Callable
from dataclasses import dataclass
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
from PySide6.QtWidgets import QAbstractItemView, QTableView
from typing_extensions import override

from experiments.data_view.views import DataOverview
from gui.keys import KeepsKeys
from gui.panel.text import tooltip
from models.inspection.columns import ColumnSummary

Index = QModelIndex | QPersistentModelIndex

_STRONG = 0.9
"""From this strength on, a column nearly gives the label or the group away."""
_LINES = 6.0
_LINE_SPACE = 8
_MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the table: its title, help, words, what it is sorted by, and tooltips."""

    title: str
    help_text: str
    text: Callable[[ColumnSummary], str]
    key: Callable[[ColumnSummary], Any]
    tip: Callable[[ColumnSummary], str] = lambda _: ""


def fields_of(overview: DataOverview) -> tuple[Field, ...]:
    """List what is told about columns; what is missing only where something is."""
    added = overview.added

    def kind(column: ColumnSummary) -> str:
        name = "number" if column.is_number else f"{column.levels:,} levels"
        return f"{name}, added" if column.name in added else name

    fields = [
        Field("column", "Its name in the table.", _name, lambda each: each.name.casefold()),
        Field("type", "Numbers, or how many categories occur.", kind, kind),
        Field(
            "with label",
            "How strongly it goes along with the class: point-biserial correlation for numbers and"
            " two classes, correlation ratio for numbers and more, Cramér's V for categories."
            " From 0.9 on it nearly gives the label away: is it known before the label is?",
            lambda each: _strength(each.with_label, "leak?"),
            lambda each: abs(each.with_label),
            lambda each: f"{each.name}, with the label: {each.label_measure}",
        ),
        Field(
            "with group",
            "How strongly it goes along with the group, by the same measures. From 0.9 on it"
            " stands for the group: a model can tell groups apart without being told.",
            lambda each: _strength(each.with_group, "proxy?"),
            lambda each: abs(each.with_group),
            lambda each: f"{each.name}, with the group: {each.group_measure}",
        ),
    ]
    fields += [_typical_field(name, group) for group, name in enumerate(overview.groups)]
    if any(share > 0 for column in overview.columns for share in column.missing):
        fields += [_missing_field(name, group) for group, name in enumerate(overview.groups)]
    return tuple(fields)


def _typical_field(name: str, group: int) -> Field:
    return Field(
        name,
        f"In {name}: mean ± standard deviation of numbers; the most frequent category and its"
        " share.",
        lambda each: _typical(each, group),
        lambda each: each.mean[group] if each.is_number else each.share[group],
    )


def _missing_field(name: str, group: int) -> Field:
    return Field(
        f"{name} missing",
        f"Share of the rows of {name} in which it is missing.",
        lambda each: _missing(each.missing[group]),
        lambda each: each.missing[group],
    )


class ColumnsModel(QAbstractTableModel):
    """Summaries in the order that the user wants."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.columns: tuple[ColumnSummary, ...] = ()
        self.fields: tuple[Field, ...] = ()

    def show_overview(self, overview: DataOverview) -> None:
        """Take these columns over."""
        self.beginResetModel()
        self.columns = overview.columns
        self.fields = fields_of(overview)
        self.endResetModel()

    def place(self, name: str) -> int:
        """Give the line of a column; -1 where there is none of that name."""
        names = [column.name for column in self.columns]
        return names.index(name) if name in names else -1

    @override
    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    @override
    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.fields)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.fields[section].title
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self.fields[section].help_text, "Click to sort.")
        return None

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column, field = self.columns[index.row()], self.fields[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return field.text(column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{field.title}: {field.text(column)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(field.tip(column) or field.text(column))
        return None

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a field; what has no value comes last in either order."""
        if not 0 <= column < len(self.fields):
            return
        key = self.fields[column].key
        known = [each for each in self.columns if not _is_nan(key(each))]
        known.sort(key=key, reverse=order == Qt.SortOrder.DescendingOrder)
        unknown = [each for each in self.columns if _is_nan(key(each))]
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        names = [self.columns[index.row()].name for index in before]
        self.columns = (*known, *unknown)
        after = [
            self.index(self.place(name), index.column())
            for name, index in zip(names, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()


class ColumnTable(QTableView):
    """The table; the line that is current is the column looked at."""

    column_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.columns = ColumnsModel(self)
        self.setModel(self.columns)
        self.setAccessibleName("Columns by group; arrows choose the one whose values are shown")
        self.installEventFilter(KeepsKeys(self, {Qt.Key.Key_Left, Qt.Key.Key_Right}))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMaximumSectionSize(260)
        header.setResizeContentsPrecision(50)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.selectionModel().currentRowChanged.connect(self._tell)

    @property
    def column(self) -> str:
        """Name of the column looked at; "" for none."""
        row = self.currentIndex().row()
        return self.columns.columns[row].name if row >= 0 else ""

    def show_overview(self, overview: DataOverview) -> None:
        """Show these columns, in the order chosen, and go on looking at the same one."""
        before = self.column
        header = self.horizontalHeader()
        chosen = header.sortIndicatorSection(), header.sortIndicatorOrder()
        titles = tuple(field.title for field in self.columns.fields)
        self.columns.show_overview(overview)
        if titles == tuple(field.title for field in self.columns.fields):
            self.columns.sort(*chosen)
        else:
            header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
            self.resizeColumnsToContents()
        self._fit()
        known = self.columns.place(before) >= 0
        self.choose(before if known else overview.first_column)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def choose(self, column: str) -> None:
        """Look at a column."""
        row = self.columns.place(column)
        if row >= 0:
            self.setCurrentIndex(self.columns.index(row, 0))

    def _fit(self) -> None:
        """Take the height of the lines, within a limit."""
        height = self.fontMetrics().height() + _LINE_SPACE
        self.verticalHeader().setDefaultSectionSize(height)
        lines = min(float(len(self.columns.columns)), _LINES)
        self.setFixedHeight(int((lines + 0.5) * height) + self.horizontalHeader().height() + 10)

    @Slot(QModelIndex, QModelIndex)
    def _tell(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.column_chosen.emit(self.columns.columns[current.row()].name)


def _name(column: ColumnSummary) -> str:
    return column.name or "(no name)"


def _strength(value: float, warning: str) -> str:
    if math.isnan(value):
        return "–"
    text = f"{value:.2f}".replace("-", "−")
    return f"{text}  {warning}" if abs(value) >= _STRONG else text


def _typical(column: ColumnSummary, group: int) -> str:
    if column.is_number:
        mean, deviation = column.mean[group], column.deviation[group]
        if math.isnan(mean):
            return "–"
        if math.isnan(deviation):
            return f"{mean:,.4g}".replace("-", "−")
        decimals = 0 if deviation == 0 else max(2 - math.floor(math.log10(deviation)), 0)
        if decimals > _MOST_DECIMALS:
            return f"{mean:.3g} ± {deviation:.2g}".replace("-", "−")
        return f"{mean:,.{decimals}f} ± {deviation:,.{decimals}f}".replace("-", "−")
    name, share = column.most_frequent[group], column.share[group]
    return "–" if math.isnan(share) else f"{name} ({100 * share:.0f} %)"


def _missing(share: float) -> str:
    if math.isnan(share):
        return "–"
    return "0" if share == 0 else f"{100 * share:.1f} %"


def _is_nan(key: object) -> bool:
    return isinstance(key, float) and math.isnan(key)
