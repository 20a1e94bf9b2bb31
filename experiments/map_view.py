"""What a map shows, as data: painted on screen by Qt and in exports by Matplotlib."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from experiments.frames import FloatArray


class MapLayer(StrEnum):
    """What the colours of a map tell."""

    CLASS = "class"
    LAST_CROSSING = "last crossing"
    FINAL_GAP = "final gap"
    LARGEST_GAP = "largest gap"


@dataclass(frozen=True, slots=True)
class MapEntry:
    """One class in the legend; hatched so that it reads without colour."""

    label: str
    colour: str
    hatched: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ColourBar:
    """The scale of a layer of numbers.

    Attributes
    ----------
    label
        What is shown.
    colours
        Red, green and blue from the lowest to the highest value, shape (n, 3).
    ticks
        Positions from 0 to 1 along the bar, with their texts.
    """

    label: str
    colours: NDArray[np.uint8]
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """A line along which a derived quantity is the same; x and y of shape (n,)."""

    label: str
    x: FloatArray
    y: FloatArray


@dataclass(frozen=True, slots=True)
class MeasuredMark:
    """A simulated point: what most runs did, as the colour of that class."""

    x: float
    y: float
    colour: str
    agrees: bool
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class MapView:
    """A map at one moment of its computation.

    Attributes
    ----------
    x, y
        Values at the centres of columns and rows, rising.
    x_label, y_label, x_log, y_log
        The axes.
    pixels
        Red, green and blue of each cell, shape (rows, columns, 3); rows rise with y.
    hatched
        Which cells are hatched, shape (rows, columns).
    entries
        The legend of the classes; empty for a layer of numbers.
    bar
        The scale of a layer of numbers; None for classes.
    marker
        x and y of the present settings; None where they lie outside.
    caption
        What is seen, in plain sentences.
    """

    title: str
    x: FloatArray
    y: FloatArray
    x_label: str
    y_label: str
    x_log: bool
    y_log: bool
    pixels: NDArray[np.uint8]
    hatched: NDArray[np.bool_]
    entries: tuple[MapEntry, ...]
    bar: ColourBar | None
    contours: tuple[Contour, ...]
    measured: tuple[MeasuredMark, ...]
    marker: tuple[float, float] | None
    caption: str
