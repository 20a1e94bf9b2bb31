"""The page of the data in the whole window."""

import csv
from pathlib import Path

import pytest
from data_examples import MIXTURE, data_settings
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from window_driver import Open

from experiments.catalogue import preset
from experiments.figures import titles
from experiments.settings import Settings
from gui.background import Background
from gui.data_page import DataView
from gui.window import MainWindow


@pytest.fixture(autouse=True)
def in_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let jobs for processes be done by threads, which start at once."""
    monkeypatch.setattr(Background, "in_process", Background.in_thread)


def data_page(window: MainWindow) -> DataView:
    page = window.plots.page.widget
    assert isinstance(page, DataView)
    return page


def open_data(open_window: Open, qtbot: QtBot, settings: Settings) -> MainWindow:
    window = open_window(settings)
    qtbot.waitUntil(lambda: bool(window.plots.pages), timeout=10_000)
    qtbot.waitUntil(lambda: bool(data_page(window).caption), timeout=90_000)
    return window


def test_a_training_opens_with_its_data_and_group_sizes_need_no_scrolling(
    open_window: Open, qtbot: QtBot
) -> None:
    window = open_data(open_window, qtbot, data_settings())
    assert window.plots.title == "Data" == titles("training")[0]
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: window.size().toTuple() == (1280, 800))
    page = data_page(window)
    groups, shown = page.groups, page.rect()
    for corner in (QPoint(0, 0), QPoint(groups.width() - 1, groups.height() - 1)):
        assert shown.contains(groups.mapTo(page, corner))
    assert window.plots.sentence.text.startswith(page.caption)


def test_the_data_follow_the_panel_before_and_beside_a_run(open_window: Open, qtbot: QtBot) -> None:
    window = open_data(open_window, qtbot, data_settings())
    page = data_page(window)
    before = page.caption
    window.panel.load(data_settings(data=MIXTURE | {"samples": 500}), "More samples")
    qtbot.waitUntil(lambda: "500 rows" in page.caption, timeout=10_000)
    assert page.caption != before
    assert window.session.view.name == ""


def test_a_run_turns_from_the_data_to_its_curves_and_no_other_page_away(
    open_window: Open, qtbot: QtBot
) -> None:
    window = open_data(open_window, qtbot, data_settings())
    window.plots.show_start("training")
    assert window.plots.title == "Losses"
    window.plots.tabs.setCurrentIndex(2)
    chosen = window.plots.title
    window.plots.show_start("training")
    assert window.plots.title == chosen


def test_other_kinds_have_no_data_and_coming_back_shows_them(
    open_window: Open, qtbot: QtBot
) -> None:
    window = open_data(open_window, qtbot, data_settings())
    window.panel.load(preset("crossing").settings, "Open a preset")
    qtbot.waitUntil(lambda: window.plots.title != "Data", timeout=90_000)
    window.panel.load(data_settings(), "Back")
    qtbot.waitUntil(lambda: bool(data_page(window).caption), timeout=10_000)


def test_data_are_exported_as_they_are_looked_at_without_any_run(
    open_window: Open, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(out))
    window = open_data(open_window, qtbot, data_settings())
    page = data_page(window)
    page.columns.choose("x3")
    page.scatter.offer_axes(("x1", "x4"), ("x1", "x4"))
    with qtbot.waitSignal(
        window.exporter.told, timeout=60_000, check_params_cb=lambda text: "Exported" in text
    ):
        window.exporter.export_shown()
    words = (out / "figure.svg").read_text(encoding="utf-8")
    for text in ("x3 as found", ">x1<", ">x4<"):
        assert text in words
    with (out / "groups.csv").open(encoding="utf-8", newline="") as file:
        found = [row for row in csv.DictReader(file) if row["part"] == "as found"]
    assert sum(int(row["rows"]) for row in found) == MIXTURE["samples"]
