"""The export folder as a reader finds it."""

import csv
import errno
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from pyarrow import parquet

from experiments.curves import CurveSet
from experiments.export import ExportError, check_folder, export_run, folder
from experiments.export.drawing import combined, read_curves
from experiments.export.figure import curve_table, specify
from experiments.export.tables import COLUMNS, write_csv, write_parquet
from experiments.figures import RunView, titles
from experiments.figures import figure as figure_of
from experiments.frames import OVERALL, CurveName, Points, Source
from experiments.run import run
from experiments.settings import DynamicsSettings, load_file, settings_hash
from experiments.views import (
    Band,
    CurveStyle,
    CurveView,
    Dash,
    Figure,
    Marker,
    Panel,
    Symbol,
    group_colour,
)

AWKWARD = '_$a_b$ <b>x</b>, "q"\r\n=1+1'
SEEDS = (3, 4, 5)


def name_of(group: str, source: Source, seed: int) -> CurveName:
    return CurveName("loss", group, source, "base", seed)


@pytest.fixture
def curves() -> CurveSet:
    t = np.append(0.0, np.geomspace(0.01, 100.0, 9000))
    sparse = np.geomspace(0.05, 100.0, 12)
    rng = np.random.default_rng(1)
    points = []
    for group, rate in ((AWKWARD, 0.1), ("-", 0.7)):
        points.append(Points(name_of(group, Source.THEORY, 3), t, np.exp(-rate * t)))
        for seed in SEEDS:
            noisy = np.exp(-rate * sparse) + 0.02 * rng.normal(size=sparse.size)
            points.append(Points(name_of(group, Source.SIMULATION, seed), sparse, noisy))
    return CurveSet(points)


def view_of(
    curves: CurveSet,
    names: tuple[CurveName, ...],
    *,
    style: CurveStyle,
    minus: tuple[CurveName, ...] = (),
) -> CurveView:
    values = np.array([curves[name].value for name in names])
    less = np.array([curves[name].value for name in minus]) if minus else 0.0
    return CurveView(
        key=str(names),
        label=f"{names[0].group} ({names[0].source})",
        x=curves[names[0]].x,
        y=np.mean(values - less, axis=0),
        style=style,
        spread=np.std(values - less, axis=0, ddof=1) if len(names) > 1 else None,
        names=names,
        minus=minus,
    )


@pytest.fixture
def figure(curves: CurveSet) -> Figure:
    views = []
    for index, group in enumerate((AWKWARD, "-")):
        line = CurveStyle(group_colour(index), Dash.SOLID)
        dots = CurveStyle(group_colour(index), None, Symbol.CIRCLE)
        runs = tuple(name_of(group, Source.SIMULATION, seed) for seed in SEEDS)
        views.append(view_of(curves, (name_of(group, Source.THEORY, 3),), style=line))
        views.append(view_of(curves, runs, style=dots))
    gap = view_of(
        curves,
        (name_of(AWKWARD, Source.THEORY, 3),),
        minus=(name_of("-", Source.THEORY, 3),),
        style=CurveStyle("#444C57", Dash.DASHED),
    )
    losses = Panel(
        "losses",
        "t = steps / d",
        "loss",
        tuple(views),
        markers=(Marker(0.9, "t = 0.9: now $-$ is ahead"),),
        bands=(Band(8.0, float("inf"), "share decides", "#0072B2"),),
        x_log=True,
        y_log=True,
    )
    gaps = Panel("gap", "t = steps / d", "gap", (gap,), x_log=True, baseline=0.0, height=0.5)
    return Figure("losses", "Crossing $x_1$", (losses, gaps), "Group - is ahead.")


def test_folder_holds_the_run(tmp_path: Path, curves: CurveSet, figure: Figure) -> None:
    target = tmp_path / "new" / "results"
    chosen = DynamicsSettings(seed=3)
    written = export_run(target, settings=chosen, curves=curves, figure=figure)
    assert sorted(path.name for path in target.iterdir()) == [
        "curves.csv",
        "curves.parquet",
        "figure.pdf",
        "figure.png",
        "figure.svg",
        "reproduce.py",
        "settings.toml",
    ]
    assert sorted(written) == sorted(target.iterdir())
    assert load_file(target / "settings.toml") == chosen
    svg = (target / "figure.svg").read_text(encoding="utf-8")
    for text in ("Crossing $x_1$", "Group - is ahead.", "t = steps / d", "loss", "gap"):
        assert text in svg
    assert "_$a_b$ &lt;b&gt;x&lt;/b&gt;," in svg
    assert f"dynamics, seed 3, N = 3, settings {settings_hash(chosen)}" in svg
    assert group_colour(0).lower() in svg
    assert (target / "figure.png").read_bytes().startswith(b"\x89PNG")
    assert (target / "figure.pdf").read_bytes().startswith(b"%PDF")


