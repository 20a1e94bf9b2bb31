"""The colours of a map's layers of numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.cell_classes import DIVERGES, ClassArray
from experiments.figures.cell_classes import rgb
from experiments.frames import FloatArray
from experiments.map_view import ColourBar, MapEntry, MapLayer
from experiments.maps import CellMap
from experiments.views import group_colour

COLUMNS = {
    MapLayer.LAST_CROSSING: "last_crossing",
    MapLayer.FINAL_GAP: "final_gap",
    MapLayer.LARGEST_GAP: "largest_gap",
}
"""What each layer of numbers shows, as one of `CELL_LAYERS`."""

NO_CROSSING = MapEntry("no crossing", "#E9E6F0")
"""How cells that have no such number look."""

SHADES = 251
"""Colours of a scale."""

_TIMES = ("#2A1A5E", "#3B4F9A", "#2E86A6", "#4DB38A", "#A6D76B", "#F4EE8A")
_GAPS = ("#003D66", group_colour(0), "#8FC3E3", "#F2F0EC", "#F2B78C", group_colour(1), "#7A3200")
_ROUND = np.array([1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0])
_TAIL = 2.0
"""A scale leaves out the largest twentieth where that reaches further by more than this factor."""


@dataclass(frozen=True, slots=True)
class CellScale:
    """Which number has which colour.

    Attributes
    ----------
    column
        One of `CELL_LAYERS`.
    low, high
        Numbers that have the first and the last colour; numbers beyond have these, too.
    log
        Whether colours change with the logarithm.
    bar
        The scale as it is shown.
    """

    column: str
    low: float
    high: float
    log: bool
    bar: ColourBar

    def shades(self, values: FloatArray) -> ClassArray:
        """Return which colour of the bar numbers have, `SHADES` where there is no number."""
        low, high = np.log([self.low, self.high]) if self.log else (self.low, self.high)
        shares = np.log(values) if self.log else values.copy()
        shares -= low
        shares /= high - low
        shares *= SHADES - 1
        shares += 0.5
        np.clip(shares, 0, SHADES - 1, out=shares)
        np.copyto(shares, SHADES, where=np.isnan(values))
        return shares.astype(np.uint8)


def numbers_of(cells: CellMap, layer: MapLayer) -> FloatArray:
    """Return the numbers of a layer in the cells that end somewhere, shape (n,); NaN for none."""
    return cells.layer(COLUMNS[layer])[cells.classes < DIVERGES]


def cell_scale(cells: CellMap, layer: MapLayer, numbers: FloatArray) -> CellScale:
    """Fit the scale of a layer to its numbers.

    Parameters
    ----------
    cells
        The map.
    layer
        One of `COLUMNS`.
    numbers
        From `numbers_of`.
    """
    column, values = COLUMNS[layer], numbers[np.isfinite(numbers)]
    if layer is MapLayer.LAST_CROSSING:
        return _times(column, values)
    return _gaps(column, values, f"{layer.value} in {cells.settings.map.measure}")


def _times(column: str, values: FloatArray) -> CellScale:
    low, high = (float(values.min()), float(values.max())) if values.size else (1.0, 10.0)
    if high < 1.01 * low:
        low, high = low / 1.5, high * 1.5
    decades = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    steps = next(
        (
            chosen
            for factors in ((1.0,), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0))
            if (chosen := _between(np.outer(decades, factors).ravel(), low, high)).size > 2
        ),
        np.array([low, high]),
    )
    at = np.log(steps / low) / np.log(high / low)
    ticks = tuple((float(share), f"{step:.3g}") for share, step in zip(at, steps, strict=True))
    bar = ColourBar("time of the last crossing t", _colours(_TIMES), ticks)
    return CellScale(column, low, high, log=True, bar=bar)


def _gaps(column: str, values: FloatArray, name: str) -> CellScale:
    sizes = np.abs(values)
    largest = float(sizes.max(initial=0.0))
    reach = largest
    if sizes.size:
        usual = float(np.partition(sizes, (place := 19 * (sizes.size - 1) // 20))[place])
        reach = usual if usual > 0 and largest > _TAIL * usual else largest
    high = _rounded_up(reach)
    ends = ("≤ ", "≥ ") if largest > high else ("", "")
    texts = (f"{ends[0]}−{high:g}", f"−{high / 2:g}", "0", f"{high / 2:g}", f"{ends[1]}{high:g}")
    ticks = tuple(zip((0.0, 0.25, 0.5, 0.75, 1.0), texts, strict=True))
    bar = ColourBar(f"{name}, group + minus group -", _colours(_GAPS), ticks)
    return CellScale(column, -high, high, log=False, bar=bar)


def _between(steps: FloatArray, low: float, high: float) -> FloatArray:
    return steps[(steps >= low) & (steps <= high)]


def _rounded_up(value: float) -> float:
    if value <= 0:
        return 1.0
    decade = 10.0 ** np.floor(np.log10(value))
    steps = _ROUND * decade
    return float(f"{steps[np.argmax(steps >= value * (1 - 1e-12))]:.2g}")


def _colours(anchors: tuple[str, ...]) -> NDArray[np.uint8]:
    """Return shades between some colours, shape (n, 3)."""
    at = np.linspace(0, len(anchors) - 1, SHADES)
    channels = np.array([rgb(colour) for colour in anchors]).T
    shades = [np.interp(at, np.arange(len(anchors)), channel) for channel in channels]
    return np.array(np.rint(shades).T, dtype=np.uint8)
