"""A map over two parameters that can be entered: hover, drag the marker, open a cell."""

from collections.abc import Callable
from typing import final

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget
from typing_extensions import override

from experiments.map_view import MapLayer, MapView
from gui.plots.area import Axes, PlotArea
from gui.plots.choices import Choices
from gui.plots.intervals import Interval
from gui.plots.map_canvas import MapCanvas, same_but_marker
from gui.plots.map_frame import sides
from gui.plots.map_legend import MapLegend
from gui.plots.map_sheet import MapSheet
from gui.theme import LIGHT, Theme

_SPEAK_MS = 500
_UNIT = Interval(0.0, 1.0)
_NO_AXES = Axes(_UNIT, _UNIT, x_log=False, y_log=False, x_label="", y_label="", empty=True)
_LAYERS = tuple((layer.value, layer.value.capitalize()) for layer in MapLayer)


@final
class MapPlot(QWidget):
    """Shows a `MapView` with axes, a legend, and a choice of layers.

    Signals
    -------
    layer_chosen
        The value of the `MapLayer` that the user wants to see.
    marker_moved
        Values of x and y to which the user drags the marker.
    marker_released
        The marker was let go.
    open_requested, measure_requested
        Values of x and y of the cell to be opened or simulated.
    """

    layer_chosen = Signal(str)
    marker_moved = Signal(float, float)
    marker_released = Signal()
    open_requested = Signal(float, float)
    measure_requested = Signal(float, float)

    def __init__(self, theme: Theme = LIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: MapView | None = None
        self.layer = MapLayer.CLASS
        card = QFrame(self)
        card.setProperty("role", "card")
        self._choices = Choices("Layer: {}", card)
        self._choices.setAccessibleName("Layer to show")
        self._choices.chosen.connect(self._choose)
        self._legend = MapLegend(theme, card)
        self._area = PlotArea(theme, card)
        self._canvas = MapCanvas(theme, self._area)
        self._sheet = MapSheet(theme, self._canvas)
        self._area.resized.connect(self._arrange)
        for name in ("marker_moved", "marker_released", "open_requested", "measure_requested"):
            getattr(self._sheet, name).connect(getattr(self, name))
        self.setFocusProxy(self._sheet)
        self._speaking = QTimer(self)
        self._speaking.setSingleShot(True)
        self._speaking.setInterval(_SPEAK_MS)
        self._speaking.timeout.connect(self._describe)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(10, 8, 10, 6)
        inside.setSpacing(4)
        inside.addWidget(self._choices, 0, Qt.AlignmentFlag.AlignLeft)
        inside.addWidget(self._legend)
        inside.addWidget(self._area, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(card)
        self.set_theme(theme)
        self.set_view(None)

    def set_theme(self, theme: Theme) -> None:
        """Take over other colours."""
        self._theme = theme
        for part in (self._area, self._canvas, self._sheet, self._choices):
            part.set_theme(theme)
        self._legend.show_view(self._view, theme)

    def set_empty_text(self, text: str) -> None:
        """Choose the sentence shown while there is no view."""
        self._canvas.set_empty_text(text)

    def set_reader(self, read: Callable[[float, float], str]) -> None:
        """Choose what says what is known of the cell at x and y."""
        self._sheet.read = read

    def set_view(self, view: MapView | None) -> None:
        """Show a view; None for the empty text."""
        before, self._view = self._view, view
        if before is None or view is None or not same_but_marker(before, view):
            self._legend.show_view(view, self._theme)
            self._choices.show_choices(() if view is None else _LAYERS, self.layer.value)
        self._canvas.show_view(view)
        self._sheet.show_view(view)
        if before is None or view is None or _axes(before) != _axes(view):
            self._arrange()
        self._speaking.start()

    def grab_image(self) -> QImage:
        """Return a picture of the map as it is on the screen."""
        return self.grab().toImage()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            QTimer.singleShot(0, self._arrange)  # the axes take their font over first

    def _choose(self, layer: str) -> None:
        self.layer = MapLayer(layer)
        self.layer_chosen.emit(layer)

    def _arrange(self) -> None:
        axes = _NO_AXES if self._view is None else _axes(self._view)
        inner: QRect = self._area.arrange(axes, self._area.margin_for(axes))
        self._canvas.setGeometry(inner)
        self._sheet.setGeometry(inner)

    def _describe(self) -> None:
        """Tell assistive technology what is seen once it rests."""
        view = self._view
        self._sheet.setAccessibleName("Map" if view is None else f"Map: {view.title}")
        told = "" if view is None else f"{view.caption} Arrows move the marker; Enter opens a cell."
        self._sheet.setAccessibleDescription(told)


def _axes(view: MapView) -> Axes:
    x, y = sides(view)
    return Axes(
        x.shown,
        y.shown,
        x_log=view.x_log,
        y_log=view.y_log,
        x_label=view.x_label,
        y_label=view.y_label,
        empty=False,
    )
