"""Draw what is seen of the data with Matplotlib: group sizes, base rates, one column, rows.

This module needs the standard library, NumPy, Matplotlib, `cell_text`, `rows` and `page` alone: the
source of all is part of ``reproduce.py``.
"""

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
from experiments.export.rows import Row, read_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.markers import MarkerStyle


class DataTables(NamedTuple):
    """Lines of ``groups.csv``, ``column.csv`` and ``scatter.csv``; the latter two may be empty."""

    groups: list[Row]
    column: list[Row]
    scatter: list[Row]


class DataGroup(TypedDict):
    """A group: its colour, and the hatching of its bars."""

    name: str
    label: str
    colour: str
    hatch: str


class DataClass(TypedDict):
    """A class: the marker of its rows, or the letter in its place, "" for none."""

    name: str
    marker: str
    letter: str


class DataStage(TypedDict):
    """How one column is spread at a stage, and what its values are."""

    title: str
    unit: str


class DataSpecification(PageSpecification):
    """What is drawn; sizes and base rates are those of `part`."""

    part: str
    groups: list[DataGroup]
    classes: list[DataClass]
    stages: list[DataStage]
    column: str
    x_label: str
    y_label: str


_DASHES = ("-", "--", ":", "-.")
_SHADES = ("#D5D9DE", "#B4BAC2")
_LINE = 0.24
_BINS, _ROWS = 2.1, 3.4
_NARROWEST_NAME = 0.012
"""Share of the axes' width that a letter of a class's name needs."""


def read_data(folder: Path) -> DataTables:
    """Read the tables beside a figure."""
    tables = (read_rows(folder / f"{name}.csv") for name in ("groups", "column", "scatter"))
    return DataTables(*tables)


def save_data(specification: DataSpecification, tables: DataTables, folder: Path) -> None:
    """Write figure.png, figure.svg and figure.pdf; the same input gives the same bytes."""
    save_page(lambda: draw_data(specification, tables), specification, folder)


def draw_data(specification: DataSpecification, tables: DataTables) -> "Figure":
    """Draw all parts below each other, without pyplot and so without a window."""
    from matplotlib.figure import Figure

    lines = len(specification["groups"])
    heights = [_LINE * lines + 0.7]
    levels = max(
        (len(_levels(tables.column, stage["title"])) for stage in specification["stages"]),
        default=0,
    )
    if tables.column:
        heights.append(max(levels * max(0.085 * lines, 0.17) + 0.8, _BINS))
    if tables.scatter:
        heights.append(_ROWS)
    figure = Figure(figsize=(WIDTH, sum(heights) + 0.9), facecolor="white")
    parts = figure.add_gridspec(len(heights), 1, height_ratios=heights)
    sizes, rates = parts[0].subgridspec(1, 2).subplots(squeeze=False)[0]
    counts = _counts(specification, tables.groups)
    _draw_sizes(sizes, specification, counts)
    _draw_rates(rates, specification, counts)
    if tables.column:
        stages = specification["stages"]
        row = parts[1].subgridspec(1, len(stages)).subplots(squeeze=False)[0]
        for axes, stage in zip(row, stages, strict=True):
            _draw_stage(axes, specification, tables.column, stage)
    if tables.scatter:
        _draw_scatter(figure.add_subplot(parts[len(heights) - 1]), specification, tables.scatter)
    write_words(figure, specification)
    return figure


def _counts(specification: DataSpecification, rows: list[Row]) -> NDArray[np.int64]:
    """Collect the rows of the part shown by group and class, shape (G, K)."""
    known = {
        (row["group"], row["class"]): int(row["rows"])
        for row in rows
        if row["part"] == specification["part"]
    }
    return np.array(
        [
            [known[group["name"], each["name"]] for each in specification["classes"]]
            for group in specification["groups"]
        ]
    )


def _label_groups(axes: "Axes", specification: DataSpecification, *, names: bool) -> None:
    labels = [
        textwrap.shorten(plain(group["label"]), 26, placeholder=" …")
        for group in specification["groups"]
    ]
    axes.set_yticks(range(len(labels)), labels if names else [""] * len(labels))
    axes.tick_params(axis="y", length=0, colors=TEXT)
    axes.set_ylim(len(labels) - 0.4, -0.6)


def _draw_sizes(axes: "Axes", specification: DataSpecification, counts: NDArray[np.int64]) -> None:
    sizes = counts.sum(axis=1)
    _draw_bars(axes, specification, sizes)
    for place, size in enumerate(sizes):
        text = f" {size:,} · {100 * size / max(sizes.sum(), 1):.1f} %"
        axes.text(size, place, text, va="center", fontsize=8)
    axes.set_xlim(0, 1.65 * max(sizes.max(), 1))
    axes.set_xticks([])
    axes.set_title(f"rows, {specification['part']}", loc="left", fontsize=9, color=MUTED)
    axes.spines["bottom"].set_visible(False)
    _label_groups(axes, specification, names=True)


def _draw_rates(axes: "Axes", specification: DataSpecification, counts: NDArray[np.int64]) -> None:
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = counts / counts.sum(axis=1)[:, np.newaxis]
    classes = specification["classes"]
    if len(classes) == 2:
        _draw_bars(axes, specification, np.nan_to_num(shares[:, 1]))
        for place, share in enumerate(shares[:, 1]):
            text = " no data" if np.isnan(share) else f" {100 * share:.1f} %"
            axes.text(np.nan_to_num(share), place, text, va="center", fontsize=8)
        title = f"share of {plain(classes[1]['name'])}"
        axes.set_xlim(0, 1.25)
    else:
        left = np.zeros(len(shares))
        for number, each in enumerate(classes):
            widths = np.nan_to_num(shares[:, number])
            places = np.arange(len(shares))
            colour = _SHADES[number % len(_SHADES)]
            axes.barh(places, widths, 0.62, left, color=colour, edgecolor="white", linewidth=0.5)
            name = plain(each["name"])
            for place in places[widths > _NARROWEST_NAME * (len(name) + 1)]:
                middle = left[place] + widths[place] / 2
                axes.text(middle, place, name, ha="center", va="center", fontsize=7)
            left += widths
        title = "share of each class"
        axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.set_title(title, loc="left", fontsize=9, color=MUTED)
    _label_groups(axes, specification, names=False)


