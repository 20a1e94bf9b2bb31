"""How the values of one column are spread in each group, stage after stage."""

import html
from collections.abc import Callable
from typing import final

import numpy as np
from PySide6.QtCore import QLineF, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QToolTip, QVBoxLayout, QWidget
from typing_extensions import override

from experiments.data_view.views import ColumnView, Stage
from experiments.views import group_colour
from gui.data_card import plain_label
from gui.plots.area import Axes, PlotArea, small_font
from gui.plots.data_strokes import fill_bar, group_dash
from gui.plots.flow_legend import FlowLegend, LegendEntry
from gui.plots.gestures import Mapping
from gui.plots.intervals import Interval
from gui.plots.scales import format_number
from gui.plots.strokes import mixed, pen
from gui.theme import Theme

_NARROWEST = 250
"""Width (pixels) that each stage gets at least."""
_HEIGHT = 11
"""Lines of text that a plot is high."""
_HEADROOM = 0.06
_TINT = 0.16
_THIN, _THICK = 3.0, 9.0
_GAP = 5.0
_NAME_SHARE = 0.4
_MOST_TOLD = 2
"""With more groups, only the largest value of each level is written beside its bars."""


@final
class ColumnPlots(QWidget):
    """Plots of all stages under a legend of the groups, side by side where there is room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._view: ColumnView | None = None
        self._plots: list[QWidget] = []
        self._legend = FlowLegend(theme, self)
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._legend)
        layout.addLayout(self._grid)

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._theme = theme
        if self._view is not None:
            self.show_view(self._view)

    def show_view(self, view: ColumnView) -> None:
        """Show how this column is spread."""
        self._view = view
        entries = [LegendEntry(name, self._sample(group)) for group, name in enumerate(view.groups)]
        self._legend.set_entries(entries, self._theme)
        for plot in self._plots:
            self._grid.removeWidget(plot)
            plot.hide()
            plot.deleteLater()
        self._plots = [_StagePlot(stage, view, self._theme) for stage in view.stages]
        self._arrange()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        across = max(min(self.width() // _NARROWEST, len(self._plots)), 1)
        for index, plot in enumerate(self._plots):
            self._grid.addWidget(plot, index // across, index % across)
        for column in range(max(self._grid.columnCount(), across)):
            self._grid.setColumnStretch(column, int(column < across))

    def _sample(self, group: int) -> Callable[[QPainter, QLineF], None]:
        def draw(painter: QPainter, line: QLineF) -> None:
            box = QRectF(line.x1(), line.y1() - 5, line.length(), 10)
            fill_bar(painter, box, group, self._theme)

        return draw


class _StagePlot(QWidget):
    """One stage: its title, its bins or bars, and what is not drawn."""

    def __init__(self, stage: Stage, view: ColumnView, theme: Theme) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(plain_label(stage.title, role="heading"))
        plot: QWidget
        plot = _Bars(stage, view.groups, theme) if stage.names else _Bins(stage, view, theme)
        plot.setAccessibleName(f"{view.column} {stage.title}: {stage.unit}")
        plot.setAccessibleDescription(_told(stage, view.groups))
        layout.addWidget(plot, 0 if stage.names else 1)
        if stage.note:
            layout.addWidget(plain_label(stage.note, role="muted"))
        if stage.names:
            layout.addStretch(1)


class _Bins(QWidget):
    """Steps of each group over common bins."""

    def __init__(self, stage: Stage, view: ColumnView, theme: Theme) -> None:
        super().__init__()
        self._stage, self._groups, self._theme = stage, view.groups, theme
        self._area = PlotArea(theme, self)
        self._canvas = _Steps(stage, view.groups, theme, self._area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._area)
        self._area.resized.connect(self._arrange)
        self._axes = _axes(stage, view.column)
        self.setMinimumHeight(_HEIGHT * self.fontMetrics().height())

    def _arrange(self) -> None:
        inner = self._area.arrange(self._axes, self._area.margin_for(self._axes))
        self._canvas.setGeometry(inner)
        marks = [tick.position for tick in self._area.y_ticks]
        self._canvas.set_axes(self._axes.x, self._axes.y, marks)


class _Steps(QWidget):
    """The drawn part of a histogram."""

    def __init__(
        self, stage: Stage, groups: tuple[str, ...], theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._stage, self._groups, self._theme = stage, groups, theme
        self._shown: Mapping | None = None
        self._marks: list[float] = []
        self.setMouseTracking(True)

    def set_axes(self, x: Interval, y: Interval, marks: list[float]) -> None:
        """Take over what the axes show."""
        self._shown = Mapping(x, y, self.width(), self.height())
        self._marks = marks
        self.update()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        edges = self._stage.edges
        if self._shown is None or edges.size < 2:
            return
        value = self._shown.x_at(event.position().x())
        place = int(np.searchsorted(edges, value, side="right")) - 1
        if not 0 <= place < edges.size - 1:
            QToolTip.hideText()
            return
        span = f"{format_number(edges[place])} to {format_number(edges[place + 1])}"
        _tell(self, event, span, self._groups, self._stage.shares[:, place], self._stage.unit)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        edges, shares = self._stage.edges, self._stage.shares
        if self._shown is None or edges.size < 2:
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), "no values")
            return
        painter.setPen(QColor(self._theme.grid))
        for mark in self._marks:
            row = round(self._shown.y_pixel(mark))
            painter.drawLine(0, row, self.width(), row)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = [self._shown.x_pixel(edge) for edge in np.repeat(edges, 2).tolist()]
        for group, heights in enumerate(shares):
            y = np.concatenate(([0.0], np.repeat(np.nan_to_num(heights), 2), [0.0])).tolist()
            points = [
                QPointF(left, self._shown.y_pixel(height))
                for left, height in zip(x, y, strict=True)
            ]
            colour = QColor(group_colour(group))
            if len(shares) <= 2:
                colour.setAlphaF(_TINT)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawPolygon(QPolygonF(points))
            painter.setPen(pen(group_colour(group), width=1.6, dash=group_dash(group)))
            painter.drawPolyline(QPolygonF(points))


class _Bars(QWidget):
    """A bar of each group for every level, one level below the other."""

    def __init__(self, stage: Stage, groups: tuple[str, ...], theme: Theme) -> None:
        super().__init__()
        self._stage, self._groups, self._theme = stage, groups, theme
        self.setMouseTracking(True)
        count = len(groups)
        self._thick = min(max(30.0 / max(count, 1), _THIN), _THICK)
        self.setFixedHeight(int(self._row * len(stage.names)) + self.fontMetrics().height() + 4)

    @property
    def _row(self) -> float:
        """Height of one level."""
        line = float(self.fontMetrics().height())
        return max(line, self._thick * len(self._groups)) + _GAP

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = int(event.position().y() // self._row)
        if 0 <= place < len(self._stage.names):
            shares = self._stage.shares[:, place]
            name = self._stage.names[place]
            _tell(self, event, name, self._groups, shares, self._stage.unit)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(small_font(self.font()))
        metrics = painter.fontMetrics()
        names, shares = self._stage.names, np.nan_to_num(self._stage.shares)
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0)
        room = int(min(widest, _NAME_SHARE * self.width())) + 2
        start, words = room + 8.0, metrics.horizontalAdvance("00 % · 00 % · ") + 6.0
        low, high = min(float(shares.min(initial=0.0)), 0.0), float(shares.max(initial=0.0))
        scale = (self.width() - start - words) / ((high - low) or 1.0)
        zero = start - low * scale
        for place, name in enumerate(names):
            top = place * self._row
            painter.setPen(QColor(self._theme.text))
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
            box = QRectF(0, top, room, self._row)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, int(flags), shown)
            offset = (self._row - self._thick * len(shares)) / 2
            for group, share in enumerate(shares[:, place].tolist()):
                left, right = sorted((zero, zero + share * scale))
                bar = QRectF(left, top + offset + group * self._thick, right - left, 0)
                bar.setHeight(max(self._thick - 1.5, 1.5))
                fill_bar(painter, bar, group, self._theme)
            end = zero + max(float(shares[:, place].max(initial=0.0)), 0.0) * scale + 5
            painter.setPen(QColor(self._theme.muted))
            drawn = (
                shares[:, place]
                if len(shares) <= _MOST_TOLD
                else shares[:, place].max(keepdims=True)
            )
            text = " · ".join(_share(share, self._stage.unit) for share in drawn.tolist())
            place_of_words = QRectF(end, top, words + 40, self._row)
            painter.drawText(place_of_words, int(Qt.AlignmentFlag.AlignVCenter), text)
        painter.setPen(mixed(self._theme.surface, self._theme.muted, 0.6))
        bottom = self._row * len(names)
        painter.drawLine(QLineF(zero, 0, zero, bottom))
        painter.setPen(QColor(self._theme.muted))
        unit = QRectF(start, bottom, self.width() - start, metrics.height() + 4)
        painter.drawText(unit, int(Qt.AlignmentFlag.AlignLeft), self._stage.unit)


def _axes(stage: Stage, column: str) -> Axes:
    edges = stage.edges
    if edges.size < 2:
        nothing = Interval(0.0, 1.0)
        return Axes(nothing, nothing, x_log=False, y_log=False, x_label="", y_label="", empty=True)
    highest = float(np.nan_to_num(stage.shares).max(initial=0.0)) or 1.0
    return Axes(
        Interval(float(edges[0]), float(edges[-1])),
        Interval(0.0, highest * (1 + _HEADROOM)),
        x_log=False,
        y_log=False,
        x_label=column,
        y_label=stage.unit,
        empty=False,
    )


def _told(stage: Stage, groups: tuple[str, ...]) -> str:
    """Say in words where each group has most."""
    parts = []
    for name, shares in zip(groups, stage.shares, strict=True):
        if not shares.size or np.isnan(shares).all():
            parts.append(f"{name}: no values")
            continue
        place = int(np.nanargmax(shares))
        where = (
            stage.names[place]
            if stage.names
            else f"{format_number(stage.edges[place])} to {format_number(stage.edges[place + 1])}"
        )
        parts.append(f"{name}: most at {where}, {_share(shares[place], stage.unit)}")
    return ". ".join(parts)


def _share(value: float, unit: str) -> str:
    if unit.startswith("share"):
        return f"{100 * value:.0f} %"
    return f"{value:.2f}".replace("-", "−")


def _tell(
    widget: QWidget,
    event: QMouseEvent,
    where: str,
    groups: tuple[str, ...],
    shares: np.ndarray,
    unit: str,
) -> None:
    """Show the values of all groups at a bin or a level."""
    lines = [
        f"{html.escape(name)}: {_share(share, unit) if np.isfinite(share) else 'no data'}"
        for name, share in zip(groups, shares.tolist(), strict=True)
    ]
    text = f"<span><b>{html.escape(where)}</b><br>{'<br>'.join(lines)}</span>"
    corner: QPoint = event.globalPosition().toPoint()
    QToolTip.showText(corner, text, widget)
