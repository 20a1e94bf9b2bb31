"""Draw where a network changes its decision, on a plane, with Matplotlib.

This module needs the standard library, NumPy, Matplotlib, `cell_text`, `rows` and `page` alone: the
source of all is part of ``reproduce.py``.
"""

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import numpy as np

from experiments.export.page import (
    MUTED,
    TEXT,
    WIDTH,
    PageSpecification,
    plain,
    save_page,
    write_words,
)
from experiments.export.rows import Row, read_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D


class BoundaryTables(NamedTuple):
    """Lines of ``boundary.csv`` and ``boundary_points.csv``."""

    cells: list[Row]
    points: list[Row]


class BoundaryGroup(TypedDict):
    """A group of the tables."""

    name: str
    label: str
    colour: str


class BoundaryClass(TypedDict):
    """A class: the marker of its rows, and the shade of its side where there are several."""

    name: str
    marker: str
    shade: str


class BoundarySpecification(PageSpecification):
    """A square of cells with rows on top."""

    groups: list[BoundaryGroup]
    classes: list[BoundaryClass]
    x_label: str
    y_label: str
    low: tuple[float, float]
    high: tuple[float, float]


_HEIGHT = 5.0
_CERTAIN = (0.72, 0.74, 0.77)


def read_boundary(folder: Path) -> BoundaryTables:
    """Read the tables beside a figure."""
    names = ("boundary", "boundary_points")
    return BoundaryTables(*(read_rows(folder / f"{name}.csv") for name in names))


def save_boundary(
    specification: BoundarySpecification, tables: BoundaryTables, folder: Path
) -> None:
    """Write figure.png, figure.svg and figure.pdf; the same input gives the same bytes."""
    save_page(lambda: draw_boundary(specification, tables), specification, folder)


def draw_boundary(specification: BoundarySpecification, tables: BoundaryTables) -> "Figure":
    """Draw the plane with a legend beside it, without pyplot and so without a window."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, _HEIGHT + 1.0), facecolor="white")
    axes = figure.subplots()
    (left, bottom), (right, top) = specification["low"], specification["high"]
    axes.set(xlabel=plain(specification["x_label"]), ylabel=plain(specification["y_label"]))
    _draw_cells(axes, specification, tables.cells)
    _draw_points(axes, specification, tables.points)
    axes.set(xlim=(left, right), ylim=(bottom, top))
    _write_legend(figure, specification)
    write_words(figure, specification)
    return figure


def _draw_cells(axes: "Axes", specification: BoundarySpecification, rows: list[Row]) -> None:
    """Shade by probability with two classes, else by class; draw the line between decisions."""
    from matplotlib.colors import ListedColormap

    side = round(len(rows) ** 0.5)
    (left, bottom), (right, top) = specification["low"], specification["high"]
    extent = (left, right, bottom, top)
    names = [each["name"] for each in specification["classes"]]
    x, y = (np.array([float(row[axis]) for row in rows]).reshape(side, side) for axis in "xy")
    if len(names) == 2:
        given = np.array([float(row["probability"] or "nan") for row in rows]).reshape(side, side)
        axes.imshow(
            given,
            cmap=ListedColormap(np.linspace((1.0, 1.0, 1.0), _CERTAIN, 64)),
            vmin=0.0,
            vmax=1.0,
            origin="lower",
            extent=extent,
            aspect="auto",
            interpolation="bilinear",
        )
        if np.nanmin(given) < 0.5 < np.nanmax(given):
            axes.contour(x, y, given, levels=[0.5], colors=[TEXT], linewidths=1.4)
        return
    decided = np.array([names.index(row["predicted"]) for row in rows]).reshape(side, side)
    shades = ListedColormap([each["shade"] for each in specification["classes"]])
    axes.imshow(
        decided,
        cmap=shades,
        vmin=-0.5,
        vmax=len(names) - 0.5,
        origin="lower",
        extent=extent,
        aspect="auto",
        interpolation="nearest",
    )
    for number in np.unique(decided):
        inside = decided == number
        if not inside.all():
            axes.contour(x, y, inside, levels=[0.5], colors=[TEXT], linewidths=0.9)
        name = textwrap.shorten(plain(names[number]), 16, placeholder="…")
        place = np.argmin((x - x[inside].mean()) ** 2 + (y - y[inside].mean()) ** 2 + ~inside * 1e9)
        axes.text(
            x.flat[place],
            y.flat[place],
            name,
            ha="center",
            va="center",
            fontsize=9,
            fontweight="bold",
            zorder=5,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
        )


def _draw_points(axes: "Axes", specification: BoundarySpecification, rows: list[Row]) -> None:
    """Draw the largest group first; what is answered wrong stays hollow."""
    numbers = {
        group["name"]: sum(row["group"] == group["name"] for row in rows)
        for group in specification["groups"]
    }
    size = 22 if len(rows) < 600 else 12
    for group in sorted(specification["groups"], key=lambda group: -numbers[group["name"]]):
        for each in specification["classes"]:
            for wrong in (False, True):
                chosen = [
                    row
                    for row in rows
                    if row["group"] == group["name"]
                    and row["class"] == each["name"]
                    and (row["class"] != row["predicted"]) == wrong
                ]
                axes.scatter(
                    [float(row["x"]) for row in chosen],
                    [float(row["y"]) for row in chosen],
                    s=1.6 * size if wrong else size,
                    marker=each["marker"],
                    facecolors="white" if wrong else group["colour"],
                    edgecolors=group["colour"] if wrong else "white",
                    linewidths=1.2 if wrong else 0.3,
                    zorder=3 if wrong else 2,
                )


def _write_legend(figure: "Figure", specification: BoundarySpecification) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    classes = specification["classes"]
    entries: list[tuple[Line2D | Patch, str]] = [
        (_marker(group["colour"], "o"), group["label"]) for group in specification["groups"]
    ]
    entries += [(_marker(MUTED, each["marker"]), each["name"]) for each in classes]
    entries.append((_marker(MUTED, "o", fill="white"), "answered wrong"))
    entries.append((Line2D([], [], color=TEXT, linewidth=1.4), "boundary"))
    if len(classes) == 2:
        entries.append((Patch(color=_CERTAIN), f"{classes[1]['name']} is certain"))
    handles, labels = zip(*entries, strict=True)
    numbers = [str(number) for number in range(len(labels))]
    legend = figure.legend(handles, numbers, loc="outside right upper", fontsize=8)
    # A label with a leading underscore would be dropped, so the texts are set afterwards.
    for text, label in zip(legend.get_texts(), labels, strict=True):
        text.set_text(textwrap.fill(plain(label), 24, max_lines=2, placeholder="…"))


def _marker(colour: str, shape: str, *, fill: str | None = None) -> "Line2D":
    from matplotlib.lines import Line2D

    marker = Line2D([], [], color=colour, linestyle="none", marker=shape, markersize=6)
    marker.set_markerfacecolor(fill or colour)
    return marker
