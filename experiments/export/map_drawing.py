"""Draw a map over two parameters from its tables with Matplotlib, given a plain specification.

This module needs the standard library, NumPy, Matplotlib and `page` alone: the source of both is
part of ``reproduce.py``.
"""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from experiments.export.page import (
    MUTED,
    TEXT,
    WIDTH,
    PageSpecification,
    plain,
    save_page,
    write_words,
)

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]
Colours = NDArray[np.uint8]


class AxisSpecification(TypedDict):
    """One side of a map: its column in the tables, its ends, and the value of each pixel."""

    column: str
    label: str
    log: bool
    limits: tuple[float, float]
    values: list[float]


class ClassSpecification(TypedDict):
    """What a class of cells looks like; `preference` is empty where training diverges."""

    preference: str
    crossings: int
    label: str
    colour: str
    hatched: bool


class ScaleSpecification(TypedDict):
    """Colours of the numbers of a column, from `low` to `high`; ticks are shares and texts."""

    column: str
    label: str
    low: float
    high: float
    log: bool
    colours: list[str]
    ticks: list[tuple[float, str]]


class ContourSpecification(TypedDict):
    """A line with a label."""

    label: str
    x: list[float]
    y: list[float]


class MapSpecification(PageSpecification):
    """One map.

    `classes` come in the order of the legend, and `crossings` of the last of each preference
    stands for more as well. Cells in no row of the table are `absent`; without a number of the
    `scale` they are `empty`; each is a label and a colour. `marker` is x and y of the settings.
    """

    x: AxisSpecification
    y: AxisSpecification
    classes: list[ClassSpecification]
    scale: ScaleSpecification | None
    absent: tuple[str, str]
    empty: tuple[str, str]
    contour_label: str
    contours: list[ContourSpecification]
    marker: tuple[float, float] | None


class Points(NamedTuple):
    """Rows of a table: columns of numbers, and who ends ahead; arrays and list (n,)."""

    numbers: dict[str, Floats]
    preference: list[str]


class MapTables(NamedTuple):
    """Cells of the map, and points that were simulated."""

    cells: Points
    measured: Points


_HEIGHT = 5.6
_HATCH = "////"
_AGREES, _DEPARTS = "o", "X"


def read_map(folder: Path) -> MapTables:
    """Read ``cells.csv`` and, where there is one, ``measured.csv``."""
    measured = folder / "measured.csv"
    return MapTables(
        _read(folder / "cells.csv"), _read(measured) if measured.exists() else Points({}, [])
    )


def _read(path: Path) -> Points:
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    columns = dict(zip(header, zip(*rows, strict=True) if rows else [()] * len(header), strict=True))
    preference = list(columns.pop("asymptotic_preference"))
    words = {"": np.nan, "false": 0.0, "true": 1.0}
    numbers = {
        name: np.array([words[text] if text in words else float(text) for text in texts])
        for name, texts in columns.items()
    }
    return Points(numbers, preference)


def save_map(specification: MapSpecification, tables: MapTables, folder: Path) -> None:
    """Write figure.png, figure.svg and figure.pdf; the same input gives the same bytes."""
    save_page(lambda: draw_map(specification, tables), specification, folder)


def draw_map(specification: MapSpecification, tables: MapTables) -> "Figure":
    """Draw the map with its legend, without pyplot and so without a window."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, _HEIGHT), facecolor="white")
    axes = figure.subplots()
    for axis, side in ((axes.xaxis, specification["x"]), (axes.yaxis, specification["y"])):
        _scale_axis(axis, side)
    axes.set_xlim(specification["x"]["limits"])
    axes.set_ylim(specification["y"]["limits"])
    classes = class_numbers(specification, tables.cells)
    axes.imshow(
        paint(specification, tables.cells),
        extent=(0, 1, 0, 1),
        transform=axes.transAxes,
        origin="lower",
        aspect="auto",
        interpolation="none",
    )
    if specification["scale"] is None:
        _draw_hatches(axes, specification, classes)
    else:
        _draw_bar(figure, axes, specification["scale"])
    handles = _legend_of_cells(specification, tables.cells, classes)
    handles += _draw_contours(axes, specification)
    handles += _draw_measured(axes, specification, tables.measured)
    handles += _draw_marker(axes, specification)
    if handles:
        figure.legend(
            handles=handles,
            loc="outside right upper",
            fontsize=8,
        )
    write_words(figure, specification)
    return figure
