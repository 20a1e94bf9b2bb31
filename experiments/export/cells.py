"""The cells of a map as tables, one row per pixel, in full precision."""

import csv
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from experiments.cell_classes import ENDINGS
from experiments.maps import CellMap

_TIMES_AND_GAPS = ("first_crossing", "last_crossing", "final_gap", "largest_gap")

_Column: TypeAlias = NDArray[np.float64] | NDArray[np.int64] | NDArray[np.bool_] | NDArray[np.str_]
_Table: TypeAlias = dict[str, _Column]


def write_cells(cells: CellMap, folder: Path) -> None:
    """Write ``cells.csv`` and ``cells.parquet``: all that is known and can exist."""
    known = (cells.size > 0) & (cells.layer("admissible") == 1)
    row, column = np.nonzero(known)
    layers = {
        name: cells.layer(name)[known]
        for name in ("asymptotic_preference", "crossings", "diverges", *_TIMES_AND_GAPS)
    }
    diverges = layers["diverges"] == 1
    table: _Table = {
        cells.settings.map.x: cells.x[column],
        cells.settings.map.y: cells.y[row],
        "asymptotic_preference": _endings(layers["asymptotic_preference"], diverges),
        "crossings": layers["crossings"].astype(np.int64),
        **{name: layers[name] for name in _TIMES_AND_GAPS},
        "diverges": diverges,
    }
    _write_csv(folder / "cells.csv", table)
    _write_parquet(folder / "cells.parquet", table)


def write_measured(cells: CellMap, folder: Path) -> None:
    """Write ``measured.csv``: what simulated runs did."""
    points = cells.measured
    diverges = np.array([point.diverges for point in points], dtype=np.bool_)
    preference = np.array([point.asymptotic_preference for point in points], dtype=np.float64)
    table: _Table = {
        cells.settings.map.x: np.array([point.x for point in points]),
        cells.settings.map.y: np.array([point.y for point in points]),
        "runs": np.array([point.runs for point in points], dtype=np.int64),
        "agreeing": np.array([point.agreeing for point in points], dtype=np.int64),
        "asymptotic_preference": _endings(preference, diverges),
        "crossings": np.array([point.crossings for point in points], dtype=np.int64),
        "diverges": diverges,
    }
    _write_csv(folder / "measured.csv", table)


def _endings(preference: NDArray[np.float64], diverges: NDArray[np.bool_]) -> NDArray[np.str_]:
    """Name who ends ahead; nobody where training diverges."""
    names = np.array(["", *ENDINGS])
    return names[np.where(diverges, 0, preference.astype(np.int64) % len(ENDINGS) + 1)]


def _write_csv(path: Path, table: _Table) -> None:
    """Write every row; NaN is empty, and each number reads back as exactly the same float."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table)
        writer.writerows(zip(*map(_texts, table.values()), strict=True))


def _texts(column: _Column) -> Sequence[object]:
    if column.dtype == np.bool_:
        return ["true" if value else "false" for value in column.tolist()]
    if column.dtype.kind == "f":
        return ["" if math.isnan(value) else value for value in column.tolist()]
    return list(column.tolist())


def _write_parquet(path: Path, table: _Table) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    columns = {name: pa.array(values, from_pandas=True) for name, values in table.items()}
    parquet.write_table(pa.table(columns), path)