def _draw_bars(axes: "Axes", specification: DataSpecification, widths: NDArray[np.generic]) -> None:
    for place, (group, width) in enumerate(zip(specification["groups"], widths, strict=True)):
        _bar(axes, group, place, float(width), height=0.62)


def _bar(axes: "Axes", group: DataGroup, place: float, width: float, *, height: float) -> None:
    """Draw a bar in a group's colour; hatched on a paler ground where it has a hatching."""
    colour, hatch = group["colour"], group["hatch"]
    axes.barh(place, width, height, color=colour, alpha=0.3 if hatch else 1.0, linewidth=0)
    axes.barh(place, width, height, color="none", hatch=hatch, edgecolor=colour, linewidth=0.6)


def _levels(rows: list[Row], stage: str) -> list[str]:
    """List the levels drawn at a stage, in their order; none for bins."""
    return list(
        dict.fromkeys(row["level"] for row in rows if row["stage"] == stage and row["level"])
    )


def _draw_stage(
    axes: "Axes", specification: DataSpecification, rows: list[Row], stage: DataStage
) -> None:
    title, unit = stage["title"], stage["unit"]
    levels, groups = _levels(rows, title), specification["groups"]
    height = 0.84 / len(groups)
    for number, group in enumerate(groups):
        own = [row for row in rows if row["stage"] == title and row["group"] == group["name"]]
        values = np.array([float(row["value"] or "nan") for row in own])
        if levels:
            for place, width in enumerate(np.nan_to_num(values)):
                middle = place - 0.42 + (number + 0.5) * height
                _bar(axes, group, middle, float(width), height=0.88 * height)
        elif own:
            edges = np.array([float(row["low"]) for row in own] + [float(own[-1]["high"])])
            dash = _DASHES[number % len(_DASHES)]
            axes.stairs(np.nan_to_num(values), edges, color=group["colour"], ls=dash, lw=1.3)
    if levels:
        names = [textwrap.shorten(plain(level), 22, placeholder=" …") or " " for level in levels]
        axes.set_yticks(range(len(levels)), names, fontsize=8)
        axes.set_ylim(len(levels) - 0.4, -0.6)
        axes.set_xlabel(unit, fontsize=8)
    else:
        axes.set_ylabel(unit, fontsize=8)
        axes.set_ylim(bottom=0)
    axes.grid(visible=True, axis="x" if levels else "y")
    heading = f"{plain(specification['column'])} {title}"
    axes.set_title("\n".join(textwrap.wrap(heading, 34)), loc="left", fontsize=9, color=MUTED)


def _draw_scatter(axes: "Axes", specification: DataSpecification, rows: list[Row]) -> None:
    from matplotlib.lines import Line2D

    handles, labels = [], []
    for group in specification["groups"]:
        handles.append(Line2D([], [], color=group["colour"], ls="none", marker="o", ms=5))
        labels.append(group["label"])
    for each in specification["classes"]:
        size = 7 if each["letter"] else 5
        handles.append(Line2D([], [], color=MUTED, ls="none", marker=_marker(each), ms=size))
        labels.append(each["name"])
    colours = {group["name"]: group["colour"] for group in specification["groups"]}
    for each in specification["classes"]:
        for changed in (False, True):
            chosen = [
                row
                for row in rows
                if row["class"] == each["name"] and (row["relabelled"] == "true") == changed
            ]
            colour = [colours[row["group"]] for row in chosen]
            x, y = ([float(row[axis]) for row in chosen] for axis in ("x", "y"))
            axes.scatter(
                x,
                y,
                s=36 if each["letter"] else 14,
                marker=_marker(each),
                facecolors="none" if changed else colour,
                edgecolors=colour,
                linewidths=0.8 if changed else 0.2,
                alpha=0.75,
            )
    if any(row["relabelled"] == "true" for row in rows):
        hollow = Line2D([], [], color=MUTED, ls="none", marker="o", ms=5, mfc="none")
        handles.append(hollow)
        labels.append("hollow: label changed on purpose")
    axes.margins(0.03)
    axes.grid(visible=True)
    axes.set(xlabel=plain(specification["x_label"]), ylabel=plain(specification["y_label"]))
    numbers = [str(number) for number in range(len(labels))]
    legend = axes.legend(handles, numbers, loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8)
    # A label with a leading underscore would be dropped, so the texts are set afterwards.
    for text, label in zip(legend.get_texts(), labels, strict=True):
        text.set_text(textwrap.fill(plain(label), 24, max_lines=2, placeholder="…"))


def _marker(each: DataClass) -> "MarkerStyle":
    """Make the marker of a class; letters are outlined, for Matplotlib takes only formulas."""
    from matplotlib.markers import MarkerStyle
    from matplotlib.path import Path as Outline
    from matplotlib.textpath import TextPath

    if not each["letter"]:
        return MarkerStyle(each["marker"])
    outline = TextPath((0, 0), plain(each["letter"]))
    if not len(outline.vertices):
        return MarkerStyle(each["marker"])
    low, high = outline.vertices.min(axis=0), outline.vertices.max(axis=0)
    return MarkerStyle(Outline(outline.vertices - (low + high) / 2, outline.codes))
