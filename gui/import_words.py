"""What the import dialog says of a table, in plain sentences."""

from experiments.failure import explain
from models.background import ProcessEndedError
from models.tables import FileSummary, Flag, GroupSize, TableReport
from models.tables.labelled import ALL_ROWS

_NAMES_TOLD = 5
_LEAKS = {"label", "missing"}
_UNITS = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def size_text(size: int) -> str:
    """Write a number of bytes."""
    for unit, name in _UNITS:
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size:,} bytes"


def extent_text(report: TableReport) -> str:
    """Say how large a table is and how it is stored."""
    kind = "Parquet" if report.choices.format == "parquet" else "CSV"
    return f"{kind}, {size_text(report.size)}, {report.extent}"


def sample_text(report: TableReport) -> str:
    """Say which rows are shown, and that they are not all that counts."""
    shown = len(report.first_rows)
    if shown >= report.rows:
        return f"All {shown:,} rows, as they are written in the file."
    about = "about " if report.is_estimate else ""
    return (
        f"The first {shown:,} of {about}{report.rows:,} rows, as they are written in the file;"
        " all rows are counted and used."
    )


def counted_text(summary: FileSummary, label: str) -> str:
    """Say what is predicted, and over which rows groups were counted."""
    return f"The label is {label}. All {summary.rows:,} rows that have one are counted."


def cautions(summary: FileSummary) -> tuple[str, ...]:
    """Say what else to look at: groups too uniform to be compared, odd columns, copies of rows."""
    found = []
    for index, name in enumerate(summary.class_names):
        lacking = [group for group in summary.groups if not group.class_rows[index]]
        if lacking:
            found.append(
                f"No row of class {name}: {_names(lacking)}. Rates that need one have no data."
            )
    if len(summary.groups) == 1 and summary.groups[0].name != ALL_ROWS:
        found.append("There is one group only: choose another group column to compare groups.")
    return (*found, *(_flag_text(flag) for flag in summary.flags if flag.kind not in _LEAKS))


def leaks(summary: FileSummary) -> tuple[str, ...]:
    """Say which columns give the label away, a sentence each."""
    return tuple(_flag_text(flag) for flag in summary.flags if flag.kind in _LEAKS)


def percent(share: float) -> str:
    """Write a share so that a small one is not taken for none."""
    if 0 < share < 0.001:
        return "< 0.1 %"
    return f"{100 * share:.1f} %"


def _flag_text(flag: Flag) -> str:
    return f"{flag.column}: {flag.text}" if flag.column else flag.text


def _names(groups: list[GroupSize]) -> str:
    names = "; ".join(group.name for group in groups[:_NAMES_TOLD])
    rest = len(groups) - _NAMES_TOLD
    return f"{names} and {rest} more" if rest > 0 else names


def failure_text(error: Exception) -> str:
    """Say why a file cannot be looked at."""
    if isinstance(error, ProcessEndedError):
        return "Reading was ended from outside, perhaps for want of memory. Try to read it again."
    return explain(error)[0]
