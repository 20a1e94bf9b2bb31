"""What a map shows, as data: painted on screen by Qt and in exports by Matplotlib."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from experiments.frames import FloatArray

Hatch = Literal["", "/", "\\"]
"""Which way strokes go, so that a map reads without colour; none for the empty text."""


class MapLayer(StrEnum):
    """What the colours of a map tell."""

    CLASS = "class"
    LAST_CROSSING = "last crossing"
    FINAL_GAP = "final gap"
    LARGEST_GAP = "largest gap"


@dataclass(frozen=True, slots=True)
class MapEntry:
    """What cells of one kind look like."""

    label: str
    colour: str
    hatch: Hatch = ""


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

    Every cell has one of `colours`; which, `shades` say.

    Attributes
    ----------
    x, y
        Values at the centres of columns and rows, rising.
    x_label, y_label, x_log, y_log
        The axes.
    shades
        Number of the colour of each cell, shape (rows, columns); rows rise with y.
    colours
        Red, green and blue, shape (n, 3).
    hatches
        How each of the colours is hatched.
    entries
        The legend of all kinds of cells that occur and are not on the scale.
    bar
        The scale of a layer of numbers; None for classes.
    marker
        x and y of the present settings; None where they lie outside.
    seen
        What is seen, in plain sentences.
    at_marker
        What there is in the cell of the marker, in one more.
    """

    title: str
    x: FloatArray
    y: FloatArray
    x_label: str
    y_label: str
    x_log: bool
    y_log: bool
    shades: NDArray[np.uint8]
    colours: NDArray[np.uint8]
    hatches: tuple[Hatch, ...]
    entries: tuple[MapEntry, ...]
    bar: ColourBar | None
    contours: tuple[Contour, ...]
    measured: tuple[MeasuredMark, ...]
    marker: tuple[float, float] | None
    seen: str
    at_marker: str

    @property
    def caption(self) -> str:
        """All that is said under the map."""
        return " ".join(part for part in (self.seen, self.at_marker) if part)

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """Red, green and blue of each cell, shape (rows, columns, 3)."""
        return np.take(self.colours, self.shades, axis=0)
