"""Maps in the run history: cells in parts as they came, and simulated points."""

import sqlite3

from experiments.frames import CELL_LAYERS, Cells, MeasuredCell
from experiments.store.series import array_of, blob_of


def write_cells(connection: sqlite3.Connection, run_id: int, cells: Cells) -> None:
    """Append new cells to the map of a run."""
    connection.execute(
        "INSERT INTO cells (run_id, column_number, row_number, size, layers)"
        " VALUES (?, ?, ?, ?, ?)",
        (run_id, *map(blob_of, (cells.column, cells.row, cells.size, cells.layers))),
    )


def write_measured(connection: sqlite3.Connection, run_id: int, cell: MeasuredCell) -> None:
    """Append a simulated point to the map of a run."""
    connection.execute(
        "INSERT INTO measured_cells (run_id, x, y, runs, agreeing, asymptotic_preference,"
        " crossings, diverges) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run_id,
            cell.x,
            cell.y,
            cell.runs,
            cell.agreeing,
            cell.asymptotic_preference,
            cell.crossings,
            cell.diverges,
        ),
    )


def read_cells(
    connection: sqlite3.Connection, run_id: int
) -> tuple[tuple[Cells, ...], tuple[MeasuredCell, ...]]:
    """Read all cells and simulated points of a run, in the order in which they came."""
    parts = connection.execute(
        "SELECT column_number, row_number, size, layers FROM cells WHERE run_id = ? ORDER BY id",
        (run_id,),
    )
    measured = connection.execute(
        "SELECT x, y, runs, agreeing, asymptotic_preference, crossings, diverges"
        " FROM measured_cells WHERE run_id = ? ORDER BY id",
        (run_id,),
    )
    return (
        tuple(
            Cells(
                column=array_of(column),
                row=array_of(row),
                size=array_of(size),
                layers=array_of(layers).reshape(-1, len(CELL_LAYERS)),
            )
            for column, row, size, layers in parts
        ),
        tuple(
            MeasuredCell(x, y, runs, agreeing, preference, crossings, bool(diverges))
            for x, y, runs, agreeing, preference, crossings, diverges in measured
        ),
    )
