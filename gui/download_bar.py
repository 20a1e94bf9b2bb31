"""A bar that offers a download, then shows how far it is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy

_STEPS = 1000


class DownloadBar(QFrame):
    """Shows one data set at a time; hidden where none is missing.

    Signals
    -------
    wanted
        The user wants the set.
    cancelled
        The user no longer wants it.
    """

    wanted = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName("Download of the data set")
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress of the download")
        self.progress.setFixedWidth(160)
        self.start = QPushButton("Download")
        self.start.clicked.connect(self.wanted)
        self.cancel = QPushButton("Cancel")
        self.cancel.setAccessibleName("Cancel the download")
        self.cancel.clicked.connect(self.cancelled)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 6, 6)
        layout.addWidget(self.text, 1)
        for widget in (self.progress, self.start, self.cancel):
            layout.addWidget(widget)
        self.hide()

    def offer(self, text: str) -> None:
        """Say what is missing, beside a button that fetches it."""
        self._tell(text, running=False)

    def show_progress(self, text: str, fraction: float | None) -> None:
        """Say how far a download is, in words and as a fraction in [0, 1] where that is known."""
        self.progress.setRange(0, 0 if fraction is None else _STEPS)
        if fraction is not None:
            self.progress.setValue(round(_STEPS * fraction))
        self._tell(text, running=True)

    def _tell(self, text: str, *, running: bool) -> None:
        self.text.setText(text)
        self.start.setVisible(not running)
        self.progress.setVisible(running)
        self.cancel.setVisible(running)
        self.show()
