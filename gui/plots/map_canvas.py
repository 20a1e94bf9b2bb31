"""The drawn part of a map: cells, lines, what was measured, and the marker."""

from typing import final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPolygonF
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


@final
class MapCanvas(QWidget):
    """Paints a view; takes no events."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: MapView | None = None
        self._picture: QImage | None = None
        self._empty_text = ""

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._theme = theme
        self.update()

    def set_empty_text(self, text: str) -> None:
        """Choose the sentence shown while there is no view."""
        self._empty_text = text
        self.update()

    def show_view(self, view: MapView | None) -> None:
        """Paint this view; None for the empty text."""
        before, self._view = self._view, view
        if before is None or view is None or view.pixels is not before.pixels:
            self._picture = None
        self.update()

    @property
    def mapping(self) -> Mapping:
        """Between pixels and axis coordinates of the view shown."""
        assert self._view is not None
        x, y = sides(self._view)
        return Mapping(x.shown, y.shown, self.width(), self.height())

    def pixel(self, x: float, y: float) -> QPointF:
        """Turn values on the axes of the view shown into a position."""
        assert self._view is not None
        across, upwards = sides(self._view)
        mapping = self.mapping
        return QPointF(
            mapping.x_pixel(across.coordinate(x)), mapping.y_pixel(upwards.coordinate(y))
        )

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._view is None:
            painter.setPen(QColor(self._theme.muted))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(self.rect()).adjusted(12, 0, -12, 0), flags, self._empty_text)
            return
        painter.drawImage(self.rect(), self._painted(self._view))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(small_font(self.font()))
        taken: list[Box] = []
        for contour in self._view.contours:
            self._paint_contour(painter, contour, taken)
        for mark in self._view.measured:
            draw_measured(painter, self.pixel(mark.x, mark.y), mark)
        if self._view.marker is not None:
            draw_marker(painter, self.pixel(*self._view.marker), radius=_RADIUS)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(self._theme.muted))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _painted(self, view: MapView) -> QImage:
        ratio = self.devicePixelRatioF()
        size: QSize = (self.size().toSizeF() * ratio).toSize()
        if self._picture is None or self._picture.size() != size:
            self._picture = picture(view.pixels, view.hatched, size, scale=ratio)
        return self._picture

    def _paint_contour(self, painter: QPainter, contour: Contour, taken: list[Box]) -> None:
        assert self._view is not None
        points = zip(contour.x.tolist(), contour.y.tolist(), strict=True)
        line = [self.pixel(x, y) for x, y in points]
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
