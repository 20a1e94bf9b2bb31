"""What a threshold does to each group: histograms, ROC and calibration curves, and rates."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from experiments.snapshot_views import (
    Calibration,
    Group,
    Look,
    Rates,
    Roc,
    Thresholds,
    calibration,
    roc,
    thresholds,
)
from gui.data_card import DataCard, plain_label
from gui.keys import KeepsKeys
from gui.panel.controls import ChoiceBox, ValueField, ValueSlider
from gui.panel.scale import SliderScale
from gui.plots.flow_legend import FlowLegend, LegendEntry
from gui.plots.group_name import paint_swatch
from gui.plots.score_histograms import ScoreHistograms
from gui.plots.strokes import pen
from gui.plots.unit_plot import UnitCurve, UnitPlot, group_line
from gui.text_table import TextTable, TextTableView, texts
from gui.theme import Theme

_FIELD_DIGITS = 7
_WIDE = 130
"""Width in letters from which two columns of cards stand side by side."""
_HELP = {
    "Threshold": (
        "Rows above the threshold are taken for the class; the network's own decision is 0.5."
        " Left, how the probability is spread in each group, rows of the class upwards and others"
        " downwards, each to its own height; heights grow with the square root of rows, so that"
        " half as high means a quarter of the rows. Right, its ROC curve: for every threshold the"
        " share found of the class against the share of false positives.",
        "Drag the line, use the slider or type a number: rates below and dots on the curves"
        " follow. Where the dots of two groups are apart, one threshold serves them differently.",
        "A threshold chosen on these rows looks better on them than it will on new ones, and few"
        " rows make wide steps.",
    ),
    "Calibration": (
        "How often the class is true among rows that were given about the same probability.",
        "On the diagonal the probabilities mean what they say; below it they promise too much."
        " Bars are 95 % intervals by Wilson's formula, ECE the mean distance.",
        "Bins with few rows have wide bars, and a model that always says the base rate is"
        " calibrated too.",
    ),
}
_RATES = ("", "selected", "recall", "false pos.", "precision", "accuracy")
_RATE_HELP = (
    "Each group, all rows, and the largest difference between groups",
    "Share of rows taken for the class; its gap is the demographic parity difference",
    "Share of the rows of the class that are taken for it; its gap is the equal opportunity"
    " difference",
    "Share of the other rows that are taken for the class",
    "Share of rows of the class among those taken for it",
    "Share of rows that are rightly taken for the class, or rightly not",
)


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """What the page shows: all of one class against the rest."""

    thresholds: Thresholds
    roc: Roc
    calibration: Calibration
    classes: tuple[str, ...]
    caption: str


def compare(look: Look, positive: int | None) -> Compared:
    """Compute all there is to see of a class, None for the first one."""
    found, curves = thresholds(look, positive), roc(look, positive)
    areas = ", ".join(curve.label for curve in curves.curves)
    caption = f"{look.moment} Rows of {found.positive_name} against all others. {areas}."
    return Compared(found, curves, calibration(look, positive), look.classes, caption)


class ThresholdsView(QWidget):
    """Cards linked by one threshold.

    Signals
    -------
    threshold_chosen
        The threshold that the user wants; it is shown already.
    class_chosen
        Number of the class that the user wants to look at.
    """

    threshold_chosen = Signal(float)
    class_chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._view: Compared | None = None
        self.threshold = 0.5
        self.class_box = ChoiceBox()
        self.class_box.setAccessibleName("Class that is looked at")
        self.class_box.activated.connect(self.class_chosen)
        self._class_label = plain_label("class", role="muted", wraps=False)
        self._class_label.setBuddy(self.class_box)
        self._legend = FlowLegend(theme, self)
        self.histograms = ScoreHistograms(theme)
        self.roc, self.calibration = UnitPlot("ROC curves", theme), UnitPlot("Calibration", theme)
        self.rates = TextTableView("Rates at the threshold", stretches=True)
        self.slider = ValueSlider(SliderScale(0.0, 1.0, logarithmic=False, whole=False))
        self.slider.setAccessibleName("Threshold")
        self.slider.setToolTip("Rows above it are taken for the class; arrows move it")
        self.field = ValueField()
        self.field.setAccessibleName("Threshold, exact value")
        self.field.setToolTip("The threshold; type one from 0 to 1 and press Enter")
        self.own = QPushButton("Back to 0.5")
        self.own.setToolTip("Go back to 0.5, the network's own decision between two classes")
        self.own.setAccessibleName("Threshold of 0.5")
        self.own.installEventFilter(KeepsKeys(self, {Qt.Key.Key_Space}))
        self.slider.moved.connect(self._choose)
        self.histograms.threshold_moved.connect(self._take_drag)
        self.field.committed.connect(self._take_text)
        self.field.reverted.connect(self._show_threshold)
        self.own.clicked.connect(lambda: self._choose(0.5))
        self._lay_out()
        self.set_theme(theme)
        self._show_threshold()

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours; measure the text anew."""
        self._theme = theme
        for part in (self.histograms, self.roc, self.calibration):
            part.set_theme(theme)
        width = self.field.fontMetrics().horizontalAdvance("0" * _FIELD_DIGITS) + 16
        self.field.setFixedWidth(width)
        self._show_legend()

    def show_view(self, view: Compared) -> None:
        """Show another moment, or another class."""
        self._view = view
        names = [self.class_box.itemText(index) for index in range(self.class_box.count())]
        if names != list(view.classes):
            self.class_box.clear()
            self.class_box.addItems(list(view.classes))
        self.class_box.setCurrentIndex(view.thresholds.positive)
        self.histograms.show_view(view.thresholds)
        self.roc.show_curves(
            [UnitCurve(each.group, each.label, *each.drawn) for each in view.roc.curves],
            x_label="false positive rate",
            y_label="recall",
        )
        self.calibration.show_curves(
            [
                UnitCurve(
                    each.group, each.label, each.mean_probability, each.share, each.low, each.high
                )
                for each in view.calibration.curves
            ],
            x_label=view.thresholds.x_label,
            y_label=view.calibration.y_label,
        )
        self._show_legend()
        self._show_threshold()

    def set_threshold(self, threshold: float) -> None:
        """Look at another threshold."""
        if threshold != self.threshold:
            self.threshold = threshold
            self._show_threshold()

    def _choose(self, threshold: float) -> None:
        self.set_threshold(threshold)
        self.threshold_chosen.emit(threshold)

    def _take_drag(self, threshold: float) -> None:
        self._choose(round(threshold, 3))

    def _take_text(self, text: str) -> None:
        try:
            wanted = float(text.strip().replace(",", "."))
        except ValueError:
            wanted = self.threshold
        if 0.0 <= wanted <= 1.0:
            self._choose(wanted)
        self._show_threshold()

    def _show_threshold(self) -> None:
        self.slider.show_value(self.threshold)
        self.field.show_text(f"{self.threshold:.6g}")
        self.histograms.set_threshold(self.threshold)
        if self._view is None:
            return
        rates = self._view.thresholds.at(self.threshold)
        self.roc.show_marks(
            [(each.group, each.false_positive_rate, each.true_positive_rate) for each in rates]
        )
        lines = [(each.group.label, *texts(_values(each))) for each in rates]
        groups = [_values(each) for each in rates if each.group.index is not None]
        if len(groups) > 1:
            columns = zip(*groups, strict=True)
            lines.append(("gap", *texts([max(column) - min(column) for column in columns])))
        self.rates.show_table(TextTable(_RATES, _RATE_HELP, tuple(lines)))

    def _show_legend(self) -> None:
        if self._view is None:
            return
        entries = [
            LegendEntry(each.group.label, self._sample(each.group))
            for each in self._view.thresholds.histograms
        ]
        name = self._view.thresholds.positive_name
        entries += [
            LegendEntry(f"up: {name}", self._bar(Qt.BrushStyle.SolidPattern)),
            LegendEntry("down: others", self._bar(Qt.BrushStyle.BDiagPattern), follows=True),
        ]
        self._legend.set_entries(entries, self._theme)

    def _sample(self, group: Group) -> Callable[[QPainter, QLineF], None]:
        def draw(painter: QPainter, line: QLineF) -> None:
            painter.setPen(pen(group.colour, width=1.8, dash=group_line(group)))
            painter.drawLine(line)
            box = QRectF(line.center().x() - 4, line.y1() - 4, 8, 8)
            paint_swatch(painter, box, group, self._theme)

        return draw

    def _bar(self, pattern: Qt.BrushStyle) -> Callable[[QPainter, QLineF], None]:
        def draw(painter: QPainter, line: QLineF) -> None:
            box = QRectF(line.x2() - 14, line.y1() - 5, 12, 10)
            painter.fillRect(box, QBrush(QColor(self._theme.muted), pattern))

        return draw

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._legend, 1)
        top.addWidget(self._class_label)
        top.addWidget(self.class_box)
        curves = QHBoxLayout()
        curves.setSpacing(4)
        curves.addWidget(self.histograms, 5)
        curves.addWidget(self.roc, 4)
        label = plain_label("threshold", role="muted", wraps=False)
        label.setBuddy(self.field)
        moved = QHBoxLayout()
        moved.setSpacing(8)
        moved.addWidget(label)
        moved.addWidget(self.slider, 1)
        moved.addWidget(self.field)
        moved.addWidget(self.own)
        cards = [DataCard(title, help_text) for title, help_text in _HELP.items()]
        body = cards[0].body
        body.addLayout(curves, 1)
        body.addLayout(moved)
        body.addWidget(self.rates)
        cards[1].body.addWidget(self.calibration, 1)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(8)
        for card, share in zip(cards, (2, 1), strict=True):
            self._sides.addWidget(card, share)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 6, 0)
        layout.setSpacing(6)
        layout.addLayout(top)
        layout.addLayout(self._sides, 1)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= _WIDE * self.fontMetrics().averageCharWidth()
        directions = QBoxLayout.Direction
        self._sides.setDirection(directions.LeftToRight if wide else directions.TopToBottom)


def _values(rates: Rates) -> tuple[float, ...]:
    return (
        rates.selection_rate,
        rates.true_positive_rate,
        rates.false_positive_rate,
        rates.precision,
        rates.accuracy,
    )
