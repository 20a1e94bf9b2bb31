"""Draw classification reports and confusion matrices with Matplotlib.

This module needs the standard library, Matplotlib, `cell_text`, `rows` and `page` alone: the source
of all is part of ``reproduce.py``.
"""

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict

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


class ReportTables(NamedTuple):
    """Lines of ``classification_report.csv`` and ``confusion.csv``."""

    report: list[Row]
    confusion: list[Row]


class ReportGroup(TypedDict):
    """A group of the tables."""

    name: str
    label: str
    colour: str


class ReportSpecification(PageSpecification):
    """A report and a matrix for each group."""

    groups: list[ReportGroup]
    classes: list[str]


_MOST_CLASSES = 20
"""With more classes only the averages are written, and no numbers into the matrix."""
_MOST_NUMBERS = 6
_LINE = 0.185
_COLUMNS = ("precision", "recall", "f1", "support")
_PLACES = (0.52, 0.68, 0.82, 1.0)


def read_report(folder: Path) -> ReportTables:
    """Read the tables beside a figure."""
    names = ("classification_report", "confusion")
    return ReportTables(*(read_rows(folder / f"{name}.csv") for name in names))


def save_report(specification: ReportSpecification, tables: ReportTables, folder: Path) -> None:
    """Write figure.png, figure.svg and figure.pdf; the same input gives the same bytes."""
    save_page(lambda: draw_report(specification, tables), specification, folder)


def draw_report(specification: ReportSpecification, tables: ReportTables) -> "Figure":
    """Draw groups below each other, without pyplot and so without a window."""
    from matplotlib.figure import Figure

    groups, classes = specification["groups"], specification["classes"]
    lines = len(classes) if len(classes) <= _MOST_CLASSES else 0
    height = max(_LINE * (lines + 6), 2.0 if len(classes) <= _MOST_NUMBERS else 2.9)
    figure = Figure(figsize=(WIDTH, len(groups) * height + 1.0), facecolor="white")
    grid = figure.subplots(len(groups), 2, squeeze=False, width_ratios=(1.35, 1.0))
    for (left, right), group in zip(grid, groups, strict=True):
        report = [row for row in tables.report if row["group"] == group["name"]]
        _write_report(left, group, [row for row in report if lines or row["kind"] == "average"])
        matrix = [row for row in tables.confusion if row["group"] == group["name"]]
        _draw_matrix(right, classes, matrix)
    write_words(figure, specification)
    return figure


def _write_report(axes: "Axes", group: ReportGroup, rows: list[Row]) -> None:
    """Write lines as scikit-learn does: classes, a gap, averages."""
    axes.axis("off")
    heading = textwrap.shorten(plain(group["label"]), 22, placeholder=" …")
    axes.text(0, 0, heading, fontsize=9.5, fontweight="bold", color=group["colour"])
    for name, place in zip(_COLUMNS, _PLACES, strict=True):
        axes.text(place, 0, name, ha="right", fontsize=8, color=MUTED)
    height, kind = 0.0, "class"
    for row in rows:
        height += 1.0 if row["kind"] == kind else 1.5
        kind = row["kind"]
        name = textwrap.shorten(plain(row["name"]), 24, placeholder=" …") or "…"
        axes.text(0.02, height, name, fontsize=8.5)
        for column, place in zip(_COLUMNS, _PLACES, strict=True):
            if row["name"] == "accuracy" and kind == "average" and column in _COLUMNS[:2]:
                continue
            text = _number(row[column]) if column != "support" else f"{int(row[column]):,}"
            colour = MUTED if text == "no data" else TEXT
            axes.text(place, height, text, ha="right", fontsize=8.5, color=colour)
    axes.plot([0, 1], [0.3, 0.3], color=MUTED, linewidth=0.6)
    axes.set(xlim=(0, 1.02), ylim=(max(height, 6.0) + 1.0, -1.0))


def _number(cell: str) -> str:
    return f"{float(cell):.3f}" if cell else "no data"


def _draw_matrix(axes: "Axes", classes: list[str], rows: list[Row]) -> None:
    """Shade each cell by its share of the true class; cells without rows stay white."""
    count = len(classes)
    shares = [float(row["share"] or 0.0) for row in rows]
    axes.imshow(
        [shares[start : start + count] for start in range(0, count * count, count)],
        cmap="Greys",
        vmin=0.0,
        vmax=1.25,
        aspect="equal" if count > _MOST_NUMBERS else "auto",
    )
    if count <= _MOST_CLASSES:
        for place, row in enumerate(rows):
            _write_cell(axes, place % count, place // count, row, small=count > _MOST_NUMBERS)
        names = [textwrap.shorten(plain(name), 14, placeholder="…") or "…" for name in classes]
        tilt = 90 if count > _MOST_NUMBERS and max(map(len, names)) > 2 else 0
        axes.set_xticks(range(count), names, fontsize=7.5, rotation=tilt)
        axes.set_yticks(range(count), names, fontsize=7.5)
    else:
        axes.set_xticks([])
        axes.set_yticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("predicted", fontsize=8)
    axes.set_ylabel("true", fontsize=8)


def _write_cell(axes: "Axes", x: int, y: int, row: Row, *, small: bool) -> None:
    share, rows = row["share"], int(row["rows"])
    if small:
        text = f"{rows}" if rows else ""
    else:
        text = f"{rows:,}\n" + (f"{100 * float(share):.1f} %" if share else "no data")
    dark = share and float(share) > 0.6
    size = 6.0 if small else 8.0
    axes.text(x, y, text, ha="center", va="center", fontsize=size, color="white" if dark else TEXT)
