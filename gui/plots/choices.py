"""Small buttons beside a legend, of which one is pressed."""

from collections.abc import Sequence
from typing import final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from gui.keys import KeepsKeys
from gui.theme import Theme

_KEYS = {Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right}


@final
class Choices(QWidget):
    """Lets one of several things be shown.

    Parameters
    ----------
    about
        What a button shows, with `{}` for its text, e.g. ``Plane of {}``.
    """

    chosen = Signal(str)
    """The key of the button that the user pressed."""

    def __init__(self, about: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._about = about
        self._keys: tuple[str, ...] = ()
        self._buttons = QButtonGroup(self)
        self._keeps_keys = KeepsKeys(self, _KEYS)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)

    def set_theme(self, theme: Theme) -> None:
        """Take over other colours."""
        self.setStyleSheet(
            f"QToolButton {{ border: 1px solid transparent; border-radius: 4px;"
            f" padding: 1px 5px; color: {theme.muted}; background: transparent; }}"
            f"QToolButton:checked {{ color: {theme.accent}; border-color: {theme.line}; }}"
            f"QToolButton:hover, QToolButton:focus {{ border-color: {theme.accent}; }}"
        )

    def show_choices(self, choices: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer keys with their texts, one of them pressed; hidden where there is no choice."""
        keys = tuple(key for key, _ in choices)
        if keys != self._keys:
            self._keys = keys
            for button in self._buttons.buttons():
                self._buttons.removeButton(button)
                button.setParent(None)
                button.deleteLater()
            for key, text in choices:
                self._add(key, text)
        for key, button in zip(keys, self._buttons.buttons(), strict=True):
            button.setChecked(key == chosen)
        self.setVisible(len(keys) > 1)

    def _add(self, key: str, text: str) -> None:
        button = QToolButton(self)
        words = self._about.format(text)
        button.setText(text)
        button.setCheckable(True)
        button.setAccessibleName(words)
        button.setToolTip(f"Show the {words[0].lower()}{words[1:]}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.installEventFilter(self._keeps_keys)
        button.clicked.connect(lambda: self.chosen.emit(key))
        self._buttons.addButton(button)
        self._row.addWidget(button)
