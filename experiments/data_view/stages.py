"""How one column is spread: as found, after trouble, and as the network sees it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.data_view.views import Stage
from models.inspection.changes import splits
from models.inspection.histograms import (
    LEVELS,
    Histogram,
    Levels,
    bin_edges,
    count_levels,
    histogram,
)
from models.preparation import LEFT_OUT, Prepared
from models.rows import Rows

FOUND, SPOILED, SEEN = "as found", "after trouble", "as the network sees it"
_SHARE, _MEAN = "share of group", "mean in group"
_MISSING = "missing"


def found_and_spoiled(prepared: Prepared, column: str) -> tuple[Stage, ...]:
    """Show a column as found and, where that differs, after trouble, on the same bins or levels."""
    before, after = prepared.rows, prepared.spoiled
    shown = [(FOUND, before)] if column in before.columns else []
    kept = prepared.spoiled_parts != LEFT_OUT
    if (
        not shown
        or len(after) != len(before)
        or not kept.all()
        or not after.columns[column].equals(before.columns[column])
    ):
        shown.append((SPOILED, _kept(after, kept)))
    if column in after.numbers:
        edges = bin_edges(*(_floats(rows, column) for _, rows in shown))
        return tuple(_numbers(rows, column, title=title, edges=edges) for title, rows in shown)
    first = shown[0][1]
    groups = len(first.group_names)
    names = count_levels(first.columns[column], first.group, groups=groups).names
    return tuple(
        _bars(count_levels(rows.columns[column], rows.group, groups=groups, names=names), title)
        for title, rows in shown
    )


def seen_stage(prepared: Prepared, column: str, inputs: Sequence[int]) -> Stage | None:
    """Show what a column became: bins of a number, or the means of the inputs for its levels."""
    if not inputs:
        return None
    names, groups = prepared.dataset.feature_names, len(prepared.rows.group_names)
    parts = list(splits(prepared).values())
    group = np.concatenate([part.group for part in parts])
    own = next((index for index in inputs if names[index] == column), None)
    if own is not None:
        values = np.concatenate([part.x[:, own] for part in parts]).astype(np.float64)
        counted = histogram(values, group, groups=groups, edges=bin_edges(values))
        return _bins(counted, SEEN)
    sizes = np.bincount(group, minlength=groups)
    means = np.zeros((groups, len(inputs)))
    for part in parts:
        for index in range(groups):
            means[index] += part.x[part.group == index][:, list(inputs)].sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        means /= sizes[:, np.newaxis]
    order = np.argsort(-np.nan_to_num(np.abs(means)).max(axis=0), kind="stable")
    shown = order[:LEVELS]
    more = len(inputs) - len(shown)
    return Stage(
        SEEN,
        np.empty(0),
        tuple(names[inputs[index]].removeprefix(f"{column}_") for index in shown),
        means[:, shown],
        _MEAN,
        f"{more} more inputs with smaller means are not drawn." if more else "",
    )


def _floats(rows: Rows, column: str) -> NDArray[np.float64]:
    return np.asarray(rows.columns[column], dtype=np.float64)


def _kept(rows: Rows, kept: NDArray[np.bool_]) -> Rows:
    if kept.all():
        return rows
    chosen = np.flatnonzero(kept)
    return Rows(
        rows.name,
        rows.columns.iloc[chosen],
        rows.y[chosen],
        rows.group[chosen],
        rows.class_names,
        rows.group_names,
    )


def _numbers(rows: Rows, column: str, *, title: str, edges: NDArray[np.float64]) -> Stage:
    groups = len(rows.group_names)
    counted = histogram(_floats(rows, column), rows.group, groups=groups, edges=edges)
    return _bins(counted, title)


def _bins(counted: Histogram, title: str) -> Stage:
    sizes = counted.counts.sum(axis=1) + counted.missing
    lacking = int(counted.missing.sum())
    note = f"{lacking:,} rows lack a value and are not drawn." if lacking else ""
    return Stage(title, counted.edges, (), _shares(counted.counts, sizes), _SHARE, note)


def _bars(counted: Levels, title: str) -> Stage:
    columns, names = [counted.counts], list(counted.names)
    if counted.others.any():
        columns.append(counted.others[:, np.newaxis])
        names.append(f"{counted.merged} others")
    if counted.missing.any():
        columns.append(counted.missing[:, np.newaxis])
        names.append(_MISSING)
    counts = np.concatenate(columns, axis=1)
    sizes = counted.counts.sum(axis=1) + counted.others + counted.missing
    return Stage(title, np.empty(0), tuple(names), _shares(counts, sizes), _SHARE)


def _shares(counts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(counts / sizes[:, np.newaxis], dtype=np.float64)
