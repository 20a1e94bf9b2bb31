"""The export folder as a reader finds it."""

import csv
import errno
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from runpy import run_path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from pyarrow import parquet

from experiments.curves import CurveSet
from experiments.export import ExportError, check_folder, drawing, export_run, folder
from experiments.export.figure import specify, tables_of
from experiments.export.tables import CURVE_COLUMNS, ENSEMBLE_COLUMNS, write_curves, write_ensembles
from experiments.figures import RunView, titles
from experiments.figures import figure as figure_of
from experiments.frames import CurveName, EnsemblePoints, Points, Source
from experiments.run import run
from experiments.settings import DynamicsSettings, load_file, settings_hash
from experiments.spread import bars
from experiments.views import (
    Band,
    CurveStyle,
    CurveView,
    Dash,
    Figure,
    Marker,
    Number,
    NumberTable,
    Panel,
    Spread,
    Symbol,
    ViewOptions,
    group_colour,
)

AWKWARD = '_$a_b$ <b>x</b>, "q"\r\n=1+1'
SEED, RUNS, KEPT = 3, 5, 3
DOTS = CurveStyle("#0072B2", None, Symbol.CIRCLE)


def name_of(group: str, source: Source, quantity: str = "loss") -> CurveName:
    return CurveName(quantity, group, source, "base", SEED)


@pytest.fixture
def curves() -> CurveSet:
    t = np.append(0.0, np.geomspace(0.01, 100.0, 9000))
    sparse = np.append(0.0, np.geomspace(0.05, 100.0, 12))
    rng = np.random.default_rng(1)
    points, ensembles = [], []
    for group, rate in ((AWKWARD, 0.1), ("-", 0.7)):
        points.append(Points(name_of(group, Source.THEORY), t, np.exp(-rate * t)))
        values = np.exp(-rate * sparse[:, None]) + 0.02 * rng.normal(size=(sparse.size, RUNS))
        values[5:, 1] = np.nan
        name = name_of(group, Source.SIMULATION)
        ensembles.append(EnsemblePoints.of(name, sparse, values, kept=KEPT))
    return CurveSet(points, ensembles)


def line_of(
    curves: CurveSet, name: CurveName, *, style: CurveStyle, minus: CurveName | None = None
) -> CurveView:
    less = 0.0 if minus is None else curves[minus].value
    label = f"{name.group} ({name.source})"
    x, y = curves[name].x, curves[name].value - less
    return CurveView(f"{name}{minus}", label, x, y, style, name=name, minus=minus)


def dots_of(
    ensemble: EnsemblePoints, *, spread: Spread = Spread.DEVIATION, traces: bool = True
) -> CurveView:
    low, high = bars(spread, ensemble)
    return CurveView(
        f"{ensemble.name}",
        f"{ensemble.name.group} (simulation)",
        ensemble.x,
        ensemble.mean,
        DOTS,
        low=low,
        high=high,
        traces=ensemble.traces if traces else None,
        name=ensemble.name,
        spread=spread,
    )


