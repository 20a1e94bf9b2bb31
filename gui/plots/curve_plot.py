"""One pair of axes on the screen: curves that grow, with legend, crosshair, zoom and menu."""

import math
import time
from typing import final

from PySide6.QtCore import QEvent, QPoint, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QImage, QShowEvent
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from experiments.views import Panel
from gui.plots.area import Axes, PlotArea, small_font
from gui.plots.canvas import Backdrop, Canvas, visible_stretch
from gui.plots.curve_stack import CurveStack
from gui.plots.decimation import Window
from gui.plots.gestures import Mapping
from gui.plots.intervals import Interval, followed, union
from gui.plots.legend import Legend
from gui.plots.overlay import Overlay, Words
from gui.plots.scales import coordinate, format_number, value_at
from gui.plots.shared_view import SharedView
from gui.theme import LIGHT, Theme

_MARGIN = 0.05
_SYMBOL_ROOM = 0.012
_MOST_HEADROOM = 0.35
_EMPTY = Interval(0.0, 1.0)
_SETTLE_MS = (600, 5000)
_SPEAK_MS = 2000


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

    drawn = Signal()
    """The plot shows what it was given."""

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
        self._declared = (False, False)
        self._stale = False
        self._empty_text = "No data yet."
        self._y_log = False
        self._y: Interval | None = None
        self._headroom = 0.0
        self._zoomed = False
        self._changed_at = 0.0

        self.shared = shared if shared is not None else SharedView(self)
        self.shared.changed.connect(self._take_shared)
        self.shared.scale_changed.connect(self._measure)
        self.shared.crosshair_moved.connect(self._show_words)
        self.shared.margins_changed.connect(self.redraw)

        self._legend = Legend(theme, self)
        self._area = PlotArea(theme, self)
        self._canvas = Canvas(self._area)
        self._curves = CurveStack(self._canvas)
        self._overlay = Overlay(theme, self._area)
        self._make_actions()
        self._x_button = self._log_button(self.x_log_action)
        self._y_button = self._log_button(self.y_log_action)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._legend)
        layout.addWidget(self._area, 1)
        self.setFocusProxy(self._overlay)

        self._legend.toggled.connect(self._toggle_curve)
        self._area.resized.connect(self.redraw)
        self._overlay.view_chosen.connect(self._zoom)
        self._overlay.follow_wanted.connect(self.reset_view)
        self._overlay.crosshair_wanted.connect(self._move_crosshair)
        self._overlay.menu_wanted.connect(self._open_menu)
        self._settling = self._timer(self._settle)
        self._speaking = self._timer(self._describe)
        self.set_theme(theme)

    def _timer(self, slot: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(slot)
        return timer

    def _make_actions(self) -> None:
        def action(text: str, tip: str) -> QAction:
            made = QAction(text, self)
            made.setToolTip(tip)
            return made

        self.x_log_action = action(
            "Logarithmic x axis", "Logarithmic x axis: equal factors get equal lengths"
        )
        self.y_log_action = action(
            "Logarithmic y axis", "Logarithmic y axis: equal factors get equal lengths"
        )
        self.reset_action = action("Reset view", "Show all data and follow them (double click)")
        self.show_all_action = action("Show all curves", "Show the curves hidden in the legend")
        self.copy_action = action("Copy image", "Put a picture of this plot on the clipboard")
        for toggle, name in ((self.x_log_action, "log x"), (self.y_log_action, "log y")):
            toggle.setCheckable(True)
            toggle.setIconText(name)
        self.x_log_action.toggled.connect(self.shared.set_log)
        self.y_log_action.toggled.connect(self._set_y_log)
        self.reset_action.triggered.connect(self.reset_view)
        self.show_all_action.triggered.connect(self.show_all_curves)
        self.copy_action.triggered.connect(self.copy_image)

    def _log_button(self, action: QAction) -> QToolButton:
        button = QToolButton(self._area)
        button.setDefaultAction(action)
        button.setAccessibleName(action.text())
        return button

    # What the window calls

    def set_panel(self, panel: Panel) -> None:
        """Show a panel; a curve with a known key is that curve, grown or replaced."""
        self._panel = panel
        if not self.isVisible():
            self._stale = True
            return
        self.load(panel)
        self.redraw()

    def set_theme(self, theme: Theme) -> None:
        """Take over other colours."""
        self._theme = theme
        self._canvas.set_theme(theme)
        self._area.set_theme(theme)
        for button in (self._x_button, self._y_button):
            button.setStyleSheet(
                f"QToolButton {{ border: 1px solid transparent; border-radius: 4px;"
                f" padding: 0 3px; color: {theme.muted}; background: transparent; }}"
                f"QToolButton:checked {{ color: {theme.accent}; font-weight: 600; }}"
                f"QToolButton:hover {{ border-color: {theme.line}; }}"
                f"QToolButton:focus {{ border-color: {theme.accent}; }}"
            )
        if self._panel is not None:
            self._curves.set_theme(theme)
            self._legend.show_curves(self._panel.curves, self._curves.hidden, theme)
        self.redraw()

    def set_empty_text(self, text: str) -> None:
        """Choose the sentence shown while there are no points."""
        self._empty_text = text
        self.redraw()

    def reset_view(self) -> None:
        """Show all data and follow them."""
        self.shared.follow()

    def show_all_curves(self) -> None:
        """Show the curves that were hidden in the legend."""
        self._hide(frozenset())

    def grab_image(self) -> QImage:
        """Return a picture of the plot as it is on the screen."""
        if self._stale and self._panel is not None:
            self.load(self._panel)
            self._draw()
        return self.grab().toImage()

    def copy_image(self) -> None:
        """Put a picture of the plot on the clipboard."""
        QGuiApplication.clipboard().setImage(self.grab_image())

    @property
    def y_shown(self) -> Interval:
        """Visible part of the y axis, in axis coordinates."""
        return self._y or _EMPTY

    # Data

    def load(self, panel: Panel) -> None:
        """Take the numbers of a panel without drawing them yet."""
        self._panel = panel
        if self._declared != (panel.x_log, panel.y_log):
            self._declared = (panel.x_log, panel.y_log)
            self.x_log_action.setChecked(panel.x_log)
            self.y_log_action.setChecked(panel.y_log)
        changed = self._curves.load(panel.curves, self._theme)
        self._legend.show_curves(panel.curves, self._curves.hidden, self._theme)
        self._follow()
        if changed:
            self._settle_later()
            if not self._speaking.isActive():
                self._speaking.start(_SPEAK_MS)

    def _measure(self) -> None:
        self._curves.set_scales(x_log=self.shared.log, y_log=self._y_log)
        if self.shared.log != self.x_log_action.isChecked():
            self.x_log_action.setChecked(self.shared.log)
        self._y = None
        self._follow()

    def _follow(self) -> None:
        curves = () if self._panel is None else self._panel.curves
        pad = _SYMBOL_ROOM if any(curve.style.symbol for curve in curves) else 0.0
        self.shared.report(id(self), self._curves.x_extent, pad=pad)
        data = self._y_extent()
        if data is None:
            self._y = None
        elif self._y is None:
            self._fit_y()
        elif self.shared.following:
            needed = Interval(data.low, data.high + self._headroom * self._y.span)
            self._y = followed(self._y, needed)
            if self._y is None:
                self._fit_y()

    def _y_extent(self) -> Interval | None:
        extent = self._curves.y_extent
        if extent is None or self._panel is None or self._panel.baseline is None:
            return extent
        baseline = coordinate(self._panel.baseline, log=self._y_log)
        return extent if math.isnan(baseline) else union((extent, Interval(baseline, baseline)))

    def _fit_y(self) -> bool:
        data = self._y_extent()
        if data is None:
            return False
        fitted = data.padded(below=_MARGIN, above=_MARGIN + self._headroom)
        different, self._y = fitted != self._y, fitted
        return different

    def _settle_later(self) -> None:
        now = time.monotonic()
        least, most = _SETTLE_MS
        pause = 3000.0 * (now - self._changed_at)
        self._changed_at = now
        self._settling.start(int(min(max(pause, least), most)))

    def _settle(self) -> None:
        if not self.shared.following:
            return
        fitted = self._fit_y()
        if self.shared.fit():
            self.shared.changed.emit()
        elif fitted:
            self.redraw()

    # Drawing

    def redraw(self) -> None:
        """Draw what was loaded, once the plot can be seen."""
        if self.isVisible():
            self._draw()
        else:
            self._stale = True

    def _draw(self) -> None:
        panel = self._panel
        if panel is None:
            return
        self._stale = False
        empty = self._curves.empty
        axes = Axes(
            x=self.shared.shown,
            y=self.y_shown,
            x_log=self.shared.log,
            y_log=self._y_log,
            x_label=panel.x_label,
            y_label=panel.y_label,
            empty=empty,
        )
        self.shared.need_margin(id(self), self._area.margin_for(axes))
        inner = self._area.arrange(axes, self.shared.margin)
        for widget in (self._canvas.widget, self._overlay):
            if widget.geometry() != inner:
                widget.setGeometry(inner)
        self._place_buttons(empty=empty)
        self._overlay.mapping = Mapping(axes.x, axes.y, inner.width(), inner.height())
        self._show_words()
        if self._make_headroom():
            self._draw()
            return
        ratio = self.devicePixelRatioF()
        window = Window(axes.x, max(int(inner.width() * ratio), 1), axes.x_log, axes.y_log)
        baseline = panel.baseline
        self._canvas.show_backdrop(
            Backdrop(
                window=window,
                y=axes.y,
                marks=tuple(tick.position for tick in self._area.y_ticks if tick.text),
                baseline=None if baseline is None else coordinate(baseline, log=axes.y_log),
                bands=panel.bands,
                theme=self._theme,
            )
        )
        self._curves.draw(window, axes.y)
        self._canvas.repaint_soon()
        self.drawn.emit()

    def _make_headroom(self) -> bool:
        share = self._overlay.caption_height() / max(self._area.inner.height(), 1)
        share = min(share, _MOST_HEADROOM)
        if abs(share - self._headroom) < 0.01 or not self.shared.following:
            return False
        self._headroom = share
        return self._fit_y()

    def _place_buttons(self, *, empty: bool) -> None:
        self._x_button.setFont(small_font(self.font()))
        self._y_button.setFont(small_font(self.font()))
        for button in (self._x_button, self._y_button):
            button.setVisible(not empty)
            button.resize(button.sizeHint())
        bottom = self._area.height() - self._x_button.height()
        self._x_button.move(self._area.width() - self._x_button.width(), bottom)
        self._y_button.move(0, bottom)

    def _show_words(self) -> None:
        panel = self._panel
        if panel is None:
            return
        x_log, shown = self.shared.log, self.shared.shown
        window = Window(shown, 1, x_log, self._y_log)
        markers = [(coordinate(mark.x, log=x_log), mark.text) for mark in panel.markers]
        bands = [(visible_stretch(band, window), band.text) for band in panel.bands]
        at = self.shared.crosshair
        self._overlay.cursor_position = coordinate(at, log=x_log)
        self._overlay.show_words(
            Words(
                markers=[(x, text) for x, text in markers if not math.isnan(x)],
                bands=[(part, text) for part, text in bands if part is not None],
                readings=() if math.isnan(at) else self._curves.readings(at),
                readings_title=f"{panel.x_label} {format_number(at)}",
                zoomed=self._zoomed,
                empty=self._empty_text if self._curves.empty else "",
            ),
            self._theme,
        )

    def _describe(self) -> None:
        panel = self._panel
        if panel is None:
            return
        name = f"{panel.y_label} over {panel.x_label}"
        marks = [mark.text for mark in panel.markers]
        description = "; ".join(self._curves.summary() + marks) or self._empty_text
        for widget in (self, self._overlay):
            widget.setAccessibleName(name)
            widget.setAccessibleDescription(description)

    # What the user does

    def _zoom(self, x: Interval, y: Interval) -> None:
        if self._curves.empty:
            return
        self._zoomed = True
        if math.isfinite(y.span) and y.span > 1e-12 * max(1.0, abs(y.low)):
            self._y = y
        self.shared.zoom(x)

    def _take_shared(self) -> None:
        if self.shared.following:
            self._zoomed = False
            self._fit_y()
        self.redraw()

    def _set_y_log(self, log: bool) -> None:
        self._y_log = log
        self._measure()
        self.redraw()

    def _toggle_curve(self, key: str, shown: bool) -> None:
        self._hide(self._curves.hidden - {key} if shown else self._curves.hidden | {key})

    def _hide(self, hidden: frozenset[str]) -> None:
        self._curves.hide(hidden)
        if self._panel is not None:
            self._legend.show_curves(self._panel.curves, hidden, self._theme)
        if self.shared.following:
            self._fit_y()
        self.redraw()

    def _move_crosshair(self, position: float) -> None:
        if math.isnan(position) or self._curves.empty:
            self.shared.read(math.nan)
        else:
            self.shared.read(value_at(position, log=self.shared.log))

    def context_menu(self) -> QMenu:
        """Build the menu of the right mouse button."""
        menu = QMenu(self)
        menu.addActions([self.x_log_action, self.y_log_action])
        menu.addSeparator()
        menu.addActions([self.reset_action, self.show_all_action])
        menu.addSeparator()
        menu.addAction(self.copy_action)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

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
