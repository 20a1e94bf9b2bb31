"""Draw samples, rules and the student's boundary on a plane with Matplotlib.

This module needs the standard library, NumPy, Matplotlib, `page` and `cell_text` alone: the
source of all is part of ``reproduce.py``.
"""

import csv
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from experiments.export.cell_text import text_of
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
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D


class Samples(NamedTuple):
    """Position (m, 2), group, label and answer (m,) of samples; labels and answers are ±1."""

    position: NDArray[np.float64]
    group: NDArray[np.str_]
    label: NDArray[np.int64]
    answer: NDArray[np.int64]


class GroupSpecification(TypedDict):
    """The samples of the group called `name` in the table."""

    name: str
    label: str
    colour: str


class LineSpecification(TypedDict):
    """The line normal·x = level, a unit normal, with a band `half_width` to both sides."""

    normal: tuple[float, float]
    level: float
    half_width: float
    colour: str | None
    dash: str
    label: str


class ArrowSpecification(TypedDict):
    """An arrow from the origin."""

    tip: tuple[float, float]
    colour: str | None


class MarkSpecification(TypedDict):
    """A text around a point."""

    x: float
    y: float
    text: str


class PlaneSpecification(PageSpecification):
    """A plane with axes of one scale; a colour None is that of text."""

    x_label: str
    y_label: str
    x_span: tuple[float, float]
    y_span: tuple[float, float]
    groups: list[GroupSpecification]
    lines: list[LineSpecification]
    arrows: list[ArrowSpecification]
    marks: list[MarkSpecification]


_AXES_WIDTH = 5.3
_ENTRY_HEIGHT = 0.19
_BAND_OPACITY = 0.13
_STROKE = 5.0
_MARKERS = {1: "o", -1: "s"}


def read_samples(folder: Path) -> Samples:
    """Read ``plane.csv``."""
    with (folder / "plane.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return Samples(
        np.array([row[:2] for row in rows], dtype=float),
        np.array([text_of(row[2]) for row in rows]),
        np.array([row[3] for row in rows], dtype=int),
        np.array([row[4] for row in rows], dtype=int),
    )


def save_plane(specification: PlaneSpecification, samples: Samples, folder: Path) -> None:
    """Write figure.png, figure.svg and figure.pdf; the same input gives the same bytes."""
    save_page(lambda: draw_plane(specification, samples), specification, folder)


def draw_plane(specification: PlaneSpecification, samples: Samples) -> "Figure":
    """Draw the plane with a legend beside it, without pyplot and so without a window."""
    from matplotlib.figure import Figure

    (left, right), (bottom, top) = specification["x_span"], specification["y_span"]
    entries = len(specification["groups"]) + len(specification["lines"]) + 4
    height = max(_AXES_WIDTH * (top - bottom) / (right - left), _ENTRY_HEIGHT * entries) + 1.4
    figure = Figure(figsize=(WIDTH, height), facecolor="white")
    axes = figure.subplots()
    axes.set(xlabel=plain(specification["x_label"]), ylabel=plain(specification["y_label"]))
    axes.set(xlim=(left, right), ylim=(bottom, top), aspect="equal", anchor="NW")
    axes.grid(visible=True)
    _draw_samples(axes, specification["groups"], samples)
    for number, line in enumerate(specification["lines"]):
        _draw_line(axes, line, number, reach=right - left + top - bottom)
    for arrow in specification["arrows"]:
        _draw_arrow(axes, arrow)
    for mark in specification["marks"]:
        veil = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.0}
        text = axes.text(mark["x"], mark["y"], plain(mark["text"]), fontsize=8.5, bbox=veil)
        text.set(ha="center", va="center", zorder=6)
    _draw_legend(figure, specification)
    write_words(figure, specification)
    return figure


