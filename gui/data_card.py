"""A part of the data page: its heading, its help, and what it shows."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolTip, QVBoxLayout

from gui.keys import KeepsKeys
from gui.panel.controls import InfoButton
from gui.panel.text import tooltip


class DataCard(QFrame):
    """A card with a heading and an i.

    Parameters
    ----------
    title
        The heading.
    help_text
        What it is, how to read it, when it misleads.

    Attributes
    ----------
    top
        The line of the heading; controls may be added to its right.
    body
        What is below.
    """

    def __init__(self, title: str, help_text: tuple[str, str, str]) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName(title)
        self.setAccessibleDescription(" ".join(help_text))
        self._help = tooltip(*help_text)
        heading = plain_label(title, role="heading", wraps=False)
        self._button = InfoButton()
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.setToolTip(self._help)
        self._button.setAccessibleName(f"Help on {title}")
        self._button.setAccessibleDescription(" ".join(help_text))
        self._button.installEventFilter(KeepsKeys(self, {Qt.Key.Key_Space}))
        self._button.clicked.connect(self.show_help)
        self.top = QHBoxLayout()
        self.top.setSpacing(6)
        self.top.addWidget(heading)
        self.top.addWidget(self._button)
        self.top.addStretch(1)
        self.body = QVBoxLayout()
        self.body.setSpacing(6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 8, 14, 10)
        layout.setSpacing(6)
        layout.addLayout(self.top)
        layout.addLayout(self.body)

    def show_help(self) -> None:
        """Open the help beside the i."""
        QToolTip.showText(self._button.mapToGlobal(QPoint(0, 0)), self._help, self._button)


def plain_label(text: str = "", *, role: str = "", wraps: bool = True) -> QLabel:
    """Make a label that shows texts as they are, whatever they contain."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    if role:
        label.setProperty("role", role)
    return label
