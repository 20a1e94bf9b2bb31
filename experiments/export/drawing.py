"""Draw a figure from recorded tables with Matplotlib, given a plain specification.

This module needs the standard library, NumPy, Matplotlib, `page` and `cell_text` alone: the
source of all is part of ``reproduce.py``.
"""

import csv
import textwrap
from array import array
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from experiments.export.cell_text import text_of
from experiments.export.page import (
    MUTED,
    WIDTH,
    PageSpecification,
    plain,
    save_page,
    write_words,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Name = tuple[str, str, str, str, int]
"""A curve's identity: quantity, group, source, arm, seed."""

Floats = NDArray[np.float64]


class Ensemble(NamedTuple):
    """Moments over the runs that count at each position; arrays of equal length."""

    x: Floats
    runs: Floats
    mean: Floats
    standard_deviation: Floats
    minimum: Floats
    maximum: Floats
    interval_half_width: Floats


class Tables(NamedTuple):
    """What was recorded: positions and values of curves, and ensembles.

    An ensemble bears the name of its first run; the curves of its runs differ in the seed.
    """

    curves: dict[Name, tuple[Floats, Floats]]
    ensembles: dict[Name, Ensemble]


class Drawn(NamedTuple):
    """Positions and heights of a curve, and the lower and upper ends of its bars, if any."""

    x: Floats
    y: Floats
    bars: tuple[Floats, Floats] | None


class Values(TypedDict):
    """A curve that is in no table; None stands for what is no number."""

    x: list[float | None]
    y: list[float | None]
    low: list[float | None] | None
    high: list[float | None] | None


class CurveSpecification(TypedDict):
    """One drawn curve: what is recorded as `name`, less `minus` where given; else `values`.

    Of an ensemble, it is the mean, with bars that show the `spread`, and with faint `traces` of
    its runs where wanted.
    """

    label: str
    colour: str
    dash: str | None
    symbol: str | None
    name: Name | None
    minus: Name | None
    spread: str
    traces: bool
    values: Values | None


class MarkerSpecification(TypedDict):
    """A vertical line with a sentence."""

    x: float
    text: str


class BandSpecification(TypedDict):
    """A shaded stretch of the x axis; `stop` None reaches to the end."""

    start: float
    stop: float | None
    text: str
    colour: str


class PanelSpecification(TypedDict):
    """One pair of axes."""

    x_label: str
    y_label: str
    x_log: bool
    y_log: bool
    baseline: float | None
    height: float
    curves: list[CurveSpecification]
    markers: list[MarkerSpecification]
    bands: list[BandSpecification]


class FigureSpecification(PageSpecification):
    """Panels above each other."""

    panels: list[PanelSpecification]


_MOST_POINTS = 4000
_TALLEST_PANEL = 3.4
_DASHES = {"solid": "-", "dashed": (0, (5, 2)), "dotted": (0, (1, 1.5)), "dash-dot": "-."}
_SYMBOLS = {"circle": "o", "square": "s", "triangle": "^", "diamond": "D"}


def read_tables(folder: Path) -> Tables:
    """Read ``curves.csv`` and, where there is one, ``ensembles.csv``."""
    curves = {name: (x, value) for name, (x, value) in _read(folder / "curves.csv").items()}
    path = folder / "ensembles.csv"
    found = _read(path) if path.exists() else {}
    return Tables(curves, {name: Ensemble(*columns) for name, columns in found.items()})


def _read(path: Path) -> dict[Name, Floats]:
    """Read the columns of numbers beside each name; arrays (columns, n)."""
    numbers: dict[Name, array[float]] = {}
    last: list[str] = []
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        width = len(next(rows)) - 5
        for row in rows:
            if row[:5] != last:
                last = row[:5]
                quantity, group, source, arm, seed = map(text_of, last)
                name = (quantity, group, source, arm, int(seed))
                flat = numbers.setdefault(name, array("d"))
            flat.extend(map(float, row[5:]))
    return {name: np.array(flat).reshape(-1, width).T for name, flat in numbers.items()}


def bars(spread: str, ensemble: Ensemble) -> tuple[Floats, Floats] | None:
    """Return the lower and upper ends of the bars that show a spread, each (n,)."""
    deviation = ensemble.standard_deviation
    halves = {
        "standard deviation": deviation,
        "standard error": deviation / np.sqrt(np.maximum(ensemble.runs, 1.0)),
        "95 % interval of the mean": ensemble.interval_half_width,
    }
    if spread in halves:
        return ensemble.mean - halves[spread], ensemble.mean + halves[spread]
    return (ensemble.minimum, ensemble.maximum) if spread == "min–max" else None


def drawn_points(curve: CurveSpecification, tables: Tables) -> Drawn:
    """Look up what a curve is drawn from; a difference reaches as far as both its parts."""
    if curve["name"] is None:
        return _given(curve["values"])
    ensemble = tables.ensembles.get(curve["name"])
    if curve["minus"] is None and ensemble is not None:
        return Drawn(ensemble.x, ensemble.mean, bars(curve["spread"], ensemble))
    x, y = _mean(curve["name"], tables)
    if curve["minus"] is not None:
        less = _mean(curve["minus"], tables)[1]
        count = min(y.size, less.size)
        x, y = x[:count], y[:count] - less[:count]
    return Drawn(x, y, None)


def _given(values: Values | None) -> Drawn:
    if values is None:
        return Drawn(np.empty(0), np.empty(0), None)
    x, y = (np.array(values[key], dtype=float) for key in ("x", "y"))
    if values["low"] is None or values["high"] is None:
        return Drawn(x, y, None)
    return Drawn(x, y, (np.array(values["low"], float), np.array(values["high"], float)))


def _mean(name: Name, tables: Tables) -> tuple[Floats, Floats]:
    ensemble = tables.ensembles.get(name)
    return tables.curves[name] if ensemble is None else (ensemble.x, ensemble.mean)


def save_figure(specification: FigureSpecification, tables: Tables, folder: Path) -> None:
    """Write figure.png, figure.svg and figure.pdf; the same input gives the same bytes."""
    save_page(lambda: draw_figure(specification, tables), specification, folder)


def draw_figure(specification: FigureSpecification, tables: Tables) -> "Figure":
    """Draw all panels, without pyplot and so without a window."""
    from matplotlib.figure import Figure

    panels = specification["panels"]
    heights = [panel["height"] for panel in panels]
    shared = len({(panel["x_label"], panel["x_log"]) for panel in panels}) == 1
    height = 1.0 + _TALLEST_PANEL * sum(heights) / max(heights)
    figure = Figure(figsize=(WIDTH, height), facecolor="white")
    grid = figure.subplots(
        len(panels), squeeze=False, sharex=shared, gridspec_kw={"height_ratios": heights}
    )
    for axes, panel in zip(grid[:, 0], panels, strict=True):
        _draw_axes(axes, panel)
        if panel["curves"]:
            _draw_curves(axes, panel, tables)
    for axes, panel in zip(grid[:, 0], panels, strict=True):
        _annotate(axes, panel)
        if shared:
            axes.label_outer()
    figure.align_ylabels()
    write_words(figure, specification)
    return figure


def _draw_axes(axes: "Axes", panel: PanelSpecification) -> None:
    from matplotlib.ticker import FuncFormatter, NullFormatter

    axes.set(xlabel=plain(panel["x_label"]), ylabel=plain(panel["y_label"]))
    axes.set_xscale("log" if panel["x_log"] else "linear")
    axes.set_yscale("log" if panel["y_log"] else "linear")
    for axis, log in ((axes.xaxis, panel["x_log"]), (axes.yaxis, panel["y_log"])):
        if log:
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            axis.set_minor_formatter(NullFormatter())
    axes.grid(visible=True)
    if panel["baseline"] is not None:
        axes.axhline(panel["baseline"], color=MUTED, linewidth=0.8, linestyle="--")


def _draw_curves(axes: "Axes", panel: PanelSpecification, tables: Tables) -> None:
    for curve in panel["curves"]:
        if curve["traces"]:
            _draw_traces(axes, panel, curve, tables)
        _draw_curve(axes, panel, curve, tables)
    labels = [curve["label"] for curve in panel["curves"] if curve["label"]]
    # A label with a leading underscore would be dropped, so the texts are set afterwards.
    legend = axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize=8)
    for text, label in zip(legend.get_texts(), labels, strict=True):
        text.set_text(textwrap.fill(plain(label), 26, max_lines=4, placeholder="…"))


