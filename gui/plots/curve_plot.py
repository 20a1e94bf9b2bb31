"""One pair of axes on the screen: curves that grow, with legend, crosshair, zoom and menu."""

import math
import time
from collections.abc import Callable
from typing import final

from PySide6.QtCore import QEvent, QPoint, QTimer
from PySide6.QtGui import QGuiApplication, QImage, QShowEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget
from typing_extensions import override

from experiments.views import Panel
from gui.plots.actions import PlotActions
from gui.plots.area import Axes, PlotArea
from gui.plots.canvas import Backdrop, Canvas, visible_stretch
from gui.plots.curve_stack import CurveStack, Reading
from gui.plots.decimation import Window
from gui.plots.followed_range import FollowedRange
from gui.plots.gestures import Mapping
from gui.plots.intervals import Interval, union
from gui.plots.legend import Legend
from gui.plots.overlay import Overlay, Words
from gui.plots.scales import coordinate, format_number, value_at
from gui.plots.shared_view import SharedView
from gui.theme import LIGHT, Theme

_MARGIN = 0.05
_SYMBOL_ROOM = 0.012
_MOST_HEADROOM = 0.35
_LEAST_REST_MS, _MOST_REST_MS = 600, 5000
_SPEAK_MS, _SPEAK_READING_MS = 2000, 300


