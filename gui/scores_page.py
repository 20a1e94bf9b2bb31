"""The page of one score at a time, of every group."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from experiments.figures import figure
from experiments.figures.measures import SCORES, Measure
from gui.data_card import plain_label
from gui.help_button import HelpButton
from gui.pages import Shown
from gui.panel.controls import ChoiceBox
from gui.panel.text import tooltip
from gui.plots import FigureView
from gui.theme import Theme

_LETTERS = 16


class ScoresPage:
    """A figure of curves, and a choice of the score that they are of."""

    def __init__(self, theme: Theme, changed: Callable[[], None]) -> None:
        self.widget = ScoresView(theme)
        self.widget.box.activated.connect(changed)
        self.set_theme = self.widget.figure.set_theme
        self.set_empty_text = self.widget.figure.set_empty_text
        self.refit = self.widget.figure.reset_view
        self.grab_image = self.widget.figure.grab_image

    @property
    def score(self) -> Measure:
        """The score looked at."""
        return self.widget.score

    def show(self, shown: Shown) -> str:
        """Draw the figure."""
        drawn = figure(shown.run, self.score.title, shown.overlays, shown.options)
        self.move(shown)
        self.widget.figure.set_figure(drawn)
        return drawn.caption

    def move(self, shown: Shown) -> None:
        """Move the mark of the moment."""
        self.widget.figure.set_moment(float("nan") if shown.moment is None else shown.moment)


class ScoresView(QWidget):
    """The choice, what the score is, and its figure."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.figure = FigureView(theme)
        self.box = ChoiceBox()
        self.box.setMinimumContentsLength(_LETTERS)
        self.box.setAccessibleName("Score")
        self.box.addItems([measure.title for measure in SCORES])
        self.box.setMaxVisibleItems(len(SCORES))
        for index, measure in enumerate(SCORES):
            self.box.setItemData(index, tooltip(measure.what), Qt.ItemDataRole.ToolTipRole)
        self.box.currentIndexChanged.connect(self._tell)
        self._help = HelpButton()
        self._what = plain_label(role="muted")
        self._what.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        label = plain_label("score", role="muted", wraps=False)
        label.setBuddy(self.box)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(label)
        line.addWidget(self.box)
        line.addWidget(self._help)
        line.addSpacing(6)
        line.addWidget(self._what, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(line)
        layout.addWidget(self.figure, 1)
        self._tell()

    @property
    def score(self) -> Measure:
        """The score chosen."""
        return SCORES[self.box.currentIndex()]

    @Slot()
    def _tell(self) -> None:
        """Say what the score is."""
        score = self.score
        self._what.setText(score.what)
        self._help.set_help(score.title, (score.what, score.reading, score.misleads))
        self.box.setAccessibleDescription(score.what)
