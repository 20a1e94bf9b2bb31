"""What a network says of held-out rows as tables, in full precision, at one step."""

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from experiments.export.mistakes_drawing import INPUT
from experiments.export.rows import write_rows
from experiments.snapshot_views import (
    Boundary,
    Choice,
    Look,
    Mistakes,
    Thresholds,
    boundary,
    calibration,
    confusions,
    mistakes,
    reports,
    roc,
    thresholds,
)
from experiments.snapshot_views.look import probability

_REPORT = ("group", "kind", "name", "precision", "recall", "f1", "support")
_CONFUSION = ("group", "true_class", "predicted_class", "rows", "share")
_ROC = ("class", "group", "false_positive_rate", "true_positive_rate", "threshold")
_BIN = ("class", "group", "bin_low", "bin_high")
_CALIBRATION = (*_BIN, "rows", "mean_probability", "share", "interval_low", "interval_high")
_HISTOGRAM = (*_BIN, "rows_of_class", "other_rows")
_RATES = (
    *("class", "group", "threshold", "rows", "selection_rate", "true_positive_rate"),
    *("false_positive_rate", "precision", "accuracy"),
)
_MISTAKES = ("group", "row", "predicted", "probability", "recorded", "clean")
_CELLS = ("x", "y", "predicted", "probability")
_POINTS = ("x", "y", "group", "class", "predicted")

SNAPSHOT_FILES = (
    *("classification_report.csv", "confusion.csv", "roc.csv", "roc.parquet", "calibration.csv"),
    *("histogram.csv", "rates.csv", "mistakes.csv", "mistakes.npy", "boundary.csv"),
    "boundary_points.csv",
)
"""Every file that `write_snapshot` may write."""


def write_snapshot(look: Look, choice: Choice, folder: Path) -> None:
    """Write every view; where it is of one class against the rest, of each, or of the second."""
    first = (f"{look.snapshot.step:.0f}", look.against.value)
    classes = [1] if len(look.classes) == 2 else range(len(look.classes))

    def write(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        told = ((*first, *row) for row in rows)
        write_rows(folder / f"{name}.csv", ("step", "labels", *header), told)

    write("classification_report", _REPORT, _report(look))
    write("confusion", _CONFUSION, _confusion(look))
    curves = [row for positive in classes for row in _roc(look, positive)]
    write("roc", _ROC, curves)
    _write_parquet(folder / "roc.parquet", curves)
    write("calibration", _CALIBRATION, (row for each in classes for row in _bins(look, each)))
    spread = [thresholds(look, each) for each in classes]
    write("histogram", _HISTOGRAM, (row for each in spread for row in _histogram(each)))
    write("rates", _RATES, (row for each in spread for row in _rates(each, choice.threshold)))
    found = mistakes(look)
    if isinstance(found, Mistakes):
        inputs = () if found.has_images else look.rows.feature_names
        header = (*_MISTAKES, *(f"{INPUT}{name}" for name in inputs))
        write("mistakes", header, _mistakes(found))
        images = [each.image for group in found.groups for each in group.shown]
        if found.has_images and images:
            np.save(folder / "mistakes.npy", np.array(images))
    plane = boundary(look)
    if isinstance(plane, Boundary):
        write("boundary", _CELLS, _cells(plane))
        write("boundary_points", _POINTS, _points(plane))


def _report(look: Look) -> Iterator[Sequence[object]]:
    for report in reports(look):
        group = report.group.name
        for line in report.lines:
            yield group, "class", line.name, line.precision, line.recall, line.f1, line.support
        nothing = math.nan
        yield group, "average", "accuracy", nothing, nothing, report.accuracy, report.rows
        for line in (report.macro, report.weighted):
            yield group, "average", line.name, line.precision, line.recall, line.f1, line.support


def _confusion(look: Look) -> Iterator[Sequence[object]]:
    for each in confusions(look):
        for true, counts, shares in zip(
            look.classes, each.counts.tolist(), each.shares.tolist(), strict=True
        ):
            for predicted, count, share in zip(look.classes, counts, shares, strict=True):
                yield each.group.name, true, predicted, count, share


def _roc(look: Look, positive: int) -> Iterator[Sequence[object]]:
    for curve in roc(look, positive).curves:
        levels = probability(curve.log_odds)
        levels[:1] = np.inf
        for corner in zip(
            curve.false_positive_rate.tolist(),
            curve.true_positive_rate.tolist(),
            levels.tolist(),
            strict=True,
        ):
            yield look.classes[positive], curve.group.name, *corner


def _bins(look: Look, positive: int) -> Iterator[Sequence[object]]:
    for curve in calibration(look, positive).curves:
        edges = np.linspace(0.0, 1.0, curve.rows.size + 1).tolist()
        values = (curve.mean_probability, curve.share, curve.low, curve.high)
        columns = (curve.rows, *values)
        for low, high, *numbers in zip(
            edges, edges[1:], *(each.tolist() for each in columns), strict=False
        ):
            yield look.classes[positive], curve.group.name, low, high, *numbers


def _histogram(spread: Thresholds) -> Iterator[Sequence[object]]:
    edges = spread.edges.tolist()
    for each in spread.histograms:
        for low, high, own, others in zip(
            edges, edges[1:], each.positive.tolist(), each.negative.tolist(), strict=False
        ):
            yield spread.positive_name, each.group.name, low, high, own, others


def _rates(spread: Thresholds, threshold: float) -> Iterator[Sequence[object]]:
    for each in spread.at(threshold):
        yield (
            *(spread.positive_name, each.group.name, threshold, each.rows, each.selection_rate),
            *(each.true_positive_rate, each.false_positive_rate, each.precision, each.accuracy),
        )


def _mistakes(found: Mistakes) -> Iterator[Sequence[object]]:
    for group in found.groups:
        for each in group.shown:
            yield (
                *(group.group.name, each.row, each.predicted, each.probability),
                *(each.recorded, each.clean, *(text for _, text in each.cells)),
            )


def _cells(plane: Boundary) -> Iterator[Sequence[object]]:
    (left, bottom), (right, top), cells = plane.low, plane.high, len(plane.decided)
    middles = (np.arange(cells) + 0.5) / cells
    x, y = left + (right - left) * middles, bottom + (top - bottom) * middles
    for row, column in np.ndindex(cells, cells):
        decided = plane.classes[plane.decided[row, column]]
        yield x[column].item(), y[row].item(), decided, plane.probability[row, column].item()


def _points(plane: Boundary) -> Iterator[Sequence[object]]:
    for (x, y), group, truth, predicted in zip(
        plane.points.tolist(), plane.group, plane.truth, plane.predicted, strict=True
    ):
        name = plane.groups[group].name
        yield x, y, name, plane.classes[truth], plane.classes[predicted]


def _write_parquet(path: Path, rows: Sequence[Sequence[object]]) -> None:
    """Write the ROC curves as Parquet too, for they are long."""
    import pyarrow as pa
    from pyarrow import parquet

    kinds = [pa.string(), pa.string(), pa.float64(), pa.float64(), pa.float64()]
    columns = zip(*rows, strict=True) if rows else [()] * len(_ROC)
    arrays = [pa.array(values, kind) for values, kind in zip(columns, kinds, strict=True)]
    parquet.write_table(pa.table(arrays, names=list(_ROC)), path)
