"""Trouble with labels: some are wrong."""

import numpy as np

from models.trouble.plan import Strike
from models.trouble.seeds import generator
from models.trouble.state import State


def flip_labels(state: State, strike: Strike, *, seed: int) -> State:
    """Replace labels by another class, each with the same probability and any other class alike."""
    among = state.struck(strike, key="trouble.label_flips", where=strike.where)
    classes = len(state.rows.class_names)
    random = generator(seed, "label_flips")
    flipped = among & (random.random(among.size) < strike.strength)
    steps = random.integers(1, classes, among.size)
    y = np.where(flipped, (state.rows.y + steps) % classes, state.rows.y)
    told = state.counts(flipped, among)
    return state.with_labels(y, flipped).told(f"Label flips: labels replaced: {told}.")
