"""Tables of numbers: what each is, its value, and how to read it on hover."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QImage
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from experiments.views import Number, NumberTable

_LABEL_SHARE, _VALUE_SHARE = 3, 2


class NumbersView(QWidget):
    """Shows number tables as cards; while only values change, nothing is built anew."""

    def __init__(self) -> None:
        super().__init__()
        self._tables: tuple[NumberTable, ...] | None = None
        self._values: list[QLabel] = []
        self._page = QWidget()
        self._empty = _label("", role="muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setAccessibleName("Numbers")
        self._area.setWidget(self._page)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._area)

    def set_empty_text(self, text: str) -> None:
        """Choose the sentence shown while there are no numbers."""
        self._empty.setText(text)

    def set_tables(self, tables: Sequence[NumberTable]) -> None:
        """Show these tables; none for the empty text."""
        tables = tuple(tables)
        if tables == self._tables:
            return
        if self._tables is None or _shape(tables) != _shape(self._tables):
            self._build(tables)
        self._tables = tables
        numbers = [number for table in tables for number in table.numbers]
        for label, number in zip(self._values, numbers, strict=True):
            if label.text() != number.value:
                label.setText(number.value)
                label.setAccessibleName(f"{number.label}: {number.value}")
        self._stack.setCurrentWidget(self._area if tables else self._empty)

    def grab_image(self) -> QImage:
        """Return a picture of all tables, also of those scrolled out of sight."""
        return (self._page if self._tables else self._empty).grab().toImage()

    def _build(self, tables: Sequence[NumberTable]) -> None:
        self._page = QWidget()
        column = QVBoxLayout(self._page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self._values = []
        for table in tables:
            column.addWidget(self._card(table))
        column.addStretch(1)
        self._area.setWidget(self._page)

    def _card(self, table: NumberTable) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        card.setAccessibleName(table.title)
        grid = QGridLayout(card)
        grid.setContentsMargins(14, 10, 14, 12)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(0, _LABEL_SHARE)
        grid.setColumnStretch(1, _VALUE_SHARE)
        grid.addWidget(_label(table.title, role="heading"), 0, 0, 1, 2)
        for row, number in enumerate(table.numbers, start=1):
            name = _label(number.label)
            value = _value_label(number)
            for label in (name, value):
                label.setToolTip(
                    f"<span>{escape(number.help_text)}</span>" * bool(number.help_text)
                )
                label.setAccessibleDescription(number.help_text)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop)
            self._values.append(value)
        return card


def _shape(tables: Sequence[NumberTable]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything but the values."""
    return [
        (table.title, [(number.label, number.help_text) for number in table.numbers])
        for table in tables
    ]


def _value_label(number: Number) -> QLabel:
    label = _label("")
    font = QFont(label.font())
    font.setFeature(QFont.Tag("tnum"), 1)
    label.setFont(font)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    label.setText(number.value)
    label.setAccessibleName(f"{number.label}: {number.value}")
    return label


def _label(text: str, *, role: str = "") -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setText(text)
    if role:
        label.setProperty("role", role)
    return label
