"""Recorded curves as long tables, one row per point, in full precision."""

import csv
import io
from pathlib import Path

import numpy as np

from experiments.curves import Curve, CurveSet

COLUMNS = ("quantity", "group", "source", "arm", "seed", "x", "value")


def write_csv(curves: CurveSet, path: Path) -> None:
    """Write every point of every curve; each number reads back as exactly the same float."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(COLUMNS) + "\n")
        for curve in curves:
            start = _row_start(curve)
            pairs = zip(curve.x.tolist(), curve.value.tolist(), strict=True)
            file.writelines(f"{start},{x!r},{value!r}\n" for x, value in pairs)


def write_parquet(curves: CurveSet, path: Path) -> None:
    """Write the same table as Parquet."""
    import pyarrow as pa
    from pyarrow import parquet

    everything = tuple(curves)
    rows = np.repeat(np.arange(len(everything)), [curve.x.size for curve in everything])
    columns = {}
    for column in COLUMNS[:4]:
        texts = pa.array([str(getattr(curve.name, column)) for curve in everything], pa.string())
        columns[column] = texts.take(pa.array(rows, pa.int64()))
    seeds = np.array([curve.name.seed for curve in everything], dtype=np.int64)
    columns["seed"] = pa.array(seeds[rows])
    columns["x"] = pa.array(np.concatenate([curve.x for curve in everything] or [np.empty(0)]))
    columns["value"] = pa.array(
        np.concatenate([curve.value for curve in everything] or [np.empty(0)])
    )
    parquet.write_table(pa.table(columns), path)


def _row_start(curve: Curve) -> str:
    """Quote the parts of a name that all rows of a curve share."""
    name = curve.name
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\r\n").writerow(
        (name.quantity, name.group, name.source.value, name.arm, name.seed)
    )
    return line.getvalue().removesuffix("\r\n")
