"""The page of a map: the map itself, and the exact curves of the cell its marker is in."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QSplitter

from experiments.figures import RunView, figure, map_view, moved_view, read_cell
from experiments.map_view import MapLayer, MapView
from experiments.settings import PhaseDiagramSettings
from gui.map_wishes import MapWishes
from gui.pages import Shown
from gui.plots import FigureView
from gui.plots.map_plot import MapPlot
from gui.theme import Theme

_CURVES = {"loss": "Losses", "error": "Errors"}
"""What is drawn of the marker's cell, by what the map compares."""

_SHARES = (3, 2)


class MapPage:
    """A map beside the curves that follow its marker."""

    def __init__(self, theme: Theme, changed: Callable[[], None], wishes: MapWishes) -> None:
        self._run: RunView | None = None
        self._drawn: tuple[object, ...] = ()
        self._view: MapView | None = None
        self._curves_of: tuple[RunView, str] | None = None
        self._fits = True
        self.widget = QSplitter(Qt.Orientation.Horizontal)
        self.widget.setChildrenCollapsible(False)
        self.map = MapPlot(theme)
        self.curves = FigureView(theme)
        self.widget.addWidget(self.map)
        self.widget.addWidget(self.curves)
        for index, share in enumerate(_SHARES):
            self.widget.setStretchFactor(index, share)
        self.widget.setSizes([100 * share for share in _SHARES])
        self.map.set_reader(self._read)
        self.map.layer_chosen.connect(lambda _: changed())
        self.map.marker_moved.connect(wishes.marker_moved)
        self.map.marker_released.connect(wishes.marker_released)
        self.map.open_requested.connect(wishes.open_requested)
        self.map.measure_requested.connect(wishes.measure_requested)
        self.set_empty_text = self.map.set_empty_text

    @property
    def layer(self) -> MapLayer:
        """What the colours tell."""
        return self.map.layer

    def show(self, shown: Shown) -> str:
        """Draw the map, and the curves of its cell."""
        self._run = shown.run
        self.map.set_view(self._map(shown.run))
        if shown.cell is not None:
            self._draw_curves(shown.cell, shown)
        return "" if self._view is None else self._view.caption

    move = show

    def refit(self) -> None:
        """Fit the axes to the curves that come next."""
        self._fits = False

    def _draw_curves(self, cell: RunView, shown: Shown) -> None:
        assert isinstance(shown.run.settings, PhaseDiagramSettings)
        title = _CURVES[shown.run.settings.map.measure]
        if self._curves_of == (cell, title):
            return
        self._curves_of = cell, title
        self.curves.set_figure(figure(cell, title, (), shown.options))
        if not self._fits:
            self._fits = True
            self.curves.reset_view()

    def set_theme(self, theme: Theme) -> None:
        """Change all colours."""
        self.map.set_theme(theme)
        self.curves.set_theme(theme)

    def grab_image(self) -> QImage:
        """Take a picture of the map and the curves."""
        return self.widget.grab().toImage()

    def _map(self, run: RunView) -> MapView | None:
        """Build what the map shows; share all but the marker where nothing else has changed."""
        if run.cells is None or not len(run.cells):
            self._drawn, self._view = (), None
            return None
        drawn = (run.cells, run.cells.version, run.cells.settings.map.contours, self.layer)
        if drawn == self._drawn and self._view is not None:
            self._view = moved_view(self._view, run)
        else:
            self._drawn, self._view = drawn, map_view(run, self.layer)
        return self._view

    def _read(self, x: float, y: float) -> str:
        return "" if self._run is None else read_cell(self._run, x, y)
