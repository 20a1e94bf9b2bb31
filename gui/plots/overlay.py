"""The words and lines over the curves: markers, captions, moment, crosshair, readout, hint."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from experiments.views import Dash
from gui.plots.area import small_font
from gui.plots.captions import Box, band_caption, marker_captions
from gui.plots.curve_stack import Reading
from gui.plots.gestures import GestureArea, Mapping
from gui.plots.intervals import Interval
from gui.plots.legend import draw_sample
from gui.plots.strokes import mixed, pen
from gui.theme import Theme

_PAD = 5.0
_SAMPLE = 24.0
_FOOT = 4.0
_MOST_ROWS = 4
_NEAR = 6.0
"""Distance in pixels at which the pointer is at a quiet line."""
_HINT = "Zoomed. Double click to follow again"


@dataclass(frozen=True, slots=True)
class Words:
    """What is written over the curves, in axis coordinates.

    Attributes
    ----------
    markers
        Positions and sentences of the vertical lines.
    quiet
        The same of lines whose sentences are written only where the pointer is.
    bands
        Visible stretches of the shaded parts and their captions.
    readings_title
        Names the place of the crosshair.
    moment
        Position that the window looks at; NaN for none.
    at_moment
        The curves there.
    zoomed
        Whether to say how to follow the data again.
    empty
        The sentence shown instead of curves; no words for none.
    """

    markers: Sequence[tuple[float, str]] = ()
    quiet: Sequence[tuple[float, str]] = ()
    bands: Sequence[tuple[Interval, str]] = ()
    readings: Sequence[Reading] = ()
    readings_title: str = ""
    moment: float = math.nan
    at_moment: Sequence[Reading] = ()
    zoomed: bool = False
    empty: str = ""


@final
class Overlay(GestureArea):
    """Paints words over the canvas and takes its events."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.words = Words()
        self._painted: tuple[Words, Theme, Mapping, float] | None = None

    def show_words(self, words: Words, theme: Theme) -> None:
        """Write these words."""
        if (words, theme, self.mapping, self.cursor_position) == self._painted:
            return
        self._painted = (words, theme, self.mapping, self.cursor_position)
        self.words, self._theme = words, theme
        self.update()

    def caption_height(self) -> float:
        """Height of the captions at the top (pixels), for which the axis leaves room."""
        boxes = (box for box in (*self._band_boxes(), *self._marker_boxes()) if box is not None)
        return max((box.top + box.height for box in boxes), default=0.0)

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(small_font(self.font()))

    def _row(self) -> float:
        return self._metrics().height() + 6.0

    def _lines(self) -> list[float]:
        return [self.mapping.x_pixel(position) for position, _ in self.words.markers]

    def _band_boxes(self) -> list[Box | None]:
        metrics = self._metrics()
        return [
            band_caption(
                Interval(self.mapping.x_pixel(part.low), self.mapping.x_pixel(part.high)),
                self._lines(),
                width=metrics.horizontalAdvance(text) + 2.0,
                height=metrics.height(),
            )
            for part, text in self.words.bands
        ]

    def _marker_boxes(self) -> list[Box | None]:
        metrics = self._metrics()
        first = 1 if any(text for _, text in self.words.bands) else 0
        last = min(first + _MOST_ROWS, int(self.height() / 2 / self._row()))
        widths = [
            min(metrics.horizontalAdvance(text) + 2 * _PAD, 0.9 * self.width())
            for _, text in self.words.markers
        ]
        return marker_captions(
            self._lines(),
            widths,
            canvas_width=self.width(),
            row=self._row(),
            rows=range(first, last),
        )

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(small_font(self.font()))
        if self.words.empty:
            painter.setPen(QColor(self._theme.muted))
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.setFont(self.font())
            painter.drawText(QRectF(self.rect()).adjusted(12, 0, -12, 0), flags, self.words.empty)
            return
        self._paint_quiet_lines(painter)
        self._paint_captions(painter)
        if self._rectangle is not None:
            painter.setPen(pen(self._theme.accent))
            fill = QColor(self._theme.accent)
            fill.setAlphaF(0.12)
            painter.setBrush(fill)
            painter.drawRect(self._rectangle.adjusted(0.5, 0.5, -0.5, -0.5))
        if not math.isnan(self.words.moment):
            self._paint_moment(painter)
        if self.words.zoomed:
            self._paint_hint(painter)
        if not math.isnan(self.cursor_position):
            self._paint_crosshair(painter)
            self._paint_quiet_words(painter)
        if self.hasFocus() and self._focused_by_keys:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(pen(self._theme.accent))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_captions(self, painter: QPainter) -> None:
        painter.setPen(pen(self._theme.muted, dash=Dash.DOTTED))
        for line in self._lines():
            if 0.0 <= line <= self.width():
                painter.drawLine(QLineF(round(line), 0, round(line), self.height()))
        for (_, text), box in zip(self.words.bands, self._band_boxes(), strict=True):
            if box is not None:
                self._paint_text(painter, box, text, self._theme.muted)
        for (_, text), box in zip(self.words.markers, self._marker_boxes(), strict=True):
            if box is not None:
                self._paint_box(painter, QRectF(box.left, box.top, box.width, box.height))
                inner = Box(box.left + _PAD, box.top, box.width - 2 * _PAD, box.height)
                self._paint_text(painter, inner, text, self._theme.text)

    def _paint_quiet_lines(self, painter: QPainter) -> None:
        """Draw thin lines that hang from a small triangle."""
        painter.setPen(pen(self._theme.error, dash=Dash.DOTTED))
        painter.setBrush(QColor(self._theme.error))
        for position, _ in self.words.quiet:
            line = round(self.mapping.x_pixel(position))
            if 0 <= line <= self.width():
                painter.drawLine(QLineF(line, 0, line, self.height()))
                corners = ((-_FOOT, 0.0), (_FOOT + 1, 0.0), (0.5, 1.5 * _FOOT))
                painter.drawPolygon([QPointF(line + across, down) for across, down in corners])

    def _paint_quiet_words(self, painter: QPainter) -> None:
        """Write what the quiet lines at the pointer stand for, over the foot of the plot."""
        at = self.mapping.x_pixel(self.cursor_position)
        near = [
            text
            for position, text in self.words.quiet
            if abs(self.mapping.x_pixel(position) - at) <= _NEAR
        ][-_MOST_ROWS:]
        metrics, row = painter.fontMetrics(), self._row()
        for number, text in enumerate(reversed(near), start=1):
            width = min(metrics.horizontalAdvance(text) + 2 * _PAD + 2, self.width() - 4.0)
            left = min(max(at - width / 2, 2.0), self.width() - width - 2.0)
            box = Box(left, self.height() - number * row - 2.0, width, row - 2.0)
            self._paint_box(painter, QRectF(box.left, box.top, box.width, box.height))
            inner = Box(box.left + _PAD, box.top, box.width - 2 * _PAD, box.height)
            self._paint_text(painter, inner, text, self._theme.text)

    def _paint_hint(self, painter: QPainter) -> None:
        width = painter.fontMetrics().horizontalAdvance(_HINT) + 2 * _PAD
        box = Box(self.width() - width - 6, self.height() - self._row() - 4, width, self._row() - 2)
        self._paint_box(painter, QRectF(box.left, box.top, box.width, box.height))
        inner = Box(box.left + _PAD, box.top, box.width - 2 * _PAD, box.height)
        self._paint_text(painter, inner, _HINT, self._theme.muted)

    def _paint_moment(self, painter: QPainter) -> None:
        x = self.mapping.x_pixel(self.words.moment)
        if 0.0 <= x <= self.width():
            line, foot = min(max(round(x), 0), self.width() - 1), self.height()
            painter.setPen(pen(self._theme.accent))
            painter.drawLine(QLineF(line, 0, line, foot))
            corners = ((-_FOOT, foot), (_FOOT + 1, foot), (0.5, foot - 1.5 * _FOOT))
            painter.setBrush(QColor(self._theme.accent))
            painter.drawPolygon([QPointF(line + across, height) for across, height in corners])
            self._paint_dots(painter, x, self.words.at_moment)

    def _paint_crosshair(self, painter: QPainter) -> None:
        x = self.mapping.x_pixel(self.cursor_position)
        painter.setPen(pen(self._theme.muted))
        painter.drawLine(QLineF(round(x), 0, round(x), self.height()))
        self._paint_dots(painter, x, self.words.readings)
        self._paint_readout(painter, x)

    def _paint_dots(self, painter: QPainter, x: float, readings: Sequence[Reading]) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(self._theme.surface))
        for reading in readings:
            y = self.mapping.y_pixel(reading.height)
            if 0.0 <= y <= self.height():
                painter.setBrush(QColor(reading.style.colour))
                painter.drawEllipse(QPointF(x, y), 3.5, 3.5)
        painter.restore()

    def _paint_readout(self, painter: QPainter, x: float) -> None:
        metrics = painter.fontMetrics()
        row = metrics.height() + 2.0
        fitting = max(int((self.height() - 2 * _PAD) / row) - 1, 1)
        readings = list(self.words.readings)
        more = len(readings) - fitting
        rest = f"{more + 1} more" if more > 0 else ""
        if rest:
            readings = readings[: fitting - 1]
        names = max((metrics.horizontalAdvance(part.label) for part in readings), default=0)
        names = min(names, int(0.4 * self.width()))
        values = max((metrics.horizontalAdvance(part.text) for part in readings), default=0)
        title = metrics.horizontalAdvance(self.words.readings_title)
        width = max(_SAMPLE + names + values + 18.0, float(title)) + 2 * _PAD + 2
        width = min(width, float(self.width()))
        height = (len(readings) + 1 + bool(rest)) * row + 2 * _PAD
        left = x + 12 if x + 12 + width <= self.width() else x - 12 - width
        left = min(max(left, 0.0), max(self.width() - width, 0.0))
        top = self._quiet_side(height)
        self._paint_box(painter, QRectF(left, top, width, height))
        line = Box(left + _PAD, top + _PAD, width - 2 * _PAD, row)
        self._paint_text(painter, line, self.words.readings_title, self._theme.muted)
        for number, reading in enumerate(readings, start=1):
            y = top + _PAD + number * row
            draw_sample(painter, reading.style, QPointF(left + _PAD, y + row / 2), self._theme)
            label = Box(left + _PAD + _SAMPLE + 6, y, names + 2, row)
            self._paint_text(painter, label, reading.label, self._theme.text)
            value = QRectF(left + width - _PAD - values - 2, y, values + 2, row)
            painter.drawText(
                value,
                int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
                reading.text,
            )
        if rest:
            last = Box(line.left, top + height - _PAD - row, line.width, row)
            self._paint_text(painter, last, rest, self._theme.muted)

    def _quiet_side(self, height: float) -> float:
        """Choose the top of the readout: above or below, where fewer values are."""
        lowest = max(self.height() - height - 4.0, 0.0)
        upper = min(max(self.caption_height(), 4.0), lowest)
        heights = [self.mapping.y_pixel(part.height) for part in self.words.readings]
        covered = [
            sum(top - 4 <= value <= top + height + 4 for value in heights)
            for top in (upper, lowest)
        ]
        return upper if covered[0] <= covered[1] else lowest

    def _paint_box(self, painter: QPainter, box: QRectF) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(self._theme.line))
        painter.setBrush(mixed(self._theme.surface, self._theme.background, 0.4))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.restore()

    @staticmethod
    def _paint_text(painter: QPainter, box: Box, text: str, colour: str) -> None:
        painter.setPen(QColor(colour))
        shown = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, math.ceil(box.width) + 1
        )
        painter.drawText(
            QRectF(box.left, box.top, box.width + 1, box.height),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine),
            shown,
        )
