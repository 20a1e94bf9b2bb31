"""What pages of a snapshot share: the labels to judge by, and a reason when there is nothing."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from experiments.snapshot_views import Labels
from gui.data_card import plain_label
from gui.plots.choices import Choices
from gui.theme import Theme

_LEAST_LINES = 12
_JUDGED = {Labels.RECORDED: "labels on record", Labels.CLEAN: "clean labels"}


class SnapshotSheet(QWidget):
    """A line of choices over what is seen; or a sentence why nothing is.

    Parameters
    ----------
    title
        For readers of the screen.
    content
        What is seen; it scrolls where the window is too small for it.
    set_content_theme
        Gives it other colours.
    theme
        Colours.

    Signals
    -------
    labels_chosen
        The `Labels` that the user wants answers to be judged by.
    """

    labels_chosen = Signal(object)

    def __init__(
        self,
        title: str,
        content: QWidget,
        set_content_theme: Callable[[Theme], None],
        theme: Theme,
    ) -> None:
        super().__init__()
        self._content = content
        self._set_content_theme = set_content_theme
        self._reason = plain_label(role="muted")
        self._reason.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._choices = Choices("answers judged by the {}", self)
        self._choices.setAccessibleName("What answers are judged by")
        self._choices.chosen.connect(lambda key: self.labels_chosen.emit(Labels(key)))
        self._choices.hide()
        top = QHBoxLayout()
        top.addStretch(1)
        top.addWidget(self._choices)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(title)
        area.setWidget(content)
        area.setMinimumHeight(_LEAST_LINES * self.fontMetrics().height())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(top)
        self._stack = QStackedLayout()
        layout.addLayout(self._stack, 1)  # first: it shows what is added
        for part in (self._reason, area):
            self._stack.addWidget(part)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take over other colours."""
        self._choices.set_theme(theme)
        self._set_content_theme(theme)

    @property
    def reason(self) -> str:
        """Why nothing is seen; "" where something is."""
        return self._reason.text() if self._stack.currentIndex() == 0 else ""

    def show_reason(self, text: str) -> None:
        """Say why nothing is seen."""
        self._reason.setText(text)
        self._stack.setCurrentIndex(0)

    def show_content(self) -> None:
        """Show what is seen."""
        self._stack.setCurrentIndex(1)

    def offer_labels(self, labels: tuple[Labels, ...], chosen: Labels) -> None:
        """Offer what answers can be judged by; no choice for one."""
        self._choices.show_choices([(label.value, _JUDGED[label]) for label in labels], chosen)

    def grab_image(self) -> QImage:
        """Return a picture of all, also of what is scrolled out of sight."""
        return (self._reason if self.reason else self._content).grab().toImage()