def test_script_redraws_the_figure_without_the_application(
    tmp_path: Path, curves: CurveSet, figure: Figure
) -> None:
    export_run(tmp_path, settings=DynamicsSettings(), curves=curves, figure=figure)
    drawn = {path.name: path.read_bytes() for path in tmp_path.glob("figure.*")}
    for path in tmp_path.glob("figure.*"):
        path.unlink()
    command = [sys.executable, "-I", "-W", "error", "reproduce.py"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("figure.*")} == drawn


def test_script_reads_the_numbers_from_the_table(
    tmp_path: Path, curves: CurveSet, figure: Figure
) -> None:
    export_run(tmp_path, settings=DynamicsSettings(), curves=curves, figure=figure)
    drawn = (tmp_path / "figure.png").read_bytes()
    table = tmp_path / "curves.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for row in rows[1:]:
        row[-1] = repr(0.5 * float(row[-1]))
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    subprocess.run([sys.executable, "-I", "reproduce.py"], cwd=tmp_path, check=True)
    assert (tmp_path / "figure.png").read_bytes() != drawn


def test_dpi_sets_the_size_of_the_png(tmp_path: Path, curves: CurveSet, figure: Figure) -> None:
    from matplotlib.image import imread

    shapes = []
    for dpi in (50, 100):
        export_run(tmp_path, settings=DynamicsSettings(), curves=curves, figure=figure, dpi=dpi)
        shapes.append(imread(tmp_path / "figure.png").shape[:2])
    assert shapes[1] == tuple(2 * side for side in shapes[0])


def test_figure_is_drawn_on_white(tmp_path: Path, curves: CurveSet, figure: Figure) -> None:
    from matplotlib.image import imread

    export_run(tmp_path, settings=DynamicsSettings(), curves=curves, figure=figure, dpi=50)
    pixels = imread(tmp_path / "figure.png")
    assert_array_equal(pixels[0, :, :3], 1.0)
    assert_array_equal(pixels[:, :, 3], 1.0)


def test_run_without_curves_is_exported(tmp_path: Path) -> None:
    empty = Figure("losses", "Losses", (Panel("losses", "step", "loss", (), x_log=True),))
    export_run(tmp_path, settings=DynamicsSettings(), curves=CurveSet(), figure=empty)
    assert (tmp_path / "curves.csv").read_text(encoding="utf-8") == ",".join(COLUMNS) + "\n"
    assert parquet.read_table(tmp_path / "curves.parquet").num_rows == 0


