"""What the colours of a map mean: classes with their hatching, or a scale of numbers."""

from collections.abc import Callable
from dataclasses import replace
from typing import final

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from experiments.map_view import ColourBar, MapEntry, MapView, MeasuredMark
from gui.plots.area import small_font
from gui.plots.flow_legend import FlowLegend, LegendEntry
from gui.plots.map_picture import draw_measured, draw_swatch
from gui.theme import Theme

_SWATCH = (18.0, 12.0)
_BAR = 10
_TICK = 3
_WIDEST = 460


@final
class MapLegend(QWidget):
    """Entries of classes and marks over a colour bar, whichever there are."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries = FlowLegend(theme, self)
        self._bar = _BarView(theme, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._bar)
        layout.addWidget(self._entries)

    @property
    def texts(self) -> tuple[str, ...]:
        """What the entries say."""
        return self._entries.texts

    @property
    def bar(self) -> ColourBar | None:
        """The scale shown; None where there is none."""
        return self._bar.bar

    def show_view(self, view: MapView | None, theme: Theme) -> None:
        """Explain what this view shows."""
        self._theme = theme
        entries = [] if view is None else self._made(view)
        self._entries.set_entries(entries, theme)
        self._entries.setVisible(bool(entries))
        self._bar.show_bar(None if view is None else view.bar, theme)
        self.updateGeometry()

    def _made(self, view: MapView) -> list[LegendEntry]:
        """Name each ending once, and after it the numbers of crossings."""
        entries, begun = [], ""
        for entry in view.entries:
            start, _, rest = entry.label.rpartition(", ")
            follows = bool(start) and start == begun
            short = rest.removesuffix("s").removesuffix(" crossing")
            text = short if follows else entry.label
            entries.append(LegendEntry(text, self._swatch(entry), follows=follows))
            begun = start
        if view.measured:
            one = replace(view.measured[0], colour=self._theme.muted)
            entries += [
                LegendEntry("runs agree with the map", _mark(replace(one, agrees=True))),
                LegendEntry("most runs do not", _mark(replace(one, agrees=False))),
            ]
        return entries

    def _swatch(self, entry: MapEntry) -> Callable[[QPainter, QLineF], None]:
        def draw(painter: QPainter, line: QLineF) -> None:
            width, height = _SWATCH
            middle = line.center()
            box = QRectF(round(middle.x() - width / 2), round(middle.y() - height / 2), *_SWATCH)
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            draw_swatch(painter, box, entry, rim=self._theme.muted)
            painter.restore()

        return draw


def _mark(mark: MeasuredMark) -> Callable[[QPainter, QLineF], None]:
    def draw(painter: QPainter, line: QLineF) -> None:
        draw_measured(painter, line.center(), mark)

    return draw


@final
class _BarView(QWidget):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.bar: ColourBar | None = None
        self.setMaximumWidth(_WIDEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bar(self, bar: ColourBar | None, theme: Theme) -> None:
        self.bar, self._theme = bar, theme
        self.setVisible(bar is not None)
        self.setFixedHeight(2 * self.fontMetrics().height() + _BAR + _TICK + 2)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self.bar is None:
            return
        painter = QPainter(self)
        painter.setFont(small_font(self.font()))
        metrics = painter.fontMetrics()
        line = metrics.height()
        painter.setPen(QColor(self._theme.text))
        words = QRectF(0, 0, self.width(), line)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignLeft), self.bar.label)
        colours = np.ascontiguousarray(self.bar.colours[None])
        count = colours.shape[1]
        image = QImage(colours.tobytes(), count, 1, 3 * count, QImage.Format.Format_RGB888)
        edge = metrics.horizontalAdvance("00") + 1.0
        box = QRectF(edge, line + 1, self.width() - 2 * edge, _BAR)
        painter.drawImage(box, image)
        painter.setPen(QColor(self._theme.muted))
        taken = -1e9
        for share, text in self.bar.ticks:
            x = box.left() + share * box.width()
            painter.drawLine(QPointF(x, box.bottom()), QPointF(x, box.bottom() + _TICK))
            width = float(metrics.horizontalAdvance(text))
            left = min(max(x - width / 2, 0.0), self.width() - width)
            if left > taken:
                painter.drawText(QPointF(left, box.bottom() + _TICK + metrics.ascent()), text)
                taken = left + width + 4.0
