"""The drawn part of the plane: samples, rules, arrows, and the student's boundary over them."""

import html
import math
from typing import final

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from experiments.frames import FloatArray
from experiments.plane import PlaneArrow, PlaneLine, PlaneView
from experiments.views import Symbol
from gui.plots.area import small_font
from gui.plots.captions import Box
from gui.plots.gestures import Mapping
from gui.plots.intervals import Interval
from gui.plots.strokes import pen, symbol_path
from gui.theme import Theme

MARKER_SIZE = 7.0
_MARKER_ROOM = 11
_NEAR = 9.0
_SIDE = 15.0
_END = 22.0
_HEAD = 8.0
_DASH = 6.0
_BAND_OPACITY = 0.13
_FAR = 1e4
_BY_KEYS = {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}


def draw_marker(
    painter: QPainter, middle: QPointF, *, label: int, right: bool, colour: str, theme: Theme
) -> None:
    """Draw a sample: a circle for the label +1, else a square; hollow if answered wrong."""
    painter.save()
    painter.translate(middle)
    painter.scale(MARKER_SIZE, MARKER_SIZE)
    if right:
        painter.setPen(pen(theme.surface, width=0.8))
        fill = QColor(colour)
        fill.setAlphaF(0.85)
        painter.setBrush(fill)
    else:
        painter.setPen(pen(colour, width=1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(symbol_path(Symbol.CIRCLE if label > 0 else Symbol.SQUARE))
    painter.restore()


def draw_band(painter: QPainter, line: QLineF, half_width: float, colour: str) -> None:
    """Shade both sides of a line: evenly up to the half width (pixels), then fading as far."""
    across = line.normalVector().unitVector()
    step = (across.p2() - across.p1()) * (2 * min(half_width, _FAR))
    gradient = QLinearGradient(line.center() - step, line.center() + step)
    for place, opacity in ((0.0, 0.0), (0.25, 1.0), (0.75, 1.0), (1.0, 0.0)):
        tint = QColor(colour)
        tint.setAlphaF(_BAND_OPACITY * opacity)
        gradient.setColorAt(place, tint)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gradient)
    corners = [line.p1() - step, line.p1() + step, line.p2() + step, line.p2() - step]
    painter.drawPolygon(QPolygonF(corners))


def side_places(normal: FloatArray, segment: QLineF, *, upper: bool) -> tuple[QPointF, QPointF]:
    """Choose places on the + and the − side of a boundary, near its upper or lower end.

    Parameters
    ----------
    normal
        Points to the + side in the plane, shape (2,), y upwards.
    segment
        What is seen of the boundary, in pixels, y downwards.
    """
    ends = sorted((segment.p1(), segment.p2()), key=lambda point: (point.y(), point.x()))
    start, stop = ends if upper else ends[::-1]
    middle = start + (stop - start) * min(_END / max(segment.length(), 1e-9), 0.5)
    x, y = (normal * (_SIDE / np.linalg.norm(normal))).tolist()
    return middle + QPointF(x, -y), middle - QPointF(x, -y)


@final
class PlaneCanvas(QWidget):
    """Paints a view, given what the axes show."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: PlaneView | None = None
        self._shown = Mapping(Interval(0.0, 1.0), Interval(0.0, 1.0), 1.0, 1.0)
        self._grid: tuple[list[float], list[float]] = ([], [])
        self._pixels = np.empty((0, 2))
        self._markers: dict[tuple[str, int, bool], QPixmap] = {}
        self._empty_text = ""
        self._focused_by_keys = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._theme = theme
        self._markers.clear()
        self.update()

    def set_empty_text(self, text: str) -> None:
        """Choose the sentence shown while there is no view."""
        self._empty_text = text
        self.update()

    def set_axes(self, x: Interval, y: Interval, grid: tuple[list[float], list[float]]) -> None:
        """Take over what the axes show and where their grid lines are."""
        self._shown, self._grid = Mapping(x, y, self.width(), self.height()), grid
        self._place_samples()

    def show_view(self, view: PlaneView | None) -> None:
        """Paint this view; None for the empty text."""
        before, self._view = self._view, view
        if before is None or view is None or before.scene is not view.scene:
            self._place_samples()
        self.update()

    def pixel(self, point: FloatArray) -> QPointF:
        """Turn a point (2,) of the plane into a position on the canvas."""
        x, y = point.tolist()
        return QPointF(self._shown.x_pixel(x), self._shown.y_pixel(y))

    def describe_at(self, position: QPointF) -> str:
        """Name group, label and answer of the sample at a position; nothing where none is near."""
        if self._view is None:
            return ""
        distances = np.hypot(*(self._pixels - (position.x(), position.y())).T)
        nearest = int(distances.argmin())
        if distances[nearest] > _NEAR:
            return ""
        samples = self._view.scene.samples
        group = self._view.scene.groups[samples.group[nearest]].label
        label, answer = samples.label[nearest], self._view.answer[nearest]
        return f"{group}, label {_signed(label)}, answered {_signed(answer)}"

    def _place_samples(self) -> None:
        if self._view is not None:
            points = self._view.scene.position
            self._pixels = np.array([self.pixel(point).toTuple() for point in points])
        self.update()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        words = html.escape(self.describe_at(event.position()))
        text = words and f"<span>{words}</span>"
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        QToolTip.hideText()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._focused_by_keys = event.reason() in _BY_KEYS
        super().focusInEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._view is None:
            painter.setPen(QColor(self._theme.muted))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(self.rect()).adjusted(12, 0, -12, 0), flags, self._empty_text)
            return
        self._paint_grid(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self.font()))
        boundaries = [(line, self._visible(line)) for line in self._view.boundaries]
        scale = self.width() / self._shown.x.span
        for line, _ in boundaries:
            colour = self._colour(line.colour)
            draw_band(painter, self._through(line), line.half_width * scale, colour)
        self._paint_samples(painter, self._view)
        for number, rule in enumerate(self._view.scene.rules):
            self._paint_rule(painter, rule, number)
        for line, segment in boundaries:
            if segment is not None:
                self._paint_stroke(painter, segment, self._colour(line.colour), width=2.2)
        self._paint_arrows(painter, self._view.scene.arrows)
        seen = [(line, segment) for line, segment in boundaries if segment is not None]
        if seen:
            self._paint_sides(painter, *seen[0], upper=True)
        if len(seen) > 1:
            self._paint_sides(painter, *seen[-1], upper=False)
        if self.hasFocus() and self._focused_by_keys:
            painter.setPen(pen(self._theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _colour(self, colour: str | None) -> str:
        return self._theme.text if colour is None else colour

    def _paint_grid(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._theme.grid))
        for x in self._grid[0]:
            column = round(self._shown.x_pixel(x))
            painter.drawLine(column, 0, column, self.height())
        for y in self._grid[1]:
            row = round(self._shown.y_pixel(y))
            painter.drawLine(0, row, self.width(), row)

    def _paint_samples(self, painter: QPainter, view: PlaneView) -> None:
        samples, groups = view.scene.samples, view.scene.groups
        right = view.right
        offset = _MARKER_ROOM / 2
        for index in np.argsort([-group.count for group in groups], kind="stable"):
            members = np.flatnonzero(samples.group == index)
            colour = groups[index].colour
            for sample in members:
                x, y = self._pixels[sample]
                look = (colour, int(samples.label[sample]), bool(right[sample]))
                painter.drawPixmap(QPointF(x - offset, y - offset), self._marker(look))

    def _marker(self, look: tuple[str, int, bool]) -> QPixmap:
        known = self._markers.get(look)
        ratio = self.devicePixelRatioF()
        if known is None or known.devicePixelRatioF() != ratio:
            known = QPixmap(round(_MARKER_ROOM * ratio), round(_MARKER_ROOM * ratio))
            known.setDevicePixelRatio(ratio)
            known.fill(Qt.GlobalColor.transparent)
            painter = QPainter(known)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle = QPointF(_MARKER_ROOM / 2, _MARKER_ROOM / 2)
            colour, label, right = look
            draw_marker(painter, middle, label=label, right=right, colour=colour, theme=self._theme)
            painter.end()
            self._markers[look] = known
        return known

    def _paint_rule(self, painter: QPainter, rule: PlaneLine, number: int) -> None:
        segment = self._visible(rule)
        if segment is not None:
            stroke = pen(self._colour(rule.colour), width=1.6)
            stroke.setCapStyle(Qt.PenCapStyle.FlatCap)
            stroke.setDashPattern([_DASH / 1.6, _DASH / 1.6])
            stroke.setDashOffset(number * _DASH / 1.6)  # so that of two on each other both show
            painter.setPen(stroke)
            painter.drawLine(segment)

    def _paint_arrows(self, painter: QPainter, arrows: tuple[PlaneArrow, ...]) -> None:
        origin = self.pixel(np.zeros(2))
        taken: list[Box] = []
        for arrow in arrows:
            shaft = QLineF(origin, self.pixel(arrow.tip))
            colour = self._colour(arrow.colour)
            self._paint_stroke(painter, shaft, colour, width=2.0)
            length = shaft.length()
            along = (shaft.p2() - shaft.p1()) / max(length, 1e-9)
            across = QPointF(-along.y(), along.x())
            base = shaft.p2() - along * min(_HEAD, length)
            painter.setBrush(QColor(colour))
            half = across * (min(_HEAD, length) * 0.45)
            painter.drawPolygon(QPolygonF([shaft.p2(), base + half, base - half]))
            self._paint_arrow_label(painter, arrow.label, shaft.p2(), along, taken)

    def _paint_stroke(self, painter: QPainter, line: QLineF, colour: str, *, width: float) -> None:
        """Draw a line with a rim that sets it off from samples of its colour."""
        for shade, thickness in ((self._theme.surface, width + 2.4), (colour, width)):
            painter.setPen(pen(shade, width=thickness))
            painter.drawLine(line)

    def _paint_arrow_label(
        self, painter: QPainter, text: str, tip: QPointF, along: QPointF, taken: list[Box]
    ) -> None:
        """Write beyond the tip, or beside it where another label is."""
        metrics = painter.fontMetrics()
        width, height = metrics.horizontalAdvance(text) + 6.0, float(metrics.height())
        reach = abs(along.x()) * width / 2 + abs(along.y()) * height / 2 + 4.0
        across = QPointF(-along.y(), along.x())
        wide = abs(across.x()) * width / 2 + abs(across.y()) * height / 2 + 4.0
        places = (along * reach, across * wide, across * -wide, along * (2 * reach))
        boxes = [
            Box(tip.x() + place.x() - width / 2, tip.y() + place.y() - height / 2, width, height)
            for place in places
        ]
        free = [box for box in boxes if not any(box.overlaps(other) for other in taken)]
        taken.append((free or boxes)[0])
        self._paint_tag(painter, taken[-1], text)

    def _paint_sides(
        self, painter: QPainter, line: PlaneLine, segment: QLineF, *, upper: bool
    ) -> None:
        """Say near one end of a boundary which answer the student gives on either side."""
        places = side_places(line.normal, segment, upper=upper)
        metrics = painter.fontMetrics()
        width, height = metrics.horizontalAdvance("+1") + 6.0, float(metrics.height())
        for text, place in zip(("+1", "−1"), places, strict=True):
            left = min(max(place.x() - width / 2, 0.0), self.width() - width)
            top = min(max(place.y() - height / 2, 0.0), self.height() - height)
            self._paint_tag(painter, Box(left, top, width, height), text)

    def _paint_tag(self, painter: QPainter, box: Box, text: str) -> None:
        rectangle = QRectF(box.left, box.top, box.width, box.height)
        veil = QColor(self._theme.surface)
        veil.setAlphaF(0.85)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(veil)
        painter.drawRoundedRect(rectangle, 3, 3)
        painter.setPen(QColor(self._theme.text))
        painter.drawText(rectangle, int(Qt.AlignmentFlag.AlignCenter), text)

    def _through(self, line: PlaneLine) -> QLineF:
        """Lay a line past the whole canvas, around its point nearest to the middle."""
        length = float(np.linalg.norm(line.normal))
        normal = line.normal / length
        x, y = self._shown.x, self._shown.y
        middle = np.array([x.low + x.span / 2, y.low + y.span / 2])
        foot = middle + (line.level / length - normal @ middle) * normal
        tangent = np.array([-normal[1], normal[0]])
        tangent *= math.copysign(x.span + y.span, tangent[0] or tangent[1])
        return QLineF(self.pixel(foot - tangent), self.pixel(foot + tangent))

    def _visible(self, line: PlaneLine) -> QLineF | None:
        """Cut out what the canvas shows of a line; None if nothing."""
        whole = self._through(line)
        shares = [0.0, 1.0]
        for start, way, size in (
            (whole.x1(), whole.dx(), self.width()),
            (whole.y1(), whole.dy(), self.height()),
        ):
            if abs(way) < 1e-9:
                if not 0 <= start <= size:
                    return None
                continue
            low, high = sorted(((0 - start) / way, (size - start) / way))
            shares = [max(shares[0], low), min(shares[1], high)]
        if not shares[0] < shares[1]:
            return None
        return QLineF(whole.pointAt(shares[0]), whole.pointAt(shares[1]))


def _signed(value: int) -> str:
    return "+1" if value > 0 else "−1"
