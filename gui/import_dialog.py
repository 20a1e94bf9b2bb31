"""The window in which a table is looked at and its columns are given their use."""

from collections import defaultdict
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QDialog, QWidget

from experiments.settings import file_data
from gui.import_choices import fitting, guessed, obstacle
from gui.import_page import ImportPage
from gui.import_words import (
    cautions,
    counted_text,
    extent_text,
    failure_text,
    leaks,
    sample_text,
)
from gui.latest_job import LatestJob
from models.tables import FileSummary, TableChoices, TableReport, file_summary, inspect_table

_READING = "Reading …"
_COUNTING = "Counting the groups over all rows …"


class ImportDialog(QDialog):
    """Shows what a file holds, and lets a user say what is to be learnt from it.

    A table cannot be imported before its groups were counted for the choices that are shown.

    Parameters
    ----------
    parent
        The main window; it can be used meanwhile.
    job
        Reads files; it belongs to the caller, who stops it when the dialog is finished.

    Signals
    -------
    chosen
        What is to be imported: `FileData`.
    file_requested
        Another file is wanted.
    """

    chosen = Signal(object)
    file_requested = Signal()

    def __init__(self, parent: QWidget, job: LatestJob) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import a table")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._job = job
        self._path = Path()
        self._known: TableChoices | None = None
        self._choices = TableChoices()
        self._report: TableReport | None = None
        self._summary: FileSummary | None = None
        self.page = ImportPage(self)
        self.page.reading.chosen.connect(self._inspect)
        self.page.columns.columns.chosen.connect(self._choose)
        self.page.label.chosen.connect(self._choose)
        self.page.other.clicked.connect(self.file_requested)
        self.page.again.clicked.connect(self._inspect)
        self.page.take.clicked.connect(self._take)
        self.page.cancel.clicked.connect(self.reject)

    def read(self, path: Path, known: TableChoices | None = None) -> None:
        """Look at a file; what is known of it is taken over where it fits."""
        self._path, self._known, self._report = path, known, None
        self.page.show_file(path)
        self.page.reading.wish(known or TableChoices())
        self._inspect()

    @Slot()
    def _inspect(self) -> None:
        """Read the first rows, in the way that is selected."""
        self._tell(_READING)
        reading = self.page.reading.apply(TableChoices())
        self._job.request(
            inspect_table, self._path, reading, done=self._inspected, failed=self._fail
        )

    def _inspected(self, report: TableReport) -> None:
        if self._known is not None:
            self._choices, self._known = self._known, None
        elif self._report is None:
            self._choices = TableChoices()
        self._report = report
        columns = report.columns
        self._choices = fitting(self._choices, columns)
        if not self._choices.label:
            self._choices = guessed(self._choices, columns)
        page = self.page
        page.extent.setText(extent_text(report))
        page.sample.setText(sample_text(report))
        page.reading.show_found(report.choices)
        page.columns.show_columns(columns, self._choices)
        page.show_table()
        self._count()
        names = tuple(column.name for column in columns)
        QTimer.singleShot(0, self, partial(page.rows.show_rows, names, report.first_rows))

    @Slot(object)
    def _choose(self, choices: TableChoices) -> None:
        self._choices = choices
        self._count()

    def _count(self) -> None:
        """Count groups over all rows for the present choices."""
        if self._choices.label:
            self._tell(_COUNTING)
            choices = self._read_choices()
            self._job.request(
                file_summary, self._path, choices, done=self._counted, failed=self._fail
            )
        else:
            self._job.cancel()
            self._tell("")

    def _counted(self, summary: FileSummary) -> None:
        self._tell("", summary=summary)
        self.page.groups.show_summary(summary)

    def _fail(self, error: Exception) -> None:
        self._tell("", problem=failure_text(error))

    def _tell(self, status: str, *, problem: str = "", summary: FileSummary | None = None) -> None:
        """Show how far it is, what is wrong, or what was counted."""
        self._summary = summary
        page, report = self.page, self._report
        missing = obstacle(self._choices, report.columns) if report is not None else ""
        page.show_state(status or missing, problem=problem, counted=summary is not None)
        page.take.setEnabled(summary is not None and not missing)
        notes = report.notes if report is not None else ()
        flags = defaultdict(list)
        if summary is not None:
            page.counted.setText(counted_text(summary, self._choices.label))
            for flag in summary.flags:
                flags[flag.column].append(flag.text)
            notes = (*dict.fromkeys((*notes, *summary.notes)),)
            page.show_told(leaks(summary), cautions(summary), notes)
        else:
            page.show_told((), (), notes)
        if report is not None:
            page.label.show_choices(self._choices, report.columns, self._label_values(), summary)
            page.columns.columns.set_choices(self._choices, flags)

    def _read_choices(self) -> TableChoices:
        """Give the choices with the file read as it was found to be written."""
        assert self._report is not None
        found = self._report.choices
        return replace(
            self._choices,
            format=found.format,
            delimiter=found.delimiter,
            encoding=found.encoding,
            decimal=found.decimal,
            header=found.header,
        )

    def _label_values(self) -> list[str]:
        """List the values of the label that were seen."""
        assert self._report is not None
        for index, column in enumerate(self._report.columns):
            if column.name == self._choices.label:
                seen = {row[index] for row in self._report.first_rows} - {""}
                return sorted(seen | set(column.examples))
        return []

    @Slot()
    def _take(self) -> None:
        summary = self._summary
        if summary is not None:
            choices = self._read_choices()
            if len(summary.class_names) == 2 and not choices.positive:
                choices = replace(choices, positive=summary.class_names[1:])
            data = file_data(self._path, choices, sha256=summary.sha256)
            self.chosen.emit(data)
            self.accept()
