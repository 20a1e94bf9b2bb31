"""The exported folder of a map: its tables read back, and the figure drawn from them."""

import csv
import subprocess
import sys
from pathlib import Path
from runpy import run_path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from map_stand_ins import (
    EVERY_CLASS,
    INADMISSIBLE,
    MEASURED,
    Layers,
    cell,
    map_of,
    run_of,
    settings_of,
)
from numpy.testing import assert_array_equal
from pyarrow import parquet

from experiments.curves import CurveSet
from experiments.export import export_run
from experiments.export.cells import write_cells
from experiments.export.folder import export_map
from experiments.export.map import specify_map
from experiments.export.map_drawing import (
    MapSpecification,
    draw_map,
    hatches,
    pixels,
    read_map,
)
from experiments.export.view import export_view, figure_titles
from experiments.figures import map_view
from experiments.map_view import MapLayer
from experiments.maps import CellMap
from experiments.settings import DynamicsSettings, load_file, settings_hash
from experiments.settings.cells import with_marker
from experiments.views import Figure, Panel

EVERY = settings_of(4, contours="relative-representation")
COLUMNS = [
    "mixture.representation",
    "mixture.variance_minus",
    "asymptotic_preference",
    "crossings",
    "first_crossing",
    "last_crossing",
    "final_gap",
    "largest_gap",
    "diverges",
]
KNOWN = [place for place, each in enumerate(EVERY_CLASS) if each is not None and each[0] == 1]


def every() -> CellMap:
    return map_of(EVERY, EVERY_CLASS, MEASURED)


def export(
    folder: Path, cells: CellMap, layer: MapLayer = MapLayer.CLASS, dpi: int = 40
) -> MapSpecification:
    view = map_view(run_of(cells), layer)
    export_map(folder, settings=cells.settings, cells=cells, view=view, layer=layer, dpi=dpi)
    return specify_map(view, cells=cells, layer=layer, settings=cells.settings, dpi=dpi)


def specify_of(cells: CellMap) -> MapSpecification:
    view = map_view(run_of(cells), MapLayer.CLASS)
    return specify_map(view, cells=cells, layer=MapLayer.CLASS, settings=cells.settings, dpi=50)


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_folder_holds_the_map(tmp_path: Path) -> None:
    moved = with_marker(EVERY, 0.4, 2.0)
    written, caption = export_view(tmp_path, run_of(every(), moved), "final gap")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "cells.csv",
        "cells.parquet",
        "figure.pdf",
        "figure.png",
        "figure.svg",
        "measured.csv",
        "reproduce.py",
        "settings.toml",
    ]
    assert sorted(written) == sorted(tmp_path.iterdir())
    assert load_file(tmp_path / "settings.toml") == moved
    assert caption.startswith("94 % of the map is computed so far. The gap in the end")
    text = " ".join(ET.parse(tmp_path / "figure.svg").getroot().itertext())
    for part in ("Gap in the end", "4 × 4 cells", settings_hash(moved), "Representation of group"):
        assert part in text
    assert "these settings" in text


def test_every_layer_can_be_exported() -> None:
    assert figure_titles("phase-diagram") == tuple(MapLayer)


def test_first_layer_is_drawn_where_there_is_none_of_that_name(tmp_path: Path) -> None:
    _, caption = export_view(tmp_path, run_of(every()), "Map")
    assert caption == map_view(run_of(every()), MapLayer.CLASS).caption


