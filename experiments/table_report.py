"""What a look at a user's table says, line by line, groups first, and settings to run it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import tomli_w

from experiments.settings import (
    FileData,
    Problem,
    SettingsError,
    TrainingSettings,
    file_data,
    from_table,
    with_assignments,
)
from experiments.settings.document import to_table
from models.tables import FileSummary, TableReport, file_summary, fingerprint, inspect_table

_MOST_COLUMNS = 200


def inspection(path: Path, data: Mapping[str, object], assignments: Sequence[str]) -> Iterator[str]:
    """Look at a file: lines of a settings file, all that is told being comments.

    Parameters
    ----------
    path
        The table.
    data
        Settings of the table ``data`` beside the path.
    assignments
        Changes of single settings, as texts ``key=value``.

    Raises
    ------
    models.dataset.DataUnavailableError
        When the file cannot be read as a table, or label or groups do not suit.
    SettingsError
        When an assignment is not allowed.
    """
    table = {"version": 1, "kind": "training", "data": {**data, "set": "file", "path": str(path)}}
    settings = from_table(with_assignments(table, assignments))
    if not isinstance(settings, TrainingSettings) or not isinstance(settings.data, FileData):
        raise SettingsError([Problem("data.set", 'it stays "file" while a table is inspected')])
    choices = settings.data.choices()
    report = inspect_table(path, choices, rows=0)
    summary = file_summary(path, choices) if choices.label else None
    told = chain(summary_lines(summary) if summary else (), report_lines(report))
    for line in told:
        yield "# " + "".join(letter if letter.isprintable() else " " for letter in line)
    if not (choices.label and choices.groups):
        yield "# Choose a label and groups, e.g. --label income --group gender --group race"
    sha256 = summary.sha256 if summary else fingerprint(path)
    found = TrainingSettings(data=file_data(path, report.choices, sha256=sha256))
    written = to_table(found)
    yield tomli_w.dumps({key: written[key] for key in ("version", "kind", "data")})


def summary_lines(summary: FileSummary) -> Iterator[str]:
    """Tell sizes and base rates of groups, then flags and notes, over all rows."""
    is_binary = len(summary.class_names) == 2
    rates = f"rate of {summary.class_names[1]!r}" if is_binary else "rows of each class"
    yield f"{summary.rows:,} rows with a label, all counted"
    yield f"{'rows':>10}  {'share':>7}  {rates}  group"
    for group in summary.groups:
        told = f"{100 * group.base_rate:.1f} %" if is_binary else _counts(summary, group.class_rows)
        yield f"{group.rows:>10,}  {100 * group.share:>5.1f} %  {told:>{len(rates)}}  {group.name}"
    for flag in summary.flags:
        yield f"{flag.column}: {flag.text}" if flag.column else flag.text
    yield from summary.notes


def report_lines(report: TableReport) -> Iterator[str]:
    """Tell how a file is written and what its columns seem to hold."""
    found = report.choices
    how = "Parquet"
    if found.format == "csv":
        how = f"CSV, {found.encoding}, delimiter {found.delimiter}, decimal {found.decimal}"
    yield f"{how}; {report.extent}"
    for column in report.columns[:_MOST_COLUMNS]:
        examples = ", ".join(" ".join(example.split()) for example in column.examples)
        missing = f", {100 * column.missing:.1f} % missing" if column.missing else ""
        yield f"{column.kind:>10}  {column.name}{missing}: {examples}"
        yield from (f"{'':>10}  {warning}" for warning in column.warnings)
    if len(report.columns) > _MOST_COLUMNS:
        yield f"and {len(report.columns) - _MOST_COLUMNS:,} more columns"
    yield from report.notes


def _counts(summary: FileSummary, class_rows: tuple[int, ...]) -> str:
    pairs = zip(summary.class_names, class_rows, strict=True)
    return ", ".join(f"{name} {count:,}" for name, count in pairs)
