"""Where the network changes its decision, on a plane, with rows on top."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QTimer
from PySide6.QtGui import QLinearGradient, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from experiments.data_view.words import class_letters
from experiments.snapshot_views import Boundary
from gui.data_card import DataCard
from gui.plots.area import Axes, PlotArea
from gui.plots.boundary_canvas import BoundaryCanvas, draw_row, shade
from gui.plots.flow_legend import FlowLegend, LegendEntry
from gui.plots.group_name import paint_swatch
from gui.plots.intervals import Interval
from gui.plots.strokes import pen
from gui.theme import Theme

_LINES = 14
_HELP = (
    "What the network would answer everywhere on a plane through its inputs, and where rows lie.",
    "The line is where its decision changes; colours of dots are groups, symbols are labels, and"
    " hollow dots are answered wrong. Look which group lies on the wrong side.",
    "With more than two columns the plane is one of many, and rows off it may be on the other side"
    " than they seem to be.",
)


class BoundaryView(QWidget):
    """A card with a legend over axes."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._view: Boundary | None = None
        card = DataCard("Decision boundary", _HELP)
        self._legend = FlowLegend(theme, card)
        self._area = PlotArea(theme, card)
        self.canvas = BoundaryCanvas(theme, self._area)
        self._area.resized.connect(self._arrange)
        card.body.addWidget(self._legend)
        card.body.addWidget(self._area, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 6, 0)
        layout.addWidget(card)
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._theme = theme
        self._area.set_theme(theme)
        self.canvas.set_theme(theme)
        self._show_legend()

    def show_view(self, view: Boundary) -> None:
        """Show another moment."""
        self._view = view
        self._show_legend()
        self.canvas.setAccessibleName(f"Boundary: {view.x_label} across, {view.y_label} upwards")
        self.canvas.setAccessibleDescription(view.caption)
        self._arrange()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()
            QTimer.singleShot(0, self, self._arrange)  # the axes take their font over first

    def _fit(self) -> None:
        self._area.setMinimumHeight(_LINES * self.fontMetrics().height())

    def _arrange(self) -> None:
        view = self._view
        if view is None:
            return
        x, y = (
            Interval(float(low), float(high)) for low, high in zip(view.low, view.high, strict=True)
        )
        axes = Axes(
            x, y, x_log=False, y_log=False, x_label=view.x_label, y_label=view.y_label, empty=False
        )
        self.canvas.setGeometry(self._area.arrange(axes, self._area.margin_for(axes)))
        self.canvas.show_view(view, x, y)

    def _show_legend(self) -> None:
        view = self._view
        if view is None:
            return
        entries = [
            LegendEntry(group.label, self._swatch(number))
            for number, group in enumerate(view.groups)
        ]
        letters = class_letters(view.classes)
        if letters == view.classes:
            entries.append(LegendEntry("label", self._dot(0, letters[0], wrong=False)))
        else:
            entries += [
                LegendEntry(f"label {name}", self._dot(label, letters[label], wrong=False))
                for label, name in enumerate(view.classes)
            ]
        words = "in a circle: answered wrong" if any(letters) else "hollow: answered wrong"
        entries.append(LegendEntry(words, self._dot(0, letters[0], wrong=True)))
        if len(view.classes) == 2:
            words = f"probability of {view.classes[1]}, 0 to 1"
            entries.append(LegendEntry(words, self._paint_scale))
        entries.append(LegendEntry("decision changes", self._paint_line))
        self._legend.set_entries(entries, self._theme)

    def _swatch(self, number: int) -> Callable[[QPainter, QLineF], None]:
        def draw(painter: QPainter, line: QLineF) -> None:
            if self._view is not None:
                box = QRectF(line.x2() - 12, line.y1() - 5, 10, 10)
                paint_swatch(painter, box, self._view.groups[number], self._theme)

        return draw

    def _dot(self, label: int, letter: str, *, wrong: bool) -> Callable[[QPainter, QLineF], None]:
        def draw(painter: QPainter, line: QLineF) -> None:
            middle = line.p2() - QPointF(7, 0)
            colour = self._theme.muted
            draw_row(painter, middle, colour=colour, label=label, name=letter, wrong=wrong)

        return draw

    def _paint_scale(self, painter: QPainter, line: QLineF) -> None:
        gradient = QLinearGradient(line.p1(), line.p2())
        for end in (0.0, 1.0):
            gradient.setColorAt(end, shade(end, self._theme))
        box = QRectF(line.x1(), line.y1() - 5, line.length(), 10)
        painter.fillRect(box, gradient)
        painter.setPen(pen(self._theme.line))
        painter.drawRect(box)

    def _paint_line(self, painter: QPainter, line: QLineF) -> None:
        painter.setPen(pen(self._theme.text, width=2.0))
        painter.drawLine(line)
