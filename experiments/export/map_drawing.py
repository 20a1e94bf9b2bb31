"""Draw a map over two parameters from its tables with Matplotlib, given a plain specification.

This module needs the standard library, NumPy, Matplotlib and `page` alone: the source of both is
part of ``reproduce.py``.
"""

import csv
import textwrap
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
    hatch: str


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
    stands for more as well. Cells in no row of the table are `absent`: a label, a colour and a
    hatch; without a number of the `scale` they are `empty`: a label and a colour. `marker` is x and
    y of the settings.
    """

    x: AxisSpecification
    y: AxisSpecification
    classes: list[ClassSpecification]
    scale: ScaleSpecification | None
    absent: tuple[str, str, str]
    empty: tuple[str, str]
    contour_label: str
    contours: list[ContourSpecification]
    marker: tuple[float, float] | None


class Points(NamedTuple):
    """Rows of a table: columns of numbers, and who ends ahead; arrays and list (n,)."""

    numbers: dict[str, Floats]
    preference: list[str]

    def preference_known(self) -> NDArray[np.bool_]:
        """Say where training does not diverge, shape (n,)."""
        return np.array([bool(text) for text in self.preference], dtype=np.bool_)


class MapTables(NamedTuple):
    """Cells of the map, and points that were simulated."""

    cells: Points
    measured: Points


_HEIGHT = 5.6
_INKS = {"/": TEXT, "\\": MUTED}
"""The colour of each hatch."""

_DENSITY = 4


def read_map(folder: Path) -> MapTables:
    """Read ``cells.csv`` and, where there is one, ``measured.csv``."""
    measured = folder / "measured.csv"
    return MapTables(
        _read(folder / "cells.csv"), _read(measured) if measured.exists() else Points({}, [])
    )


def _read(path: Path) -> Points:
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    columns = dict(
        zip(header, zip(*rows, strict=True) if rows else [()] * len(header), strict=True)
    )
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
    axes.set(
        xscale="log" if specification["x"]["log"] else "linear",
        yscale="log" if specification["y"]["log"] else "linear",
        xlabel=plain(specification["x"]["label"]),
        ylabel=plain(specification["y"]["label"]),
    )
    for axis, side in ((axes.xaxis, specification["x"]), (axes.yaxis, specification["y"])):
        if side["log"]:
            _write_numbers(axis)
    axes.set(xlim=specification["x"]["limits"], ylim=specification["y"]["limits"])
    axes.spines[:].set_visible(True)
    axes.imshow(
        pixels(specification, tables.cells),
        extent=(0, 1, 0, 1),
        transform=axes.transAxes,
        origin="lower",
        aspect="auto",
        interpolation="none",
    )
    for hatch in _INKS:
        _draw_hatches(axes, hatches(specification, tables.cells, hatch), hatch)
    if specification["scale"] is not None:
        _draw_bar(axes, specification["scale"])
    handles = [
        *_cell_handles(specification, tables.cells),
        *_draw_contours(axes, specification),
        *_draw_measured(axes, specification, tables.measured),
        *_draw_marker(axes, specification),
    ]
    if handles:
        # A label with a leading underscore would be dropped, so the texts are set afterwards.
        legend = figure.legend(handles=handles, loc="outside right upper", fontsize=8)
        for text, handle in zip(legend.get_texts(), handles, strict=True):
            text.set_text(textwrap.fill(plain(str(handle.get_label())), 26))
    write_words(figure, specification)
    return figure


def pixels(specification: MapSpecification, cells: Points) -> Colours:
    """Return red, green and blue of each pixel, shape (rows, columns, 3)."""
    places, scale = _places(specification, cells), specification["scale"]
    found = np.append(class_numbers(specification, cells), -1)
    colours = [*(each["colour"] for each in specification["classes"]), specification["absent"][1]]
    painted = np.take(_rgb(colours), found[places], axis=0)
    if scale is not None:
        valued = np.append(cells.preference_known(), False)[places]
        numbers = np.append(cells.numbers[scale["column"]], np.nan)[places]
        painted[valued] = _shade(scale, specification["empty"][1], numbers[valued])
    return painted


def hatches(specification: MapSpecification, cells: Points, hatch: str) -> NDArray[np.bool_]:
    """Say which pixels are hatched like this, shape (rows, columns)."""
    scaled = specification["scale"] is not None
    looks = ["" if scaled else each["hatch"] for each in specification["classes"]]
    hatched = np.array([look == hatch for look in (*looks, specification["absent"][2])])
    found = np.append(class_numbers(specification, cells), -1)
    return np.take(hatched, found[_places(specification, cells)])


def class_numbers(specification: MapSpecification, points: Points) -> Whole:
    """Return the class of each row of a table by its place in the list, shape (n,)."""
    preference = np.array(points.preference, dtype=np.str_)
    found = np.full(preference.shape, -1)
    for number, each in enumerate(specification["classes"]):
        reached = points.numbers["crossings"] >= each["crossings"]
        found[(preference == each["preference"]) & reached] = number
    return found


def _places(specification: MapSpecification, cells: Points) -> Whole:
    """Return the row of the table that each pixel shows, −1 for none; (rows, columns)."""
    known, pixel, index = [], [], []
    for side in (specification["y"], specification["x"]):
        values, inverse = np.unique(side["values"], return_inverse=True)
        known.append(values.size)
        pixel.append(inverse)
        index.append(np.searchsorted(values, cells.numbers[side["column"]]))
    grid = np.full(known, -1)
    grid[index[0], index[1]] = np.arange(index[0].size)
    return grid[pixel[0]][:, pixel[1]]


def _shade(scale: ScaleSpecification, empty: str, numbers: Floats) -> Colours:
    """Return the colours of numbers, shape (n, 3)."""
    ends = np.array([scale["low"], scale["high"]])
    low, high = np.log(ends) if scale["log"] else ends
    last = len(scale["colours"]) - 1
    known = np.isfinite(numbers)
    filled = np.where(known, numbers, scale["low"])
    shares = ((np.log(filled) if scale["log"] else filled) - low) / (high - low)
    shades = np.clip(shares * last + 0.5, 0, last).astype(np.intp)
    return _rgb([*scale["colours"], empty])[np.where(known, shades, last + 1)]


def _rgb(colours: list[str]) -> Colours:
    return np.array([list(bytes.fromhex(colour[1:])) for colour in colours], dtype=np.uint8)


def _write_numbers(axis: "Axis") -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def _draw_hatches(axes: "Axes", hatched: NDArray[np.bool_], hatch: str) -> None:
    """Hatch stretches of rows as one area, so that the lines go on from one to the next."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    rows, columns = hatched.shape
    edges = np.diff(np.pad(hatched, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, left = np.nonzero(edges > 0)
    right = np.nonzero(edges < 0)[1]
    corners = np.array([(left, row), (right, row), (right, row + 1), (left, row + 1), (left, row)])
    vertices = np.moveaxis(corners, 2, 0).reshape(-1, 2) / (columns, rows)
    codes = [Outline.MOVETO, *[Outline.LINETO] * 3, Outline.CLOSEPOLY] * row.size
    if row.size:
        outline = Outline(vertices, codes)
        axes.add_patch(
            PathPatch(
                outline,
                transform=axes.transAxes,
                facecolor="none",
                edgecolor=_INKS[hatch],
                linewidth=0,
                hatch=_DENSITY * hatch,
            )
        )


def _draw_bar(axes: "Axes", scale: ScaleSpecification) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import ListedColormap, Normalize

    figure = axes.get_figure()
    assert figure is not None
    shades = ScalarMappable(Normalize(0, 1), ListedColormap(scale["colours"]))
    bar = figure.colorbar(shades, ax=axes, ticks=[share for share, _ in scale["ticks"]], aspect=30)
    bar.set_ticklabels([text for _, text in scale["ticks"]])
    bar.set_label(plain(scale["label"]))
    bar.outline.set_visible(False)


def _cell_handles(specification: MapSpecification, cells: Points) -> "list[Artist]":
    """List what occurs: every class, or for a scale what has no colour of it."""
    from matplotlib.patches import Patch

    scale = specification["scale"]
    found = set(class_numbers(specification, cells).tolist())
    shown = [
        (each["label"], each["colour"], each["hatch"])
        for number, each in enumerate(specification["classes"])
        if number in found and (scale is None or not each["preference"])
    ]
    if scale is not None:
        valued = cells.preference_known()
        if np.isnan(cells.numbers[scale["column"]][valued]).any():
            shown.insert(0, (*specification["empty"], ""))
    if (_places(specification, cells) < 0).any():
        shown.append(specification["absent"])
    return [
        Patch(
            facecolor=colour,
            edgecolor=_INKS.get(hatch, MUTED),
            linewidth=0.5,
            hatch=_DENSITY * hatch,
            label=label,
        )
        for label, colour, hatch in shown
    ]


def _draw_contours(axes: "Axes", specification: MapSpecification) -> "list[Artist]":
    lines = []
    for contour in specification["contours"]:
        middle = len(contour["x"]) // 2
        lines += axes.plot(contour["x"], contour["y"], color="white", linewidth=2.4)
        lines += axes.plot(contour["x"], contour["y"], color=TEXT, linewidth=0.9, linestyle="--")
        axes.annotate(
            contour["label"],
            (contour["x"][middle], contour["y"][middle]),
            ha="center",
            va="center",
            fontsize=7.5,
            color=TEXT,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
        )
    for line in lines[-1:]:
        line.set_label(specification["contour_label"])
    return [*lines[-1:]]


def _draw_measured(
    axes: "Axes", specification: MapSpecification, measured: Points
) -> "list[Artist]":
    if not measured.preference:
        return []
    x, y = (measured.numbers[specification[side]["column"]] for side in ("x", "y"))
    looks = [each["colour"] for each in specification["classes"]]
    colours = [looks[number] for number in class_numbers(specification, measured)]
    agree = (2 * measured.numbers["agreeing"] > measured.numbers["runs"]).tolist()
    for place, agrees in enumerate(agree):
        _draw_mark(axes, (x[place], y[place]), crossed=not agrees, colour=colours[place])
    texts = {True: "simulated: most runs agree", False: "simulated: most runs do otherwise"}
    return [
        _draw_mark(axes, None, crossed=not agrees, label=text)
        for agrees, text in texts.items()
        if agrees in agree
    ]


def _draw_mark(
    axes: "Axes",
    place: tuple[float, float] | None,
    *,
    crossed: bool,
    colour: str = "white",
    label: str = "",
) -> "Artist":
    """Draw a dot, or a white one with a cross; without a place only for the legend."""
    from matplotlib.path import Path as Outline

    circle = Outline.unit_circle()
    lines = [Outline([(-s, -0.7), (s, 0.7)]) for s in (-0.7, 0.7)]
    x, y = ([], []) if place is None else ([place[0]], [place[1]])
    for ink, width in (("white", 3.0), (TEXT, 1.1)):
        (mark,) = axes.plot(
            x,
            y,
            marker=Outline.make_compound_path(circle, *lines) if crossed else "o",
            markersize=8,
            markerfacecolor="white" if crossed else colour,
            markeredgecolor=ink,
            markeredgewidth=width,
            linewidth=0,
            label=label,
            clip_on=place is None,
            zorder=4,
        )
    return mark


def _draw_marker(axes: "Axes", specification: MapSpecification) -> "list[Artist]":
    """Draw a ring with four arms."""
    from matplotlib.path import Path as Outline

    place = specification["marker"]
    if place is None:
        return []
    arms = [Outline([(x, y), (1.8 * x, 1.8 * y)]) for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1))]
    ring = Outline.make_compound_path(Outline.unit_circle(), *arms)
    for colour, width, size, points in (
        ("white", 3.6, 17, [place]),
        (TEXT, 1.5, 17, [place]),
        (TEXT, 1.2, 11, []),
    ):
        (handle,) = axes.plot(
            [x for x, _ in points],
            [y for _, y in points],
            marker=ring,
            markersize=size,
            markerfacecolor="none",
            markeredgecolor=colour,
            markeredgewidth=width,
            linewidth=0,
            label="these settings",
            clip_on=not points,
            zorder=5,
        )
    return [handle]
