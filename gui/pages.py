"""What a tab of the plots holds: data, curves, the plane, numbers, answers, or a map."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from experiments.figures import (
    BOUNDARY,
    DATA,
    MAP,
    MISTAKES,
    NUMBERS,
    PLANE,
    REPORT,
    SCORES,
    THRESHOLDS,
    RunView,
    figure,
    numbers,
    plane,
)
from experiments.settings import Settings
from experiments.snapshot_views import Choice
from experiments.views import ViewOptions
from gui.background import Background
from gui.data_preview import DataPreview
from gui.map_wishes import MapWishes
from gui.numbers_view import NumbersView
from gui.theme import Theme


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What every page shows.

    Attributes
    ----------
    settings
        Those of the panel, which may be others than those of the run.
    overlays
        Runs laid over the one shown.
    moment
        Time that is looked at; None for none.
    cell
        Exact curves of the cell that a map's marker is in; None for none.
    choice
        What is chosen for all views of a network's answers.
    """

    settings: Settings
    run: RunView
    overlays: tuple[RunView, ...]
    options: ViewOptions
    moment: float | None
    cell: RunView | None
    choice: Choice


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a page tells what its user wants.

    Attributes
    ----------
    changed
        Called when its user wants to see another part.
    choose
        Called with what its user chooses for all views of a network's answers.
    background
        Does what would take the window's time.
    wishes
        Told what its user wants of a map.
    data
        Asked what there is to see of data.
    """

    changed: Callable[[], None]
    choose: Callable[[Choice], None]
    background: Background
    wishes: MapWishes
    data: DataPreview


class Page(Protocol):
    """One tab."""

    @property
    def widget(self) -> QWidget:
        """What is put into the tab."""

    def set_theme(self, theme: Theme) -> None:
        """Change all colours."""

    def set_empty_text(self, text: str) -> None:
        """Choose the sentence shown while there is nothing."""

    def show(self, shown: Shown) -> str:
        """Draw everything; returns the sentence below."""

    def move(self, shown: Shown) -> str | None:
        """Draw what another moment changes; returns the sentence, or None for the same."""

    def refit(self) -> None:
        """Fit the axes to what is shown, whatever was zoomed before."""

    def grab_image(self) -> QImage:
        """Take a picture."""


def make_page(title: str, theme: Theme, asked: Asked) -> Page:
    """Make the page of a title, one of `experiments.figures.titles`."""
    if title == DATA:
        from gui.data_page import DataPage  # pages are slow to import, and not needed at the start

        return DataPage(theme, asked.changed, asked.data)
    if title == MAP:
        from gui.map_page import MapPage

        return MapPage(theme, asked.changed, asked.wishes)
    if title == SCORES:
        from gui.scores_page import ScoresPage

        return ScoresPage(theme, asked.changed)
    if title in {REPORT, THRESHOLDS, BOUNDARY, MISTAKES}:
        from gui.snapshot_pages import make_snapshot_page

        return make_snapshot_page(title, theme, asked)
    if title == PLANE:
        return PlanePage(theme, asked.changed)
    if title == NUMBERS:
        return NumbersPage()
    return CurvesPage(title, theme)


class CurvesPage:
    """A figure of curves."""

    def __init__(self, title: str, theme: Theme) -> None:
        from gui.plots import FigureView  # slow to import, and not needed to see the window

        self._title = title
        self.widget = FigureView(theme)
        self.set_theme = self.widget.set_theme
        self.set_empty_text = self.widget.set_empty_text
        self.refit = self.widget.reset_view
        self.grab_image = self.widget.grab_image

    def show(self, shown: Shown) -> str:
        """Draw the figure."""
        drawn = figure(shown.run, self._title, shown.overlays, shown.options)
        self.move(shown)
        self.widget.set_figure(drawn)
        return drawn.caption

    def move(self, shown: Shown) -> None:
        """Move the mark of the moment."""
        self.widget.set_moment(float("nan") if shown.moment is None else shown.moment)


class PlanePage:
    """Samples and the student's boundary on the plane chosen; None for the first one."""

    def __init__(self, theme: Theme, changed: Callable[[], None]) -> None:
        from gui.plots.plane_plot import PlanePlot

        self.choice: str | None = None
        self._changed = changed
        self.widget = PlanePlot(theme)
        self.widget.plane_chosen.connect(self._choose)
        self.set_theme = self.widget.set_theme
        self.set_empty_text = self.widget.set_empty_text
        self.grab_image = self.widget.grab_image

    def show(self, shown: Shown) -> str:
        """Draw the plane at the moment."""
        view = None
        if shown.moment is not None:
            view = plane(shown.run, shown.moment, self.choice)
        self.widget.set_view(view)
        return "" if view is None else view.caption

    move = show

    def refit(self) -> None:
        """Do nothing: the axes always hold everything."""

    def _choose(self, choice: str) -> None:
        self.choice = choice
        self._changed()


class NumbersPage:
    """Tables of numbers."""

    def __init__(self) -> None:
        self.widget = NumbersView()
        self.set_empty_text = self.widget.set_empty_text
        self.grab_image = self.widget.grab_image

    def show(self, shown: Shown) -> str:
        """Fill in the numbers at the moment."""
        self.widget.set_tables(numbers(shown.run, shown.moment) if len(shown.run.curves) else ())
        return ""

    move = show

    def set_theme(self, theme: Theme) -> None:
        """Do nothing: the style sheet colours everything."""

    def refit(self) -> None:
        """Do nothing: there are no axes."""
