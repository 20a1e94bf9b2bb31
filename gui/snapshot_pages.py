"""Pages of what a network says at a moment of its training."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Generic, Protocol, TypeVar

from typing_extensions import override

from experiments.failure import explain
from experiments.figures import BOUNDARY, MISTAKES, REPORT
from experiments.snapshot_views import (
    Choice,
    Labels,
    Look,
    boundary,
    labels_of,
    look_at,
    mistakes,
)
from gui.boundary_view import BoundaryView
from gui.mistakes_view import MistakesView
from gui.pages import Asked, Page, Shown
from gui.report_view import ReportView, report_on
from gui.snapshot_sheet import SnapshotSheet
from gui.theme import Theme
from gui.thresholds_view import Compared, ThresholdsView, compare

_COMPUTING = "The curves are being computed …"


class _View(Protocol):
    """What is made of a look."""

    @property
    def caption(self) -> str:
        """What is seen, in words."""


ViewT = TypeVar("ViewT", bound=_View)


def make_snapshot_page(title: str, theme: Theme, asked: Asked) -> Page:
    """Make the page of a title."""
    if title == REPORT:
        report = ReportView(theme)
        sheet = SnapshotSheet(title, report, report.set_theme, theme)
        return SnapshotPage(sheet, asked, see=report_on, show=report.show_view)
    if title == BOUNDARY:
        plane = BoundaryView(theme)
        sheet = SnapshotSheet(title, plane, plane.set_theme, theme)
        return SnapshotPage(sheet, asked, see=boundary, show=plane.show_view)
    if title == MISTAKES:
        rows = MistakesView(theme)
        sheet = SnapshotSheet(title, rows, rows.set_theme, theme)
        return SnapshotPage(sheet, asked, see=mistakes, show=rows.show_view)
    return ThresholdsPage(title, theme, asked)


class SnapshotPage(Generic[ViewT]):
    """A page of the snapshot at the moment; nothing is made anew while that stays the same.

    Parameters
    ----------
    sheet
        Where it is seen.
    asked
        Whom to tell what the user wants.
    see
        Makes a view of a look, or says why there is none.
    show
        Shows the view.
    """

    def __init__(
        self,
        sheet: SnapshotSheet,
        asked: Asked,
        *,
        see: Callable[[Look], ViewT | str],
        show: Callable[[ViewT], None],
    ) -> None:
        self.widget = sheet
        self.set_theme = sheet.set_theme
        self.grab_image = sheet.grab_image
        self._asked = asked
        self._see, self._show_view = see, show
        self._empty_text = ""
        self._seen: tuple[object, ...] = ()
        self._caption = ""
        self._choice = Choice()
        sheet.labels_chosen.connect(self._judge)

    def set_empty_text(self, text: str) -> None:
        """Choose the sentence shown before anything is measured."""
        self._empty_text = text

    def show(self, shown: Shown) -> str:
        """Show the snapshot of the moment."""
        self._choice = shown.choice
        look = look_at(shown.run, shown.moment, shown.choice.against)
        if isinstance(look, str):
            self._seen = ()
            self._take(look if len(shown.run.curves) else self._empty_text)
            return ""
        self.widget.offer_labels(labels_of(shown.run), look.against)
        seen = (look.snapshot, *self._parts(look))
        if seen != self._seen:
            self._seen = seen
            self._make(look)
        return self._caption

    move = show

    def refit(self) -> None:
        """Do nothing: all is always in view."""

    def _parts(self, look: Look) -> tuple[object, ...]:
        """Tell apart what is made of the same snapshot."""
        return (look.against,)

    def _make(self, look: Look) -> None:
        self._take(self._see(look))

    def _take(self, view: ViewT | str) -> None:
        if isinstance(view, str):
            self._caption = ""
            self.widget.show_reason(view)
        else:
            self._caption = view.caption
            self._show_view(view)
            self.widget.show_content()

    def _judge(self, against: Labels) -> None:
        self._asked.choose(replace(self._choice, against=against))


class ThresholdsPage(SnapshotPage[Compared]):
    """The page of thresholds, made in the background: of all looks wanted, the last."""

    def __init__(self, title: str, theme: Theme, asked: Asked) -> None:
        self._content = ThresholdsView(theme)
        self._waiting: Look | None = None
        self._busy = False
        sheet = SnapshotSheet(title, self._content, self._content.set_theme, theme)
        show = self._content.show_view
        super().__init__(sheet, asked, see=lambda look: compare(look, None), show=show)
        sheet.show_reason(_COMPUTING)
        self._content.threshold_chosen.connect(self._choose_threshold)
        self._content.class_chosen.connect(self._choose_class)

    @override
    def show(self, shown: Shown) -> str:
        """Show the snapshot of the moment at the threshold chosen."""
        self._content.set_threshold(shown.choice.threshold)
        return super().show(shown)

    move = show

    @override
    def _parts(self, look: Look) -> tuple[object, ...]:
        return (look.against, self._positive(look))

    def _positive(self, look: Look) -> int | None:
        """Give the class chosen, unless it is of other data."""
        chosen = self._choice.positive
        return chosen if chosen is not None and chosen < len(look.classes) else None

    @override
    def _make(self, look: Look) -> None:
        self._waiting = look
        self._make_next()

    def _make_next(self) -> None:
        if self._busy or self._waiting is None:
            return
        look, self._waiting = self._waiting, None
        self._busy = True
        self._asked.background.in_thread(
            compare,
            look,
            self._positive(look),
            done=partial(self._finish, self._seen),
            failed=self._fail,
        )

    def _finish(self, seen: tuple[object, ...], view: Compared) -> None:
        self._busy = False
        self._make_next()
        if self._seen and (seen == self._seen or self._busy):
            self._take(view)
            self._asked.changed()

    def _fail(self, error: Exception) -> None:
        self._busy = False
        self._take(explain(error)[0])

    def _choose_threshold(self, threshold: float) -> None:
        self._asked.choose(replace(self._choice, threshold=threshold))

    def _choose_class(self, positive: int) -> None:
        self._asked.choose(replace(self._choice, positive=positive))
