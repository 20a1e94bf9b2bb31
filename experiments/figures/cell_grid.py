"""Where the pixels of a map lie."""

from typing import Literal

import numpy as np

from experiments.frames import FloatArray
from experiments.settings import PhaseDiagramSettings


def pixel_edges(settings: PhaseDiagramSettings, side: Literal["x", "y"]) -> FloatArray:
    """Return where pixels begin and end along one side, rising, shape (resolution + 1,).

    They are equally wide on the scale of the axis; the first and the last value lie in the middle
    of theirs.
    """
    low, high = settings.map.span(side)
    count = settings.map.resolution
    log = settings.map.scale(side) == "log"
    if log:
        low, high = np.log(low), np.log(high)
    half = (high - low) / (count - 1) / 2 if count > 1 else 0.0
    edges = np.linspace(low - half, high + half, count + 1)
    return np.exp(edges) if log else edges


def pixel_at(settings: PhaseDiagramSettings, x: float, y: float) -> tuple[int, int] | None:
    """Return row and column of the pixel that covers a point; None outside the map."""
    row = _index(pixel_edges(settings, "y"), y)
    column = _index(pixel_edges(settings, "x"), x)
    return None if row is None or column is None else (row, column)


def _index(edges: FloatArray, value: float) -> int | None:
    if not edges[0] <= value <= edges[-1]:
        return None
    return min(int(np.searchsorted(edges, value, side="right")) - 1, edges.size - 2)
