"""The drawn part of a map: cells, lines, what was measured, and the marker."""

from collections.abc import Sequence
from typing import final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from experiments.map_view import Contour, MapView
from gui.plots.area import small_font
from gui.plots.captions import Box
from gui.plots.gestures import Mapping
from gui.plots.map_frame import sides
from gui.plots.map_picture import draw_marker, draw_measured, picture
from gui.plots.strokes import pen
from gui.theme import Theme

_RADIUS = 7.0


def same_but_marker(first: MapView, second: MapView) -> bool:
    """Tell whether two views share everything that is drawn but the marker."""
    return (
        first.shades is second.shades
        and first.contours is second.contours
        and first.measured is second.measured
    )


@final
class MapCanvas(QWidget):
    """Paints a view; takes no events."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: MapView | None = None
        self._still: QPixmap | None = None
        self._empty_text = ""

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._theme = theme
        self._still = None
        self.update()

    def set_empty_text(self, text: str) -> None:
        """Choose the sentence shown while there is no view."""
        self._empty_text = text
        self.update()

    def show_view(self, view: MapView | None) -> None:
        """Paint this view; None for the empty text."""
        before, self._view = self._view, view
        if before is None or view is None or not same_but_marker(before, view):
            self._still = None
        self.update()

    @property
    def mapping(self) -> Mapping:
        """Between pixels and axis coordinates of the view shown."""
        assert self._view is not None
        x, y = sides(self._view)
        return Mapping(x.shown, y.shown, self.width(), self.height())

    def pixel(self, x: float, y: float) -> QPointF:
        """Turn values on the axes of the view shown into a position."""
        return self._pixels([x], [y])[0]

    def _pixels(self, x: Sequence[float], y: Sequence[float]) -> list[QPointF]:
        assert self._view is not None
        across, upwards = sides(self._view)
        shown = self.mapping
        return [
            QPointF(shown.x_pixel(across.coordinate(one)), shown.y_pixel(upwards.coordinate(other)))
            for one, other in zip(x, y, strict=True)
        ]

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._view is None:
            painter.setPen(QColor(self._theme.muted))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(self.rect()).adjusted(12, 0, -12, 0), flags, self._empty_text)
            return
        painter.drawPixmap(0, 0, self._painted(self._view))
        if self._view.marker is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_marker(painter, self.pixel(*self._view.marker), radius=_RADIUS)

    def _painted(self, view: MapView) -> QPixmap:
        """Return all but the marker, which moves."""
        ratio = self.devicePixelRatioF()
        size = (self.size().toSizeF() * ratio).toSize()
        if self._still is not None and self._still.size() == size:
            return self._still
        self._still = QPixmap.fromImage(picture(view, size, scale=ratio))
        self._still.setDevicePixelRatio(ratio)
        painter = QPainter(self._still)
        painter.setPen(QColor(self._theme.muted))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self.font()))
        taken: list[Box] = []
        for contour in view.contours:
            self._paint_contour(painter, contour, taken)
        for mark in view.measured:
            draw_measured(painter, self.pixel(mark.x, mark.y), mark)
        painter.end()
        return self._still

    def _paint_contour(self, painter: QPainter, contour: Contour, taken: list[Box]) -> None:
        line = self._pixels(contour.x.tolist(), contour.y.tolist())
        for colour, width in (("#FFFFFF", 3.5), ("#1B1F24", 1.3)):
            painter.setPen(pen(colour, width=width))
            painter.drawPolyline(QPolygonF(line))
        self._paint_label(painter, contour.label, line, taken)

    def _paint_label(
        self, painter: QPainter, text: str, line: list[QPointF], taken: list[Box]
    ) -> None:
        """Write on the line, near its middle, where no other label is."""
        metrics = painter.fontMetrics()
        width, height = metrics.horizontalAdvance(text) + 8.0, float(metrics.height())
        boxes = []
        for share in (0.5, 0.35, 0.65, 0.2, 0.8):
            point = line[int(share * (len(line) - 1))]
            left = min(max(point.x() - width / 2, 1.0), self.width() - width - 1)
            top = min(max(point.y() - height / 2, 1.0), self.height() - height - 1)
            boxes.append(Box(left, top, width, height))
        free = [box for box in boxes if not any(box.overlaps(other) for other in taken)]
        box = (free or boxes)[0]
        taken.append(box)
        rectangle = QRectF(box.left, box.top, box.width, box.height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 255, 255, 225))
        painter.drawRoundedRect(rectangle, 3, 3)
        painter.setPen(QColor("#1B1F24"))
        painter.drawText(rectangle, int(Qt.AlignmentFlag.AlignCenter), text)
