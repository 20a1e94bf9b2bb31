"""A part of the data page: its heading, its help, and what it shows."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from gui.help_button import HelpButton


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
    help
        The i, which holds the help.
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
        heading = plain_label(title, role="heading", wraps=False)
        self.help = HelpButton()
        self.help.set_help(title, help_text)
        self.top = QHBoxLayout()
        self.top.setSpacing(6)
        self.top.addWidget(heading)
        self.top.addWidget(self.help)
        self.top.addStretch(1)
        self.body = QVBoxLayout()
        self.body.setSpacing(6)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 8, 14, 10)
        layout.setSpacing(6)
        layout.addLayout(self.top)
        layout.addLayout(self.body)


def plain_label(text: str = "", *, role: str = "", wraps: bool = True) -> QLabel:
    """Make a label that shows texts as they are, whatever they contain."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    if role:
        label.setProperty("role", role)
    return label
