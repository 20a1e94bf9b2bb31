"""What is seen of the data as tables, in full precision; texts of users are never formulas."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from experiments.data_view.views import Change, ColumnView, DataOverview, ScatterView
from experiments.export.rows import write_rows

FOUND = "as found"

_GROUPS = ("part", "group", "class", "rows", "share_of_group")
_COLUMNS = (
    *("column", "type", "levels", "with_label", "label_measure", "with_group", "group_measure"),
    *("group", "missing", "mean", "standard_deviation", "most_frequent", "share"),
)
_VALUES = ("stage", "group", "low", "high", "level", "value")
_CHANGES = ("row", "row_found", "part", "group", "column", "kind", "before", "after")
_ROWS = ("x", "y", "group", "class", "relabelled")


def write_overview(overview: DataOverview, folder: Path) -> None:
    """Write ``groups.csv``, sizes and base rates, and ``columns.csv``, a line per group each."""
    write_rows(folder / "groups.csv", _GROUPS, _groups(overview))
    write_rows(folder / "columns.csv", _COLUMNS, _columns(overview))


def write_column(view: ColumnView, folder: Path) -> None:
    """Write ``column.csv``: the bins or levels of one column at every stage."""
    write_rows(folder / "column.csv", _VALUES, _values(view))


def write_scatter(view: ScatterView, folder: Path) -> None:
    """Write ``scatter.csv``: the rows that are drawn."""
    rows = (
        (x, y, view.groups[group], view.classes[label], "true" if relabelled else "false")
        for x, y, group, label, relabelled in zip(
            view.x.tolist(),
            view.y.tolist(),
            view.group.tolist(),
            view.label.tolist(),
            view.relabelled.tolist(),
            strict=True,
        )
    )
    write_rows(folder / "scatter.csv", _ROWS, rows)


def write_changes(changes: Iterable[Change], folder: Path) -> None:
    """Write ``changes.csv``, what was done to rows, labels and cells, unless nothing was."""
    rows = (
        (
            *(each.row + 1, each.origin + 1, *each[2:6]),
            *("" if cell is None else cell for cell in (each.before, each.after)),
        )
        for each in changes
    )
    first = next(rows, None)
    if first is not None:
        write_rows(folder / "changes.csv", _CHANGES, chain((first,), rows))


def _groups(overview: DataOverview) -> Iterator[Sequence[object]]:
    tables = [(FOUND, overview.found), *zip(overview.parts, overview.split, strict=True)]
    for part, table in tables:
        for group, counts in zip(overview.groups, table.tolist(), strict=True):
            size = sum(counts)
            for name, count in zip(overview.classes, counts, strict=True):
                yield part, group, name, count, count / size if size else math.nan


def _columns(overview: DataOverview) -> Iterator[Sequence[object]]:
    for each in overview.columns:
        kind = "number" if each.is_number else "category"
        strength = (each.with_label, each.label_measure, each.with_group, each.group_measure)
        for group, name in enumerate(overview.groups):
            yield (
                *(each.name, kind, each.levels, *strength, name),
                *(each.missing[group], each.mean[group], each.deviation[group]),
                *(each.most_frequent[group], each.share[group]),
            )


def _values(view: ColumnView) -> Iterator[Sequence[object]]:
    for stage in view.stages:
        edges = stage.edges.tolist()
        for group, shares in zip(view.groups, stage.shares.tolist(), strict=True):
            for place, share in enumerate(shares):
                low, high = edges[place : place + 2] if edges else (math.nan, math.nan)
                level = stage.names[place] if stage.names else ""
                yield stage.title, group, low, high, level, share
