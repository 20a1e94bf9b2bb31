"""Views of snapshots as tables and figures."""

import csv
import math
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from map_stand_ins import settings_of
from matplotlib.collections import PathCollection
from matplotlib.patches import StepPatch
from numpy.testing import assert_allclose, assert_array_equal
from snapshot_stand_ins import run_of, snapshot_rows
from test_cell_text import FORMULAS

from experiments.curves import CurveSet
from experiments.data_view import answers
from experiments.export import ExportError
from experiments.export.boundary_drawing import draw_boundary, read_boundary
from experiments.export.cell_text import cell_of, text_of
from experiments.export.cells import write_cells, write_measured
from experiments.export.mistakes_drawing import INPUT
from experiments.export.page import PageSpecification
from experiments.export.rows import read_rows, write_rows
from experiments.export.snapshot import (
    SNAPSHOT_TITLES,
    specify_boundary,
    specify_thresholds,
)
from experiments.export.snapshot_tables import SNAPSHOT_FILES
from experiments.export.thresholds_drawing import draw_thresholds, read_thresholds
from experiments.export.view import export_view, figure_titles
from experiments.figures import BOUNDARY, MISTAKES, REPORT, THRESHOLDS, RunView
from experiments.frames import CELL_LAYERS, Cells, CurveName, MeasuredCell, Points, Source
from experiments.maps import CellMap
from experiments.settings import TrainingSettings
from experiments.snapshot_views import (
    Boundary,
    Choice,
    Labels,
    Look,
    Mistakes,
    boundary,
    calibration,
    confusions,
    look_at,
    mistakes,
    reports,
    roc,
    thresholds,
)
from experiments.snapshots import SnapshotRows

PAGE: PageSpecification = {"title": "", "caption": "", "origin": "", "dpi": 50}
FIGURES = {"figure.png", "figure.svg", "figure.pdf"}


@pytest.fixture(autouse=True, scope="module")
def forgotten() -> Iterator[None]:
    yield
    answers.forget()


def run_with_curve(rows: SnapshotRows) -> RunView:
    """Show a run with snapshots, on data that are quickly read."""
    settings = TrainingSettings.model_validate({"data": {"set": "mixture", "samples": 60}})
    name = CurveName("loss", "overall", Source.VALIDATION, "base", 1)
    curves = CurveSet([Points(name, np.array([1.0, 9.0]), np.array([0.7, 0.3]))])
    return replace(run_of(rows), settings=settings, curves=curves)


def look_of(run: RunView, step: float | None = None, against: Labels = Labels.RECORDED) -> Look:
    look = look_at(run, step, against)
    assert isinstance(look, Look)
    return look


def number(cell: str) -> float:
    return float(cell) if cell else math.nan


@pytest.mark.parametrize("classes", [("no", "yes"), ("a", "b", "c")])
def test_tables_hold_what_is_seen(tmp_path: Path, classes: tuple[str, ...]) -> None:
    run = run_with_curve(snapshot_rows(classes=classes, flipped=0.1))
    written, _ = export_view(tmp_path, run, "Losses", choice=Choice(threshold=0.4))
    names = {path.name for path in written}
    assert set(SNAPSHOT_FILES) - names == {"mistakes.npy"}
    look = look_of(run)
    tables = {name: read_rows(tmp_path / f"{name}.csv") for name in ("roc", "rates", "histogram")}
    for rows in tables.values():
        assert {(row["step"], row["labels"]) for row in rows} == {("100", "labels on record")}
        assert len({row["class"] for row in rows}) == (1 if len(classes) == 2 else 3)
    lines = [
        [line.precision, line.recall, line.f1, line.support]
        for report in reports(look)
        for line in (
            *report.lines,
            replace(report.macro, precision=math.nan, recall=math.nan, f1=report.accuracy),
            report.macro,
            report.weighted,
        )
    ]
    report = read_rows(tmp_path / "classification_report.csv")
    columns = ("precision", "recall", "f1", "support")
    assert_array_equal([[number(row[name]) for name in columns] for row in report], lines)
    counts = [int(row["rows"]) for row in read_rows(tmp_path / "confusion.csv")]
    assert counts == np.concatenate([each.counts.ravel() for each in confusions(look)]).tolist()
    positive = 1
    name = classes[positive]
    for curve in roc(look, positive).curves:
        own = [
            row for row in tables["roc"] if (row["class"], row["group"]) == (name, curve.group.name)
        ]
        assert [
            float(row["true_positive_rate"]) for row in own
        ] == curve.true_positive_rate.tolist()
        assert float(own[0]["threshold"]) == math.inf
    bins = [row for row in read_rows(tmp_path / "calibration.csv") if row["class"] == name]
    shares = np.concatenate([curve.share for curve in calibration(look, positive).curves])
    assert_array_equal([number(row["share"]) for row in bins], shares)
    spread = thresholds(look, positive)
    counted = [row for row in tables["histogram"] if row["class"] == name]
    expected = np.concatenate([each.positive for each in spread.histograms])
    assert [int(row["rows_of_class"]) for row in counted] == expected.tolist()
    told = [row for row in tables["rates"] if row["class"] == name]
    assert [number(row["precision"]) for row in told] == [each.precision for each in spread.at(0.4)]


