"""The middle of the window: a heading, one tab for each figure, and a sentence under it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QTabWidget, QVBoxLayout, QWidget

from experiments.figures import RunView, figure, titles
from gui.keys import KeepsKeys
from gui.theme import Theme

if TYPE_CHECKING:
    from gui.plots import FigureView

_REDRAW_MS = 40

_EMPTY = {
    "dynamics": "The exact curves are being computed …",
    "training": "Press Run (Space) to train; the curves of each group appear here.",
}
_NOTHING = "There is nothing to draw: the curves end before they begin."
_STARTING = (
    "Data are being loaded and the network is built; curves appear in a moment."
    " The first run of a session also waits some seconds for TensorFlow."
)


class PlotTabs(QWidget):
    """Draws a run and the runs laid over it; redraws at most 25 times a second."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._view: RunView | None = None
        self.overlays: tuple[RunView, ...] = ()
        self._dirty = False
        self._refit = False
        self.plots: list[FigureView] = []
        self.heading = QLabel()
        self.heading.setProperty("role", "title")
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("Plots")
        self.tabs.currentChanged.connect(self.refresh)
        arrows = {Qt.Key.Key_Left, Qt.Key.Key_Right}
        self.tabs.tabBar().installEventFilter(KeepsKeys(self, arrows))
        self.sentence = QLabel()
        self.sentence.setProperty("role", "sentence")
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.hide()
        self._timer = QTimer(self)
        self._timer.setInterval(_REDRAW_MS)
        self._timer.timeout.connect(self.redraw_now)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.heading)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.sentence)

    def set_theme(self, theme: Theme) -> None:
        """Change all colours."""
        self._theme = theme
        for plot in self.plots:
            plot.set_theme(theme)

    def show_view(self, view: RunView) -> None:
        """Show another run, or the same one with more events."""
        if self._view is None or self._view.end != view.end:
            self._refit = True
        self._view = view
        wanted = titles(view.settings.kind)
        if wanted != tuple(self.tabs.tabText(index) for index in range(self.tabs.count())):
            self._rebuild(wanted)
        for plot in self.plots:
            plot.set_empty_text(_NOTHING if len(view.curves) else _EMPTY[view.settings.kind])
        self.refresh()

    def refit(self) -> None:
        """Fit the axes to what is shown next, whatever was zoomed before."""
        self._refit = True
        self.refresh()

    def show_start(self) -> None:
        """Say that a run has been started whose curves are still to come."""
        for plot in self.plots:
            plot.set_empty_text(_STARTING)

    def set_overlays(self, views: Sequence[RunView]) -> None:
        """Lay these runs over the one shown."""
        self.overlays = tuple(views)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Draw at once when nothing was drawn lately, else with the next tick."""
        self._dirty = True
        if not self._timer.isActive():
            self.redraw_now()
            self._timer.start()

    def stop(self) -> None:
        """Draw no more."""
        self._timer.stop()

    @property
    def title(self) -> str:
        """Title of the figure shown."""
        return self.tabs.tabText(self.tabs.currentIndex())

    def picture(self) -> QImage:
        """Take a picture of the figure shown."""
        return self.plots[self.tabs.currentIndex()].grab_image()

    @Slot()
    def redraw_now(self) -> None:
        """Draw what has changed without waiting for the next tick."""
        view = self._view
        if not self._dirty or view is None:
            self._timer.stop()
            return
        self._dirty = False
        drawn = figure(view, self.title, self.overlays)
        plot = self.plots[self.tabs.currentIndex()]
        plot.set_figure(drawn)
        if self._refit:
            self._refit = False
            plot.reset_view()
        text = _sentence(drawn.caption, view.settings.about.explore)
        if text != self.sentence.text():
            self.sentence.setText(text)
            self.sentence.setVisible(bool(text))
        self.heading.setText(_heading(view))

    def _rebuild(self, wanted: Sequence[str]) -> None:
        from gui.plots import FigureView  # slow to import, and not needed to see the window

        self.tabs.blockSignals(True)
        for plot in self.plots:
            self.tabs.removeTab(0)
            plot.deleteLater()
        self.plots = []
        for title in wanted:
            plot = FigureView(self._theme)
            self.plots.append(plot)
            self.tabs.addTab(plot, title)
        self.tabs.blockSignals(False)


def _sentence(caption: str, explore: str) -> str:
    """Put what is seen above what to try."""
    return "\n".join(part for part in (caption, explore and f"Try: {explore}") if part)


def _heading(view: RunView) -> str:
    title = view.settings.about.title or view.settings.kind.capitalize()
    return f"{title}  ·  {view.name}" if view.name else title
