"""Curves and ensembles in the run history: each part as it came, its arrays as blobs."""

import sqlite3

import numpy as np

from experiments.curves import CurveSet
from experiments.frames import CurveName, EnsemblePoints, FloatArray, Points, Source

_FLOAT = np.dtype("<f8")


def write_points(connection: sqlite3.Connection, run_id: int, points: Points) -> None:
    """Append new points to a curve of a run."""
    connection.execute(
        "INSERT INTO points (curve_id, x, value) VALUES (?, ?, ?)",
        (
            _identify(connection, "curves", run_id, points.name),
            blob_of(points.x),
            blob_of(points.value),
        ),
    )


def write_ensemble(connection: sqlite3.Connection, run_id: int, grown: EnsemblePoints) -> None:
    """Append new points to an ensemble of a run."""
    connection.execute(
        "INSERT INTO ensemble_points (ensemble_id, kept, x, count, mean, deviation, lowest,"
        " highest, traces) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            _identify(connection, "ensembles", run_id, grown.name),
            grown.traces.shape[1],
            blob_of(grown.x),
            blob_of(grown.count),
            blob_of(grown.mean),
            blob_of(grown.deviation),
            blob_of(grown.lowest),
            blob_of(grown.highest),
            blob_of(grown.traces),
        ),
    )


def read_series(connection: sqlite3.Connection, run_id: int) -> CurveSet:
    """Read every curve and every ensemble of a run."""
    points = connection.execute(
        "SELECT quantity, group_name, source, arm, seed, x, value"
        " FROM curves JOIN points ON points.curve_id = curves.id"
        " WHERE run_id = ? ORDER BY curves.id, points.id",
        (run_id,),
    )
    ensembles = connection.execute(
        "SELECT quantity, group_name, source, arm, seed, kept, x, count, mean, deviation, lowest,"
        " highest, traces"
        " FROM ensembles JOIN ensemble_points ON ensemble_points.ensemble_id = ensembles.id"
        " WHERE run_id = ? ORDER BY ensembles.id, ensemble_points.id",
        (run_id,),
    )
    return CurveSet(
        (Points(_name(*row[:5]), *map(array_of, row[5:])) for row in points),
        (_ensemble(_name(*row[:5]), row[5], tuple(map(array_of, row[6:]))) for row in ensembles),
    )


def _identify(connection: sqlite3.Connection, table: str, run_id: int, name: CurveName) -> int:
    """Give the id of a curve or an ensemble, which is entered where it is new."""
    identity = (run_id, name.quantity, name.group, name.source, name.arm, name.seed)
    connection.execute(
        f"INSERT INTO {table} (run_id, quantity, group_name, source, arm, seed)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        identity,
    )
    (found,) = connection.execute(
        f"SELECT id FROM {table} WHERE run_id = ? AND quantity = ? AND group_name = ?"
        " AND source = ? AND arm = ? AND seed = ?",
        identity,
    ).fetchone()
    assert isinstance(found, int)
    return found


def _name(quantity: str, group: str, source: str, arm: str, seed: int) -> CurveName:
    return CurveName(quantity, group, Source(source), arm, seed)


def _ensemble(name: CurveName, kept: int, arrays: tuple[FloatArray, ...]) -> EnsemblePoints:
    x, count, mean, deviation, lowest, highest, traces = arrays
    return EnsemblePoints(
        name, x, count, mean, deviation, lowest, highest, traces.reshape(x.size, kept)
    )


def blob_of(array: FloatArray) -> bytes:
    """Write numbers as they are kept, row by row."""
    return array.astype(_FLOAT, copy=False).tobytes()


def array_of(blob: bytes) -> FloatArray:
    """Read what `blob_of` wrote, shape (n,)."""
    return np.frombuffer(blob, _FLOAT)
