"""The curves of one plot by their keys: what is loaded, hidden, read and drawn."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from experiments.views import CurveStyle, CurveView
from gui.plots.canvas import Canvas, CurveLayer
from gui.plots.curve_data import Change
from gui.plots.decimation import Window
from gui.plots.intervals import Interval, union
from gui.plots.scales import coordinate, format_number
from gui.theme import Theme


@dataclass(frozen=True, slots=True)
class Reading:
    """One curve at the crosshair.

    Attributes
    ----------
    label, style
        Name and look of the curve.
    value, low, high
        Interpolated between stored points; low and high, the ends of the error bar, are NaN for
        a curve without any.
    height
        Axis coordinate of the value; NaN where it is not on the axis.
    """

    label: str
    style: CurveStyle
    value: float
    low: float
    high: float
    height: float

    @property
    def text(self) -> str:
        """The value in words, with its error bar."""
        value = format_number(self.value)
        below, above = self.value - self.low, self.high - self.value
        if math.isnan(below + above):
            return value
        if abs(above - below) <= 1e-6 * (abs(above) + abs(below)):
            return f"{value} ± {format_number(above, digits=2)}"
        return f"{value} ({format_number(self.low)} to {format_number(self.high)})"


@final
class CurveStack:
    """Every curve of a plot; hidden ones stay hidden when they grow or come back."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._layers: dict[str, CurveLayer] = {}
        self._views: tuple[CurveView, ...] = ()
        self._x_log = self._y_log = False
        self.hidden: frozenset[str] = frozenset()

    def load(self, views: Sequence[CurveView], theme: Theme) -> bool:
        """Take the curves as they stand now; return whether any has changed."""
        self._views = tuple(views)
        changed = False
        for key in self._layers.keys() - {view.key for view in views}:
            self._layers.pop(key).remove()
            changed = True
        for view in views:
            layer = self._layers.get(view.key)
            if layer is None:
                layer = self._layers[view.key] = self._canvas.add_curve()
                layer.restart_extents(x_log=self._x_log, y_log=self._y_log)
                layer.set_visible(self._is_visible(view))
            layer.set_look(view.style, theme)
            change = layer.load(view)
            if change is Change.REPLACED:
                layer.restart_extents(x_log=self._x_log, y_log=self._y_log)
            elif change is Change.GROWN:
                layer.extents.extend(layer.data)
            changed |= change is not Change.NONE
        return changed

    def set_theme(self, theme: Theme) -> None:
        """Draw with other colours."""
        for view in self._views:
            self._layers[view.key].set_look(view.style, theme)

    def set_scales(self, *, x_log: bool, y_log: bool) -> None:
        """Measure every curve again in other axis coordinates."""
        if (x_log, y_log) == (self._x_log, self._y_log):
            return
        self._x_log, self._y_log = x_log, y_log
        for layer in self._layers.values():
            layer.restart_extents(x_log=x_log, y_log=y_log)

    def hide(self, keys: frozenset[str]) -> None:
        """Hide these curves and show all others."""
        self.hidden = keys
        for view in self._views:
            self._layers[view.key].set_visible(self._is_visible(view))

    @property
    def empty(self) -> bool:
        """Whether there is no point that the axes can show."""
        return all(layer.extents.y is None for layer in self._layers.values())

    @property
    def x_extent(self) -> Interval | None:
        """How far the visible curves reach along x, in axis coordinates."""
        return union(layer.extents.x for layer in self._shown().values())

    @property
    def y_extent(self) -> Interval | None:
        """How far the visible curves reach along y, in axis coordinates."""
        return union(layer.extents.y for layer in self._shown().values())

    def _shown(self) -> dict[str, CurveLayer]:
        return {view.key: self._layers[view.key] for view in self._views if self._is_visible(view)}

    def _is_visible(self, view: CurveView) -> bool:
        return (view.companion_of or view.key) not in self.hidden

    def draw(self, window: Window, y: Interval) -> None:
        """Draw the visible curves."""
        layers = self._shown().values()
        for layer in layers:
            layer.prepare(window)
        width = self._canvas.choose_width(sum(layer.climb for layer in layers) / y.span)
        for layer in layers:
            layer.draw(width, y)

    def readings(self, x: float) -> tuple[Reading, ...]:
        """Interpolate every visible curve at a value of x, from all stored points."""
        found = []
        for view in self._views:
            if self._is_visible(view):
                value, low, high = self._layers[view.key].data.read(x)
                if not math.isnan(value):
                    height = coordinate(value, log=self._y_log)
                    found.append(Reading(view.label, view.style, value, low, high, height))
        return tuple(found)

    def line_readings(self, x: float) -> tuple[Reading, ...]:
        """Interpolate the visible curves that are drawn as lines; none where x is NaN."""
        if math.isnan(x):
            return ()
        return tuple(part for part in self.readings(x) if part.style.dash is not None)

    def summary(self) -> list[str]:
        """Say of each visible curve where it stands, for readers of the screen."""
        return [
            f"{view.label}: {format_number(float(view.y[-1]))}"
            f" at {format_number(float(view.x[-1]))}"
            for view in self._views
            if view.x.size and self._is_visible(view)
        ]
