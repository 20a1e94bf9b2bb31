"""Snapshots in the run history: what they are of, told once, then each as it came."""

import json
import sqlite3
from typing import Any

import numpy as np

from experiments.snapshots import Plane, Snapshot, SnapshotRows
from experiments.store.arrays import packed, unpacked


def write_snapshot_rows(connection: sqlite3.Connection, run_id: int, rows: SnapshotRows) -> None:
    """Enter what the snapshots of a training are of."""
    plane = rows.plane
    connection.execute(
        "INSERT INTO snapshot_rows (run_id, arm, seed, description, label, clean_label,"
        " group_number, inputs, points) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run_id,
            rows.arm,
            rows.seed,
            json.dumps(_description(rows)),
            packed(rows.label),
            packed(rows.clean_label),
            packed(rows.group),
            packed(rows.inputs),
            None if plane is None else packed(plane.points),
        ),
    )


def write_snapshot(connection: sqlite3.Connection, run_id: int, snapshot: Snapshot) -> None:
    """Append a snapshot."""
    connection.execute(
        "INSERT INTO snapshots (run_id, arm, seed, step, scores, boundary)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            run_id,
            snapshot.arm,
            snapshot.seed,
            snapshot.step,
            packed(snapshot.scores),
            packed(snapshot.boundary),
        ),
    )


def read_snapshots(
    connection: sqlite3.Connection, run_id: int
) -> tuple[SnapshotRows | None, tuple[Snapshot, ...]]:
    """Read what snapshots are of and all of them in rising steps, of the first training told.

    Raises
    ------
    ValueError
        If something is damaged.
    """
    record = connection.execute(
        "SELECT arm, seed, description, label, clean_label, group_number, inputs, points"
        " FROM snapshot_rows WHERE run_id = ? ORDER BY id",
        (run_id,),
    ).fetchone()
    if record is None:
        return None, ()
    rows = _rows(record)
    found = connection.execute(
        "SELECT step, scores, boundary FROM snapshots"
        " WHERE run_id = ? AND arm = ? AND seed = ? ORDER BY step, id",
        (run_id, rows.arm, rows.seed),
    )
    return rows, tuple(_snapshot(rows, *part) for part in found)


def _description(rows: SnapshotRows) -> dict[str, Any]:
    plane = rows.plane
    return {
        "group_names": rows.group_names,
        "class_names": rows.class_names,
        "rows": rows.rows,
        "feature_names": rows.feature_names,
        "levels": rows.levels,
        "image_shape": rows.image_shape,
        "plane": plane
        and {
            "axes": plane.axes,
            "low": plane.low,
            "high": plane.high,
            "cells": plane.cells,
            "exact": plane.exact,
        },
    }


def _rows(record: tuple[Any, ...]) -> SnapshotRows:
    arm, seed, text, label, clean_label, group, inputs, points = record
    try:
        told = json.loads(text)
        labels = unpacked(label, np.int32, (None,))
        n = labels.size
        return SnapshotRows(
            arm=arm,
            seed=seed,
            group_names=tuple(told["group_names"]),
            class_names=tuple(told["class_names"]),
            label=labels,
            clean_label=unpacked(clean_label, np.int32, (n,)),
            group=unpacked(group, np.int32, (n,)),
            rows=told["rows"],
            feature_names=tuple(told["feature_names"]),
            inputs=unpacked(inputs, np.float32, (None, len(told["feature_names"]))),
            levels=tuple(map(tuple, told["levels"])),
            image_shape=tuple(told["image_shape"]),
            plane=None
            if told["plane"] is None
            else Plane(
                axes=tuple(told["plane"]["axes"]),
                points=unpacked(points or b"", np.float32, (n, 2)),
                low=tuple(told["plane"]["low"]),
                high=tuple(told["plane"]["high"]),
                cells=told["plane"]["cells"],
                exact=told["plane"]["exact"],
            ),
        )
    except (KeyError, TypeError) as error:
        message = "the description of the rows is damaged"
        raise ValueError(message) from error


def _snapshot(rows: SnapshotRows, step: float, scores: bytes, boundary: bytes) -> Snapshot:
    classes = len(rows.class_names)
    width = 1 if classes == 2 else classes
    cells = 0 if rows.plane is None else rows.plane.cells**2
    return Snapshot(
        arm=rows.arm,
        seed=rows.seed,
        step=step,
        scores=unpacked(scores, np.float32, (rows.label.size, width)),
        boundary=unpacked(boundary, np.float32, (cells, width)),
    )
