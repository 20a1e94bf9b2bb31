"""Mouse and keyboard over a map, turned into what the user means.

Click or drag: move the marker. Double click: open the cell. Right click: a menu for the cell.
Arrows: move the marker, finer with Shift; Enter: open the cell that it is in.
"""

import html
import time
from collections.abc import Callable
from typing import final

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget
from typing_extensions import override

from experiments.map_view import MapView
from gui.keys import claims
from gui.plots.map_canvas import MapCanvas
from gui.plots.map_frame import sides
from gui.plots.map_picture import MARK_SIZE
from gui.plots.strokes import pen
from gui.theme import Theme

_STEP, _FINE_STEP = 0.02, 0.002
"""By which share of an axis a key moves the marker."""

_MEMORY = 0.2
"""Seconds for which a key goes on from where the last one led, which may not be drawn yet."""

_WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Up: (0, 1),
}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_BY_KEYS = {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}


@final
class MapSheet(QWidget):
    """The transparent sheet over a canvas that takes its events; places are values of x and y."""

    marker_moved = Signal(float, float)
    """Where the marker is wanted; again and again while it is dragged."""
    marker_released = Signal()
    """The next move is another stroke."""
    open_requested = Signal(float, float)
    measure_requested = Signal(float, float)

    def __init__(self, theme: Theme, canvas: MapCanvas) -> None:
        super().__init__(canvas.parentWidget())
        self._theme = theme
        self._canvas = canvas
        self._view: MapView | None = None
        self._dragged = False
        self._led: tuple[tuple[float | None, float | None], float] = (None, None), -_MEMORY
        """Where a key led, and when (in seconds)."""
        self._focused_by_keys = False
        self.read: Callable[[float, float], str] = lambda _x, _y: ""
        """Says what is known of the cell at x and y."""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def set_theme(self, theme: Theme) -> None:
        """Take over other colours."""
        self._theme = theme
        self.update()

    def show_view(self, view: MapView | None) -> None:
        """Take events for this view; None for none."""
        self._view = view

    def place(self, position: QPointF) -> tuple[float, float]:
        """Turn a position into values of x and y: those of a measured point that is near."""
        assert self._view is not None
        for mark in self._view.measured:
            way = self._canvas.pixel(mark.x, mark.y) - position
            if max(abs(way.x()), abs(way.y())) <= MARK_SIZE / 2 + 1:
                return mark.x, mark.y
        mapping = self._canvas.mapping
        across, upwards = sides(self._view)
        return (
            across.value(mapping.x_at(position.x()), step=mapping.x.span / mapping.width),
            upwards.value(mapping.y_at(position.y()), step=mapping.y.span / mapping.height),
        )

    def describe_at(self, position: QPointF) -> str:
        """Say what is known of the cell at a position, and of runs that were measured there."""
        if self._view is None or not self.rect().contains(position.toPoint()):
            return ""
        place = self.place(position)
        runs = [mark.text for mark in self._view.measured if (mark.x, mark.y) == place]
        return "\n".join(text for text in (self.read(*place), *runs) if text)

    @override
    def event(self, event: QEvent) -> bool:
        keys = set(_WAYS) | _ENTER if self._view is not None else set()
        return claims(event, keys) or super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        marker = None if self._view is None else self._view.marker
        if marker is not None and key in _ENTER:
            self.open_requested.emit(*marker)
        elif self._view is not None and key in _WAYS:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._step(_WAYS[key], _FINE_STEP if fine else _STEP)
        else:
            super().keyPressEvent(event)

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in _WAYS and not event.isAutoRepeat():
            self.marker_released.emit()
        super().keyReleaseEvent(event)

    def _step(self, way: tuple[int, int], share: float) -> None:
        """Move the marker by a share of the axes; from the middle where it lies outside."""
        assert self._view is not None
        mapping = self._canvas.mapping
        wanted = []
        start, when = self._led
        if time.monotonic() - when > _MEMORY:
            start = self._view.marker or (None, None)
        for side, shown, value, sign in zip(
            sides(self._view),
            (mapping.x, mapping.y),
            start,
            way,
            strict=True,
        ):
            middle = (shown.low + shown.high) / 2
            position = middle if value is None else side.coordinate(value)
            step = share * shown.span
            moves = sign or value is None
            wanted.append(side.value(position + sign * step, step=step) if moves else value)
        self._led = (wanted[0], wanted[1]), time.monotonic()
        self.marker_moved.emit(*wanted)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._view is not None:
            self._dragged = True
            self.marker_moved.emit(*self.place(event.position()))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged and self._view is not None:
            QToolTip.hideText()
            self.marker_moved.emit(*self.place(event.position()))
            return
        words = html.escape(self.describe_at(event.position())).replace("\n", "<br>")
        QToolTip.showText(event.globalPosition().toPoint(), words and f"<p>{words}</p>", self)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._dragged:
            self._dragged = False
            self.marker_released.emit()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._view is not None:
            self.open_requested.emit(*self.place(event.position()))

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._view is None:
            return
        place, at = self.place(QPointF(event.pos())), event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            if self._view.marker is None:
                return
            place = self._view.marker
            at = self.mapToGlobal(self._canvas.pixel(*place).toPoint())
        QToolTip.hideText()
        self._menu(*place).popup(at)

    def _menu(self, x: float, y: float) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Open this cell as dynamics", lambda: self.open_requested.emit(x, y))
        menu.addAction("Measure here", lambda: self.measure_requested.emit(x, y))
        menu.addAction("Move the marker here", lambda: self._jump(x, y))
        return menu

    def _jump(self, x: float, y: float) -> None:
        self.marker_moved.emit(x, y)
        self.marker_released.emit()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        QToolTip.hideText()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._focused_by_keys = event.reason() in _BY_KEYS
        super().focusInEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus() and self._focused_by_keys:
            painter = QPainter(self)
            painter.setPen(pen(self._theme.accent, width=2.0))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
