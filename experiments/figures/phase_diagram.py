"""The map of a run over two parameters."""

import numpy as np

from experiments.figures.cell_classes import (
    DIVERGES,
    ENTRIES,
    HATCHED,
    PALETTE,
    ClassArray,
    class_of,
    classes,
)
from experiments.figures.cell_grid import pixel_at
from experiments.figures.cell_scale import NO_CROSSING, cell_scale
from experiments.figures.cell_words import (
    agrees,
    caption,
    cell_words,
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
    found = classes(cells)
    pixels, hatched, bar = np.take(PALETTE, found, axis=0), HATCHED[found], None
    entries = _legend(found, first=0)
    if layer is not MapLayer.CLASS:
        scale = cell_scale(cells, layer, found)
        values, valued = cells.layer(scale.column), found < DIVERGES
        pixels = np.where(valued[..., None], scale.paint(values), pixels)
        hatched, bar = np.zeros_like(hatched), scale.bar
        missing = (NO_CROSSING,) if np.isnan(values[valued]).any() else ()
        entries = (*missing, *_legend(found, first=DIVERGES))
    swept = cells.settings.map
    place = _marker(run)
    return MapView(
        title=_TITLES[layer],
        x=cells.x,
        y=cells.y,
        x_label=swept.axis("x").label,
        y_label=swept.axis("y").label,
        x_log=swept.scale("x") == "log",
        y_log=swept.scale("y") == "log",
        pixels=pixels,
        hatched=hatched,
        entries=entries,
        bar=bar,
        contours=contours(cells.settings) if swept.contours != "none" else (),
        measured=tuple(_mark(cell) for cell in cells.measured),
        marker=place,
        caption=caption(cells, layer, found, marker=place),
    )


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


def _legend(found: ClassArray, *, first: int) -> tuple[MapEntry, ...]:
    """List the classes from a number on that occur."""
    counts = np.bincount(found.ravel(), minlength=len(ENTRIES))
    return tuple(ENTRIES[number] for number in range(first, len(ENTRIES)) if counts[number])


def _marker(run: RunView) -> tuple[float, float] | None:
    assert isinstance(run.settings, PhaseDiagramSettings)
    place = marker(run.settings)
    return None if pixel_at(run.settings, *place) is None else place


def _mark(cell: MeasuredCell) -> MeasuredMark:
    number = class_of(cell.asymptotic_preference, cell.crossings, diverges=cell.diverges)
    return MeasuredMark(cell.x, cell.y, ENTRIES[number].colour, agrees(cell), measured_words(cell))