def test_tables_agree(tmp_path: Path, curves: CurveSet) -> None:
    write_csv(curves, tmp_path / "curves.csv")
    write_parquet(curves, tmp_path / "curves.parquet")
    with (tmp_path / "curves.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(row) for row in csv.reader(file)]
    table = parquet.read_table(tmp_path / "curves.parquet")
    assert rows[0] == COLUMNS == tuple(table.column_names)
    texts = zip(*(table[column].to_pylist() for column in COLUMNS), strict=True)
    assert rows[1:] == [(*row[:4], str(row[4]), repr(row[5]), repr(row[6])) for row in texts]


finite_or_not = st.floats(allow_nan=True, allow_infinity=True, width=64)


@settings(max_examples=60, deadline=None)
@given(
    group=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    seed=st.integers(0, 2**31 - 1),
    pairs=st.lists(st.tuples(finite_or_not, finite_or_not), min_size=1, max_size=5),
)
def test_csv_returns_every_name_and_number(
    tmp_path_factory: pytest.TempPathFactory,
    group: str,
    seed: int,
    pairs: list[tuple[float, float]],
) -> None:
    path = tmp_path_factory.mktemp("table") / "curves.csv"
    name = CurveName("accuracy", group, Source.VALIDATION, "base", seed)
    x, value = np.array(pairs).T
    write_csv(CurveSet([Points(name, x, value)]), path)
    ((key, columns),) = read_curves(path).items()
    assert key == ("accuracy", group, "validation", "base", seed)
    assert_array_equal(columns[0], x)
    assert_array_equal(columns[1], value)


def test_combination_is_the_mean_of_paired_differences() -> None:
    rng = np.random.default_rng(0)
    x = np.arange(1.0, 8.0)
    first, second = rng.normal(size=(2, 4, x.size))
    names = [
        [name_of(group, Source.SIMULATION, seed) for seed in range(4)] for group in (OVERALL, "-")
    ]
    points = [
        Points(name, x, row)
        for part, rows in zip(names, (first, second), strict=True)
        for name, row in zip(part, rows, strict=True)
    ]
    table = curve_table(CurveSet(points))
    keys = [name for name in table if name[1] == OVERALL]
    partners = [name for name in table if name[1] == "-"]
    positions, mean, spread = combined(table, keys, partners)
    assert_array_equal(positions, x)
    gaps = first - second
    np.testing.assert_allclose(mean, [np.mean(column) for column in gaps.T], rtol=1e-12)
    variances = [np.sum((column - column.mean()) ** 2) / 3 for column in gaps.T]
    np.testing.assert_allclose(spread**2, variances, rtol=1e-12)


def test_export_draws_the_numbers_of_the_views() -> None:
    chosen = DynamicsSettings.model_validate(
        {"learning": {"duration": 2.0}, "simulation": {"runs": 3, "dimension": 20}}
    )
    curves = CurveSet(points for frame in run(chosen) for points in frame.points)
    table = curve_table(curves)
    for title in titles("dynamics"):
        drawn = figure_of(RunView("mine", chosen, curves), title)
        specification = specify(drawn, settings=chosen, dpi=100)
        for panel, described in zip(drawn.panels, specification["panels"], strict=True):
            assert panel.curves
            for view, curve in zip(panel.curves, described["curves"], strict=True):
                x, mean, spread = combined(table, curve["names"], curve["minus"])
                assert_array_equal(x, view.x)
                np.testing.assert_allclose(mean, view.y, rtol=1e-12, atol=1e-15)
                assert curve["spread"] == (view.spread is not None)
                if view.spread is not None:
                    np.testing.assert_allclose(spread, view.spread, rtol=1e-9, atol=1e-15)


def test_combination_stops_where_the_shortest_curve_does() -> None:
    long, short = name_of("-", Source.SIMULATION, 1), name_of("-", Source.SIMULATION, 2)
    x = np.arange(5.0)
    table = curve_table(CurveSet([Points(long, x, x), Points(short, x[:3], 3 * x[:3])]))
    positions, mean, _ = combined(table, list(table), [])
    assert_array_equal(positions, x[:3])
    assert_array_equal(mean, 2 * x[:3])


def test_folder_that_is_a_file_is_refused(tmp_path: Path, curves: CurveSet, figure: Figure) -> None:
    path = tmp_path / "results"
    path.write_text("mine")
    for folder_path in (path, path / "below"):
        with pytest.raises(ExportError, match="cannot write the export"):
            check_folder(folder_path)
        with pytest.raises(ExportError, match="results"):
            export_run(folder_path, settings=DynamicsSettings(), curves=curves, figure=figure)
    assert path.read_text() == "mine"


def test_full_disk_leaves_the_export_before_whole(
    tmp_path: Path, curves: CurveSet, figure: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_run(tmp_path, settings=DynamicsSettings(), curves=curves, figure=figure)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def no_space(_curves: CurveSet, path: Path) -> None:
        path.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(folder, "write_parquet", no_space)
    with pytest.raises(ExportError, match="no space left on device"):
        export_run(tmp_path, settings=DynamicsSettings(seed=9), curves=CurveSet(), figure=figure)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_control_characters_do_not_break_the_vector_figures(tmp_path: Path) -> None:
    from xml.etree import ElementTree as ET

    name = CurveName("loss", "a\x00b\x1b[31m漢字", Source.THEORY, "base", 1)
    curves = CurveSet([Points(name, np.arange(1.0, 5.0), np.arange(4.0))])
    view = view_of(curves, (name,), style=CurveStyle("#000000"))
    panel = Panel("losses", "step\x07", "loss", (view,))
    export_run(
        tmp_path,
        settings=DynamicsSettings(),
        curves=curves,
        figure=Figure("losses", "Losses\x00", (panel,)),
    )
    text = "".join(ET.parse(tmp_path / "figure.svg").getroot().itertext())
    assert "a\ufffdb\ufffd[31m漢字" in text
    assert tomllib.loads((tmp_path / "settings.toml").read_text(encoding="utf-8"))["version"] == 1
