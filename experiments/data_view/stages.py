"""How one column is spread: as found, after trouble, and as the network sees it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.data_view.views import Stage
from models.dataset import Split
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

FOUND, SPOILED, SEEN = "as found", "after trouble", "as the network sees it"
_SHARE, _MEAN = "share of group", "mean in group"
_MISSING = "missing"
_AT_A_TIME = 32_768


def found_and_spoiled(prepared: Prepared, column: str) -> tuple[Stage, ...]:
    """Show a column as found and, where that differs, after trouble, on the same bins or levels."""
    before, after = prepared.rows, prepared.spoiled
    kept, now = prepared.spoiled_parts != LEFT_OUT, after.columns[column]
    shown = []
    if column in before.columns:
        shown.append((FOUND, before.columns[column], before.group))
    if not shown or len(after) != len(before) or not kept.all() or not now.equals(shown[0][1]):
        shown.append((SPOILED, now[kept], after.group[kept]))
    groups = len(after.group_names)
    if column in after.numbers:
        floats = [np.asarray(values, dtype=np.float64) for _, values, _ in shown]
        edges = bin_edges(*floats)
        return tuple(
            _bins(histogram(values, group, groups=groups, edges=edges), title)
            for (title, _, group), values in zip(shown, floats, strict=True)
        )
    counted: list[Levels] = []
    for _, values, group in shown:
        names = counted[0].names if counted else None
        counted.append(count_levels(values, group, groups=groups, names=names))
    return tuple(_bars(each, title) for (title, _, _), each in zip(shown, counted, strict=True))


def seen_stage(
    prepared: Prepared, column: str, inputs: Sequence[int], *, levels: Sequence[str]
) -> Stage | None:
    """Show what a column became: bins of a number, or the means of the inputs for its levels.

    Inputs stand in the order of the `levels` that were shown before, others after them.
    """
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
    means = sum(_sums(part, inputs, groups) for part in parts)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = means / np.bincount(group, minlength=groups)[:, np.newaxis]
    order = np.argsort(-np.nan_to_num(np.abs(means)).max(axis=0), kind="stable")
    texts = [names[index].removeprefix(f"{column}_") for index in inputs]
    place = {level: number for number, level in enumerate(levels)}
    shown = sorted(order[:LEVELS].tolist(), key=lambda index: place.get(texts[index], len(place)))
    more = len(inputs) - len(shown)
    return Stage(
        SEEN,
        np.empty(0),
        tuple(texts[index] for index in shown),
        means[:, shown],
        _MEAN,
        f"{more} more inputs with smaller means are not drawn." if more else "",
    )


def _sums(part: Split, inputs: Sequence[int], groups: int) -> NDArray[np.float64]:
    """Add up inputs by group, shape (G, k), some rows at a time so that they stay in the cache."""
    chosen, member = list(inputs), np.eye(groups, dtype=np.float32)
    total = np.zeros((groups, len(chosen)))
    for start in range(0, len(part.x), _AT_A_TIME):
        rows = slice(start, start + _AT_A_TIME)
        total += member[part.group[rows]].T @ part.x[rows][:, chosen]
    return total


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
