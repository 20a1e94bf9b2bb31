"""The sentence under the plots."""

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea
from typing_extensions import override

_MOST_LINES = 7
_PADDING = 24


class Sentence(QScrollArea):
    """Shows text as it is; what is longer than some lines can be scrolled to."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._least = 0
        self._label = QLabel()
        self._label.setProperty("role", "sentence")
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setWidget(self._label)
        self.hide()

    @property
    def text(self) -> str:
        """What is said."""
        return self._label.text()

    def show_text(self, text: str, *, steady: bool = False) -> None:
        """Say this, or hide where there is nothing to say; `steady` never makes it lower."""
        if not steady:
            self._least = 0
        if text != self.text or not steady:
            self._label.setText(text)
            self.setVisible(bool(text))
            self._fit()

    def _fit(self) -> None:
        """Take the height of the text, within the lines that are allowed."""
        most = _MOST_LINES * self.fontMetrics().lineSpacing() + _PADDING
        wanted = self._label.heightForWidth(self.width())
        scrolls = Qt.ScrollBarPolicy.ScrollBarAsNeeded
        never = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(scrolls if wanted > most else never)
        self._least = max(self._least, min(wanted, most))
        self.setFixedHeight(self._least)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._least = 0
            QTimer.singleShot(0, self, self._fit)  # a height that is set while resizing gets lost

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._least = 0
            self._fit()