def test_cells_read_back_exactly(tmp_path: Path) -> None:
    settings = settings_of(4, x_range=(0.1, 0.7))
    rng = np.random.default_rng(4)
    layers: list[Layers | None] = [
        None
        if each is None
        else (*each[:4], *(np.array(each[4:]) * rng.normal(1, 0.1, 4)).tolist())
        for each in EVERY_CLASS
    ]
    cells = map_of(settings, layers)
    export(tmp_path, cells)
    header, *rows = rows_of(tmp_path / "cells.csv")
    table = parquet.read_table(tmp_path / "cells.parquet")
    assert header == COLUMNS == table.column_names
    assert len(rows) == table.num_rows == len(KNOWN)
    ends = {0.0: "+", 1.0: "-", -1.0: "level"}
    for place, row, other in zip(KNOWN, rows, table.to_pylist(), strict=True):
        known = layers[place]
        assert known is not None
        high, across = divmod(place, 4)
        numbers = [None if np.isnan(value) else value for value in known[4:]]
        expected = [
            float(cells.x[across]),
            float(cells.y[high]),
            "" if known[1] else ends[known[2]],
            int(known[3]),
            *numbers,
            bool(known[1]),
        ]
        assert list(other.values()) == expected
        texts = ["" if value is None else str(value) for value in expected[:-1]]
        assert row == [*texts, "true" if known[1] else "false"]


def test_measured_points_read_back(tmp_path: Path) -> None:
    export(tmp_path, every())
    assert rows_of(tmp_path / "measured.csv") == [
        [
            *("mixture.representation", "mixture.variance_minus", "runs", "agreeing"),
            *("asymptotic_preference", "crossings", "diverges"),
        ],
        ["0.3", "1.0", "20", "18", "-", "1", "false"],
        ["0.6", "0.5", "20", "3", "+", "2", "false"],
        ["0.7", "2.0", "10", "10", "", "0", "true"],
    ]


@pytest.mark.parametrize("layer", MapLayer)
def test_figure_shows_the_pixels_of_the_screen(tmp_path: Path, layer: MapLayer) -> None:
    rng = np.random.default_rng(7)
    layers = [each for each in EVERY_CLASS if each is not None]
    layers += [cell(1, (float(time),), final=float(time) / 20) for time in rng.lognormal(size=10)]
    cells = map_of(settings_of(5), layers)
    specification = export(tmp_path, cells, layer)
    view, drawn = map_view(run_of(cells), layer), read_map(tmp_path).cells
    assert_array_equal(pixels(specification, drawn), view.pixels)
    if layer is MapLayer.CLASS:
        for hatch in ("/", "\\"):
            expected = np.array([one == hatch for one in view.hatches])[view.shades]
            assert_array_equal(hatches(specification, drawn, hatch), expected)
    figure = draw_map(specification, read_map(tmp_path))
    (legend,) = figure.legends
    labels = [text.get_text().replace("\n", " ") for text in legend.get_texts()]
    assert labels[: len(view.entries)] == [entry.label for entry in view.entries]
    assert (len(figure.axes) == 2) == (view.bar is not None)


def test_cells_that_stand_for_whole_numbers_fill_every_pixel_of_them(tmp_path: Path) -> None:
    settings = settings_of(6, x="learning.batch_size", x_range=(1.0, 3.0))
    values = map_of(settings, ()).x.tolist()
    assert len(set(values)) == 3
    cells = map_of(settings, [cell(int(value) % 2) for value in values] * 6)
    specification = export(tmp_path, cells)
    view = map_view(run_of(cells), MapLayer.CLASS)
    assert_array_equal(pixels(specification, read_map(tmp_path).cells), view.pixels)


@pytest.mark.parametrize("layer", [MapLayer.CLASS, MapLayer.FINAL_GAP])
def test_script_redraws_the_figure_without_the_application(tmp_path: Path, layer: MapLayer) -> None:
    export(tmp_path, every(), layer)
    drawn = {path.name: path.read_bytes() for path in tmp_path.glob("figure.*")}
    assert len(drawn) == 3
    for path in tmp_path.glob("figure.*"):
        path.unlink()
    command = [sys.executable, "-I", "-W", "error", "reproduce.py"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("figure.*")} == drawn


