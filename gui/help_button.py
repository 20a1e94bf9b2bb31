"""An i that holds help: on hover, on a click, and for readers of the screen."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolTip

from gui.keys import KeepsKeys
from gui.panel.controls import InfoButton
from gui.panel.text import tooltip


class HelpButton(InfoButton):
    """Tells what something is, how to read it, and when it misleads."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.installEventFilter(KeepsKeys(self, {Qt.Key.Key_Space}))
        self.clicked.connect(self.show_help)

    def set_help(self, title: str, lines: tuple[str, str, str]) -> None:
        """Hold this help."""
        self.setToolTip(tooltip(*lines))
        self.setAccessibleName(f"Help on {title}")
        self.setAccessibleDescription(" ".join(lines))

    def show_help(self) -> None:
        """Open the help beside the i."""
        QToolTip.showText(self.mapToGlobal(QPoint(0, 0)), self.toolTip(), self)
