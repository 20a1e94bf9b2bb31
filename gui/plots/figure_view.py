"""The panels of a figure under each other, on one x axis."""

import math
from typing import final

from PySide6.QtGui import QImage, QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget
from typing_extensions import override

from experiments.views import Figure, Panel
from gui.plots.curve_plot import CurvePlot
from gui.plots.shared_view import SharedView
from gui.theme import LIGHT, Theme


@final
class FigureView(QWidget):
    """Shows a figure: a card for each panel, heights as the panels ask for.

    Panels with the same x label share the x axis, the zoom and the crosshair.
    """

    def __init__(self, theme: Theme = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._figure: Figure | None = None
        self._stale = False
        self._empty_text = ""
        self._moment = math.nan
        self._axes: dict[str, SharedView] = {}
        self._cards: dict[str, tuple[QFrame, CurvePlot]] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(10)

    @property
    def plots(self) -> tuple[CurvePlot, ...]:
        """The plots from top to bottom."""
        panels = () if self._figure is None else self._figure.panels
        return tuple(self._cards[panel.key][1] for panel in panels if panel.key in self._cards)

    def set_figure(self, figure: Figure) -> None:
        """Show a figure; call it again with the same keys as its curves grow."""
        if self._figure is not None and figure.key != self._figure.key:
            self._drop(set(self._cards))
        self._figure = figure
        if not self.isVisible():
            self._stale = True
            return
        self._stale = False
        self._drop(self._cards.keys() - {panel.key for panel in figure.panels})
        for position, panel in enumerate(figure.panels):
            self._card(panel, position)[1].load(panel)
        for plot in self.plots:
            plot.redraw()

    def set_theme(self, theme: Theme) -> None:
        """Take over other colours."""
        self._theme = theme
        for plot in self.plots:
            plot.set_theme(theme)

    def set_empty_text(self, text: str) -> None:
        """Choose the sentence that panels without points show."""
        self._empty_text = text
        for plot in self.plots:
            plot.set_empty_text(text)

    def reset_view(self) -> None:
        """Show all data of every panel and follow them."""
        for axis in self._axes.values():
            axis.follow()

    def set_moment(self, x: float) -> None:
        """Mark the moment that the window looks at in every panel; NaN takes the mark away."""
        self._moment = x
        for axis in self._axes.values():
            axis.set_moment(x)

    def grab_image(self) -> QImage:
        """Return a picture of all panels as they are on the screen."""
        return self.grab().toImage()

    def _card(self, panel: Panel, position: int) -> tuple[QFrame, CurvePlot]:
        known = self._cards.get(panel.key)
        if known is None:
            axis = self._axes.setdefault(panel.x_label, SharedView(self))
            axis.set_moment(self._moment)
            card = QFrame(self)
            card.setProperty("role", "card")
            plot = CurvePlot(self._theme, shared=axis, parent=card)
            if self._empty_text:
                plot.set_empty_text(self._empty_text)
            inside = QVBoxLayout(card)
            inside.setContentsMargins(10, 8, 10, 6)
            inside.addWidget(plot)
            known = self._cards[panel.key] = (card, plot)
            self._layout.insertWidget(position, card)
            card.show()
        self._layout.setStretchFactor(known[0], max(round(100 * panel.height), 1))
        return known

    def _drop(self, keys: set[str]) -> None:
        for key in keys:
            card, plot = self._cards.pop(key)
            plot.shared.forget(id(plot))
            self._layout.removeWidget(card)
            card.hide()
            card.setParent(None)
            card.deleteLater()
        if not self._cards:
            self._axes.clear()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        if self._stale and self._figure is not None:
            self.set_figure(self._figure)
