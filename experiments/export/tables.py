"""Recorded curves and ensembles as long tables, one row per point, in full precision."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.curves import CurveSet
from experiments.export.cell_text import cell_of
from experiments.findings import Finding
from experiments.frames import CurveName, FloatArray
from experiments.plane import PlaneView
from experiments.spread import interval_half_width
from experiments.views import NumberTable

_NAME = ("quantity", "group", "source", "arm", "seed")
CURVE_COLUMNS = (*_NAME, "x", "value")
_MOMENTS = ("runs", "mean", "standard_deviation", "minimum", "maximum", "interval_half_width")
ENSEMBLE_COLUMNS = (*_NAME, "x", *_MOMENTS)
"""Half the width is that of the 95 % interval of the mean."""
PLANE_COLUMNS = ("x", "y", "group", "label", "answer")
NUMBER_COLUMNS = ("table", "label", "value")
FINDING_COLUMNS = ("step", "fault", "what_is_seen", "evidence", "what_to_try")
_WHOLE = {"seed", "runs"}

_BATCH_ROWS = 100_000

_Series = tuple[CurveName, tuple[FloatArray | NDArray[np.int64], ...]]
"""A name, and the columns (n,) beside it."""


def write_curves(curves: CurveSet, folder: Path) -> None:
    """Write ``curves.csv`` and ``curves.parquet``: single curves, then the runs of ensembles."""

    def series() -> Iterator[_Series]:
        for curve in chain(curves, curves.runs()):
            yield curve.name, (curve.x, curve.value)

    _write_csv(folder / "curves.csv", CURVE_COLUMNS, series())
    _write_parquet(folder / "curves.parquet", CURVE_COLUMNS, series())


def write_ensembles(curves: CurveSet, folder: Path) -> None:
    """Write ``ensembles.csv`` and ``ensembles.parquet``."""

    def series() -> Iterator[_Series]:
        for each in curves.ensembles:
            moments = (each.mean, each.deviation, each.lowest, each.highest)
            columns = (each.x, each.count.astype(np.int64), *moments, interval_half_width(each))
            yield each.name, columns

    _write_csv(folder / "ensembles.csv", ENSEMBLE_COLUMNS, series())
    _write_parquet(folder / "ensembles.parquet", ENSEMBLE_COLUMNS, series())


def write_numbers(tables: Sequence[NumberTable], folder: Path) -> None:
    """Write ``numbers.csv``: each number as it is shown."""
    with (folder / "numbers.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(NUMBER_COLUMNS) + "\n")
        for table in tables:
            for number in table.numbers:
                file.write(_quoted((table.title, number.label, number.value)) + "\n")


def write_findings(findings: Sequence[Finding], folder: Path) -> None:
    """Write ``findings.csv``: what was found to be wrong with a training, and what to try."""
    with (folder / "findings.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(FINDING_COLUMNS) + "\n")
        for found in findings:
            cells = (found.step, found.fault, found.sentence, found.evidence, found.remedy)
            file.write(_quoted(cells) + "\n")


def write_plane(view: PlaneView, folder: Path) -> None:
    """Write ``plane.csv``: where each sample lies, its group and label, and the answer to it."""
    names, samples = view.scene.plane.mixture.names, view.scene.samples
    with (folder / "plane.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(PLANE_COLUMNS) + "\n")
        for (x, y), group, label, answer in zip(
            view.scene.position.tolist(), samples.group, samples.label, view.answer, strict=True
        ):
            file.write(_quoted((repr(x), repr(y), names[group], label, answer)) + "\n")


def _write_csv(path: Path, header: Sequence[str], series: Iterable[_Series]) -> None:
    """Write every row; each number reads back as exactly the same float."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(header) + "\n")
        for name, columns in series:
            start = _quoted(_texts(name))
            rows = zip(*(map(repr, column.tolist()) for column in columns), strict=True)
            file.writelines(f"{start},{','.join(row)}\n" for row in rows)


def _write_parquet(path: Path, header: Sequence[str], series: Iterable[_Series]) -> None:
    """Write the same table as Parquet, a batch of rows at a time."""
    import pyarrow as pa
    from pyarrow import parquet

    kinds = [pa.string()] * 4 + [
        pa.int64() if column in _WHOLE else pa.float64() for column in header[4:]
    ]
    schema = pa.schema(list(zip(header, kinds, strict=True)))
    with parquet.ParquetWriter(path, schema) as writer:
        for batch in _batches(series):
            rows = pa.array(np.repeat(np.arange(len(batch)), [part[1][0].size for part in batch]))
            parts = zip(*(_texts(name) for name, _ in batch), strict=True)
            named = [
                pa.array(values, kind).take(rows)
                for values, kind in zip(parts, kinds, strict=False)
            ]
            columns = zip(*(columns for _, columns in batch), strict=True)
            numbers = [pa.array(np.concatenate(column)) for column in columns]
            writer.write_table(pa.table([*named, *numbers], schema=schema))


def _batches(series: Iterable[_Series]) -> Iterator[list[_Series]]:
    batch: list[_Series] = []
    rows = 0
    for part in series:
        batch.append(part)
        rows += part[1][0].size
        if rows >= _BATCH_ROWS:
            yield batch
            batch, rows = [], 0
    if batch:
        yield batch


def _texts(name: CurveName) -> tuple[str, str, str, str, int]:
    return (name.quantity, name.group, name.source.value, name.arm, name.seed)


def _quoted(fields: Sequence[object]) -> str:
    """Write a row without its end, quoted where a field holds a comma or ends a line."""
    line = io.StringIO(newline="")
    cells = [cell_of(field) if isinstance(field, str) else field for field in fields]
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().removesuffix("\r\n")