@final
class CurvePlot(QWidget):
    """Shows one panel, and follows its data until the user zooms.

    Parameters
    ----------
    theme
        Colours to begin with.
    shared
        The x axis that linked plots have in common; one of its own by default.
    """

    def __init__(
        self,
        theme: Theme = LIGHT,
        *,
        shared: SharedView | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._panel: Panel | None = None
        self._declared_y_log = False
        self._stale = False
        self._empty_text = "No data yet."
        self._y_log = False
        self._y = FollowedRange()
        self._y.pad = _MARGIN
        self._zoomed = False
        self._changed_at = 0.0

        self._legend = Legend(theme, self)
        self._area = PlotArea(theme, self)
        self._canvas = Canvas(self._area)
        self._curves = CurveStack(self._canvas)
        self._overlay = Overlay(theme, self._area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._legend)
        layout.addWidget(self._area, 1)
        self.setFocusProxy(self._overlay)

        self.shared = shared if shared is not None else SharedView(self)
        self.commands = PlotActions(
            self._area,
            set_x_log=self.shared.set_log,
            set_y_log=self._set_y_log,
            reset=self.reset_view,
            show_all=self.show_all_curves,
            copy=self.copy_image,
        )
        self.shared.changed.connect(self._take_shared)
        self.shared.scale_changed.connect(self._take_scales)
        self.shared.crosshair_moved.connect(self._take_crosshair)
        self.shared.moment_moved.connect(self._take_moment)
        self.shared.margin_changed.connect(self.redraw)
        self._legend.toggled.connect(self._toggle_curve)
        self._area.resized.connect(self.redraw)
        self._overlay.view_chosen.connect(self._zoom)
        self._overlay.follow_wanted.connect(self.reset_view)
        self._overlay.crosshair_wanted.connect(self._move_crosshair)
        self._overlay.menu_wanted.connect(self._open_menu)
        self._settling = self._timer(self._settle)
        self._speaking = self._timer(self._describe)
        self.set_theme(theme)

    def _timer(self, done: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(done)
        return timer

    # What the window calls

    def set_panel(self, panel: Panel) -> None:
        """Show a panel; a curve with a known key is that curve, grown or replaced."""
        self._panel = panel
        if self.isVisible():
            self.load(panel)
            self.redraw()
        else:
            self._stale = True

    def set_theme(self, theme: Theme) -> None:
        """Take over other colours."""
        self._theme = theme
        self._canvas.set_theme(theme)
        self._area.set_theme(theme)
        self.commands.set_theme(theme)
        self._curves.set_theme(theme)
        self._show_legend()
        self.redraw()

    def set_empty_text(self, text: str) -> None:
        """Choose the sentence shown while there are no points."""
        if text != self._empty_text:
            self._empty_text = text
            self.redraw()

    def reset_view(self) -> None:
        """Show all data and follow them."""
        self.shared.follow()

    def show_all_curves(self) -> None:
        """Show the curves that were hidden in the legend."""
        self._hide(frozenset())

    @property
    def view(self) -> tuple[Interval, Interval]:
        """Visible parts of the x and the y axis, in axis coordinates."""
        return self.shared.shown, self._y.shown

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What the crosshair reads; empty without one."""
        at = self.shared.crosshair
        return () if math.isnan(at) else self._curves.readings(at)

    def grab_image(self) -> QImage:
        """Return a picture of the plot as it is on the screen."""
        return self.grab().toImage()

    def copy_image(self) -> None:
        """Put a picture of the plot on the clipboard."""
        QGuiApplication.clipboard().setImage(self.grab_image())

    def context_menu(self) -> QMenu:
        """Build the menu of the right mouse button."""
        return self.commands.menu(self)

    # Data

    def load(self, panel: Panel) -> None:
        """Take the numbers of a panel without drawing them yet."""
        self._panel = panel
        self.shared.declare_log(panel.x_log)
        if panel.y_log != self._declared_y_log:
            self._declared_y_log = panel.y_log
            self.commands.y_log.setChecked(panel.y_log)
        self.commands.x_log.setChecked(self.shared.log)
        self._curves.set_scales(x_log=self.shared.log, y_log=self._y_log)
        changed = self._curves.load(panel.curves, self._theme)
        self._show_legend()
        self._follow()
        if changed:
            self._settle_later()
            if not self._speaking.isActive():
                self._speaking.start(_SPEAK_MS)

    def _follow(self) -> None:
        curves = () if self._panel is None else self._panel.curves
        pad = _SYMBOL_ROOM if any(curve.style.symbol for curve in curves) else 0.0
        self.shared.report(id(self), self._x_extent(), pad=pad)
        self._y.take(self._y_extent(), following=self.shared.following)

    def _x_extent(self) -> Interval | None:
        """Reach of the data, or of the whole run where the panel knows it."""
        extent = self._curves.x_extent
        if extent is None or self._panel is None or self._panel.x_span is None:
            return extent
        low, high = (coordinate(x, log=self.shared.log) for x in self._panel.x_span)
        return extent if math.isnan(low + high) else union((extent, Interval(low, high)))

    def _y_extent(self) -> Interval | None:
        extent, baseline = self._curves.y_extent, self._baseline()
        if extent is None or baseline is None:
            return extent
        return union((extent, Interval(baseline, baseline)))

    def _baseline(self) -> float | None:
        if self._panel is None or self._panel.baseline is None:
            return None
        height = coordinate(self._panel.baseline, log=self._y_log)
        return None if math.isnan(height) else height

    def _settle_later(self) -> None:
        """Fit the view once data rest: longer than they usually do between two frames."""
        now = time.monotonic()
        pause = 3000.0 * (now - self._changed_at)
        self._changed_at = now
        self._settling.start(int(min(max(pause, _LEAST_REST_MS), _MOST_REST_MS)))

    def _settle(self) -> None:
        if self.shared.following:
            fitted = self._y.fit()
            if not self.shared.settle() and fitted:
                self.redraw()

    # Drawing

    def redraw(self) -> None:
        """Draw what was loaded, once the plot can be seen."""
        if not self.isVisible():
            self._stale = True
        elif self._panel is not None:
            self._stale = False
            self._draw(self._panel)

    def _draw(self, panel: Panel) -> None:
        axes = Axes(
            x=self.shared.shown,
            y=self._y.shown,
            x_log=self.shared.log,
            y_log=self._y_log,
            x_label=panel.x_label,
            y_label=panel.y_label,
            empty=self._curves.empty,
        )
        self.shared.need_margin(id(self), self._area.margin_for(axes))
        inner = self._area.arrange(axes, self.shared.margin)
        for widget in (self._canvas.widget, self._overlay):
            if widget.geometry() != inner:
                widget.setGeometry(inner)
        self.commands.place_buttons(self._area.rect(), shown=not axes.empty)
        self._overlay.mapping = Mapping(axes.x, axes.y, inner.width(), inner.height())
        self._show_words(panel)
        if self._make_headroom():
            self._draw(panel)
            return
        columns = max(int(inner.width() * self.devicePixelRatioF()), 1)
        window = Window(axes.x, columns, x_log=axes.x_log, y_log=axes.y_log)
        self._canvas.show_backdrop(
            Backdrop(
                window=window,
                y=axes.y,
                marks=tuple(tick.position for tick in self._area.y_ticks if tick.text),
                baseline=self._baseline(),
                bands=panel.bands,
                theme=self._theme,
            )
        )
        self._curves.draw(window, axes.y)
        self._canvas.repaint_soon()

    def _make_headroom(self) -> bool:
        share = self._overlay.caption_height() / max(self._area.inner.height(), 1)
        share = min(share, _MOST_HEADROOM)
        if abs(share - self._y.headroom) < 0.01 or not self.shared.following:
            return False
        self._y.headroom = share
        return self._y.fit()

    def _show_words(self, panel: Panel) -> None:
        x_log, at, moment = self.shared.log, self.shared.crosshair, self.shared.moment
        window = Window(self.shared.shown, 1, x_log=x_log, y_log=self._y_log)
        marks = [
            (coordinate(mark.x, log=x_log), mark)
            for mark in panel.markers
            if not math.isnan(coordinate(mark.x, log=x_log))
        ]
        bands = ((visible_stretch(band, window), band.text) for band in panel.bands)
        self._overlay.cursor_position = coordinate(at, log=x_log)
        self._overlay.show_words(
            Words(
                markers=tuple((x, mark.text) for x, mark in marks if not mark.quiet),
                quiet=tuple((x, mark.text) for x, mark in marks if mark.quiet),
                bands=tuple((part, text) for part, text in bands if part is not None),
                readings=self.readings,
                readings_title=f"{panel.x_label}: {format_number(at)}",
                moment=coordinate(moment, log=x_log),
                at_moment=self._curves.line_readings(moment),
                zoomed=self._zoomed,
                empty=self._empty_text if self._curves.empty else "",
            ),
            self._theme,
        )

    def _show_legend(self) -> None:
        curves = () if self._panel is None else self._panel.curves
        self._legend.show_curves(curves, self._curves.hidden, self._theme)

    def _describe(self) -> None:
        """Say in words what is seen, for readers of the screen."""
        panel, at = self._panel, self.shared.crosshair
        if panel is None:
            return
        sentences = [*self._curves.summary(), *(mark.text for mark in panel.markers)]
        if not math.isnan(at):
            sentences = [f"{panel.x_label}: {format_number(at)}"]
            sentences += [f"{part.label}: {part.text}" for part in self.readings]
        for widget in (self, self._overlay):
            widget.setAccessibleName(f"{panel.y_label} over {panel.x_label}")
            widget.setAccessibleDescription("; ".join(sentences) or self._empty_text)

    # What the user does

    def _zoom(self, x: Interval, y: Interval) -> None:
        if not self._curves.empty:
            self._zoomed = True
            self._y.choose(y)
            self.shared.zoom(x)

    def _take_shared(self) -> None:
        if self.shared.following:
            self._zoomed = False
            self._y.fit()
        self.redraw()

    def _take_scales(self) -> None:
        self.commands.x_log.setChecked(self.shared.log)
        self._curves.set_scales(x_log=self.shared.log, y_log=self._y_log)
        self._y.restart()
        self._follow()

    def _set_y_log(self, log: bool) -> None:
        self._y_log = log
        self._take_scales()
        self.redraw()

    def _toggle_curve(self, key: str, shown: bool) -> None:
        self._hide(self._curves.hidden - {key} if shown else self._curves.hidden | {key})

    def _hide(self, keys: frozenset[str]) -> None:
        self._curves.hide(keys)
        self._show_legend()
        self._follow()
        if self.shared.following:
            self._y.fit()
        self.redraw()

    def _move_crosshair(self, position: float) -> None:
        if math.isnan(position) or self._curves.empty:
            self.shared.read(math.nan)
        else:
            self.shared.read(value_at(position, log=self.shared.log))

    def _take_crosshair(self) -> None:
        if self._panel is not None:
            self._show_words(self._panel)
            if self._overlay.hasFocus():
                self._speaking.start(_SPEAK_READING_MS)

    def _take_moment(self) -> None:
        if self._panel is not None and self.isVisible():
            self._show_words(self._panel)

    def _open_menu(self, position: QPoint) -> None:
        self.context_menu().popup(position)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        if self._stale and self._panel is not None:
            self.set_panel(self._panel)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self.redraw()
        super().changeEvent(event)
