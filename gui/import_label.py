"""Which values of the label are positive, and how numbers become groups."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gui.import_choices import kind_of
from gui.import_reading import choice_box, file_setting
from gui.import_rows import one_line
from gui.panel.controls import ChoiceBox
from models.tables import ColumnReport, FileSummary, TableChoices

_MOST_VALUES = 50
_UNBINNED = 10
"""Numbers with so many different values or fewer are groups as they are."""


class LabelBar(QWidget):
    """Boxes for the positive value and the number of bins, where there is a choice.

    Signals
    -------
    chosen
        Other choices about the table: `TableChoices`.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._choices = TableChoices()
        self._values: list[tuple[str, ...]] = []
        positive, bins = file_setting("positive"), file_setting("bins")
        self.positive, self.bins = choice_box(positive), choice_box(bins)
        self.positive.setSizeAdjustPolicy(
            ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        assert bins.low is not None
        assert bins.high is not None
        for number in range(int(bins.low), int(bins.high) + 1):
            self.bins.addItem(str(number), number)
        self._positive_label, self._bins_label = QLabel(positive.title), QLabel(bins.title)
        self._positive_label.setBuddy(self.positive)
        self._bins_label.setBuddy(self.bins)
        self.positive.activated.connect(self._choose_positive)
        self.bins.activated.connect(self._choose_bins)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._positive_label)
        layout.addWidget(self.positive, 1)
        layout.addSpacing(6)
        layout.addWidget(self._bins_label)
        layout.addWidget(self.bins)

    def show_choices(
        self,
        choices: TableChoices,
        columns: Sequence[ColumnReport],
        values: Sequence[str],
        summary: FileSummary | None,
    ) -> None:
        """Show choices.

        Parameters
        ----------
        choices, columns
            What is chosen, and the columns of the table.
        values
            Values of the label that were seen.
        summary
            The classes as they were counted; None before that.
        """
        self._choices = choices
        self._values = _alternatives(choices, values)
        self.positive.clear()
        for value in self._values:
            self.positive.addItem(one_line(" or ".join(value)) or "each value is a class")
        chosen = choices.positive
        if not chosen and () not in self._values and summary is not None:
            chosen = (summary.class_names[1],)
        self.positive.setCurrentIndex(self._values.index(chosen) if chosen in self._values else -1)
        self.bins.setCurrentIndex(self.bins.findData(choices.bins))
        for part in (self._positive_label, self.positive):
            part.setVisible(bool(choices.label))
        for part in (self._bins_label, self.bins):
            part.setVisible(any(_is_binned(choices, column) for column in columns))

    @Slot(int)
    def _choose_positive(self, index: int) -> None:
        self.chosen.emit(replace(self._choices, positive=self._values[index]))

    @Slot(int)
    def _choose_bins(self, index: int) -> None:
        self.chosen.emit(replace(self._choices, bins=self.bins.itemData(index)))


def _alternatives(choices: TableChoices, values: Sequence[str]) -> list[tuple[str, ...]]:
    """List what can be positive: each value, what is positive now, and none of several."""
    known = sorted({*values, *(choices.positive if len(choices.positive) == 1 else ())})
    found: list[tuple[str, ...]] = [(value,) for value in known[:_MOST_VALUES]]
    if len(choices.positive) > 1:
        found.insert(0, choices.positive)
    return found if len(known) == 2 else [(), *found]


def _is_binned(choices: TableChoices, column: ColumnReport) -> bool:
    numeric = kind_of(choices, column) in {"number", "date"}
    return numeric and column.name in choices.groups and column.distinct > _UNBINNED
