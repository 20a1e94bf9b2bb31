"""What the window exports: the tab shown, its moment and its plane."""

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from snapshot_runs import STEPS, run
from window_driver import wait_for_end

from experiments.settings import TrainingSettings
from experiments.snapshot_views import Labels
from experiments.store import Status
from gui.pages import PlanePage
from gui.snapshot_sheet import SnapshotSheet
from gui.thresholds_view import ThresholdsView
from gui.window import MainWindow


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the user chooses for every export."""
    folder = tmp_path / "out"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    return folder


def tab(window: MainWindow, title: str) -> None:
    titles = [window.plots.tabs.tabText(index) for index in range(window.plots.tabs.count())]
    window.plots.tabs.setCurrentIndex(titles.index(title))
    window.plots.redraw_now()


def export(qtbot: QtBot, window: MainWindow, run_id: int | None = None) -> None:
    """Export what is shown, or a run of the history, and wait for its end."""
    with qtbot.waitSignal(
        window.exporter.told, timeout=60_000, check_params_cb=lambda text: "Exported" in text
    ):
        if run_id is None:
            window.exporter.export_shown()
        else:
            window.history.export_requested.emit(run_id)


def words(folder: Path) -> str:
    return (folder / "figure.svg").read_text(encoding="utf-8")


def numbers(folder: Path) -> set[str]:
    with (folder / "numbers.csv").open(encoding="utf-8", newline="") as file:
        return {row["table"] for row in csv.DictReader(file)}


def test_plane_shown_is_exported_at_its_moment(qtbot: QtBot, window: MainWindow, out: Path) -> None:
    window.open_preset("general-fairness")
    qtbot.waitUntil(lambda: len(window.session.view.curves) > 0)
    tab(window, "Plane")
    export(qtbot, window)
    assert "Plane of v and T₊" in words(out)
    first = (out / "plane.csv").read_bytes()

    window.plots.moment.choose(3.0)
    page = window.plots.page
    assert isinstance(page, PlanePage)
    page.widget.plane_chosen.emit("two rules")
    window.plots.redraw_now()
    shown = window.plots.sentence.text.split(" the student answers")[0]
    export(qtbot, window)
    assert shown == "At t = 3"
    assert shown in words(out)
    assert "Plane of T₊ and T₋" in words(out)
    assert "At t = 3, exact" in numbers(out)
    assert (out / "plane.csv").read_bytes() != first


def test_numbers_are_exported_with_the_first_figure(
    qtbot: QtBot, window: MainWindow, out: Path
) -> None:
    window.plots.moment.choose(5.0)
    tab(window, "Numbers")
    export(qtbot, window)
    assert "Losses" in words(out)
    assert "At t = 5, exact" in numbers(out)
    assert not (out / "plane.csv").exists()


def test_runs_laid_over_the_one_shown_are_exported_with_it(
    qtbot: QtBot, window: MainWindow, out: Path
) -> None:
    window.run()
    wait_for_end(qtbot, window)
    qtbot.waitUntil(lambda: bool(window.history.model.rows))
    row = window.history.model.rows[0]
    qtbot.waitUntil(lambda: window.history.model.rows[0].status is Status.DONE)
    window.panel.set_value("learning.learning_rate", 0.4)
    box = window.history.model.index(0, 0)
    window.history.model.setData(box, None, Qt.ItemDataRole.CheckStateRole)
    qtbot.waitUntil(lambda: len(window.plots.overlays) == 1)
    qtbot.waitUntil(lambda: len(window.session.view.curves) > 0)
    export(qtbot, window)
    with (out / "curves.csv").open(encoding="utf-8", newline="") as file:
        assert {each["arm"] for each in csv.DictReader(file)} == {"base", row.name}
    assert row.name in words(out)

    export(qtbot, window, row.id)
    with (out / "curves.csv").open(encoding="utf-8", newline="") as file:
        assert {each["arm"] for each in csv.DictReader(file)} == {"base"}
    assert row.name not in words(out)


def test_a_snapshot_is_exported_as_it_is_chosen(
    qtbot: QtBot, window: MainWindow, out: Path
) -> None:
    settings = TrainingSettings.model_validate({"data": {"set": "mixture", "samples": 60}})
    window.session.use(settings)
    window.session.view = run("flipped", settings)
    window.session.shown.emit(window.session.view)
    tab(window, "Thresholds")
    sheet = window.plots.page.widget
    assert isinstance(sheet, SnapshotSheet)
    view = sheet.findChild(ThresholdsView)
    assert view is not None
    view.threshold_chosen.emit(0.3)
    window.plots.moment.choose(STEPS[3])
    export(qtbot, window)
    assert "After 4 steps" in words(out)
    with (out / "rates.csv").open(encoding="utf-8", newline="") as file:
        rates = list(csv.DictReader(file))
    assert {(row["step"], row["threshold"]) for row in rates} == {("4", "0.3")}
    assert [row["group"] for row in rates] == ["Female", "Male", "overall"]

    sheet.labels_chosen.emit(Labels.CLEAN)
    tab(window, "Report")
    export(qtbot, window)
    assert "clean labels" in words(out)
