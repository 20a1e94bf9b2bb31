"""The drawn area between the axes; the only module that knows pyqtgraph's items."""

from dataclasses import dataclass
from typing import final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsView, QWidget

from experiments.views import Band, CurveStyle, CurveView, Dash
from gui.plots.curve_data import Change, CurveData, Extents
from gui.plots.decimation import Envelope, Window, representatives
from gui.plots.intervals import Interval
from gui.plots.ribbon import Ribbon
from gui.plots.scales import coordinate, coordinates
from gui.plots.strokes import SYMBOL_SIZE, line_pen, mixed, pen, symbol_path
from gui.plots.traces import Traces
from gui.theme import Theme

THIN, BOLD = 1.0, 1.8
"""Pen widths: a bold line is drawn only where it is smooth, for a rough one takes 30 × longer."""

_ROUGH = 8.0
_SYMBOL_PIXELS = 4
_BAND_TINT = 0.08


@final
class CurveLayer:
    """One curve on the canvas: its numbers, and the items that show them."""

    def __init__(self, box: pg.ViewBox) -> None:
        self.data = CurveData()
        self.extents = Extents(x_log=False, y_log=False)
        self.climb = 0.0
        """How far the drawn line goes up and down in all, in axis coordinates."""
        self._box = box
        self._look: tuple[CurveStyle, Theme] | None = None
        self._window: Window | None = None
        self._envelope: Envelope | None = None
        self._drawn = False
        self._visible = True
        self._width = THIN
        self._polyline = (np.empty(0), np.empty(0))
        self._line: pg.PlotCurveItem | None = None
        self._symbols: pg.ScatterPlotItem | None = None
        self._bars: pg.PlotCurveItem | None = None
        self._ribbon: Ribbon | None = None
        self._traces: Traces | None = None

    def load(self, view: CurveView) -> Change:
        """Take the curve as it stands now."""
        change = self.data.update(view)
        if change is not Change.NONE:
            self._drawn = False
        if change is Change.REPLACED:
            self._envelope = None
            if self._ribbon is not None:
                self._ribbon.restart()
        return change

    def restart_extents(self, *, x_log: bool, y_log: bool) -> None:
        """Measure how far the curve reaches from its first point on."""
        self.extents = Extents(x_log=x_log, y_log=y_log)
        self.extents.extend(self.data)

    def set_look(self, style: CurveStyle, theme: Theme) -> None:
        """Take over colours and shapes."""
        if self._look == (style, theme):
            return
        self._look, self._drawn = (style, theme), False
        self.remove()
        if style.symbol is not None:
            self._bars = pg.PlotCurveItem(pen=pen(style.colour), connect="pairs")
            self._symbols = pg.ScatterPlotItem(
                symbol=symbol_path(style.symbol),
                size=SYMBOL_SIZE,
                pen=pen(style.colour, width=1.3),
                brush=QBrush(theme.surface),
            )
        else:
            self._ribbon = Ribbon(self._box, style.colour)
            self._ribbon.item.setVisible(self._visible)
        if style.dash is not None:
            self._line = pg.PlotCurveItem(pen=line_pen(style, width=self._width), antialias=True)
        for height, item in enumerate((self._bars, self._line, self._symbols)):
            if item is not None:
                item.setZValue(height)
                item.setVisible(self._visible)
                self._box.addItem(item, ignoreBounds=True)

    def set_visible(self, visible: bool) -> None:
        """Show or hide the curve; a hidden one is not computed."""
        self._visible = visible
        for item in (self._bars, self._line, self._symbols):
            if item is not None:
                item.setVisible(visible)
        for behind in (self._ribbon, self._traces):
            if behind is not None:
                behind.item.setVisible(visible)

    def prepare(self, window: Window) -> None:
        """Compute what a window shows of the curve, unless it is known."""
        if window != self._window:
            self._window, self._envelope, self._drawn = window, None, False
        if self._drawn:
            return
        if self._envelope is None:
            self._envelope = Envelope(window)
        self._envelope.extend(self.data.x, self.data.y)
        self._polyline = self._envelope.polyline()
        ways = np.abs(np.diff(self._polyline[1]))
        self.climb = float(ways[np.isfinite(ways)].sum())

    def draw(self, width: float, y: Interval) -> None:
        """Hand over what `prepare` computed, with lines of this width, for this part of y."""
        if self._look is None or self._window is None:
            return
        if self._line is not None and width != self._width:
            self._line.setPen(line_pen(self._look[0], width=width))
        self._width = width
        self._draw_traces(self._look, self._window, y)
        if self._drawn:
            return
        self._drawn = True
        if self._line is not None:
            x, height = self._polyline
            self._line.setData(x, height, connect="all" if np.isfinite(height).all() else "finite")
        if self._symbols is not None:
            self._draw_symbols(self._symbols, self._window)
        if self._ribbon is not None:
            self._ribbon.draw(self.data, self._window)

    def _draw_traces(self, look: tuple[CurveStyle, Theme], window: Window, y: Interval) -> None:
        if self.data.traces is None:
            if self._traces is not None:
                self._traces.remove()
                self._traces = None
            return
        if self._traces is None:
            self._traces = Traces(self._box, look[0].colour, look[1])
            self._traces.item.setVisible(self._visible)
        if not (self._drawn and self._traces.fits(y)):
            self._traces.draw(self.data.x, self.data.traces, window=window, y=y)

    def _draw_symbols(self, symbols: pg.ScatterPlotItem, window: Window) -> None:
        columns = max(window.columns // _SYMBOL_PIXELS, 1)
        chosen = representatives(self.data.x, self.data.y, window=window, columns=columns)
        x = coordinates(self.data.x[chosen], log=window.x_log)
        y = self.data.y[chosen]
        symbols.setData(x, coordinates(y, log=window.y_log))
        if self._bars is None:
            return
        low, high = self.data.bars or (np.empty(0), np.empty(0))
        tips = np.stack((low, high), axis=1)[chosen if low.size else slice(0)]
        if window.y_log:
            tips = np.maximum(tips, np.finfo(np.float64).tiny)
        heights = coordinates(tips, log=window.y_log)
        whole = np.isfinite(heights).all(axis=1)
        ends = np.repeat(x[: whole.size][whole], 2)
        self._bars.setData(ends, heights[whole].ravel(), connect="pairs")

    def remove(self) -> None:
        """Take the curve off the canvas."""
        for item in (self._bars, self._line, self._symbols):
            if item is not None:
                self._box.removeItem(item)
        for behind in (self._ribbon, self._traces):
            if behind is not None:
                behind.remove()
        self._bars = self._line = self._symbols = self._ribbon = self._traces = None


@dataclass(frozen=True, slots=True)
class Backdrop:
    """What lies under the curves.

    Attributes
    ----------
    window, y
        The visible part of the axes.
    marks
        Heights of the grid's lines, in axis coordinates.
    baseline
        Height of the line that curves are compared with, in axis coordinates; None for none.
    bands
        Shaded stretches of the x axis.
    theme
        Colours.
    """

    window: Window
    y: Interval
    marks: tuple[float, ...]
    baseline: float | None
    bands: tuple[Band, ...]
    theme: Theme


@final
class Canvas:
    """pyqtgraph's view without axes, menus and mouse: grid, bands and curves."""

    def __init__(self, parent: QWidget) -> None:
        self._view = pg.GraphicsView(parent, useOpenGL=False)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # Otherwise every item asks for a repaint of its own, after the one for the words above.
        self._view.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.NoViewportUpdate)
        self._box = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0.0)
        self._view.setCentralItem(self._box)
        self._grid = pg.PlotCurveItem(connect="pairs")
        self._baseline = pg.PlotCurveItem()
        for item, height in ((self._grid, -20), (self._baseline, -10)):
            item.setZValue(height)
            self._box.addItem(item, ignoreBounds=True)
        self._bands: list[QGraphicsRectItem] = []
        self._line_width = BOLD
        self._backdrop: Backdrop | None = None

    @property
    def widget(self) -> QWidget:
        """The widget to lay out."""
        view: QWidget = self._view
        return view

    def add_curve(self) -> CurveLayer:
        """Make room for one more curve."""
        return CurveLayer(self._box)

    def show_backdrop(self, backdrop: Backdrop) -> None:
        """Show a part of the axes with everything that lies under the curves."""
        if backdrop == self._backdrop:
            return
        self._backdrop = backdrop
        x, y, theme = backdrop.window.x, backdrop.y, backdrop.theme
        self._box.setRange(
            xRange=(x.low, x.high), yRange=(y.low, y.high), padding=0.0, disableAutoRange=True
        )
        self._grid.setPen(pen(theme.grid))
        ends = np.tile((x.low, x.high), len(backdrop.marks))
        self._grid.setData(ends, np.repeat(np.array(backdrop.marks), 2), connect="pairs")
        self._baseline.setPen(pen(theme.muted, dash=Dash.DASHED))
        heights = np.array([] if backdrop.baseline is None else [backdrop.baseline] * 2)
        self._baseline.setData(np.array((x.low, x.high))[: heights.size], heights)
        self._shade(backdrop)

    def _shade(self, backdrop: Backdrop) -> None:
        for item in self._bands:
            self._box.removeItem(item)
        self._bands = []
        y, theme = backdrop.y, backdrop.theme
        for band in backdrop.bands:
            stretch = visible_stretch(band, backdrop.window)
            if stretch is not None:
                item = QGraphicsRectItem(stretch.low, y.low, stretch.span, y.span)
                item.setPen(QPen(Qt.PenStyle.NoPen))
                item.setBrush(mixed(theme.surface, band.colour, _BAND_TINT))
                item.setZValue(-30)
                self._box.addItem(item, ignoreBounds=True)
                self._bands.append(item)

    def set_theme(self, theme: Theme) -> None:
        """Paint on the theme's surface."""
        self._view.setBackground(theme.surface)

    def repaint_soon(self) -> None:
        """Paint what was handed over, together with whatever else the window repaints."""
        self._view.viewport().update()

    def choose_width(self, roughness: float) -> float:
        """Choose the pen for lines that cross the view's height this often in all."""
        limit = _ROUGH if self._line_width == BOLD else _ROUGH / 2
        self._line_width = BOLD if roughness < limit else THIN
        return self._line_width


def visible_stretch(band: Band, window: Window) -> Interval | None:
    """Return the part of a band that a window shows, in axis coordinates."""
    low, high = window.x.low, window.x.high
    start = coordinate(band.start, log=window.x_log)
    stop = coordinate(band.stop, log=window.x_log)
    start = low if np.isnan(start) else max(start, low)
    if np.isnan(stop):
        stop = high if band.stop > 0 else low
    stop = min(stop, high)
    return Interval(start, stop) if stop > start else None