@pytest.fixture
def figure(curves: CurveSet) -> Figure:
    views = []
    for index, (group, ensemble) in enumerate(zip((AWKWARD, "-"), curves.ensembles, strict=True)):
        line = CurveStyle(group_colour(index), Dash.SOLID)
        views.append(line_of(curves, name_of(group, Source.THEORY), style=line))
        views.append(dots_of(ensemble))
    gap = line_of(
        curves,
        name_of(AWKWARD, Source.THEORY),
        minus=name_of("-", Source.THEORY),
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


def one_panel(*views: CurveView) -> Figure:
    return Figure("losses", "Losses", (Panel("losses", "t", "loss", views, x_log=True),))


def test_folder_holds_the_run(tmp_path: Path, curves: CurveSet, figure: Figure) -> None:
    target = tmp_path / "new" / "results"
    chosen = DynamicsSettings(seed=3)
    written = export_run(target, settings=chosen, curves=curves, figure=figure)
    assert sorted(path.name for path in target.iterdir()) == [
        "curves.csv",
        "curves.parquet",
        "ensembles.csv",
        "ensembles.parquet",
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
    assert f"dynamics, seed 3, N = 5, settings {settings_hash(chosen)}" in svg
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


def test_redrawing_reads_the_numbers_from_the_tables(
    tmp_path: Path, curves: CurveSet, figure: Figure
) -> None:
    export_run(tmp_path, settings=DynamicsSettings(), curves=curves, figure=figure, dpi=50)
    drawn = {(tmp_path / "figure.png").read_bytes()}
    for table, column in (("curves", "value"), ("ensembles", "standard_deviation")):
        path = tmp_path / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        for row in rows:
            row[header.index(column)] = repr(0.5 * float(row[header.index(column)]))
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        run_path(str(tmp_path / "reproduce.py"), run_name="__main__")
        drawn.add((tmp_path / "figure.png").read_bytes())
    assert len(drawn) == 3


def test_runs_laid_over_the_one_exported_are_drawn_from_the_tables(
    tmp_path: Path, curves: CurveSet
) -> None:
    other = CurveSet(
        (replace(curve, value=2.0 * curve.value) for curve in curves), curves.ensembles
    ).in_arm("other run-1")
    name = name_of("-", Source.THEORY)
    style = CurveStyle("#000000")
    views = [line_of(curves, name, style=style)]
    views.append(line_of(other, replace(name, arm="other run-1"), style=style))
    both = CurveSet.joined([curves, other])
    figure = one_panel(*views)
    export_run(tmp_path, settings=DynamicsSettings(), curves=both, figure=figure, dpi=50)
    specification = specify(figure, curves=both, settings=DynamicsSettings(), dpi=50)
    tables = drawing.read_tables(tmp_path)
    for view, curve in zip(views, specification["panels"][0]["curves"], strict=True):
        assert_array_equal(drawing.drawn_points(curve, tables).y, view.y)
    assert len(tables.ensembles) == 4


def test_traces_are_drawn_where_wanted(tmp_path: Path, curves: CurveSet) -> None:
    drawn = []
    for traces in (True, False):
        figure = one_panel(*(dots_of(each, traces=traces) for each in curves.ensembles))
        export_run(tmp_path, settings=DynamicsSettings(), curves=curves, figure=figure)
        drawn.append((tmp_path / "figure.svg").read_text(encoding="utf-8"))
    assert [text.count("stroke-width: 0.4") for text in drawn] == [2 * KEPT, 0]


def test_a_curve_in_no_table_is_drawn_again(tmp_path: Path, curves: CurveSet) -> None:
    x, y = np.geomspace(1.0, 9.0, 5), np.array([1.0, 2.0, np.nan, np.inf, 3.0])
    view = CurveView("own", "forecast", x, y, CurveStyle("#000000"), low=y - 1, high=y + 1)
    figure = one_panel(view)
    export_run(tmp_path, settings=DynamicsSettings(), curves=curves, figure=figure, dpi=50)
    drawn = (tmp_path / "figure.svg").read_bytes()
    run_path(str(tmp_path / "reproduce.py"), run_name="__main__")
    assert (tmp_path / "figure.svg").read_bytes() == drawn
    specification = specify(figure, curves=curves, settings=DynamicsSettings(), dpi=50)
    (curve,) = specification["panels"][0]["curves"]
    found = drawing.drawn_points(curve, tables_of(curves))
    finite = np.isfinite(y)
    assert_array_equal(found.x, x)
    assert_array_equal(found.y, np.where(finite, y, np.nan))
    assert found.bars is not None
    assert_array_equal(found.bars[1], np.where(finite, y + 1, np.nan))


def test_files_of_an_earlier_export_do_not_stay_beside_a_new_one(
    tmp_path: Path, curves: CurveSet, figure: Figure
) -> None:
    numbers = (NumberTable('a, "b"', (Number("t, \r\n1", ("1.5", "∞")), Number("n", ("3",)))),)
    export_run(tmp_path, settings=DynamicsSettings(), curves=curves, figure=figure, numbers=numbers)
    with (tmp_path / "numbers.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["table", "label", "value"],
            ['a, "b"', "t, \r\n1", "1.5 · ∞"],
            ['a, "b"', "n", "3"],
        ]
    (tmp_path / "mine.txt").write_text("stays")
    theory = CurveSet([Points(each.name, each.x, each.value) for each in curves])
    line = line_of(theory, name_of("-", Source.THEORY), style=CurveStyle("#000000"))
    written = export_run(
        tmp_path, settings=DynamicsSettings(), curves=theory, figure=one_panel(line)
    )
    assert {path.name for path in tmp_path.iterdir()} == {
        "mine.txt",
        *(path.name for path in written),
    }
    assert not (tmp_path / "ensembles.csv").exists()


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
    assert (tmp_path / "curves.csv").read_text(encoding="utf-8") == ",".join(CURVE_COLUMNS) + "\n"
    assert parquet.read_table(tmp_path / "curves.parquet").num_rows == 0


def test_tables_agree(tmp_path: Path, curves: CurveSet) -> None:
    write_curves(curves, tmp_path)
    write_ensembles(curves, tmp_path)
    for name, columns in (("curves", CURVE_COLUMNS), ("ensembles", ENSEMBLE_COLUMNS)):
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = [tuple(row) for row in csv.reader(file)]
        table = parquet.read_table(tmp_path / f"{name}.parquet")
        assert rows[0] == columns == tuple(table.column_names)
        found = zip(*(table[column].to_pylist() for column in columns), strict=True)
        assert rows[1:] == [(*row[:4], str(row[4]), *map(repr, row[5:])) for row in found]


def test_curves_are_followed_by_every_kept_run(tmp_path: Path, curves: CurveSet) -> None:
    write_curves(curves, tmp_path)
    found = drawing.read_tables(tmp_path).curves
    singles = [("loss", group, "theory", "base", SEED) for group in (AWKWARD, "-")]
    runs = [
        ("loss", group, "simulation", "base", SEED + number)
        for group in (AWKWARD, "-")
        for number in range(KEPT)
    ]
    assert list(found) == singles + runs
    for group, ensemble in zip((AWKWARD, "-"), curves.ensembles, strict=True):
        for number in range(KEPT):
            x, value = found["loss", group, "simulation", "base", SEED + number]
            known = slice(5 if number == 1 else None)
            assert_array_equal(x, ensemble.x[known])
            assert_array_equal(value, ensemble.traces[known, number])


def test_long_tables_are_written_in_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("experiments.export.tables._BATCH_ROWS", 7)
    sizes = (3, 9, 1, 1, 0, 2)
    points = [
        Points(
            replace(name_of("-", Source.THEORY), seed=seed), np.arange(float(size)), np.ones(size)
        )
        for seed, size in enumerate(sizes)
    ]
    write_curves(CurveSet(points), tmp_path)
    table = parquet.read_table(tmp_path / "curves.parquet")
    assert table["seed"].to_pylist() == np.repeat(np.arange(6), sizes).tolist()
    assert table["x"].to_pylist() == [float(x) for size in sizes for x in range(size)]


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
    target = tmp_path_factory.mktemp("table")
    name = CurveName("accuracy", group, Source.VALIDATION, "base", seed)
    x, value = np.array(pairs).T
    write_curves(CurveSet([Points(name, x, value)]), target)
    ((key, columns),) = drawing.read_tables(target).curves.items()
    assert key == ("accuracy", group, "validation", "base", seed)
    assert_array_equal(columns[0], x)
    assert_array_equal(columns[1], value)


@pytest.mark.parametrize("spread", Spread)
def test_screen_and_export_show_the_same_bars(curves: CurveSet, spread: Spread) -> None:
    ensemble = curves.ensembles[0]
    (recorded, _) = tables_of(curves).ensembles.values()
    shown, exported = bars(spread, ensemble), drawing.bars(spread.value, recorded)
    if spread is Spread.NONE:
        assert (shown, exported) == ((None, None), None)
    else:
        assert exported is not None
        for end, other in zip(shown, exported, strict=True):
            assert_array_equal(end, other)


def test_export_draws_the_numbers_of_the_views(tmp_path: Path) -> None:
    chosen = DynamicsSettings.model_validate(
        {"learning": {"duration": 2.0}, "simulation": {"runs": 3, "dimension": 20}}
    )
    curves = CurveSet()
    for frame in run(chosen):
        curves.extend(frame.points, frame.ensembles)
    write_curves(curves, tmp_path)
    write_ensembles(curves, tmp_path)
    tables = drawing.read_tables(tmp_path)
    compared = 0
    for title in titles("dynamics")[:3]:
        options = ViewOptions(spread=Spread.INTERVAL)
        drawn = figure_of(RunView("mine", chosen, curves), title, options=options)
        specification = specify(drawn, curves=curves, settings=chosen, dpi=100)
        assert "N = 3," in specification["origin"]
        for panel, described in zip(drawn.panels, specification["panels"], strict=True):
            for view, curve in zip(panel.curves, described["curves"], strict=True):
                x, y, ends = drawing.drawn_points(curve, tables)
                assert_array_equal(x, view.x)
                assert_array_equal(y, view.y)
                assert (view.low is None) == (ends is None)
                if ends is not None and view.low is not None and view.high is not None:
                    compared += 1
                    assert_array_equal(ends[0], view.low)
                    assert_array_equal(ends[1], view.high)
    assert compared > 5


def test_difference_stops_where_the_shorter_curve_does() -> None:
    long, short = name_of("+", Source.TRAINING), name_of("-", Source.TRAINING)
    x = np.arange(5.0)
    curves = CurveSet([Points(long, x, x), Points(short, x[:3], 3 * x[:3])])
    view = CurveView("gap", "gap", x[:3], -2 * x[:3], CurveStyle("#000000"), name=long, minus=short)
    specification = specify(one_panel(view), curves=curves, settings=DynamicsSettings(), dpi=50)
    (curve,) = specification["panels"][0]["curves"]
    found = drawing.drawn_points(curve, tables_of(curves))
    assert_array_equal(found.x, view.x)
    assert_array_equal(found.y, view.y)
    assert found.bars is None


def test_difference_of_ensembles_is_that_of_their_means(curves: CurveSet) -> None:
    first, second = curves.ensembles
    view = replace(dots_of(first), y=first.mean - second.mean, minus=second.name)
    specification = specify(one_panel(view), curves=curves, settings=DynamicsSettings(), dpi=50)
    (curve,) = specification["panels"][0]["curves"]
    found = drawing.drawn_points(curve, tables_of(curves))
    assert_array_equal(found.y, view.y)
    assert found.bars is None


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

    def no_space(_curves: CurveSet, drafts: Path) -> None:
        (drafts / "curves.csv").write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(folder, "write_curves", no_space)
    with pytest.raises(ExportError, match="no space left on device"):
        export_run(tmp_path, settings=DynamicsSettings(seed=9), curves=CurveSet(), figure=figure)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_control_characters_do_not_break_the_vector_figures(tmp_path: Path) -> None:
    from xml.etree import ElementTree as ET

    name = CurveName("loss", "a\x00b\x1b[31m漢字", Source.THEORY, "base", 1)
    curves = CurveSet([Points(name, np.arange(1.0, 5.0), np.arange(4.0))])
    view = line_of(curves, name, style=CurveStyle("#000000"))
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