def _annotate(axes: "Axes", panel: PanelSpecification) -> None:
    left, right = axes.get_xlim()
    axes.set_xlim(left, right)
    for band in panel["bands"]:
        start = max(band["start"], left)
        stop = right if band["stop"] is None else min(band["stop"], right)
        if start < stop:
            axes.axvspan(start, stop, color=band["colour"], alpha=0.08, linewidth=0)
            _write(axes, _middle(start, stop, log=panel["x_log"]), 1.01, band["text"], "center")
    for number, marker in enumerate(panel["markers"]):
        if left <= marker["x"] <= right:
            axes.axvline(marker["x"], color=MUTED, linewidth=0.9, linestyle=":")
            late = marker["x"] > _middle(left, right, log=panel["x_log"])
            height = 0.93 - 0.09 * (number % 4)
            _write(axes, marker["x"], height, marker["text"], "right" if late else "left")


def _draw_traces(
    axes: "Axes", panel: PanelSpecification, curve: CurveSpecification, tables: Tables
) -> None:
    from matplotlib.collections import LineCollection

    name = curve["name"]
    runs = [run for key, run in tables.curves.items() if name and key[:4] == name[:4]]
    lines = [np.column_stack((x, y))[x > 0 if panel["x_log"] else slice(None)] for x, y in runs]
    axes.add_collection(
        LineCollection(
            [line for line in lines if len(line)],
            colors=curve["colour"],
            linewidths=0.4,
            alpha=min(0.4, max(0.04, 20 / max(len(runs), 1))),
            zorder=1.5,
        )
    )


