"""A bar for what went wrong; it stays until it is dismissed."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton

from gui.icons import icon
from gui.theme import Theme


class MessageBar(QFrame):
    """Shows one message at a time as plain text, with details to copy."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "error")
        self.setAccessibleName("Error message")
        self._details = ""
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.remedy = QPushButton()
        self.remedy.hide()
        self.copy = QPushButton("Copy details")
        self.copy.clicked.connect(self._copy)
        self.dismiss = QToolButton()
        self.dismiss.setAutoRaise(True)
        self.dismiss.setToolTip("Dismiss")
        self.dismiss.setAccessibleName("Dismiss message")
        self.dismiss.clicked.connect(self.clear)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.remedy)
        layout.addWidget(self.copy)
        layout.addWidget(self.dismiss)
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Redraw the icon."""
        self.dismiss.setIcon(icon("close", theme.text))

    @Slot(str)
    @Slot(str, str)
    def show_message(self, text: str, details: str = "") -> None:
        """Show a message until it is dismissed or replaced."""
        self.text.setText(text)
        self.text.setAccessibleName(text)
        self._details = details or text
        self.remedy.hide()
        self.show()

    def offer(self, text: str) -> None:
        """Offer a remedy for what the message tells, until another message is shown."""
        self.remedy.setText(text)
        self.remedy.show()

    @Slot()
    def clear(self) -> None:
        """Take the message away."""
        self.hide()
        self.text.setText("")

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details)
