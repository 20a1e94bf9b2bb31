"""The map of a run over two parameters."""

from dataclasses import replace

import numpy as np

from experiments.cell_classes import DIVERGES, class_of
from experiments.figures.cell_classes import ENTRIES, HATCHES, PALETTE, rgb
from experiments.figures.cell_grid import pixel_at
from experiments.figures.cell_scale import NO_CROSSING, SHADES, cell_scale, numbers_of
from experiments.figures.cell_words import (
    agrees,
    cell_words,
    map_words,
    marker_words,
    measured_words,
    point_words,
)
from experiments.figures.relative_representation import contours
from experiments.figures.run_view import RunView
from experiments.frames import MeasuredCell
from experiments.map_view import MapEntry, MapLayer, MapView, MeasuredMark
from experiments.maps import CellMap
from experiments.settings import PhaseDiagramSettings
from experiments.settings.cells import marker

_TITLES = {
    MapLayer.CLASS: "Who ends ahead, and how often the lead changes",
    MapLayer.LAST_CROSSING: "When the lead changes for the last time",
    MapLayer.FINAL_GAP: "Gap in the end",
    MapLayer.LARGEST_GAP: "Largest gap on the way",
}


def map_view(run: RunView, layer: MapLayer) -> MapView:
    """Show a layer of a map; the marker stands where the settings of the run say.

    Parameters
    ----------
    run
        A run of the kind ``phase-diagram``.
    layer
        What the colours tell.
    """
    cells = cells_of(run)
    shades, colours, hatches = cells.classes.copy(), PALETTE, HATCHES
    entries, bar, numbers = _legend(cells, first=0), None, None
    if layer is not MapLayer.CLASS:
        numbers = numbers_of(cells, layer)
        scale = cell_scale(cells, layer, numbers)
        bar = scale.bar
        shades += SHADES + 1 - DIVERGES
        np.copyto(shades, scale.shades(cells.layer(scale.column)), where=cells.classes < DIVERGES)
        colours = np.concatenate(
            [bar.colours, np.array([rgb(NO_CROSSING.colour)], dtype=np.uint8), PALETTE[DIVERGES:]]
        )
        hatches = (*[NO_CROSSING.hatch] * (SHADES + 1), *HATCHES[DIVERGES:])
        missing = (NO_CROSSING,) if np.isnan(numbers).any() else ()
        entries = (*missing, *_legend(cells, first=DIVERGES))
    swept = cells.settings.map
    view = MapView(
        title=_TITLES[layer],
        x=cells.x,
        y=cells.y,
        x_label=swept.axis("x").label,
        y_label=swept.axis("y").label,
        x_log=swept.scale("x") == "log",
        y_log=swept.scale("y") == "log",
        shades=shades,
        colours=colours,
        hatches=hatches,
        entries=entries,
        bar=bar,
        contours=contours(cells.settings) if swept.contours != "none" else (),
        measured=tuple(_mark(cell) for cell in cells.measured),
        marker=None,
        seen=map_words(cells, layer, numbers),
        at_marker="",
    )
    return moved_view(view, run)


def moved_view(view: MapView, run: RunView) -> MapView:
    """Put the marker of a map where the settings of the run say; all else stays."""
    assert isinstance(run.settings, PhaseDiagramSettings)
    cells, place = cells_of(run), marker(run.settings)
    shown = None if pixel_at(cells.settings, *place) is None else place
    return replace(view, marker=shown, at_marker=marker_words(cells, shown))


def read_cell(run: RunView, x: float, y: float) -> str:
    """Say in two lines which cell covers a point and what happens in it; empty outside."""
    cells = cells_of(run)
    place = pixel_at(cells.settings, x, y)
    if place is None:
        return ""
    row, column = place
    values = point_words(cells.settings, float(cells.x[column]), float(cells.y[row]))
    return f"{values}\n{cell_words(cells, row, column)}"


def cells_of(run: RunView) -> CellMap:
    """Return the map of a run as it stands, empty where it has none yet."""
    assert isinstance(run.settings, PhaseDiagramSettings)
    return CellMap(run.settings) if run.cells is None else run.cells


def _legend(cells: CellMap, *, first: int) -> tuple[MapEntry, ...]:
    """List the classes from a number on that occur."""
    counts = np.bincount(cells.classes.ravel(), minlength=len(ENTRIES))
    return tuple(ENTRIES[number] for number in range(first, len(ENTRIES)) if counts[number])


def _mark(cell: MeasuredCell) -> MeasuredMark:
    number = class_of(cell.asymptotic_preference, cell.crossings, diverges=cell.diverges)
    return MeasuredMark(cell.x, cell.y, ENTRIES[number].colour, agrees(cell), measured_words(cell))
