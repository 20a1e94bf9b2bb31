"""What a map says in words: of one cell, and as a whole."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.cell_classes import DIVERGES, ENDINGS, INADMISSIBLE, UNKNOWN
from experiments.figures.cell_classes import ends_ahead
from experiments.figures.cell_grid import pixel_at
from experiments.frames import CELL_LAYERS, FloatArray, MeasuredCell
from experiments.map_view import MapLayer
from experiments.maps import CellMap
from experiments.settings import PhaseDiagramSettings
from experiments.views import group_label

_ROUNDING = 1e-3
"""Gaps that differ by less than this share read the same."""


def point_words(settings: PhaseDiagramSettings, x: float, y: float) -> str:
    """Name the values of both parameters."""
    swept = settings.map
    return f"{swept.axis('x').label} = {x:.4g}, {swept.axis('y').label} = {y:.4g}"


def cell_words(cells: CellMap, row: int, column: int) -> str:
    """Say what happens in one cell."""
    if not cells.size[row, column]:
        return "Not computed yet."
    cell = {name: float(cells.layer(name)[row, column]) for name in CELL_LAYERS}
    if cell["admissible"] != 1:
        return "Cannot exist: these values do not go together."
    if math.isnan(cell["crossings"]):
        return "The equations of this cell could not be followed to their end."
    crossings = _crossing_words(cell)
    if cell["diverges"] == 1:
        return f"Training diverges: there is no end to compare; before that, {crossings}."
    preference = int(cell["asymptotic_preference"])
    end = abs(cell["final_gap"])
    ahead = (
        f"The groups end level (gap {end:.2g})"
        if preference < 0
        else f"{_begun(ends_ahead(ENDINGS[preference]))} by {end:.3g}"
    )
    return f"{ahead}, {crossings}; {_largest(cell['largest_gap'], end)}."


def measured_words(cell: MeasuredCell) -> str:
    """Say what most of the simulated runs at one point did."""
    changes = _count(cell.crossings)
    did = (
        "training diverges"
        if cell.diverges
        else f"{ends_ahead(ENDINGS[cell.asymptotic_preference])}, {changes}"
    )
    agree = f"{cell.agreeing:,} of {cell.runs:,} runs agree"
    return f"{agree}: {did}" if agrees(cell) else f"{agree}; most runs: {did}"


def agrees(cell: MeasuredCell) -> bool:
    """Say whether most of the simulated runs at one point did what the map says."""
    return 2 * cell.agreeing > cell.runs


def map_words(cells: CellMap, layer: MapLayer, numbers: FloatArray | None) -> str:
    """Say what a layer shows.

    Parameters
    ----------
    cells
        The map.
    layer
        What its colours tell.
    numbers
        Those of the layer in the cells that end somewhere, shape (n,); None for classes.
    """
    return " ".join(_sentences(cells, layer, numbers))


def marker_words(cells: CellMap, marker: tuple[float, float] | None) -> str:
    """Say what happens in the cell of the marker; nothing where it lies outside."""
    place = None if marker is None else pixel_at(cells.settings, *marker)
    if place is None or not (cells.classes < UNKNOWN).any():
        return ""
    row, column = place
    values = point_words(cells.settings, float(cells.x[column]), float(cells.y[row]))
    words = cell_words(cells, row, column)
    return f"In the cell of the marker ({values}): {words[0].lower()}{words[1:]}"


def _sentences(cells: CellMap, layer: MapLayer, numbers: FloatArray | None) -> Iterator[str]:
    whole = cells.classes.size
    counts = np.bincount(cells.classes.ravel(), minlength=INADMISSIBLE + 1)
    known = int(whole - counts[UNKNOWN])
    possible = int(known - counts[INADMISSIBLE])
    if counts[UNKNOWN]:
        yield f"{_begun(_share(known, whole))} of the map is computed so far."
    if known and not possible:
        yield "None of these combinations can exist: choose other ranges or settings."
    if counts[DIVERGES] == possible > 0:
        yield "Training diverges everywhere: try smaller learning rates."
    elif possible:
        yield _ends(counts, possible) if numbers is None else _numbers(cells, layer, numbers)
        if counts[DIVERGES]:
            yield f"Training diverges in {_share(counts[DIVERGES], possible)}."
    if possible and counts[INADMISSIBLE]:
        yield f"{_begun(_share(counts[INADMISSIBLE], known))} of the map cannot exist."
    if cells.measured:
        agreeing = sum(agrees(cell) for cell in cells.measured)
        yield (
            f"Points are simulated: at {agreeing:,} of {len(cells.measured):,} most runs do what"
            " the map says."
        )


def _ends(counts: NDArray[np.intp], possible: int) -> str:
    by_ending = counts[:DIVERGES].reshape(len(ENDINGS), 3)
    ends = [
        f"{'the groups end level' if ending == 'level' else ends_ahead(ending)} in"
        f" {_share(count, possible)}"
        for ending, count in zip(ENDINGS, by_ending.sum(axis=1), strict=True)
        if count
    ]
    changes = [
        f"{words} in {_share(count, possible)}"
        for words, count in zip(
            ("never changes", "changes once", "changes more often"),
            by_ending.sum(axis=0),
            strict=True,
        )
        if count
    ]
    return f"{_begun(_listed(ends))} of the cells that can exist. The lead {_listed(changes)}."


def _numbers(cells: CellMap, layer: MapLayer, numbers: FloatArray) -> str:
    """Say what the numbers of a layer are, where training does not diverge."""
    values = numbers[np.isfinite(numbers)]
    if layer is MapLayer.LAST_CROSSING:
        if not values.size:
            return "The lead never changes."
        return (
            f"The lead changes for the last time between t = {values.min():.3g} and"
            f" {values.max():.3g}, and never in {_share(numbers.size - values.size, numbers.size)}."
        )
    if not values.size:
        return ""
    which = "gap in the end" if layer is MapLayer.FINAL_GAP else "largest gap on the way"
    return (
        f"The {which} lies between {_signed(values.min())} and {_signed(values.max())} in"
        f" {cells.settings.map.measure}; below 0 group + is ahead."
    )


def _crossing_words(cell: dict[str, float]) -> str:
    count = int(cell["crossings"])
    if count == 0:
        return _count(count)
    first, last = (f"t = {cell[name]:.3g}" for name in ("first_crossing", "last_crossing"))
    if count == 1:
        return f"{_count(count)} at {first}"
    return f"{_count(count)}, the first at {first}, the last at {last}"


def _count(crossings: int) -> str:
    if crossings == 1:
        return "1 crossing"
    return f"{crossings} crossings" if crossings else "no crossing"


def _largest(gap: float, end: float) -> str:
    if abs(gap) <= end * (1 + _ROUNDING):
        return "no gap on the way is larger"
    return f"largest gap on the way {abs(gap):.3g} ({group_label('+' if gap < 0 else '-')} ahead)"


def _share(part: int, whole: int) -> str:
    """Give a share in per cent that is 0 or 100 only where it is exactly."""
    percent = 100 * part / whole
    if 0 < percent < 1:
        return "under 1 %"
    return "over 99 %" if 99 < percent < 100 else f"{percent:.0f} %"


def _signed(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def _listed(parts: Sequence[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def _begun(sentence: str) -> str:
    return f"{sentence[0].upper()}{sentence[1:]}"
