"""Trouble with columns that are added: noise, a proxy of the group, a leak of the label."""

from dataclasses import replace

import numpy as np

from models.dataset import DataUnavailableError, Indices
from models.trouble.plan import LEAK_COLUMN, PROXY_COLUMN, Leak, Target
from models.trouble.seeds import generator
from models.trouble.state import State, position


def add_noise(state: State, target: Target, *, seed: int) -> State:
    """Add columns of independent standard normal numbers, 0 in rows that are not struck.

    There are as many as the strength says, which is a whole number.
    """
    count = int(target.strength)
    struck = state.members(target, key="trouble.noise")
    added = {
        f"injected noise {index}": np.where(
            struck,
            generator(seed, "noise", str(index)).standard_normal(struck.size, dtype=np.float32),
            np.float32(0),
        )
        for index in range(1, count + 1)
    }
    columns = "a column" if count == 1 else f"{count} columns"
    rows = "all rows" if struck.all() else f"{int(struck.sum()):,} rows, 0 in the others"
    return state.with_columns(added).told(f"Noise: {columns} of random numbers added to {rows}.")


def add_proxy(state: State, target: Target, *, seed: int) -> State:
    """Add s z + √(1 - s²) ε: z says whether a row is in the group, standardised, ε is noise.

    Its correlation with being in the group is the strength s; the last group if none is named.
    Where a class is named, this holds among its rows, and in all others the column is ε alone.
    """
    names = state.rows.group_names
    chosen = position(target.group or names[-1], names, "trouble.proxy.group")
    struck = state.members(replace(target, group=""), key="trouble.proxy")
    member = (state.rows.group == chosen).astype(np.float64)
    mean, deviation = member[struck].mean(), member[struck].std()
    among = f" of class {target.label}" if target.label else ""
    if not deviation:
        message = f"trouble.proxy: all rows{among} are in {names[chosen]!r} or none is"
        raise DataUnavailableError(f"{message}; a proxy needs two groups")
    noise = generator(seed, "proxy").standard_normal(member.size)
    told = target.strength * (member - mean) / deviation
    cells = np.where(struck, told + np.sqrt(1.0 - target.strength**2) * noise, noise)
    note = f"Proxy: a column added whose correlation with being {names[chosen]} is"
    return state.with_columns({PROXY_COLUMN: cells.astype(np.float32)}).told(
        f"{note} {target.strength:g}{f' in rows{among}, 0 in the others' if among else ''}."
    )


def add_leak(state: State, leak: Leak, *, seed: int) -> State:
    """Add a column of categories that names the label as recorded, or else a class by chance.

    In a struck row it names the label with probability s, the strength; in all else a class
    drawn as frequent as in the training rows. With two classes its correlation with the label
    is then s.
    """
    import pandas as pd

    struck = state.struck(leak, key="trouble.leak", where=leak.where)
    random = generator(seed, "leak")
    knows = struck & (random.random(struck.size) < leak.strength)
    y, names = state.rows.y, state.rows.class_names
    counts = np.bincount(y[state.within("training")], minlength=len(names))
    edges = np.cumsum(counts) / max(counts.sum(), 1)
    chance = np.searchsorted(edges[:-1], random.random(struck.size), side="right")
    codes: Indices = np.where(knows, y, chance).astype(np.int32)
    cells = pd.Categorical.from_codes(codes, categories=pd.Index(names))
    told = state.counts(knows, state.within("everywhere"))
    return state.with_columns({LEAK_COLUMN: cells}).told(
        f"Leak: rows whose label it gives: {told}."
    )
