"""Draw ROC curves, calibration and histograms of a class's probability with Matplotlib.

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


class ThresholdTables(NamedTuple):
    """Lines of ``roc.csv``, ``calibration.csv``, ``histogram.csv`` and ``rates.csv``."""

    roc: list[Row]
    calibration: list[Row]
    histogram: list[Row]
    rates: list[Row]


class ThresholdGroup(TypedDict):
    """A group of the tables; the area under its ROC curve, and its calibration error, in words."""

    name: str
    label: str
    colour: str
    area: str
    error: str


class ThresholdSpecification(PageSpecification):
    """Curves of the probability of one class."""

    groups: list[ThresholdGroup]
    positive: str
    threshold: float


_DASHES = ("-", "--", ":", "-.")
_RATES = (
    ("selection_rate", "selected"),
    ("true_positive_rate", "TPR"),
    ("false_positive_rate", "FPR"),
    ("precision", "precision"),
    ("accuracy", "accuracy"),
)
_SQUARE, _HISTOGRAM = 3.1, 1.15
_LEGEND_LINE = 0.17


def read_thresholds(folder: Path) -> ThresholdTables:
    """Read the tables beside a figure."""
    names = ("roc", "calibration", "histogram", "rates")
    return ThresholdTables(*(read_rows(folder / f"{name}.csv") for name in names))


def save_thresholds(
    specification: ThresholdSpecification, tables: ThresholdTables, folder: Path
) -> None:
    """Write figure.png, figure.svg and figure.pdf; the same input gives the same bytes."""
    save_page(lambda: draw_thresholds(specification, tables), specification, folder)


def draw_thresholds(specification: ThresholdSpecification, tables: ThresholdTables) -> "Figure":
    """Draw the curves above the histograms, without pyplot and so without a window."""
    from matplotlib.figure import Figure

    groups = specification["groups"]
    top = _SQUARE + _LEGEND_LINE * len(groups)
    figure = Figure(figsize=(WIDTH, top + _HISTOGRAM * len(groups) + 1.1), facecolor="white")
    parts = figure.add_gridspec(2, 1, height_ratios=(top, _HISTOGRAM * len(groups)))
    left, right = parts[0].subgridspec(1, 2).subplots(squeeze=False)[0]
    _draw_roc(left, specification, tables)
    _draw_calibration(right, specification, tables)
    below = parts[1].subgridspec(len(groups), 1).subplots(squeeze=False, sharex=True)[:, 0]
    for axes, group in zip(below, groups, strict=True):
        _draw_histogram(axes, specification, tables, group)
    below[-1].tick_params(labelbottom=True)
    below[-1].set_xlabel(f"probability given to {plain(specification['positive'])}")
    write_words(figure, specification)
    return figure


def _own(
    rows: list[Row], specification: ThresholdSpecification, group: ThresholdGroup
) -> list[Row]:
    positive = specification["positive"]
    return [row for row in rows if row["class"] == positive and row["group"] == group["name"]]


def _column(rows: list[Row], name: str) -> NDArray[np.float64]:
    return np.array([float(row[name] or "nan") for row in rows])


def _draw_roc(axes: "Axes", specification: ThresholdSpecification, tables: ThresholdTables) -> None:
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=0.7, linestyle=(0, (1, 3)))
    for number, group in enumerate(specification["groups"]):
        rows = _own(tables.roc, specification, group)
        x, y = _column(rows, "false_positive_rate"), _column(rows, "true_positive_rate")
        dash = _DASHES[number % len(_DASHES)]
        axes.plot(x, y, color=group["colour"], linestyle=dash, linewidth=1.4)
        (rates,) = _own(tables.rates, specification, group)
        if rates["false_positive_rate"] and rates["true_positive_rate"]:
            point = float(rates["false_positive_rate"]), float(rates["true_positive_rate"])
            axes.plot(*point, "o", color=group["colour"], mec="white", ms=7, zorder=4)
    _finish_square(axes, "false positive rate", "true positive rate")
    _write_legend(axes, specification, [group["area"] for group in specification["groups"]])


def _draw_calibration(
    axes: "Axes", specification: ThresholdSpecification, tables: ThresholdTables
) -> None:
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=0.7, linestyle=(0, (1, 3)))
    for number, group in enumerate(specification["groups"]):
        rows = [row for row in _own(tables.calibration, specification, group) if row["rows"] != "0"]
        x, y = _column(rows, "mean_probability"), _column(rows, "share")
        bars = np.array([y - _column(rows, "interval_low"), _column(rows, "interval_high") - y])
        axes.errorbar(
            x,
            y,
            yerr=np.maximum(bars, 0.0),
            color=group["colour"],
            linestyle=_DASHES[number % len(_DASHES)],
            linewidth=1.2,
            elinewidth=0.7,
            marker="o",
            markersize=3.5,
            markerfacecolor="white",
        )
    name = textwrap.shorten(plain(specification["positive"]), 30, placeholder=" …")
    _finish_square(axes, f"probability given to {name}", f"share of {name}")
    _write_legend(axes, specification, [group["error"] for group in specification["groups"]])


def _finish_square(axes: "Axes", x_label: str, y_label: str) -> None:
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal", anchor="N")
    axes.set(xlabel=x_label, ylabel=y_label)
    axes.grid(visible=True)


def _write_legend(axes: "Axes", specification: ThresholdSpecification, measured: list[str]) -> None:
    from matplotlib.lines import Line2D

    handles, labels = [], []
    for number, (group, value) in enumerate(zip(specification["groups"], measured, strict=True)):
        dash = _DASHES[number % len(_DASHES)]
        handles.append(Line2D([], [], color=group["colour"], ls=dash, linewidth=1.4))
        name = textwrap.shorten(plain(group["label"]), 32, placeholder=" …")
        labels.append(f"{name}: {value}")
    numbers = [str(number) for number in range(len(labels))]
    legend = axes.legend(
        handles, numbers, loc="upper center", bbox_to_anchor=(0.5, -0.16), fontsize=8
    )
    # A label with a leading underscore would be dropped, so the texts are set afterwards.
    for text, label in zip(legend.get_texts(), labels, strict=True):
        text.set_text(label)


def _draw_histogram(
    axes: "Axes",
    specification: ThresholdSpecification,
    tables: ThresholdTables,
    group: ThresholdGroup,
) -> None:
    """Draw rows of the class upwards and other rows downwards, each to its own height.

    Heights grow with the square root of rows: most networks are sure of most rows, and counts as
    they are would show two bars and nothing else.
    """
    rows = _own(tables.histogram, specification, group)
    edges = np.append(_column(rows, "bin_low"), float(rows[-1]["bin_high"]))
    own, others = _column(rows, "rows_of_class"), _column(rows, "other_rows")
    highest = max(own.max(), 1.0), max(others.max(), 1.0)
    up, down = np.sqrt(own / highest[0]), np.sqrt(others / highest[1])
    axes.stairs(up, edges, fill=True, color=group["colour"], alpha=0.75)
    axes.stairs(-down, edges, fill=True, color=group["colour"], alpha=0.28)
    axes.axhline(0, color=MUTED, linewidth=0.6)
    axes.axvline(specification["threshold"], color=TEXT, linewidth=1.1, linestyle="--")
    (rates,) = _own(tables.rates, specification, group)
    told = "   ".join(f"{name} {_share(rates[key])}" for key, name in _RATES)
    label = textwrap.shorten(plain(group["label"]), 26, placeholder=" …")
    counted = f"{label}   {own.sum():,.0f} and {others.sum():,.0f} rows"
    axes.set_title(counted, loc="left", fontsize=8, color=TEXT)
    axes.set_title(told, loc="right", fontsize=8, color=MUTED)
    axes.set(xlim=(0, 1), ylim=(-1.08, 1.08))
    ticks = [f"{100 * counts.max() / max(counts.sum(), 1):.0f} %" for counts in (others, own)]
    axes.set_yticks([-1, 0, 1], [ticks[0], "0", ticks[1]], fontsize=7)
    axes.tick_params(labelbottom=False)


def _share(cell: str) -> str:
    return f"{float(cell):.2f}" if cell else "no data"
