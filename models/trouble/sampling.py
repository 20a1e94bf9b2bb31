"""Trouble with which rows there are: rare classes, rare groups, copies across the split."""

import numpy as np

from models.dataset import DataUnavailableError
from models.trouble.masks import Mask
from models.trouble.plan import Target
from models.trouble.seeds import generator
from models.trouble.state import State, position


def thin_class(state: State, target: Target, *, seed: int) -> State:
    """Leave out a share of a class's training rows; of the rarest class if none is named."""
    key = "trouble.class_imbalance"
    names = state.rows.class_names
    classes = state.clean_y
    chosen = (
        position(target.label, names, f"{key}.label")
        if target.label
        else _rarest(classes[state.within("training")], len(names))
    )
    among = state.struck(target, key=key) & (classes == chosen)
    title = f"Class imbalance, class {names[chosen]}"
    return _thinned(state, among, share=target.strength, title=title, seed=seed, name=key)


def thin_group(state: State, target: Target, *, seed: int) -> State:
    """Leave out a share of a group's training rows; of the smallest group if none is named."""
    key = "trouble.under_sampling"
    names, group = state.rows.group_names, state.rows.group
    chosen = (
        position(target.group, names, f"{key}.group")
        if target.group
        else _rarest(group[state.within("training")], len(names))
    )
    among = state.struck(target, key=key) & (group == chosen)
    return _thinned(
        state, among, share=target.strength, title="Under-sampling", seed=seed, name=key
    )


def duplicate(state: State, target: Target, *, seed: int) -> State:
    """Put copies of a share of the held-out rows into the training part."""
    among = state.struck(target, key="trouble.duplicates", where="held-out")
    draws = generator(seed, "duplicates").random(among.size)
    copied = np.flatnonzero(among & (draws < target.strength))
    told = state.counts(np.isin(np.arange(among.size), copied), among)
    grown = state.with_copies(copied, np.zeros(copied.size, np.int8), "duplicated")
    return grown.told(f"Duplicates: copies of held-out rows are training rows too: {told}.")


def _thinned(state: State, among: Mask, *, share: float, title: str, seed: int, name: str) -> State:
    """Leave out that share of each group's and class's rows, but never the last of them."""
    draws = generator(seed, name).random(among.size)
    stratum = state.rows.group * np.int64(len(state.rows.class_names)) + state.clean_y
    gone = np.zeros(among.size, np.bool_)
    for value in np.unique(stratum[among]):
        members = np.flatnonzero(among & (stratum == value))
        count = min(round(share * members.size), members.size - 1)
        gone[members[np.argsort(draws[members])[:count]]] = True
    told = state.counts(gone, among)
    return state.leaving_out(gone).told(f"{title}: training rows left out: {told}.")


def _rarest(indices: np.ndarray, size: int) -> int:
    counts = np.bincount(indices, minlength=size)
    if not counts.any():
        raise DataUnavailableError("there is no training row")
    return int(np.argmin(np.where(counts == 0, counts.max() + 1, counts)))
