"""The classification report and the confusion matrix of each group."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from experiments.snapshot_views import Confusion, Look, Report, ReportLine, confusions, reports
from gui.data_card import DataCard
from gui.plots.confusion_matrix import ConfusionMatrix
from gui.plots.group_name import GroupName
from gui.snapshot_sheet import SnapshotContent
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


class ReportView(SnapshotContent):
    """A card with the parts of all groups; what is there is filled in anew."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._parts: list[_GroupPart] = []
        self._card = DataCard("Report", _HELP)
        self._card.body.setSpacing(14)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 6, 0)
        layout.addWidget(self._card)
        layout.addStretch(1)

    @override
    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._theme = theme
        for part in self._parts:
            part.set_theme(theme)

    def show_view(self, view: Reported) -> None:
        """Show these reports."""
        while len(self._parts) < len(view.reports):
            part = _GroupPart(self._theme)
            self._parts.append(part)
            self._card.body.addWidget(part)
        for part in self._parts[len(view.reports) :]:
            part.hide()
        for part, report, confusion in zip(
            self._parts, view.reports, view.confusions, strict=False
        ):
            part.show_report(report, confusion, view.classes)
            part.show()


class _GroupPart(QWidget):
    """One group: its name over table and matrix, side by side where there is room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._name, self._matrix = GroupName(theme), ConfusionMatrix(theme)
        self._table = TextTableView("", stretches=True)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(16)
        top = Qt.AlignmentFlag.AlignTop
        self._sides.addWidget(self._table, 1, top)
        self._sides.addWidget(self._matrix, 0, top)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._name)
        layout.addLayout(self._sides)

    def set_theme(self, theme: Theme) -> None:
        """Paint with other colours."""
        self._name.set_theme(theme)
        self._matrix.set_theme(theme)

    def show_report(self, report: Report, confusion: Confusion, classes: tuple[str, ...]) -> None:
        """Fill in the numbers of a group."""
        right = "no data" if report.accuracy != report.accuracy else f"{report.accuracy:.3f}"
        self._name.show_group(report.group, f"{report.rows:,} rows, accuracy {right}")
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
