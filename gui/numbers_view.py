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

_LABEL_SHARE, _VALUES_SHARE = 4, 6


class NumbersView(QWidget):
    """Shows number tables as cards; nothing is built anew while only words and values change."""

    def __init__(self) -> None:
        super().__init__()
        self._cards: list[_Card] = []
        self._empty = _label(role="muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._page = QWidget()
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._column.addStretch(1)
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
        for index, table in enumerate(tables):
            if index < len(self._cards) and self._cards[index].shape == _shape(table):
                self._cards[index].fill(table)
                continue
            self._drop(index)
            card = _Card(table)
            self._cards.append(card)
            self._column.insertWidget(index, card)
            card.show()
        self._drop(len(tables))
        self._stack.setCurrentWidget(self._area if tables else self._empty)

    def grab_image(self) -> QImage:
        """Return a picture of all tables, also of those scrolled out of sight."""
        return (self._page if self._cards else self._empty).grab().toImage()

    def _drop(self, first: int) -> None:
        """Take away the cards from this one on."""
        for card in self._cards[first:]:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        del self._cards[first:]


class _Card(QFrame):
    """One table: a label, then as many columns as there are values."""

    def __init__(self, table: NumberTable) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.shape = _shape(table)
        columns = max(self.shape, default=1)
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 10, 14, 12)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(0, _LABEL_SHARE)
        self._title = _label(role="heading")
        grid.addWidget(self._title, 0, 0, 1, columns + 1)
        self._rows: list[tuple[QLabel, list[QLabel]]] = []
        top = Qt.AlignmentFlag.AlignTop
        for row, parts in enumerate(self.shape, start=1):
            name, values = _label(), [_value_label() for _ in range(parts)]
            grid.addWidget(name, row, 0, top)
            for column, value in enumerate(values, start=1):
                grid.addWidget(value, row, column, 1, columns if parts == 1 else 1, top)
                grid.setColumnStretch(column, _VALUES_SHARE // columns)
            self._rows.append((name, values))
        self.fill(table)

    def fill(self, table: NumberTable) -> None:
        """Write the words and values of a table of this shape."""
        _write(self._title, table.title)
        self.setAccessibleName(table.title)
        for (name, values), number in zip(self._rows, table.numbers, strict=True):
            texts = (number.label, *number.values)
            for label, text in zip((name, *values), texts, strict=True):
                if _write(label, text):
                    label.setAccessibleName(
                        text if label is name else f"{number.label}: {text}".removeprefix(": ")
                    )
                if label.accessibleDescription() != number.help_text:
                    label.setAccessibleDescription(number.help_text)
                    label.setToolTip(_tip(number))


def _shape(table: NumberTable) -> tuple[int, ...]:
    """How many values each row has."""
    return tuple(len(number.values) for number in table.numbers)


def _tip(number: Number) -> str:
    return f"<span>{escape(number.help_text)}</span>" if number.help_text else ""


def _write(label: QLabel, text: str) -> bool:
    """Change a text; returns whether it was another one."""
    different = label.text() != text
    if different:
        label.setText(text)
    return different


def _value_label() -> QLabel:
    label = _label()
    font = QFont(label.font())
    font.setFeature(QFont.Tag("tnum"), 1)
    label.setFont(font)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label


def _label(*, role: str = "") -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    return label