def _draw_samples(axes: "Axes", groups: list[GroupSpecification], samples: Samples) -> None:
    """Draw the largest group first; what is answered wrong stays hollow."""
    numbers = {group["name"]: int(np.sum(samples.group == group["name"])) for group in groups}
    for group in sorted(groups, key=lambda group: -numbers[group["name"]]):
        for label, marker in _MARKERS.items():
            for right in (True, False):
                members = (samples.group == group["name"]) & (samples.label == label)
                members &= (samples.answer == label) == right
                x, y = samples.position[members].T
                axes.scatter(
                    x,
                    y,
                    s=22,
                    marker=marker,
                    facecolors=group["colour"] if right else "none",
                    edgecolors="white" if right else group["colour"],
                    linewidths=0.5 if right else 1.1,
                    alpha=0.85 if right else None,
                    zorder=2,
                )


def _draw_line(axes: "Axes", line: LineSpecification, number: int, *, reach: float) -> None:
    """Draw a line; the dashes of the next one fill its gaps where they lie on each other."""
    from matplotlib.patches import Polygon
    from matplotlib.patheffects import Normal, Stroke

    colour, dashed = line["colour"] or TEXT, line["dash"] == "dashed"
    normal = np.array(line["normal"])
    middle = np.array([np.mean(axes.get_xlim()), np.mean(axes.get_ylim())])
    foot = middle + (line["level"] - normal @ middle) * normal
    along = np.array([-normal[1], normal[0]])
    if line["half_width"] > 0:
        ends = np.array([foot - reach * along, foot + reach * along])
        across = line["half_width"] * normal
        corners = np.concatenate((ends - across, ends[::-1] + across))
        band = Polygon(corners, color=colour, alpha=_BAND_OPACITY, linewidth=0, zorder=1.5)
        axes.add_patch(band)
    rim = [] if dashed else [Stroke(linewidth=4.0, foreground="white"), Normal()]
    axes.axline(
        (float(foot[0]), float(foot[1])),
        (float(foot[0] + along[0]), float(foot[1] + along[1])),
        color=colour,
        linewidth=1.3 if dashed else 2.0,
        linestyle=(number * _STROKE, (_STROKE, _STROKE)) if dashed else "-",
        path_effects=rim,
        zorder=3 if dashed else 4,
    )


def _draw_arrow(axes: "Axes", arrow: ArrowSpecification) -> None:
    from matplotlib.patheffects import Normal, Stroke

    look = {
        "arrowstyle": "-|>",
        "color": arrow["colour"] or TEXT,
        "linewidth": 1.8,
        "mutation_scale": 11,
        "path_effects": [Stroke(linewidth=3.6, foreground="white"), Normal()],
        "shrinkA": 0,
        "shrinkB": 0,
    }
    axes.annotate("", arrow["tip"], xytext=(0, 0), arrowprops=look, zorder=5)


def _draw_legend(figure: "Figure", specification: PlaneSpecification) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    entries: list[tuple[Line2D | Patch, str]] = [
        (_marker(group["colour"], 1), group["label"]) for group in specification["groups"]
    ]
    entries += [
        (_marker(MUTED, 1), "label +1"),
        (_marker(MUTED, -1), "label −1"),
        (_marker(MUTED, 1, fill="none"), "hollow: answered wrong"),
    ]
    for line in specification["lines"]:
        look = "--" if line["dash"] == "dashed" else "-"
        entries.append((Line2D([], [], color=line["colour"] or TEXT, ls=look), line["label"]))
    if any(line["half_width"] > 0 for line in specification["lines"]):
        band = Patch(color=TEXT, alpha=_BAND_OPACITY, linewidth=0)
        entries.append((band, "± noise not shown"))
    handles, labels = zip(*entries, strict=True)
    numbers = [str(number) for number in range(len(labels))]
    legend = figure.legend(handles, numbers, loc="outside right upper", fontsize=8)
    # A label with a leading underscore would be dropped, so the texts are set afterwards.
    for text, label in zip(legend.get_texts(), labels, strict=True):
        text.set_text(textwrap.fill(plain(label), 26, max_lines=3, placeholder="…"))


def _marker(colour: str, label: int, *, fill: str | None = None) -> "Line2D":
    from matplotlib.lines import Line2D

    marker = Line2D([], [], color=colour, linestyle="none", marker=_MARKERS[label], markersize=5)
    marker.set_markerfacecolor(fill or colour)
    return marker
