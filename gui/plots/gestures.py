"""Mouse and keyboard over a plot, turned into what the user means.

Wheel: zoom about the cursor. Drag: zoom to a rectangle, or to a stretch of one axis where the
drag is nearly straight. Shift-drag or middle button: move. Double click: follow the data again.
Left and Right: move the crosshair; Home and End: to the ends; Escape: take it away; + and -: zoom.
"""

import math
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from gui.keys import claims
from gui.plots.intervals import Interval

_ZOOM_PER_NOTCH = 0.8
_STRAIGHT = 10.0
"""A drag of fewer pixels than this along one axis leaves that axis as it is."""

_KEYS = {
    Qt.Key.Key_Left: -0.01,
    Qt.Key.Key_Right: 0.01,
    Qt.Key.Key_Home: -math.inf,
    Qt.Key.Key_End: math.inf,
}
"""By which share of the width a key moves the crosshair."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Between pixels of the canvas and axis coordinates."""

    x: Interval
    y: Interval
    width: float
    height: float

    def x_pixel(self, position: float) -> float:
        """Pixel column of an axis coordinate."""
        return (position - self.x.low) / self.x.span * self.width

    def y_pixel(self, position: float) -> float:
        """Pixel row of an axis coordinate, counted from the top."""
        return (self.y.high - position) / self.y.span * self.height

    def x_at(self, pixel: float) -> float:
        """Axis coordinate of a pixel column."""
        return self.x.low + pixel / self.width * self.x.span

    def y_at(self, pixel: float) -> float:
        """Axis coordinate of a pixel row."""
        return self.y.high - pixel / self.height * self.y.span


class GestureArea(QWidget):
    """The transparent sheet over a canvas that takes its events."""

    view_chosen = Signal(object, object)
    """The intervals of x and y that the user wants to see."""
    follow_wanted = Signal()
    crosshair_wanted = Signal(float)
    """Axis coordinate to read at; NaN for none."""
    menu_wanted = Signal(object)
    """Global position of the context menu."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.mapping = Mapping(Interval(0.0, 1.0), Interval(0.0, 1.0), 1.0, 1.0)
        self.cursor_position = math.nan
        """Axis coordinate of the crosshair; NaN for none."""
        self._pressed: QPointF | None = None
        self._moved_from: tuple[QPointF, Mapping] | None = None
        self._rectangle: QRectF | None = None
        self._focused_by_keys = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)

    @override
    def event(self, event: QEvent) -> bool:
        return claims(event, set(_KEYS)) or super().event(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._focused_by_keys = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() != Qt.FocusReason.PopupFocusReason and not self.underMouse():
            self.crosshair_wanted.emit(math.nan)
        super().focusOutEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _KEYS:
            share = _KEYS[key] * (
                10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            )
            shown = self.mapping.x
            start = self.cursor_position
            if math.isnan(start):
                start = (shown.low + shown.high) / 2
            wanted = min(max(start + share * shown.span, shown.low), shown.high)
            self.crosshair_wanted.emit(wanted)
        elif key == Qt.Key.Key_Escape and not math.isnan(self.cursor_position):
            self.crosshair_wanted.emit(math.nan)
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Minus}:
            middle = QPointF(self.width() / 2, self.height() / 2)
            if not math.isnan(self.cursor_position):
                middle.setX(self.mapping.x_pixel(self.cursor_position))
            self._zoom(middle, 1.0 if key == Qt.Key.Key_Plus else -1.0)
        else:
            super().keyPressEvent(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120.0
        if notches:
            self._zoom(event.position(), notches)
        event.accept()

    def _zoom(self, about: QPointF, notches: float) -> None:
        factor = _ZOOM_PER_NOTCH**notches
        at = self.mapping
        self.view_chosen.emit(
            at.x.zoomed(at=at.x_at(about.x()), factor=factor),
            at.y.zoomed(at=at.y_at(about.y()), factor=factor),
        )

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and shifted):
            self._moved_from = (event.position(), self.mapping)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif left:
            self._pressed = event.position()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        if self._moved_from is not None:
            start, mapping = self._moved_from
            way = position - start
            self.view_chosen.emit(
                mapping.x.moved(-way.x() / mapping.width * mapping.x.span),
                mapping.y.moved(way.y() / mapping.height * mapping.y.span),
            )
        elif self._pressed is not None:
            self._rectangle = self._dragged(self._pressed, position)
            self.update()
        inside = self.rect().contains(position.toPoint())
        self.crosshair_wanted.emit(self.mapping.x_at(position.x()) if inside else math.nan)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        rectangle, at = self._rectangle, self.mapping
        self._pressed = self._moved_from = self._rectangle = None
        self.setCursor(Qt.CursorShape.CrossCursor)
        if rectangle is not None:
            self.update()
            self.view_chosen.emit(
                Interval(at.x_at(rectangle.left()), at.x_at(rectangle.right())),
                Interval(at.y_at(rectangle.bottom()), at.y_at(rectangle.top())),
            )

    def _dragged(self, start: QPointF, end: QPointF) -> QRectF | None:
        sheet = QRectF(self.rect())
        rectangle = QRectF(start, end).normalized().intersected(sheet)
        wide, high = rectangle.width() >= _STRAIGHT, rectangle.height() >= _STRAIGHT
        if not (wide or high):
            return None
        if not high:
            rectangle.setTop(sheet.top())
            rectangle.setBottom(sheet.bottom())
        if not wide:
            rectangle.setLeft(sheet.left())
            rectangle.setRight(sheet.right())
        return rectangle

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.follow_wanted.emit()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.crosshair_wanted.emit(math.nan)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())