def test_boundary_and_mistakes_read_back(tmp_path: Path) -> None:
    rows = snapshot_rows(classes=("=no", "+yes"), groups=("-A", "@B"), flipped=0.2)
    run = run_with_curve(rows)
    export_view(tmp_path, run, "Losses")
    look = look_of(run)
    plane, found = boundary(look), mistakes(look)
    assert isinstance(plane, Boundary)
    assert isinstance(found, Mistakes)
    cells = read_rows(tmp_path / "boundary.csv")
    assert [float(row["probability"]) for row in cells] == plane.probability.ravel().tolist()
    assert [row["predicted"] for row in cells] == [
        rows.class_names[number] for number in plane.decided.ravel()
    ]
    assert_allclose([float(cells[0][axis]) for axis in "xy"], (-2.5, -5 / 3))
    points = read_rows(tmp_path / "boundary_points.csv")
    assert [row["group"] for row in points] == [rows.group_names[number] for number in plane.group]
    shown = [each for group in found.groups for each in group.shown]
    told = read_rows(tmp_path / "mistakes.csv")
    assert [float(row["probability"]) for row in told] == [each.probability for each in shown]
    assert [row["clean"] for row in told] == [each.clean for each in shown]
    for row, each in zip(told, shown, strict=True):
        assert [(name, row[f"{INPUT}{name}"]) for name in ("x", "y", "kind")] == list(each.cells)


def test_images_of_mistakes_are_kept_as_they_are(tmp_path: Path) -> None:
    run = run_with_curve(snapshot_rows(image_shape=(3, 4), has_plane=False))
    written, _ = export_view(tmp_path, run, MISTAKES)
    assert not {"boundary.csv", "boundary_points.csv"} & {path.name for path in written}
    found = mistakes(look_of(run))
    assert isinstance(found, Mistakes)
    images = [each.image for group in found.groups for each in group.shown]
    assert_array_equal(np.load(tmp_path / "mistakes.npy"), images)
    export_view(tmp_path, replace(run, snapshot_rows=None, snapshots=()), "Losses")
    assert not set(SNAPSHOT_FILES) & {path.name for path in tmp_path.iterdir()}


def test_an_earlier_step_and_clean_labels_can_be_chosen(tmp_path: Path) -> None:
    run = run_with_curve(snapshot_rows(flipped=0.3))
    choice = Choice(against=Labels.CLEAN)
    _, caption = export_view(tmp_path, run, REPORT, moment=50.0, choice=choice)
    assert caption.startswith("After 10 steps")
    assert "clean labels" in caption
    rows = read_rows(tmp_path / "confusion.csv")
    assert {(row["step"], row["labels"]) for row in rows} == {("10", "clean labels")}
    expected = confusions(look_of(run, 10.0, Labels.CLEAN))
    assert [int(row["rows"]) for row in rows] == np.concatenate(
        [each.counts.ravel() for each in expected]
    ).tolist()


def test_every_view_can_be_exported_by_name() -> None:
    assert set(SNAPSHOT_TITLES) <= set(figure_titles("training"))
    assert not set(SNAPSHOT_TITLES) & set(figure_titles("dynamics"))


@pytest.mark.parametrize("title", SNAPSHOT_TITLES)
def test_an_empty_view_is_told_and_nothing_written(tmp_path: Path, title: str) -> None:
    run = replace(run_with_curve(snapshot_rows()), snapshot_rows=None, snapshots=())
    with pytest.raises(ExportError, match=f"“{title}” cannot be drawn: .*no snapshot"):
        export_view(tmp_path / "out", run, title)
    assert not (tmp_path / "out").exists()


def test_a_boundary_without_a_plane_is_told(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="two columns or more"):
        export_view(tmp_path, run_with_curve(snapshot_rows(has_plane=False)), BOUNDARY)


