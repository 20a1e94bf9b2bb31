"""One setting: its label, its help, the controls that edit it, and what is wrong with it."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QMenu, QPushButton, QWidget
from typing_extensions import override

from experiments.settings import SettingInfo
from gui.keys import claims
from gui.panel.controls import (
    ChoiceBox,
    InfoButton,
    MatrixField,
    ValueField,
    ValueSlider,
)
from gui.panel.help_popup import HelpPopup
from gui.panel.scale import SliderScale
from gui.panel.text import (
    UnreadableTextError,
    choice_words,
    parse_value,
    tooltip,
    unbroken_label,
    value_text,
)

MARGIN = 12
"""Pixels left and right of a row; the left ones hold the mark of a change."""

_FITTING = 7
"""A number with more characters than this is cut off in its field, and in full in a tooltip."""

_LONGEST_CHOICE = 20
"""Choices with more characters than this stand below their label, where they have room."""

_FILE = "data.path"
"""The setting whose value is better chosen than typed."""

_UNLIMITED = 16_777_215  # Qt's QWIDGETSIZE_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class RowState:
    """What a row shows.

    Attributes
    ----------
    value
        The value; None where the text in the field stands for none and stays.
    message
        What is wrong with it, for the line under the row.
    at_fault
        Whether the row is part of what does not fit.
    baseline
        The text of the value that a reset leads to; None if the value is that one.
    no_effect
        Why the setting has no effect now; empty if it has one.
    """

    value: Any
    message: str
    at_fault: bool
    baseline: str | None
    no_effect: str


class SettingRow(QWidget):
    """A setting with its controls.

    Signals
    -------
    edited
        Key, new value, and whether more of the same stroke may follow.
    refused
        Key and why the typed text stands for no value.
    reverted
        Key whose typed text or waiting value is taken back.
    reset
        Key that goes back to the baseline.
    stroke_ended
        The next edit is a stroke of its own.
    file_requested
        A file is to be chosen.
    """

    edited = Signal(str, object, bool)
    refused = Signal(str, str)
    reverted = Signal(str)
    reset = Signal(str)
    stroke_ended = Signal()
    file_requested = Signal()

    def __init__(self, info: SettingInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.info = info
        self._state: RowState | None = None
        self._arrangement: tuple[int | None, int] | None = None
        self.slider: ValueSlider | None = None
        self.field: ValueField | MatrixField | None = None
        self.choice: ChoiceBox | None = None
        self.browse: QPushButton | None = None
        self._label = QLabel(unbroken_label(info).replace("&", "&&"))
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._info_button = InfoButton()
        self._info_button.setToolTip(tooltip(*info.help_text))
        self._info_button.setAccessibleName(f"Help on {info.label}")
        self._info_button.clicked.connect(self.show_help)
        self._message = QLabel()
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setWordWrap(True)
        self._message.setProperty("role", "problem")
        self._message.hide()
        self._controls = QHBoxLayout()
        self._controls.setSpacing(6)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(MARGIN, 1, MARGIN, 1)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(2)
        self._build_controls()
        for control in self.controls:
            control.setAccessibleName(info.label)
            control.setAccessibleDescription(f"{info.help_text[0]} Allowed: {info.allowed}")
        self._label.setBuddy(self.controls[-1])

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """The controls that take the focus, in order."""
        controls = (self.slider, self.choice, self.field, self.browse)
        return tuple(control for control in controls if control is not None)

    @property
    def message(self) -> str:
        """What the line under the row says."""
        return self._message.text()

    def show_state(self, state: RowState) -> None:
        """Show a state; what the user holds or types is left alone."""
        if state.value is not None:
            self._show_value(state.value)
        if state == self._state:
            return
        self._state = state
        self._message.setText(state.message)
        self._message.setVisible(bool(state.message))
        text = "" if state.value is None else value_text(self.info, state.value)
        hint = tooltip(state.no_effect or state.message or (text if len(text) > _FITTING else ""))
        for control in self.controls:
            control.setEnabled(not state.no_effect)
            control.setToolTip(hint)
            if control.property("invalid") != state.at_fault:
                control.setProperty("invalid", state.at_fault)
                control.style().polish(control)
        self._label.setEnabled(not state.no_effect)
        reset_hint = "" if state.baseline is None else f"Double click: back to {state.baseline}."
        self._label.setToolTip(tooltip(self.info.help_text[0], state.no_effect, reset_hint))
        self.update()

    def arrange(self, label_width: int | None) -> None:
        """Put the label before the controls, this wide, or above them (None)."""
        arrangement = (label_width, self.fontMetrics().height())
        if arrangement == self._arrangement:
            return
        self._arrangement = arrangement
        if self.slider is not None and self.field is not None:
            self.field.setFixedWidth(self.fontMetrics().horizontalAdvance("0.0000") + 18)
        wide = any(len(choice_words(choice)) > _LONGEST_CHOICE for choice in self.info.choices)
        spacious = self.info.kind in {"texts", "matrix"} or self.browse is not None
        above = label_width is None or wide or spacious
        beside = 0 if label_width is None or above else label_width
        self._grid.setColumnMinimumWidth(0, beside)
        self._label.setMaximumWidth(beside or _UNLIMITED)
        for item in (self._label, self._info_button, self._message):
            self._grid.removeWidget(item)
        self._grid.removeItem(self._controls)
        middle = Qt.AlignmentFlag.AlignVCenter
        if above:
            self._grid.addWidget(self._label, 0, 0, 1, 2)
            self._grid.addWidget(self._info_button, 0, 2, middle)
            self._grid.addLayout(self._controls, 1, 0, 1, 3)
        else:
            self._grid.addWidget(self._label, 0, 0)
            self._grid.addWidget(self._info_button, 0, 1, middle)
            self._grid.addLayout(self._controls, 0, 2)
        self._grid.setColumnStretch(0, 1 if above else 0)
        self._grid.setColumnStretch(2, 0 if above else 1)
        self._grid.addWidget(self._message, 2, 0, 1, 3)

    def commit(self) -> None:
        """Hand over what is being typed."""
        if self.field is not None:
            self.field.commit()

    def show_help(self) -> None:
        """Open the help of this setting."""
        HelpPopup(self.info, self).open_beside(self._info_button)

    @override
    def event(self, event: QEvent) -> bool:
        """Claim F1 for the help of this setting."""
        return claims(event, {Qt.Key.Key_F1}) or super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the help on F1; take back on Escape what does not fit."""
        if event.key() == Qt.Key.Key_F1:
            self.show_help()
        elif event.key() == Qt.Key.Key_Escape and self.message:
            self._revert()
        else:
            super().keyPressEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Reset on a double click on the label."""
        if self._label.geometry().contains(event.position().toPoint()):
            self._reset()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the reset and the help."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        baseline = self._state.baseline if self._state is not None else None
        words = "Reset" if baseline is None else f"Reset to {baseline or 'empty'}"
        action = menu.addAction(words.replace("&", "&&"))
        action.setEnabled(baseline is not None)
        action.triggered.connect(self._reset)
        menu.addAction("Help", self.show_help)
        menu.popup(event.globalPos())

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Mark a value that differs from the baseline by a dot before the label."""
        if self._state is None or self._state.baseline is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Accent))
        painter.drawEllipse(QPointF(MARGIN / 2, self._label.geometry().center().y() + 0.5), 2, 2)

    def _build_controls(self) -> None:
        info = self.info
        scale = SliderScale.of(info)
        if info.kind == "choice":
            self.choice = ChoiceBox()
            for choice in info.choices:
                self.choice.addItem(choice_words(choice), choice)
            self.choice.activated.connect(self._choose)
            self._controls.addWidget(self.choice, 1)
            return
        if scale is not None:
            self.slider = ValueSlider(scale)
            self.slider.moved.connect(self._slide)
            self.slider.stroke_ended.connect(self.stroke_ended)
            self._controls.addWidget(self.slider, 1)
        self.field = MatrixField() if info.kind == "matrix" else ValueField()
        self.field.committed.connect(self._read)
        self.field.reverted.connect(self._revert)
        if isinstance(self.field, ValueField):
            if scale is not None:
                self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
            else:
                self.field.setPlaceholderText("none given")
        self._controls.addWidget(self.field, 0 if scale is not None else 1)
        if info.key == _FILE:
            self.browse = QPushButton("Choose file …")
            self.browse.clicked.connect(self.file_requested)
            self._controls.addWidget(self.browse)

    def _show_value(self, value: Any) -> None:  # noqa: ANN401  (settings hold many types)
        if self.slider is not None:
            self.slider.show_value(value)
        if self.choice is not None:
            self.choice.setCurrentIndex(self.choice.findData(value))
        if self.field is not None:
            self.field.show_text(value_text(self.info, value))

    def _slide(self, value: object) -> None:
        self.edited.emit(self.info.key, value, True)

    def _choose(self, index: int) -> None:
        if self.choice is not None:
            self.edited.emit(self.info.key, self.choice.itemData(index), False)

    def _read(self, text: str) -> None:
        try:
            value = parse_value(self.info, text)
        except UnreadableTextError as error:
            self.refused.emit(self.info.key, str(error))
        else:
            self.edited.emit(self.info.key, value, False)

    def _revert(self) -> None:
        self.reverted.emit(self.info.key)

    def _reset(self) -> None:
        self.reset.emit(self.info.key)
