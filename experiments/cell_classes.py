"""The classes that the cells of a map fall into, by number."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from experiments.frames import CELL_LAYERS, FloatArray

ClassArray: TypeAlias = NDArray[np.uint8]

ENDINGS = ("+", "-", "level")
"""Who ends ahead; three classes each, by the number of crossings."""

DIVERGES, UNKNOWN, INADMISSIBLE = 9, 10, 11
"""Numbers of the other classes; those of the endings come before them."""


def layer_of(layers: FloatArray, name: str) -> FloatArray:
    """Return one of `CELL_LAYERS` of cells whose layers have the shape (..., layers)."""
    return np.asarray(layers[..., CELL_LAYERS.index(name)])


def class_of(preference: int, crossings: int, *, diverges: bool) -> int:
    """Return the class of what happened at one point; where training diverges, nothing more."""
    return DIVERGES if diverges else 3 * (preference % 3) + min(crossings, 2)


def classes(layers: FloatArray) -> ClassArray:
    """Return the classes of cells from their `CELL_LAYERS`.

    Parameters
    ----------
    layers
        Shape (..., layers).

    Returns
    -------
    array
        Shape (...). Cells that exist but could not be integrated are `UNKNOWN`.
    """
    preference, crossings, diverges, admissible = (
        layer_of(layers, name)
        for name in ("asymptotic_preference", "crossings", "diverges", "admissible")
    )
    found = np.full(crossings.shape, 6, dtype=np.uint8)
    found[preference == 0] = 0
    found[preference == 1] = 3
    found += crossings >= 1
    found += crossings >= 2
    found[diverges == 1] = DIVERGES
    found[np.isnan(crossings)] = UNKNOWN
    found[admissible != 1] = INADMISSIBLE
    return found