@pytest.mark.parametrize(
    ("table", "column", "value"), [("cells", "crossings", "1"), ("measured", "agreeing", "0")]
)
def test_redrawing_reads_the_tables(tmp_path: Path, table: str, column: str, value: str) -> None:
    export(tmp_path, every())
    drawn = (tmp_path / "figure.png").read_bytes()
    path = tmp_path / f"{table}.csv"
    header, *rows = rows_of(path)
    for row in rows:
        row[header.index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    run_path(str(tmp_path / "reproduce.py"), run_name="__main__")
    assert (tmp_path / "figure.png").read_bytes() != drawn


@pytest.mark.parametrize("resolution", [1, 3])
@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize(
    "layers",
    [cell(0), cell(1, (1.0, 2.0)), cell(-1, final=1e300, diverges=True), INADMISSIBLE, None],
)
@pytest.mark.parametrize("layer", [MapLayer.CLASS, MapLayer.LAST_CROSSING, MapLayer.FINAL_GAP])
def test_uniform_maps_on_every_scale(
    tmp_path: Path, layers: Layers | None, scale: str, resolution: int, layer: MapLayer
) -> None:
    settings = settings_of(resolution, x_scale=scale, y_scale=scale)
    cells = map_of(settings, [layers] * resolution**2)
    view = map_view(run_of(cells), layer)
    specification = specify_map(view, cells=cells, layer=layer, settings=settings, dpi=30)
    write_cells(cells, tmp_path)
    tables = read_map(tmp_path)
    figure = draw_map(specification, tables)
    figure.draw_without_rendering()
    axes = figure.axes[0]
    assert (axes.get_xscale(), axes.get_yscale()) == (scale, scale)
    low, high = settings.map.span("y")
    bottom, top = axes.get_ylim()
    if resolution == 1:
        np.testing.assert_allclose((bottom, top), (low, high))
    else:
        assert bottom < low < high < top
    shown = pixels(specification, tables.cells)
    absent = layers is None or layers is INADMISSIBLE
    wanted = bytes.fromhex(specification["absent"][1][1:]) if absent else view.pixels[0, 0]
    assert_array_equal(shown, np.broadcast_to(np.array(list(wanted)), shown.shape))


def test_cells_that_are_missing_in_a_part_of_a_map_may_be_either() -> None:
    part = specify_of(map_of(EVERY, [INADMISSIBLE]))
    whole = specify_of(map_of(EVERY, [INADMISSIBLE] * 16))
    assert part["absent"][0] == "not computed yet, or cannot exist"
    assert whole["absent"][0] == "cannot exist"


def test_hatching_covers_the_hatched_cells_alone(tmp_path: Path) -> None:
    layers = [cell(0, (1.0, 2.0)) if place in {5, 6, 9, 15} else cell(1) for place in range(16)]
    specification = export(tmp_path, map_of(settings_of(4), layers))
    axes = draw_map(specification, read_map(tmp_path)).axes[0]
    (patch,) = axes.patches
    outline = patch.get_path()
    for place in range(16):
        row, column = divmod(place, 4)
        inside = outline.contains_point(((column + 0.5) / 4, (row + 0.5) / 4))
        assert inside == (place in {5, 6, 9, 15})
    assert patch.get_hatch()


def test_tables_of_another_kind_do_not_stay_beside(tmp_path: Path) -> None:
    empty = Figure("losses", "Losses", (Panel("losses", "t", "loss", ()),))
    export_run(tmp_path, settings=DynamicsSettings(), curves=CurveSet(), figure=empty, dpi=30)
    export(tmp_path, map_of(EVERY, EVERY_CLASS))
    names = {path.name for path in tmp_path.iterdir()}
    assert "cells.csv" in names
    assert not names & {"curves.csv", "curves.parquet", "measured.csv"}
    export_run(tmp_path, settings=DynamicsSettings(), curves=CurveSet(), figure=empty, dpi=30)
    assert not (tmp_path / "cells.csv").exists()
    assert not (tmp_path / "cells.parquet").exists()
