"""The data of a run as tables and figure."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle, StepPatch
from trained_runs import frames_of, training, view_of

from experiments.curves import CurveSet
from experiments.data_view import ColumnView, Stage, answers
from experiments.export import ExportError
from experiments.export.cell_text import text_of
from experiments.export.data import data_figure, specify_data
from experiments.export.data_drawing import draw_data, read_data
from experiments.export.data_tables import write_column
from experiments.export.view import NO_DATA, export_view, figure_titles
from experiments.figures import DATA, RunView
from experiments.settings import TrainingSettings

FIGURES = {"figure.png", "figure.svg", "figure.pdf"}


@pytest.fixture(autouse=True, scope="module")
def forgotten() -> Iterator[None]:
    yield
    answers.forget()


def unrun(settings: TrainingSettings) -> RunView:
    return RunView("", settings, CurveSet())


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_data_are_a_figure_but_not_the_first() -> None:
    assert DATA in figure_titles("training")
    assert figure_titles("training")[0] == "Losses"


def test_tables_hold_what_is_seen(tmp_path: Path) -> None:
    settings = training(trouble={"label_flips": {"strength": 0.3}})
    written, caption = export_view(tmp_path, unrun(settings), DATA, column="x2", axes=("x1", "x3"))
    tables = {"groups.csv", "columns.csv", "column.csv", "scatter.csv", "changes.csv"}
    assert {path.name for path in written} == FIGURES | tables | {"settings.toml", "reproduce.py"}
    overview = answers.overview(settings)
    assert caption.startswith(overview.caption)
    groups = read(tmp_path / "groups.csv")
    for part, table in (("as found", overview.found), ("training", overview.split[0])):
        rows = [row for row in groups if row["part"] == part]
        assert [int(row["rows"]) for row in rows] == table.ravel().tolist()
        shares = table / table.sum(axis=1, keepdims=True)
        assert [float(row["share_of_group"]) for row in rows] == shares.ravel().tolist()
    columns = read(tmp_path / "columns.csv")
    assert len(columns) == len(overview.columns) * len(overview.groups)
    for row in columns:
        column = next(each for each in overview.columns if each.name == row["column"])
        place = overview.groups.index(text_of(row["group"]))
        assert float(row["mean"]) == column.mean[place]
        assert float(row["with_label"]) == column.with_label
        assert row["most_frequent"] == row["share"] == ""
    view = answers.scatter_view(settings, "x1", "x3")
    scatter = read(tmp_path / "scatter.csv")
    assert [float(row["x"]) for row in scatter] == view.x.tolist()
    assert [row["relabelled"] == "true" for row in scatter] == view.relabelled.tolist()
    assert view.relabelled.any()
    stages = answers.column_view(settings, "x2").stages
    values = [float(row["value"]) for row in read(tmp_path / "column.csv")]
    assert values == np.concatenate([stage.shares.ravel() for stage in stages]).tolist()


def test_every_export_of_a_training_has_its_groups_and_columns(tmp_path: Path) -> None:
    settings = training()
    run = view_of(settings, frames_of(settings))
    written, _ = export_view(tmp_path, run, "Losses")
    assert {"groups.csv", "columns.csv", "curves.csv"} <= {path.name for path in written}
    assert "column.csv" not in {path.name for path in written}
    export_view(tmp_path, run, DATA)
    assert (tmp_path / "column.csv").exists()
    assert (tmp_path / "curves.csv").exists()
    export_view(tmp_path, run, "Accuracy")
    assert not (tmp_path / "column.csv").exists()


def test_data_that_can_no_longer_be_read_leave_the_rest_whole(tmp_path: Path) -> None:
    settings = training()
    run = view_of(settings, frames_of(settings))
    lost = training(trouble={"label_flips": {"strength": 0.1, "group": "nobody"}})
    gone = RunView(run.name, lost, run.curves)
    written, _ = export_view(tmp_path, gone, "Losses")
    assert "curves.csv" in {path.name for path in written}
    assert "groups.csv" not in {path.name for path in written}
    with pytest.raises(ExportError, match=r"the data cannot be drawn: .*nobody"):
        export_view(tmp_path, gone, DATA)


@pytest.mark.parametrize(
    "data",
    [
        {"set": "adult", "group": "race"},
        {"set": "digits", "group": "ink"},
    ],
)
def test_the_script_draws_the_same_figure(tmp_path: Path, data: dict[str, Any]) -> None:
    export_view(tmp_path, unrun(training(data=data)), DATA)
    before = {name: (tmp_path / name).read_bytes() for name in FIGURES}
    for name in FIGURES:
        (tmp_path / name).unlink()
    command = [sys.executable, "-I", str(tmp_path / "reproduce.py")]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in FIGURES} == before


def widths(axes: Axes) -> list[float]:
    """Give the widths of bars, each of which is drawn twice: as a ground, and hatched."""
    bars = axes.patches[::2]
    return [bar.get_width() for bar in bars if isinstance(bar, Rectangle)]


def test_bars_and_steps_are_as_long_as_the_numbers(tmp_path: Path) -> None:
    settings = training(data={"set": "adult"})
    export_view(tmp_path, unrun(settings), DATA, column="age")
    figure = data_figure(settings, column="age", axes=("", ""))
    specification = specify_data(figure, settings=settings, dpi=80)
    sizes, rates, found, *_ = draw_data(specification, read_data(tmp_path)).axes
    overview = figure.overview
    assert widths(sizes) == overview.found.sum(axis=1).tolist()
    base_rates = widths(rates)
    assert base_rates == pytest.approx((overview.found[:, 1] / overview.found.sum(axis=1)).tolist())
    assert figure.column is not None
    for steps, shares in zip(found.patches, figure.column.stages[0].shares, strict=True):
        assert isinstance(steps, StepPatch)
        heights, _, _ = steps.get_data()
        np.testing.assert_allclose(heights, shares)


def test_texts_of_users_are_no_formulas_in_tables(tmp_path: Path) -> None:
    stage = Stage("as found", np.empty(0), ("=1+1", "@cmd"), np.array([[0.25, 0.75]]), "share")
    write_column(ColumnView("=evil", ("+group",), (stage,)), tmp_path)
    rows = read(tmp_path / "column.csv")
    assert [row["level"] for row in rows] == ["'=1+1", "'@cmd"]
    assert {row["group"] for row in rows} == {"'+group"}
    assert {text_of(row["level"]) for row in rows} == {"=1+1", "@cmd"}


def test_an_export_says_that_the_data_are_gone(tmp_path: Path) -> None:
    known, frames = training(), frames_of(training())
    there = view_of(known, frames)
    written, caption = export_view(tmp_path, there)
    assert "groups.csv" in {path.name for path in written}
    assert not caption.endswith(NO_DATA)
    moved = training(data={"set": "file", "path": "moved.csv", "label": "y", "groups": ["g"]})
    written, caption = export_view(tmp_path, replace(there, settings=moved))
    assert "groups.csv" not in {path.name for path in written}
    assert caption.endswith(NO_DATA)


@pytest.mark.parametrize("title", [DATA, "Losses"])
def test_what_trouble_did_is_listed_with_every_export(tmp_path: Path, title: str) -> None:
    settings = training(trouble={"label_flips": {"strength": 0.3}})
    run = unrun(settings) if title == DATA else view_of(settings, frames_of(settings))
    export_view(tmp_path, run, title)
    changes = read(tmp_path / "changes.csv")
    made = list(answers.changes(settings))
    assert len(changes) == len(made) > 0
    for row, each in zip(changes, made, strict=True):
        assert (row["row"], row["row_found"]) == (str(each.row + 1), str(each.origin + 1))
        assert (row["before"], row["after"]) == (each.before, each.after)
        assert (row["part"], row["column"]) == ("training", "label")
    export_view(tmp_path, unrun(training()), DATA)
    assert not (tmp_path / "changes.csv").exists()
