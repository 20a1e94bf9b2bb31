"""The drawn part of the boundary: probabilities as a picture, the boundary, and rows as dots."""

import html
from functools import partial
from typing import final

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QToolTip, QWidget
from typing_extensions import override

from experiments.data_view.words import class_letters
from experiments.frames import FloatArray
from experiments.snapshot_views import Boundary
from experiments.views import group_colour
from gui.plots.area import small_font
from gui.plots.contours import class_borders, zero_lines
from gui.plots.data_strokes import draw_dot, stamp
from gui.plots.gestures import Mapping
from gui.plots.intervals import Interval
from gui.plots.strokes import mixed, pen
from gui.theme import Theme

_SIDE = 17
_CIRCLE = 7.5
_NEAR = 9.0
_DARKEST = 0.34
_CLASS_SHADES = (0.04, 0.2, 0.12, 0.28, 0.08, 0.24, 0.16, 0.32)


def shade(probability: float, theme: Theme) -> QColor:
    """Colour of a probability: the higher, the further from the ground."""
    return mixed(theme.surface, theme.text, _DARKEST * probability)


def draw_row(
    painter: QPainter, middle: QPointF, *, colour: str, label: int, name: str, wrong: bool
) -> None:
    """Draw a row: what is answered wrong is a hollow symbol, or a name in a circle."""
    draw_dot(painter, middle, colour=colour, label=label, name=name, hollow=wrong)
    if name and wrong:
        painter.setPen(pen(colour))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, _CIRCLE, _CIRCLE)


