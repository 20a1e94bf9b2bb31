"""Where runs are held against a map: near its borders, spread along them."""

import numpy as np
from numpy.typing import NDArray

from experiments.cell_classes import UNKNOWN, ClassArray
from experiments.maps import CellMap

_NEAR, _FAR = 0.03, 0.06
"""Distance from the closest border, as a share of the map's side: off it, on both sides."""


def places_near_borders(cells: CellMap, count: int, *, seed: int) -> NDArray[np.intp]:
    """Choose cells to simulate, each as far as can be from those before; the first by chance.

    Parameters
    ----------
    cells
        A finished map.
    count
        How many; fewer where there are not so many.
    seed
        Source of the first.

    Returns
    -------
    array
        Rows and columns, shape (n, 2). Where there is no border, of any cells that are known.
    """
    known = cells.classes < UNKNOWN
    distance = _distance_to_border(cells.classes, known)
    side = max(known.shape)
    near = known & (distance >= _NEAR * side) & (distance <= _FAR * side)
    closest = known & (distance <= 1)
    candidates = next((part for part in (near, closest) if part.any()), known)
    return _spread(np.argwhere(candidates), count, seed=seed)


def _distance_to_border(found: ClassArray, known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how far the closest known cell beside one of another class is, infinite if none."""
    from scipy.ndimage import distance_transform_edt

    border = np.zeros(found.shape, dtype=np.bool_)
    for near, far in ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1])):
        differ = known[near] & known[far] & (found[near] != found[far])
        border[near] |= differ
        border[far] |= differ
    if not border.any():
        return np.full(found.shape, np.inf)
    return np.asarray(distance_transform_edt(~border), dtype=np.float64)


def _spread(candidates: NDArray[np.intp], count: int, *, seed: int) -> NDArray[np.intp]:
    """Choose some of the points of shape (n, 2), far from each other."""
    if not len(candidates) or not count:
        return candidates[:0]
    chosen = [int(np.random.default_rng(seed).integers(len(candidates)))]
    apart = np.full(len(candidates), np.inf)
    while len(chosen) < min(count, len(candidates)):
        apart = np.minimum(apart, ((candidates - candidates[chosen[-1]]) ** 2).sum(axis=1))
        chosen.append(int(np.argmax(apart)))
    return candidates[chosen]
