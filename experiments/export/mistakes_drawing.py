"""Draw the mistakes that a network is most certain of with Matplotlib, as images or as text.

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


class MistakeTables(NamedTuple):
    """Lines of ``mistakes.csv``, and the images of ``mistakes.npy``, if any, shape (m, …)."""

    mistakes: list[Row]
    images: NDArray[np.float32] | None


class MistakeGroup(TypedDict):
    """A group of the table, and how often it is answered wrong, in words."""

    name: str
    label: str
    colour: str
    counted: str


class MistakeSpecification(PageSpecification):
    """Mistakes of each group; what answers are judged by is the column `judged_by`."""

    groups: list[MistakeGroup]
    judged_by: str
    most: int


INPUT = "input "
"""What names of inputs begin with, so that none is taken for another column."""

_IMAGE, _HEADING, _LINE = 1.2, 0.4, 0.165
_LETTERS = 128


def read_mistakes(folder: Path) -> MistakeTables:
    """Read the tables beside a figure."""
    path = folder / "mistakes.npy"
    return MistakeTables(
        read_rows(folder / "mistakes.csv"), np.load(path) if path.exists() else None
    )


def save_mistakes(specification: MistakeSpecification, tables: MistakeTables, folder: Path) -> None:
    """Write figure.png, figure.svg and figure.pdf; the same input gives the same bytes."""
    save_page(lambda: draw_mistakes(specification, tables), specification, folder)


def draw_mistakes(specification: MistakeSpecification, tables: MistakeTables) -> "Figure":
    """Draw groups below each other, without pyplot and so without a window."""
    from matplotlib.figure import Figure

    groups = specification["groups"]
    places = [
        [number for number, row in enumerate(tables.mistakes) if row["group"] == group["name"]]
        for group in groups
    ]
    texts = [[_lines(tables.mistakes[number], specification) for number in own] for own in places]
    has_images = tables.images is not None
    bodies = [
        _IMAGE if has_images and own else _LINE * _height(text)
        for own, text in zip(places, texts, strict=True)
    ]
    heights = [height for body in bodies for height in (_HEADING, body)]
    figure = Figure(figsize=(WIDTH, sum(heights) + 1.0), facecolor="white")
    parts = figure.add_gridspec(len(heights), 1, height_ratios=heights)
    for number, (group, own) in enumerate(zip(groups, places, strict=True)):
        _write_heading(figure.add_subplot(parts[2 * number]), group)
        columns = specification["most"] if has_images else 1
        row = parts[2 * number + 1].subgridspec(1, columns).subplots(squeeze=False)[0]
        for axes in row:
            axes.axis("off")
        if tables.images is None:
            _write_rows(row[0], texts[number])
            continue
        for axes, place in zip(row, own, strict=False):
            _draw_image(axes, tables.images[place], tables.mistakes[place], specification)
    write_words(figure, specification)
    return figure


def _write_heading(axes: "Axes", group: MistakeGroup) -> None:
    axes.axis("off")
    heading = textwrap.shorten(plain(group["label"]), 40, placeholder=" …")
    axes.text(0, 0.62, heading, fontsize=9.5, fontweight="bold", color=group["colour"], va="center")
    axes.text(0, 0.12, group["counted"], fontsize=8, color=MUTED, va="center")


def _answer(row: Row, specification: MistakeSpecification) -> tuple[str, str]:
    """Say what was answered and what is true; both labels where one was flipped."""
    answer = f"{plain(row['predicted'])} ({100 * float(row['probability']):.4g} %)"
    true = plain(row[specification["judged_by"]])
    if row["recorded"] != row["clean"]:
        other = "clean" if specification["judged_by"] == "recorded" else "recorded"
        true += f" ({other}: {plain(row[other])})"
    return answer, true


def _draw_image(
    axes: "Axes", image: NDArray[np.float32], row: Row, specification: MistakeSpecification
) -> None:
    bare = image[..., 0] if image.ndim == 3 and image.shape[2] == 1 else image
    axes.imshow(np.clip(bare, 0.0, 1.0), cmap="gray", vmin=0.0, vmax=1.0, interpolation="nearest")
    answer, true = _answer(row, specification)
    told = "\n".join(textwrap.shorten(text, 20, placeholder="…") for text in (answer, f"is {true}"))
    axes.text(0.5, -0.05, told, ha="center", va="top", fontsize=7, transform=axes.transAxes)


def _lines(row: Row, specification: MistakeSpecification) -> list[str]:
    """Write a row of a table: its answer first, then its inputs."""
    answer, true = _answer(row, specification)
    inputs = ", ".join(
        f"{name.removeprefix(INPUT)} = {value}"
        for name, value in row.items()
        if name.startswith(INPUT)
    )
    told = textwrap.wrap(plain(inputs), _LETTERS, max_lines=3, placeholder=" …")
    return [f"answered {answer}, is {true}", *told]


def _height(texts: list[list[str]]) -> float:
    return sum(len(lines) + 0.6 for lines in texts) or 1.0


def _write_rows(axes: "Axes", texts: list[list[str]]) -> None:
    height = 0.5
    for answer, *inputs in texts:
        axes.text(0, height, answer, fontsize=8.5, va="center", color=TEXT)
        for number, line in enumerate(inputs, start=1):
            axes.text(0.015, height + number, line, fontsize=7.5, va="center", color=MUTED)
        height += 1.6 + len(inputs)
    axes.set(xlim=(0, 1), ylim=(_height(texts), 0))