@pytest.mark.parametrize(
    ("title", "rows"),
    [
        (REPORT, snapshot_rows(classes=("_no", "$yes$"), groups=("=A", "_B"))),
        (THRESHOLDS, snapshot_rows(groups=("=A", "_B"))),
        (BOUNDARY, snapshot_rows(classes=("a", "b", "c"))),
        (MISTAKES, snapshot_rows(image_shape=(4, 4, 3), classes=("a", "b", "c"))),
    ],
)
def test_the_script_draws_the_same_figure(tmp_path: Path, title: str, rows: SnapshotRows) -> None:
    export_view(tmp_path, run_with_curve(rows), title)
    before = {name: (tmp_path / name).read_bytes() for name in FIGURES}
    for name in FIGURES:
        (tmp_path / name).unlink()
    command = [sys.executable, "-I", str(tmp_path / "reproduce.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {name: (tmp_path / name).read_bytes() for name in FIGURES} == before


def test_curves_are_drawn_as_they_are(tmp_path: Path) -> None:
    run, choice = run_with_curve(snapshot_rows(flipped=0.1)), Choice(threshold=0.3)
    look = look_of(run)
    export_view(tmp_path, run, THRESHOLDS, choice=choice)
    figure = draw_thresholds(specify_thresholds(PAGE, look, choice), read_thresholds(tmp_path))
    left, right, *below = figure.axes
    curves = roc(look).curves
    lines = [line for line in left.lines if len(np.asarray(line.get_xdata())) > 2]
    for line, curve in zip(lines, curves, strict=True):
        assert_array_equal(
            line.get_xydata(), np.c_[curve.false_positive_rate, curve.true_positive_rate]
        )
    spread = thresholds(look)
    dots = [np.asarray(line.get_xydata())[0] for line in left.lines if line.get_marker() == "o"]
    rates = [(each.false_positive_rate, each.true_positive_rate) for each in spread.at(0.3)]
    assert_array_equal(dots, rates)
    marked = [line for line in right.lines if line.get_marker() == "o"]
    for line, bins in zip(marked, calibration(look).curves, strict=True):
        filled = bins.rows > 0
        assert_array_equal(line.get_ydata(), bins.share[filled])
    for axes, histogram in zip(below, spread.histograms, strict=True):
        steps = [patch for patch in axes.patches if isinstance(patch, StepPatch)]
        upwards, downwards = (patch.get_data()[0] for patch in steps)
        assert_allclose(upwards**2, histogram.positive / histogram.positive.max())
        assert_allclose(downwards**2, histogram.negative / histogram.negative.max())
        assert upwards.min() >= 0 >= downwards.max()
        assert 0.3 in {float(np.asarray(line.get_xdata())[0]) for line in axes.lines}


def test_rows_answered_wrong_stay_hollow(tmp_path: Path) -> None:
    run = run_with_curve(snapshot_rows(classes=("a", "b", "c")))
    look = look_of(run)
    export_view(tmp_path, run, BOUNDARY)
    (axes,) = draw_boundary(specify_boundary(PAGE, look), read_boundary(tmp_path)).axes
    plane = boundary(look)
    assert isinstance(plane, Boundary)
    drawn, hollow = 0, 0
    for part in axes.collections:
        if isinstance(part, PathCollection):
            places = np.asarray(part.get_offsets())
            is_hollow = np.array_equal(np.asarray(part.get_facecolor())[0, :3], (1, 1, 1))
            drawn += len(places)
            hollow += len(places) if is_hollow else 0
    assert drawn == len(plane.points)
    assert hollow == plane.wrong.sum()


@pytest.mark.parametrize("text", [*FORMULAS, "'=1", "", 'a,b\n"c"'])
def test_texts_of_users_are_no_formulas_in_any_table(tmp_path: Path, text: str) -> None:
    path = tmp_path / "table.csv"
    write_rows(path, ("a", f"{INPUT}{text}", text), [(text, -1.5, math.nan), (text, 2, 0.1)])
    with path.open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert all(cell_of(text_of(cell)) == cell for cell in cells)
    read = read_rows(path)
    assert [row["a"] for row in read] == [text, text]
    assert [row[text] for row in read] == ["", "0.1"]
    assert [float(row[f"{INPUT}{text}"]) for row in read] == [-1.5, 2.0]


def test_tables_of_maps_hold_nothing_that_a_spreadsheet_computes(tmp_path: Path) -> None:
    endings = np.array([-1.0, 0.0, 1.0, 0.0])
    layers = np.full((4, len(CELL_LAYERS)), -0.25)
    layers[:, CELL_LAYERS.index("admissible")] = 1.0
    layers[:, CELL_LAYERS.index("diverges")] = [0.0, 0.0, 0.0, 1.0]
    layers[:, CELL_LAYERS.index("asymptotic_preference")] = endings
    layers[:, CELL_LAYERS.index("crossings")] = 1.0
    places = np.arange(2.0)
    parts = Cells(np.tile(places, 2), np.repeat(places, 2), np.ones(4), layers)
    points = [
        MeasuredCell(-0.5, 1.0, 9, 8, asymptotic_preference=int(end), crossings=1, diverges=False)
        for end in endings
    ]
    cells = CellMap(settings_of(2), (parts,), points)
    write_cells(cells, tmp_path)
    write_measured(cells, tmp_path)
    for name in ("cells.csv", "measured.csv"):
        with (tmp_path / name).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert len(rows) == 4
        assert {row[header.index("asymptotic_preference")] for row in rows} >= {"+", "-", "level"}
        assert all(cell_of(cell) == cell for row in (header, *rows) for cell in row)
