"""How the import dialog is laid out."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from gui.import_columns import ColumnsView
from gui.import_groups import GroupsView
from gui.import_label import LabelBar
from gui.import_reading import ReadingBar
from gui.import_rows import RowsView, one_line
from gui.panel.text import tooltip

_SIZE = (1220, 740)
_LEFT, _RIGHT = 700, 480


class ImportPage:
    """The parts of the dialog: the file above, columns and rows at the left, groups at the right.

    Attributes
    ----------
    problem, status
        What is wrong, and what goes on or is still to be chosen.
    leaks, cautions, notes
        What gives the label away, what else to look at, and what reading has done.
    take, cancel, other, again
        The buttons: import, close, choose another file, and read the file again.
    """

    def __init__(self, dialog: QDialog) -> None:
        self.reading, self.label = ReadingBar(), LabelBar()
        self.columns, self.rows, self.groups = ColumnsView(), RowsView(), GroupsView()
        self._name = _text(role="title")
        self.extent, self.sample = _text(role="muted"), _text(role="muted")
        self.problem, self.status, self.counted = _text(), _text(), _text()
        self.leaks, self.cautions = _text(role="problem"), _text()
        self.notes = _text(role="muted")
        self._empty = _text(role="muted")
        self._empty.setText("Groups appear here as soon as all rows are counted.")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._empty.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.other = _button("Choose another file …", "Look at another table instead")
        self.again = _button("Read again", "Look at the file as it is now")
        self.cancel = _button("Cancel", "Close this window; nothing is changed")
        self.take = _button("Import", "Put the table, used as shown here, into the parameters")
        self.take.setProperty("role", "primary")
        self._body = _splitter(Qt.Orientation.Horizontal, dialog)
        self._fill_left(_splitter(Qt.Orientation.Vertical, self._body))
        self._fill_right(_splitter(Qt.Orientation.Vertical, self._body))
        self._body.setSizes([_LEFT, _RIGHT])
        column = QVBoxLayout(dialog)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        top = _line(self._name, self.extent, self.again, self.other)
        top.setStretchFactor(self.extent, 1)
        column.addLayout(top)
        column.addWidget(self.reading)
        self._alert = _card(dialog, self.problem, role="error")
        self._alert.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column.addWidget(self._alert)
        column.addWidget(self._body, 1)
        column.addStretch(0)
        bottom = _line(self.status, self.cancel, self.take)
        bottom.setStretchFactor(self.status, 1)
        column.addLayout(bottom)
        self.reading.hide()
        self._body.hide()
        self._chain_focus()
        dialog.resize(*_SIZE)

    def show_file(self, path: Path) -> None:
        """Name another file, of which nothing is known yet."""
        self._name.setText(one_line(path.name) or str(path))
        self._name.setToolTip(tooltip(str(path)))
        self.extent.clear()
        self.reading.hide()
        self._body.hide()

    def show_table(self) -> None:
        """Show what was filled into the tables."""
        if not self._body.isVisible():
            self._body.show()
            self.columns.setFocus()

    def show_state(self, status: str, *, problem: str, counted: bool) -> None:
        """Say what goes on, or what is wrong; what is not counted is not shown."""
        self.status.setText(status)
        self.problem.setText(problem)
        self.problem.setAccessibleName(problem)
        self._alert.setVisible(bool(problem))
        self.groups.setVisible(counted)
        self.counted.setVisible(counted)
        self._empty.setVisible(not counted)

    def show_told(
        self, leaks: Sequence[str], cautions: Sequence[str], notes: Sequence[str]
    ) -> None:
        """Show what gives the label away, what else to look at, and what reading has done."""
        shown = (self.leaks, leaks), (self.cautions, cautions), (self.notes, notes)
        for label, texts in shown:
            label.setText("\n\n".join(texts))
            label.setVisible(bool(texts))

    def _chain_focus(self) -> None:
        """Go from how the file is read to its columns and groups, then to the buttons."""
        chain = (
            *self.reading.boxes.values(),
            self.columns,
            self.rows,
            self.label.positive,
            self.label.bins,
            self.groups,
            self._area,
            self.cancel,
            self.take,
            self.again,
            self.other,
        )
        for first, second in pairwise(chain):
            QWidget.setTabOrder(first, second)

    def _fill_left(self, left: QSplitter) -> None:
        _card(left, _heading("Columns"), self.columns)
        _card(left, _heading("First rows"), self.sample, self.rows)
        left.setSizes([_LEFT, _RIGHT])

    def _fill_right(self, right: QSplitter) -> None:
        heading = _heading("Groups and base rates")
        _card(right, heading, self.label, self.counted, self._empty, self.groups)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName("What to know before importing")
        _card(right, _heading("What to know"), self._area)
        told = QWidget()
        told.setProperty("role", "surface")
        column = QVBoxLayout(told)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.leaks)
        column.addWidget(self.cautions)
        column.addWidget(self.notes)
        column.addStretch(1)
        self._area.setWidget(told)
        right.setSizes([_RIGHT, _RIGHT * 2 // 3])


def _splitter(orientation: Qt.Orientation, parent: QWidget) -> QSplitter:
    """Make a splitter within its parent: styling what is put together before takes longer."""
    splitter = QSplitter(orientation, parent)
    splitter.setChildrenCollapsible(False)
    return splitter


def _text(*, role: str = "") -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    if role:
        label.setProperty("role", role)
    return label


def _heading(text: str) -> QLabel:
    label = _text(role="heading")
    label.setText(text)
    return label


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.setToolTip(tip)
    button.setAccessibleDescription(tip)
    return button


def _line(*parts: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(8)
    for part in parts:
        line.addWidget(part)
    return line


def _card(parent: QWidget, *parts: QWidget, role: str = "card") -> QFrame:
    card = QFrame(parent)
    card.setProperty("role", role)
    column = QVBoxLayout(card)
    column.setContentsMargins(12, 8, 12, 10)
    column.setSpacing(6)
    for part in parts:
        column.addWidget(part)
    column.setStretch(len(parts) - 1, 1)
    return card
