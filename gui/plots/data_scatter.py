"""Rows as dots along two axes: a colour for each group, a symbol for each class."""

import html
from collections.abc import Callable
from functools import partial
from typing import final

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QToolTip, QVBoxLayout, QWidget
from typing_extensions import override

from experiments.data_view.views import ScatterView
from experiments.data_view.words import class_letters
from experiments.views import group_colour
from gui.data_card import plain_label
from gui.panel.controls import ChoiceBox
from gui.plots.area import Axes, PlotArea
from gui.plots.data_strokes import draw_dot, stamp
from gui.plots.flow_legend import FlowLegend, LegendEntry
from gui.plots.gestures import Mapping
from gui.plots.intervals import Interval
from gui.plots.scales import format_number
from gui.plots.strokes import pen
from gui.theme import Theme

_HEIGHT = 20
"""Lines of text that the plot is high."""
_ROOM = 0.04
_NEAR = 9.0
_SIDE = 17
_EVERYBODY = "all groups"
_LETTERS = 9
_UNIT = Interval(0.0, 1.0)
_NO_AXES = Axes(_UNIT, _UNIT, x_log=False, y_log=False, x_label="", y_label="", empty=True)


@final
class DataScatter(QWidget):
    """The plot, its legend, and choices of axes and of a group to look at alone.

    Signals
    -------
    axes_chosen
        The x and the y axis that the user wants.
    """

    axes_chosen = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._view: ScatterView | None = None
        self._axis_boxes = (ChoiceBox(), ChoiceBox())
        line = QHBoxLayout()
        for box, name in zip(self._axis_boxes, ("across", "upwards"), strict=True):
            box.setAccessibleName(f"Scatter plot, {name}")
            box.setMinimumContentsLength(_LETTERS)
            box.activated.connect(self._tell)
            label = plain_label(name, role="muted", wraps=False)
            label.setBuddy(box)
            line.addWidget(label)
            line.addWidget(box)
        self._group_box = ChoiceBox()
        self._group_box.setAccessibleName("Group whose rows are shown")
        self._group_box.setMinimumContentsLength(_LETTERS)
        self._group_box.activated.connect(self._choose_group)
        line.addWidget(plain_label("rows of", role="muted", wraps=False))
        line.addWidget(self._group_box)
        line.addStretch(1)
        self._legend = FlowLegend(theme, self)
        self._area = PlotArea(theme, self)
        self.dots = _Dots(theme, self._area)
        self._area.resized.connect(self._arrange)
        self._area.setMinimumHeight(_HEIGHT * self.fontMetrics().height())
        self._note = plain_label(role="muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(line)
        layout.addWidget(self._legend)
        layout.addWidget(self._area, 1)
        layout.addWidget(self._note)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._theme = theme
        for part in (self._area, self.dots):
            part.set_theme(theme)
        self._show_legend()

    @property
    def boxes(self) -> tuple[ChoiceBox, ChoiceBox, ChoiceBox]:
        """What lets the axes and the group be chosen."""
        return (*self._axis_boxes, self._group_box)

    @property
    def axes(self) -> tuple[str, str]:
        """The axes that are chosen."""
        x, y = self._axis_boxes
        return x.currentText(), y.currentText()

    def offer_axes(self, axes: tuple[str, ...], first: tuple[str, str]) -> None:
        """Offer these axes; those chosen before are kept where they still exist."""
        before = self.axes
        chosen = before if set(before) <= set(axes) else first
        for box, name in zip(self._axis_boxes, chosen, strict=True):
            if tuple(box.itemText(index) for index in range(box.count())) != axes:
                box.clear()
                box.addItems(list(axes))
            box.setCurrentIndex(axes.index(name))

    def show_view(self, view: ScatterView) -> None:
        """Show these rows."""
        self._view = view
        self._offer_groups(view.groups)
        self._show_legend()
        self._note.setText(view.note)
        self.dots.setAccessibleName(f"Rows: {view.x_label} across, {view.y_label} upwards")
        self.dots.setAccessibleDescription(view.note)
        self._arrange()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange()

    def _tell(self) -> None:
        self.axes_chosen.emit(*self.axes)

    def _offer_groups(self, groups: tuple[str, ...]) -> None:
        texts = [self._group_box.itemText(index) for index in range(self._group_box.count())]
        if texts != [_EVERYBODY, *groups]:
            self._group_box.clear()
            self._group_box.addItems([_EVERYBODY, *groups])

    def _choose_group(self) -> None:
        if self._view is not None:
            self.dots.show_view(self._view, self._group)

    @property
    def _group(self) -> int | None:
        """The group to look at alone; None for all."""
        chosen = self._group_box.currentIndex()
        return chosen - 1 if chosen > 0 else None

    def _show_legend(self) -> None:
        view = self._view
        if view is None:
            return
        entries = [
            LegendEntry(name, self._sample(group_colour(group), 0, ""))
            for group, name in enumerate(view.groups)
        ]
        names = class_letters(view.classes)
        entries += [
            LegendEntry(name, self._sample(self._theme.muted, label, names[label]))
            for label, name in enumerate(view.classes)
            if names[label] != name
        ]
        if view.relabelled.any():
            hollow = self._sample(self._theme.muted, 0, "", hollow=True)
            entries.append(LegendEntry("hollow: label changed on purpose", hollow))
        self._legend.set_entries(entries, self._theme)

    def _sample(
        self, colour: str, label: int, name: str, *, hollow: bool = False
    ) -> Callable[[QPainter, QLineF], None]:
        def draw(painter: QPainter, line: QLineF) -> None:
            draw_dot(painter, line.center(), colour=colour, label=label, name=name, hollow=hollow)

        return draw

    def _arrange(self) -> None:
        axes = _NO_AXES
        if self._view is not None and self._view.x.size:
            axes = Axes(
                _span(self._view.x),
                _span(self._view.y),
                x_log=False,
                y_log=False,
                x_label=self._view.x_label,
                y_label=self._view.y_label,
                empty=False,
            )
        self.dots.setGeometry(self._area.arrange(axes, self._area.margin_for(axes)))
        marks = self._area.x_ticks, self._area.y_ticks
        columns, rows = ([tick.position for tick in ticks] for ticks in marks)
        self.dots.set_axes(axes, (columns, rows))
        if self._view is not None:
            self.dots.show_view(self._view, self._group)


@final
class _Dots(QWidget):
    """The drawn part; dots are painted once and kept as a picture."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: ScatterView | None = None
        self._shown: Mapping | None = None
        self._grid: tuple[list[float], list[float]] = ([], [])
        self._pixels = np.empty((0, 2))
        self._drawn = np.empty(0, dtype=np.intp)
        self._picture: QPixmap | None = None
        self.setMouseTracking(True)

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._theme = theme
        self._picture = None
        self.update()

    def set_axes(self, axes: Axes, grid: tuple[list[float], list[float]]) -> None:
        """Take over what the axes show."""
        self._shown = None if axes.empty else Mapping(axes.x, axes.y, self.width(), self.height())
        self._grid = grid

    def show_view(self, view: ScatterView, group: int | None) -> None:
        """Draw the rows of one group; None for those of all."""
        self._view = view
        self._picture = None
        members = view.group >= 0 if group is None else view.group == group
        self._drawn = np.flatnonzero(members)
        if self._shown is None:
            self._pixels = np.empty((0, 2))
        else:
            x, y = self._shown.x, self._shown.y
            across = (view.x[self._drawn] - x.low) * (self.width() / x.span)
            upwards = (y.high - view.y[self._drawn]) * (self.height() / y.span)
            self._pixels = np.stack((across, upwards), axis=1)
        self.update()

    def pixel_of(self, row: int) -> QPointF:
        """Give the place of a row that is drawn."""
        x, y = self._pixels[row].tolist()
        return QPointF(x, y)

    def describe_at(self, position: QPointF) -> str:
        """Name group, class and place of the row at a position; nothing where none is near."""
        view = self._view
        if view is None or not len(self._pixels):
            return ""
        distances = np.hypot(*(self._pixels - (position.x(), position.y())).T)
        nearest = int(distances.argmin())
        if distances[nearest] > _NEAR:
            return ""
        row = self._drawn[nearest]
        place = f"{format_number(float(view.x[row]))}, {format_number(float(view.y[row]))}"
        changed = ", changed on purpose" if view.relabelled[row] else ""
        names = view.groups[view.group[row]], view.classes[view.label[row]]
        return f"{names[0]}, {names[1]}{changed} ({place})"

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        words = html.escape(self.describe_at(event.position()))
        text = words and f"<span>{words}</span>"
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._shown is None:
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), "no rows to draw")
            return
        if self._picture is None or self._picture.devicePixelRatioF() != self.devicePixelRatioF():
            self._picture = self._painted(self._shown)
        painter.drawPixmap(0, 0, self._picture)

    def _painted(self, shown: Mapping) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self._theme.surface))
        painter = QPainter(picture)
        painter.setPen(pen(self._theme.grid))
        for x in self._grid[0]:
            painter.drawLine(QLineF(shown.x_pixel(x), 0, shown.x_pixel(x), self.height()))
        for y in self._grid[1]:
            painter.drawLine(QLineF(0, shown.y_pixel(y), self.width(), shown.y_pixel(y)))
        if self._view is not None:
            self._paint_dots(painter, self._view)
        painter.end()
        return picture

    def _paint_dots(self, painter: QPainter, view: ScatterView) -> None:
        names = class_letters(view.classes)
        stamps: dict[tuple[int, int, bool], QPixmap] = {}
        half = _SIDE / 2
        for row, (x, y) in zip(self._drawn, self._pixels, strict=True):
            look = int(view.group[row]), int(view.label[row]), bool(view.relabelled[row])
            if look not in stamps:
                stamps[look] = self._stamp(*look, name=names[look[1]])
            painter.drawPixmap(QPointF(x - half, y - half), stamps[look])

    def _stamp(self, group: int, label: int, hollow: bool, *, name: str) -> QPixmap:
        look = partial(draw_dot, colour=group_colour(group), label=label, name=name, hollow=hollow)
        return stamp(self, _SIDE, look)


def _span(values: np.ndarray) -> Interval:
    return Interval(float(values.min()), float(values.max())).padded(below=_ROOM, above=_ROOM)
