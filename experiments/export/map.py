"""Turn a layer of a map into the plain specification that is drawn and written to disk."""

from typing import Literal

from experiments.cell_classes import DIVERGES, ENDINGS, INADMISSIBLE, UNKNOWN
from experiments.export.figure import origin
from experiments.export.map_drawing import (
    AxisSpecification,
    ClassSpecification,
    MapSpecification,
    ScaleSpecification,
)
from experiments.figures.cell_classes import ENTRIES
from experiments.figures.cell_grid import pixel_edges
from experiments.figures.cell_scale import NO_CROSSING, CellScale, cell_scale, numbers_of
from experiments.map_view import MapLayer, MapView
from experiments.maps import CellMap
from experiments.settings import Settings


def specify_map(
    view: MapView, *, cells: CellMap, layer: MapLayer, settings: Settings, dpi: int
) -> MapSpecification:
    """Describe a layer of a map, and where its numbers come from, in plain values."""
    absent = ENTRIES[INADMISSIBLE]
    absent_label = absent.label
    if not cells.size.all():
        absent, absent_label = ENTRIES[UNKNOWN], f"{ENTRIES[UNKNOWN].label}, or {absent.label}"
    return {
        "title": ": ".join(text for text in (settings.about.title, view.title) if text),
        "caption": view.caption,
        "origin": origin(settings, f"{cells.x.size} × {cells.y.size} cells"),
        "dpi": dpi,
        "x": _axis(cells, "x"),
        "y": _axis(cells, "y"),
        "classes": [_class(number) for number in range(DIVERGES + 1)],
        "scale": None
        if layer is MapLayer.CLASS
        else _scale(cell_scale(cells, layer, numbers_of(cells, layer))),
        "absent": (absent_label, absent.colour, absent.hatch),
        "empty": (NO_CROSSING.label, NO_CROSSING.colour),
        "contour_label": "relative representation ρ√Δ₊ : (1 − ρ)√Δ₋",
        "contours": [
            {"label": line.label, "x": line.x.tolist(), "y": line.y.tolist()}
            for line in view.contours
        ],
        "marker": view.marker,
    }


def _axis(cells: CellMap, side: Literal["x", "y"]) -> AxisSpecification:
    swept = cells.settings.map
    edges = pixel_edges(cells.settings, side)
    return {
        "column": swept.x if side == "x" else swept.y,
        "label": swept.axis(side).label,
        "log": swept.scale(side) == "log",
        "limits": (float(edges[0]), float(edges[-1])),
        "values": (cells.x if side == "x" else cells.y).tolist(),
    }


def _class(number: int) -> ClassSpecification:
    entry = ENTRIES[number]
    return {
        "preference": "" if number == DIVERGES else ENDINGS[number // 3],
        "crossings": number % 3,
        "label": entry.label,
        "colour": entry.colour,
        "hatch": entry.hatch,
    }


def _scale(scale: CellScale) -> ScaleSpecification:
    return {
        "column": scale.column,
        "label": scale.bar.label,
        "low": scale.low,
        "high": scale.high,
        "log": scale.log,
        "colours": [f"#{red:02X}{green:02X}{blue:02X}" for red, green, blue in scale.bar.colours],
        "ticks": list(scale.bar.ticks),
    }
