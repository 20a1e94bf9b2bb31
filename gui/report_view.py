"""The classification report and the confusion matrix of each group."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from experiments.snapshot_views import Confusion, Look, Report, ReportLine, confusions, reports
from gui.data_card import DataCard
from gui.group_parts import GroupPart, GroupParts
from gui.plots.confusion_matrix import ConfusionMatrix
from gui.text_table import TextTable, TextTableView, texts
from gui.theme import Theme

_TITLES = ("", "precision", "recall", "F1", "rows")
_HELP_TEXTS = (
    "Each class, and what all of them have together",
    "Of the rows that are taken for a class, the share that is of it",
    "Of the rows that are of a class, the share that is taken for it",
    "Harmonic mean of precision and recall",
    "How many rows are labelled with the class: its support",
)
_HELP = (
    "The classification report in scikit-learn's layout and the confusion matrix, group by group,"
    " on validation rows.",
    "Compare the same line across groups: a gap in recall means that a class is found more often"
    " in one group. Cells are as dark as their share of the label's rows; right answers are"
    " framed.",
    "With few rows in a line its numbers are noisy, and averages hide a class that is never found.",
)


@dataclass(frozen=True, slots=True)
class Reported:
    """What the page shows.

    Attributes
    ----------
    caption
        What is seen, in words.
    """

    reports: tuple[Report, ...]
    confusions: tuple[Confusion, ...]
    classes: tuple[str, ...]
    caption: str


def report_on(look: Look) -> Reported:
    """Count what is answered in each group."""
    found = reports(look)
    return Reported(found, confusions(look), look.classes, f"{look.moment} {_recalls(found)}")


def _recalls(found: Sequence[Report]) -> str:
    """Name the group and class that are found least often."""
    lines = [
        (line.recall, line.name, report.group.label)
        for report in found[: len(found) - 1 or None]
        for line in report.lines
        if line.recall == line.recall
    ]
    if not lines:
        return ""
    recall, name, group = min(lines)
    if recall == 0:
        return f"Not one row labelled {name} is found in {group}."
    return f"Found least often: rows labelled {name} in {group}, {100 * recall:.1f} % of them."


class ReportView(QWidget):
    """A card with the parts of all groups."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        card = DataCard("Report", _HELP)
        card.body.setSpacing(14)
        self._parts = GroupParts(card.body, _ReportPart, theme)
        self.set_theme = self._parts.set_theme
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 6, 0)
        layout.addWidget(card)
        layout.addStretch(1)

    def show_view(self, view: Reported) -> None:
        """Show these reports."""
        parts = self._parts.shown(len(view.reports))
        for part, report, confusion in zip(parts, view.reports, view.confusions, strict=True):
            part.show_report(report, confusion, view.classes)


class _ReportPart(GroupPart):
    """Table and matrix of one group, side by side where there is room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, spacing=2)
        self._matrix = ConfusionMatrix(theme)
        self._table = TextTableView("", stretches=True)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(16)
        top = Qt.AlignmentFlag.AlignTop
        self._sides.addWidget(self._table, 1, top)
        self._sides.addWidget(self._matrix, 0, top)
        self.column.addLayout(self._sides)

    @override
    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self._matrix.set_theme(theme)

    def show_report(self, report: Report, confusion: Confusion, classes: tuple[str, ...]) -> None:
        """Fill in the numbers of a group."""
        right = "no data" if report.accuracy != report.accuracy else f"{report.accuracy:.3f}"
        self.name.show_group(report.group, f"{report.rows:,} rows, accuracy {right}")
        accuracy = ("accuracy", "", "", right, f"{report.rows:,}")
        lines = (
            *map(_line, report.lines),
            accuracy,
            *map(_line, (report.macro, report.weighted)),
        )
        self._table.setAccessibleName(f"Classification report, {report.group.label}")
        self._table.show_table(TextTable(_TITLES, _HELP_TEXTS, lines))
        self._matrix.show_confusion(confusion, classes)
        self._arrange()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        least = 34 * self.fontMetrics().averageCharWidth() + 24
        beside = self.width() >= least + self._matrix.sizeHint().width()
        directions = QBoxLayout.Direction
        self._sides.setDirection(directions.LeftToRight if beside else directions.TopToBottom)


def _line(line: ReportLine) -> tuple[str, ...]:
    return (line.name, *texts((line.precision, line.recall, line.f1)), f"{line.support:,}")
