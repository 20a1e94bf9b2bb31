"""The middle of the window: a heading, a tab for each view, time, and a sentence under it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QSizePolicy, QTabWidget, QVBoxLayout, QWidget

from experiments.figures import DATA, RunView, titles
from experiments.frames import EventKind
from experiments.settings import Settings
from experiments.snapshot_views import Choice
from gui.background import Background
from gui.bars_button import BarsButton
from gui.data_preview import DataPreview
from gui.findings import FindingsBar
from gui.keys import KeepsKeys
from gui.map_wishes import MapWishes
from gui.moment import Moment
from gui.pages import Asked, Page, Shown, make_page
from gui.sentence import Sentence
from gui.theme import Theme
from gui.time_bar import TimeBar

_REDRAW_MS = 40
_LEAST_LINES = 20
"""Lines of text that the views are high at least."""

_EMPTY = {
    "dynamics": "The exact curves are being computed …",
    "training": "Press Run (Space) to train; the curves of each group appear here.",
    "phase-diagram": "The map is being computed …",
}
_NOTHING = "There is nothing to draw: the curves end before they begin."
_NO_FORMULA = (
    "Press Run (Space): no formula gives this map at once, so cells are computed one by one,"
    " coarse to fine."
)
_STARTING = {
    "training": (
        "Data are being loaded and the network is built; curves appear in a moment."
        " The first run of a session also waits some seconds for TensorFlow."
    ),
    "phase-diagram": "The first cells are being computed …",
}


class PlotTabs(QWidget):
    """Draws a run and the runs laid over it; redraws at most 25 times a second.

    Signals
    -------
    problem
        What is wrong with something that the user typed here.
    """

    problem = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._view: RunView | None = None
        self._cell: RunView | None = None
        self._settings: Settings | None = None
        self.overlays: tuple[RunView, ...] = ()
        self.wishes = MapWishes(self)
        self.data = DataPreview(self)
        self._dirty = False
        self._moved = False
        self.choice = Choice()
        self._background = Background()
        self._unfitted: list[Page] = []
        self.pages: list[Page] = []
        self.moment = Moment(self)
        self.heading = QLabel()
        self.heading.setProperty("role", "title")
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.bars = BarsButton()
        self.bars.chosen.connect(self.refresh)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("Plots")
        self.tabs.setCornerWidget(self.bars, Qt.Corner.TopRightCorner)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.currentChanged.connect(self._turn)
        arrows = {Qt.Key.Key_Left, Qt.Key.Key_Right}
        self.tabs.tabBar().installEventFilter(KeepsKeys(self, arrows))
        self.time_bar = TimeBar(self.moment, theme)
        self.time_bar.problem.connect(self.problem)
        self.time_bar.hide()
        self.findings = FindingsBar()
        self.findings.chosen.connect(self.moment.choose)
        self.sentence = Sentence()
        self._timer = QTimer(self)
        self._timer.setInterval(_REDRAW_MS)
        self._timer.timeout.connect(self.redraw_now)
        self.moment.changed.connect(self._move)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.heading)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.findings)
        layout.addWidget(self.time_bar)
        layout.addWidget(self.sentence)
        self._fit_tabs()

    def set_theme(self, theme: Theme) -> None:
        """Change all colours."""
        self._theme = theme
        self._fit_tabs()
        self.time_bar.set_theme(theme)
        for page in self.pages:
            page.set_theme(theme)

    def _fit_tabs(self) -> None:
        """Keep views readable in a low window, which then scrolls."""
        self.tabs.setMinimumHeight(_LEAST_LINES * self.fontMetrics().height())

    def show_view(self, view: RunView) -> None:
        """Show another run, the same one with more events, or a map with its marker moved."""
        before, self._view = self._view, view
        known = None if before is None or before.name != view.name else before.cells
        if view.cells is not None and view.cells is known:
            self._move()
            return
        wanted = titles(view.settings.kind)
        if wanted != tuple(self.tabs.tabText(index) for index in range(self.tabs.count())):
            self._rebuild(wanted)
        if before is None or before.end != view.end:
            self._unfitted = list(self.pages)
        self._set_empty_text(_empty_text(view))
        self.refresh()

    def follow(self, settings: Settings) -> None:
        """Show the data of these settings, whatever run is shown beside them."""
        self._settings = settings
        self.refresh()

    @Slot(object)
    def show_cell(self, cell: RunView | None) -> None:
        """Show the exact curves of the cell that a map's marker is in; None for no cell."""
        self._cell = cell
        self._move()

    def refit(self) -> None:
        """Fit the axes to what is shown next and look at its end, whatever was chosen before."""
        self._unfitted = list(self.pages)
        self.moment.forget()
        self.refresh()

    def show_start(self, kind: str) -> None:
        """Say that a run has been started; turn from its data to where its curves will be."""
        self._set_empty_text(_STARTING.get(kind, _EMPTY[kind]))
        if kind == "training":
            self.moment.forget()
        if self.title == DATA:
            self.tabs.setCurrentIndex(1)

    def show_end(self) -> None:
        """Say that a run has ended: curves that are not there yet do not come any more."""
        if self._view is not None:
            self._set_empty_text(_empty_text(self._view))
        self.refresh()

    def set_overlays(self, views: Sequence[RunView]) -> None:
        """Lay these runs over the one shown."""
        self.overlays = tuple(views)
        self.refresh()

    @Slot()
    def _turn(self) -> None:
        """Show another page; the others must not keep the window from being small."""
        for index, page in enumerate(self.pages):
            shown = index == self.tabs.currentIndex()
            policy = QSizePolicy.Policy.Preferred if shown else QSizePolicy.Policy.Ignored
            page.widget.setSizePolicy(policy, policy)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Draw at once when nothing was drawn lately, else with the next tick."""
        self._dirty = True
        self._draw_soon()

    def stop(self) -> None:
        """Draw no more."""
        self._timer.stop()
        self.time_bar.pause()
        self.data.close()
        self._background.close()

    @property
    def title(self) -> str:
        """Title of the view shown."""
        return self.tabs.tabText(self.tabs.currentIndex())

    @property
    def page(self) -> Page:
        """The view shown."""
        return self.pages[self.tabs.currentIndex()]

    def picture(self) -> QImage:
        """Take a picture of the view shown."""
        return self.page.grab_image()

    @Slot()
    def redraw_now(self) -> None:
        """Draw what has changed without waiting for the next tick."""
        view = self._view
        if view is None or not (self._dirty or self._moved):
            self._timer.stop()
            return
        if self._dirty:
            self._dirty = False
            self._take_time(view)
            self._moved = False
            self.findings.show_run(view)
            self.sentence.show_text(_words(view, self.page.show(self._shown(view))))
            self.bars.set_available(view.is_repeated)
            self.bars.setVisible(view.is_dynamics or view.is_repeated)
            self.heading.setText(_heading(view))
        else:
            self._moved = False
            caption = self.page.move(self._shown(view))
            if caption is not None:
                self.sentence.show_text(_words(view, caption), steady=True)
        if self.page in self._unfitted:
            self._unfitted.remove(self.page)
            self.page.refit()

    def _shown(self, view: RunView) -> Shown:
        return Shown(
            self._settings or view.settings,
            view,
            self.overlays,
            self.bars.options,
            self.moment.shown,
            self._cell,
            self.choice,
        )

    def _take_time(self, view: RunView) -> None:
        if view.snapshots:
            self.moment.set_stops([snapshot.step for snapshot in view.snapshots])
        else:
            self.moment.set_span(view.span if view.is_dynamics and len(view.curves) else None)
        kinds = (EventKind.CROSSING, EventKind.ERROR_CROSSING)
        self.time_bar.set_crossings([event.x for kind in kinds for event in view.happened(kind)])
        self.time_bar.setVisible(self.moment.span is not None)

    @Slot()
    def _move(self) -> None:
        self._moved = True
        self._draw_soon()

    def _choose(self, choice: Choice) -> None:
        """Look at answers otherwise, in all views."""
        self.choice = choice
        self.refresh()

    def _draw_soon(self) -> None:
        if not self._timer.isActive():
            self.redraw_now()
            self._timer.start()

    def _set_empty_text(self, text: str) -> None:
        for page in self.pages:
            page.set_empty_text(text)

    def _rebuild(self, wanted: Sequence[str]) -> None:
        self.tabs.blockSignals(True)
        for page in self.pages:
            self.tabs.removeTab(0)
            page.widget.deleteLater()
        asked = Asked(self.refresh, self._choose, self._background, self.wishes, self.data)
        self.pages = [make_page(title, self._theme, asked) for title in wanted]
        for page, title in zip(self.pages, wanted, strict=True):
            self.tabs.addTab(page.widget, title)
        self.tabs.blockSignals(False)
        self._turn()


def _empty_text(view: RunView) -> str:
    if view.cells is not None:
        return _NO_FORMULA
    return _NOTHING if len(view.curves) else _EMPTY[view.settings.kind]


def _words(view: RunView, caption: str) -> str:
    """Put what is seen above what to try."""
    explore = view.settings.about.explore
    return "\n".join(part for part in (caption, explore and f"Try: {explore}") if part)


def _heading(view: RunView) -> str:
    title = view.settings.about.title or view.settings.kind.replace("-", " ").capitalize()
    return f"{title}  ·  {view.name}" if view.name else title