@final
class BoundaryCanvas(QWidget):
    """Paints a boundary over the axes' stretch."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: Boundary | None = None
        self._mapping: Mapping | None = None
        self._image = QImage()
        self._lines: FloatArray = np.empty((0, 2, 2))
        self._pixels: FloatArray = np.empty((0, 2))
        self._corners: list[QPointF] = []
        self._stamps: dict[tuple[int, int, bool], QPixmap] = {}
        self._stamped_at = 0.0
        self.setMouseTracking(True)

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._theme = theme
        self._stamps.clear()
        if self._view is not None:
            self._image = _picture(self._view, theme)
        self.update()

    def show_view(self, view: Boundary, x: Interval, y: Interval) -> None:
        """Paint this view on these stretches of the axes."""
        other = self._view is None or self._view.classes != view.classes
        self._view = view
        if other:
            self._stamps.clear()
        self._mapping = Mapping(x, y, self.width(), self.height())
        self._image = _picture(view, self._theme)
        if len(view.classes) == 2:
            self._lines = zero_lines(view.probability - 0.5)
        else:
            self._lines = class_borders(view.decided)
        across = (view.points[:, 0] - x.low) * (self.width() / x.span)
        upwards = (y.high - view.points[:, 1]) * (self.height() / y.span)
        pixels = np.stack((across, upwards), axis=1).astype(np.float64)
        if not np.array_equal(pixels, self._pixels):
            self._pixels = pixels
            self._corners = [QPointF(*corner) for corner in (pixels - _SIDE / 2).tolist()]
        self.update()

    def pixel_of(self, point: int) -> QPointF:
        """Give the place of a row that is drawn."""
        x, y = self._pixels[point].tolist()
        return QPointF(x, y)

    def describe_at(self, position: QPointF) -> str:
        """Say what is answered at a position, and name the row that is near, if any."""
        view, shown = self._view, self._mapping
        if view is None or shown is None:
            return ""
        words = []
        if len(self._pixels):
            distances = np.hypot(*(self._pixels - (position.x(), position.y())).T)
            nearest = int(distances.argmin())
            if distances[nearest] <= _NEAR:
                name = next(
                    (
                        group.label
                        for group in view.groups
                        if group.index in {None, int(view.group[nearest])}
                    ),
                    "",
                )
                answered = ", answered wrong" if view.wrong[nearest] else ""
                words.append(f"{name}, label {view.classes[view.truth[nearest]]}{answered}")
        cells = len(view.probability)
        column = int((shown.x_at(position.x()) - view.low[0]) / _step(view, 0))
        row = int((shown.y_at(position.y()) - view.low[1]) / _step(view, 1))
        if 0 <= row < cells and 0 <= column < cells:
            of = view.classes[1 if len(view.classes) == 2 else int(view.decided[row, column])]
            words.append(f"probability of {of} here {view.probability[row, column]:.3f}")
        return "; ".join(words)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        words = html.escape(self.describe_at(event.position()))
        text = words and f"<span>{words}</span>"
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        view, shown = self._view, self._mapping
        if view is None or shown is None:
            return
        painter = QPainter(self)
        painter.setFont(small_font(self.font()))
        left, right = (shown.x_pixel(side[0]) for side in (view.low, view.high))
        bottom, top = (shown.y_pixel(side[1]) for side in (view.low, view.high))
        if len(view.classes) == 2:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(left, top, right - left, bottom - top), self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        steps, low = (_step(view, 0), _step(view, 1)), view.low
        lines = []
        for (x1, y1), (x2, y2) in self._lines.tolist():
            start, stop = (
                QPointF(
                    shown.x_pixel(low[0] + (x + 0.5) * steps[0]),
                    shown.y_pixel(low[1] + (y + 0.5) * steps[1]),
                )
                for x, y in ((x1, y1), (x2, y2))
            )
            lines.append(QLineF(start, stop))
        self._paint_dots(painter, view)
        for colour, width in ((self._theme.surface, 4.4), (self._theme.text, 2.0)):
            painter.setPen(pen(colour, width=width))
            painter.drawLines(lines)
        if len(view.classes) > 2:
            self._paint_names(painter, view, shown)

    def _paint_dots(self, painter: QPainter, view: Boundary) -> None:
        names = class_letters(view.classes)
        if self._stamped_at != self.devicePixelRatioF():
            self._stamped_at = self.devicePixelRatioF()
            self._stamps.clear()
        looks = zip(view.group.tolist(), view.truth.tolist(), view.wrong.tolist(), strict=True)
        for look, corner in zip(looks, self._corners, strict=True):
            mark = self._stamps.get(look)
            if mark is None:
                mark = self._stamps[look] = self._stamp(*look, name=names[look[1]])
            painter.drawPixmap(corner, mark)

    def _stamp(self, group: int, label: int, wrong: bool, *, name: str) -> QPixmap:
        look = partial(draw_row, colour=group_colour(group), label=label, name=name, wrong=wrong)
        return stamp(self, _SIDE, look)

    def _paint_names(self, painter: QPainter, view: Boundary, shown: Mapping) -> None:
        """Write what is answered into the middle of its cells."""
        metrics = painter.fontMetrics()
        for index in np.unique(view.decided).tolist():
            rows, columns = np.nonzero(view.decided == index)
            middle = int(np.hypot(rows - rows.mean(), columns - columns.mean()).argmin())
            x = shown.x_pixel(view.low[0] + (columns[middle] + 0.5) * _step(view, 0))
            y = shown.y_pixel(view.low[1] + (rows[middle] + 0.5) * _step(view, 1))
            text = view.classes[index]
            width, high = metrics.horizontalAdvance(text) + 8, metrics.height() + 2
            x = min(max(x, width / 2), self.width() - width / 2)
            box = QRectF(x - width / 2, y - high / 2, width, high)
            veil = QColor(self._theme.surface)
            veil.setAlphaF(0.85)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(veil)
            painter.drawRoundedRect(box, 3, 3)
            painter.setPen(QColor(self._theme.text))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)


def _step(view: Boundary, axis: int) -> float:
    return (view.high[axis] - view.low[axis]) / len(view.probability)


def _picture(view: Boundary, theme: Theme) -> QImage:
    """Colour the cells by the probability of the second class, or by the class of more."""
    if len(view.classes) == 2:
        depth = _DARKEST * view.probability
    else:
        shades = np.array(_CLASS_SHADES)
        depth = shades[view.decided % shades.size]
    ends = (QColor(theme.surface), QColor(theme.text))
    ground, ink = (np.array([end.red(), end.green(), end.blue()], dtype=float) for end in ends)
    mixture = ground + depth[::-1, :, np.newaxis] * (ink - ground)
    pixels = np.ascontiguousarray(np.rint(mixture).astype(np.uint8))
    height, width = depth.shape
    return QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888).copy()
