"""Keys that a widget keeps from the window's shortcuts."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from typing_extensions import override


def claims(event: QEvent, keys: set[Qt.Key]) -> bool:
    """Keep one of these keys, pressed alone, from a shortcut of the window."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    alone = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    claimed = alone == Qt.KeyboardModifier.NoModifier and event.key() in keys
    if claimed:
        event.accept()
    return claimed


class KeepsKeys(QObject):
    """Lets the widgets it watches keep some keys, such as Space for a button that has the focus."""

    def __init__(self, parent: QObject, keys: set[Qt.Key]) -> None:
        super().__init__(parent)
        self._keys = keys

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return claims(event, self._keys) or super().eventFilter(watched, event)
