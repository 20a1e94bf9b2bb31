"""Trouble with numbers: shifts, outliers, other units."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from models.dataset import DataUnavailableError
from models.trouble.masks import CellMask, Mask
from models.trouble.plan import ColumnStrike, Outliers, Shift, Units
from models.trouble.seeds import generator
from models.trouble.state import State, position

Floats = NDArray[np.float64]


def shift(state: State, strike: Shift) -> State:
    """Move numbers by standard deviations of the training rows."""

    def moved(_: str, cells: Floats, struck: Mask) -> tuple[Floats, Mask]:
        step = strike.strength * _spread(state, cells)[1]
        return cells + step, struck & (step != 0.0)

    columns = _columns(state, strike, "trouble.shift")
    note = f"Shift by {strike.strength:+g} SD: numbers moved"
    return _changed(
        state, strike, columns=columns, key="trouble.shift", name="shifted", change=moved, note=note
    )


def put_outliers(state: State, strike: Outliers, *, seed: int) -> State:
    """Replace numbers by ones far off the mean of the training rows, above or below alike."""

    def replaced(column: str, cells: Floats, struck: Mask) -> tuple[Floats, Mask]:
        mean, deviation = _spread(state, cells)
        random = generator(seed, "outliers", column)
        hit = struck & (random.random(cells.size) < strike.strength) & (deviation > 0.0)
        sign = np.where(random.random(cells.size) < 0.5, -1.0, 1.0)
        return mean + sign * strike.size * deviation, hit

    columns = _columns(state, strike, "trouble.outliers")
    note = f"Outliers {strike.size:g} SD off the mean: numbers replaced"
    return _changed(
        state,
        strike,
        columns=columns,
        key="trouble.outliers",
        name="outliers",
        change=replaced,
        note=note,
    )


def change_units(state: State, strike: Units) -> State:
    """Multiply a column of numbers by a power of ten; the first one if none is named."""
    factor = 10.0**strike.strength

    def multiplied(_: str, cells: Floats, struck: Mask) -> tuple[Floats, Mask]:
        return cells * factor, struck

    columns = _columns(state, strike, "trouble.units")[:1]
    note = f"Other units: {columns[0]} multiplied by {factor:g}"
    return _changed(
        state,
        strike,
        columns=columns,
        key="trouble.units",
        name="rescaled",
        change=multiplied,
        note=note,
    )


def _changed(
    state: State,
    strike: ColumnStrike,
    *,
    columns: Sequence[str],
    key: str,
    name: CellMask,
    change: Callable[[str, Floats, Mask], tuple[Floats, Mask]],
    note: str,
) -> State:
    """Change the cells of columns where the change says so; missing ones stay missing."""
    among = state.struck(strike, key=key, where=strike.where)
    table = state.rows.columns
    mask = np.zeros(table.shape, np.bool_)
    present = np.zeros((len(table), len(columns)), np.bool_)
    changed = {}
    for place, column in enumerate(columns):
        cells = table[column].to_numpy(np.float64)
        present[:, place] = among & ~np.isnan(cells)
        with np.errstate(over="ignore", invalid="ignore"):
            values, hit = change(column, cells, present[:, place])
        if not np.isfinite(values[hit]).all():
            message = f"{key}: numbers of the column {column!r} become too large"
            raise DataUnavailableError(f"{message}; choose another column or less of it")
        changed[column] = np.where(hit, values, cells)
        mask[:, table.columns.get_loc(column)] = hit
    told = state.counts(mask, present)
    return state.with_cells(changed, name, mask).told(f"{note}: {told}.")


def _columns(state: State, strike: ColumnStrike, key: str) -> list[str]:
    numbers = state.rows.numbers
    if not numbers:
        raise DataUnavailableError(f"{key}: {state.rows.name} has no column of numbers to strike")
    if not strike.column:
        return numbers
    return [numbers[position(strike.column, numbers, f"{key}.column")]]


def _spread(state: State, cells: Floats) -> tuple[float, float]:
    """Mean and standard deviation over the training rows; 0 where there is no number."""
    known = cells[state.within("training") & ~np.isnan(cells)]
    return (float(known.mean()), float(known.std())) if known.size else (0.0, 0.0)