def _draw_curve(
    axes: "Axes", panel: PanelSpecification, curve: CurveSpecification, tables: Tables
) -> None:
    x, y, ends = drawn_points(curve, tables)
    shown = np.flatnonzero(np.isfinite(y) & (x > 0 if panel["x_log"] else True))
    if shown.size > _MOST_POINTS:
        across = np.log(x[shown]) if panel["x_log"] else x[shown]
        shown = shown[_extremes(across, y[shown])]
    lengths = None if ends is None else np.array([y - ends[0], ends[1] - y])[:, shown]
    symbol, dash = curve["symbol"], curve["dash"]
    axes.errorbar(
        x[shown],
        y[shown],
        label="curve" if curve["label"] else "_none",
        yerr=None if lengths is None else np.maximum(lengths, 0.0),
        color=curve["colour"],
        linestyle=_DASHES[dash] if dash else "none",
        linewidth=1.5,
        elinewidth=0.8,
        marker=_SYMBOLS[symbol] if symbol else "none",
        markersize=4,
        markerfacecolor="white",
    )


def _extremes(x: Floats, y: Floats) -> NDArray[np.intp]:
    """Pick the first, last, lowest and highest point of each of many equal stretches of x."""
    stretches = _MOST_POINTS // 4
    stretch = ((x - x[0]) / (x[-1] - x[0]) * stretches).astype(np.intp)
    ends = np.append(np.flatnonzero(np.diff(stretch)), x.size - 1)
    starts = np.append(0, ends[:-1] + 1)
    order = np.lexsort((y, stretch))
    return np.unique(np.concatenate((starts, ends, order[starts], order[ends])))


def _middle(start: float, stop: float, *, log: bool) -> float:
    return float(np.sqrt(start * stop)) if log else (start + stop) / 2


def _write(axes: "Axes", x: float, height: float, text: str, align: str) -> None:
    axes.annotate(
        plain(text),
        (x, height),
        xycoords=("data", "axes fraction"),
        xytext={"left": (4, 0), "center": (0, 2), "right": (-4, 0)}[align],
        textcoords="offset points",
        ha=align,
        fontsize=7.5,
        color=MUTED,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 1.5},
    )
