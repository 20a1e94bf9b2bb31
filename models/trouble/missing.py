"""Trouble with missing cells: by chance, by group, by value (Rubin, 1976, doi 10.2307/2335739)."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.trouble.masks import Mask
from models.trouble.plan import MissingCells
from models.trouble.seeds import generator
from models.trouble.state import State, position

if TYPE_CHECKING:
    import pandas as pd

_ELSEWHERE = 0.2
"""How often cells of other groups go missing, relative to those of the group that is struck."""


def empty_cells(state: State, strike: MissingCells, *, seed: int) -> State:
    """Empty a share of the cells that are there.

    At random, every struck cell goes missing with probability s, the strength. By group, cells of
    other groups go missing a fifth as often. By value, the cell of rank r in (0, 1) among the
    struck cells of its column goes missing with probability r^((1 - s) / s), whose mean over all
    ranks is s: high numbers and rare categories first.
    """
    key = "trouble.missing"
    rates = np.full(len(state.rows), strike.strength)
    aim = strike
    if strike.mechanism == "by-group":
        aim = replace(strike, group="")
        rates = np.where(state.rows.group == _struck_group(state, strike), 1.0, _ELSEWHERE)
        rates *= strike.strength
    among = state.struck(aim, key=key, where=strike.where)
    table = state.rows.columns
    names = [str(name) for name in table.columns]
    if strike.column:
        names = [names[position(strike.column, names, f"{key}.column")]]
    mask = np.zeros(table.shape, np.bool_)
    present = np.zeros((len(table), len(names)), np.bool_)
    changed: dict[str, Any] = {}
    for place, name in enumerate(names):
        cells = table[name]
        present[:, place] = among & cells.notna().to_numpy()
        random = generator(seed, "missing", name)
        draws = random.random(len(table))
        if strike.mechanism == "by-value":
            order = random.random(len(table))
            rates = _rates_by_value(cells, present[:, place], order, strike.strength)
        gone = present[:, place] & (draws < rates)
        changed[name] = cells.mask(gone)
        mask[:, table.columns.get_loc(name)] = gone
    told = state.counts(mask, present)
    note = f"Missing cells, {strike.mechanism.replace('-', ' ')}: cells emptied: {told}."
    return state.with_cells(changed, "missing", mask).told(note)


def _struck_group(state: State, strike: MissingCells) -> int:
    if strike.group:
        return position(strike.group, state.rows.group_names, "trouble.missing.group")
    return int(np.argmin(np.bincount(state.rows.group, minlength=len(state.rows.group_names))))


def _rates_by_value(
    cells: "pd.Series[Any]", present: Mask, order: NDArray[np.float64], strength: float
) -> NDArray[np.float64]:
    """Give each cell its probability; equal values are ranked by chance."""
    rates = np.zeros(len(cells))
    if str(cells.dtype) == "category":
        codes = cells.cat.codes.to_numpy()
        rarity = -np.bincount(codes[present], minlength=len(cells.cat.categories))
        values = rarity[codes].astype(np.float64)
    else:
        values = cells.to_numpy(np.float64)
    chosen = np.flatnonzero(present)
    ranked = chosen[np.lexsort((order[chosen], values[chosen]))]
    ranks = (np.arange(ranked.size) + 0.5) / max(ranked.size, 1)
    rates[ranked] = ranks ** ((1.0 - strength) / strength)
    return rates
