"""Importing a table into the whole window: ways in, and what comes of it."""

from pathlib import Path

import pytest
from import_driver import AtOnce, write_table
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from window_driver import Open, small

from experiments.failure import explain
from experiments.settings import FileData, TrainingSettings, replace
from gui.import_control import ImportControl, is_table, with_table
from gui.import_dialog import ImportDialog
from gui.latest_job import LatestJob
from gui.window import MainWindow
from models.dataset import DataUnavailableError
from models.sources.file import file_rows
from models.tables import warm_up

get_ready = ImportControl.get_ready


def test_a_dropped_table_becomes_the_settings_in_one_step(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    path = write_table(tmp_path / "people.csv")
    drop(window, path)
    dialog = opened(qtbot, window)
    assert not dialog.isModal()
    qtbot.waitUntil(dialog.page.take.isEnabled, timeout=60_000)
    assert window.panel.settings == small()
    with qtbot.waitSignal(window.imports.imported):
        dialog.page.take.click()
    settings = window.panel.settings
    assert isinstance(settings, TrainingSettings)
    assert isinstance(settings.data, FileData)
    assert (settings.data.path, settings.data.label) == (str(path), "hired")
    assert settings.about.title == "people.csv"
    assert window.plots.title == "Data"
    assert "people.csv" in window.statusBar().currentMessage()
    assert len(file_rows(path, settings.data.choices(), sha256=settings.data.sha256)) == 120
    window.panel.undo_action.trigger()
    assert window.panel.settings == small()


def test_cancelling_while_the_file_is_read_changes_nothing(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.open_file(write_table(tmp_path / "people.csv"))
    dialog = opened(qtbot, window)
    assert "Reading" in dialog.page.status.text()
    with qtbot.waitSignal(dialog.finished):
        dialog.page.cancel.click()
    assert window.imports.dialog is None
    assert window.panel.settings == small()
    assert not window.panel.undo_action.isEnabled()


def test_closing_the_window_closes_the_dialog(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.open_file(write_table(tmp_path / "people.csv"))
    dialog = opened(qtbot, window)
    with qtbot.waitSignal(dialog.finished):
        window.close()


def test_a_file_is_chosen_from_gallery_and_panel(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_table(tmp_path / "people.csv")
    asked: list[str] = []

    def choose(_window: object, title: str, *_: object) -> tuple[str, str]:
        asked.append(title)
        return "" if len(asked) == 1 else str(path), ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", choose)
    window.gallery.own.click()
    assert asked == ["Import a table"]
    assert window.imports.dialog is None
    window.panel.load(replace(TrainingSettings(), "data.set", "file"), "File")
    button = window.panel.row("data.path").browse
    assert button is not None
    button.click()
    dialog = opened(qtbot, window)
    assert len(asked) == 2
    dialog.reject()


def test_a_file_that_was_moved_can_be_chosen_again(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "people.csv"
    data = FileData(path=str(old), label="hired", groups=("age",), bins=2, leave_out=("score",))
    settings = TrainingSettings(data=data)
    window.panel.load(replace(settings, "optimiser.epochs", 3), "Open")
    window.session.problem.emit("Something else.", "")
    assert not window.messages.remedy.isVisible()
    with pytest.raises(DataUnavailableError) as caught:
        file_rows(old, data.choices())
    window.session.report(caught.value)
    assert explain(caught.value)[0] in window.messages.text.text()
    assert window.messages.remedy.isVisible()
    monkeypatch.setattr(LatestJob, "request", AtOnce.request)
    (tmp_path / "new").mkdir()
    new = write_table(tmp_path / "new" / "people.csv")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(new), ""))
    window.messages.remedy.click()
    dialog = opened(qtbot, window)
    qtbot.waitUntil(dialog.page.take.isEnabled, timeout=60_000)
    dialog.page.take.click()
    moved = window.panel.settings
    assert isinstance(moved, TrainingSettings)
    assert isinstance(moved.data, FileData)
    assert moved.data.path == str(new)
    assert (moved.data.groups, moved.data.bins, moved.data.leave_out) == (("age",), 2, ("score",))
    assert moved.optimiser.epochs == 3
    assert not window.messages.isVisible()


def test_a_table_keeps_the_network_but_nothing_that_names_other_data() -> None:
    data = FileData(path="a.csv", label="y", groups=("g",))
    before = replace(TrainingSettings(), "model.widths", (7,))
    before = replace(before, "data.validation_share", 0.4)
    before = replace(before, "mitigation.class_weights", (1.0, 2.0))
    before = replace(before, "mitigation.class_weighting", "custom")
    before = replace(before, "preparation.leave_out", ("race",))
    before = replace(before, "preparation.scaling", "robust")
    before = replace(before, "trouble.leak.strength", 0.5)
    before = replace(before, "twin.mistake", "leak")
    assert isinstance(before, TrainingSettings)
    after = with_table(before, data)
    assert (after.preparation.leave_out, after.preparation.scaling) == ((), "robust")
    assert (after.trouble, after.twin) == (TrainingSettings().trouble, TrainingSettings().twin)
    assert after.model == before.model
    assert after.data == data.model_copy(update={"validation_share": 0.4})
    assert after.mitigation == TrainingSettings().mitigation
    assert TrainingSettings.model_validate(after.model_dump()) == after
    assert with_table(small(), data).data == data


def test_what_reads_tables_is_started_once_runs_are_ready_and_again_for_the_next_table(
    qtbot: QtBot, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[object] = []
    monkeypatch.setattr(ImportControl, "get_ready", get_ready)
    monkeypatch.setattr(LatestJob, "prepare", lambda _, job: prepared.append(job))
    window = open_window()
    qtbot.waitUntil(lambda: prepared == [warm_up], timeout=90_000)
    window.open_file(write_table(tmp_path / "people.csv"))
    opened(qtbot, window).reject()
    assert prepared == [warm_up, warm_up]


def test_tables_are_told_by_their_names() -> None:
    tables = ("a.csv", "B.CSV", "a.tsv", "a.txt", "a.parquet")
    assert all(is_table(Path(name)) for name in tables)
    assert not is_table(Path("settings.toml"))


def opened(qtbot: QtBot, window: MainWindow) -> ImportDialog:
    """Wait for the dialog."""
    imports = window.imports
    qtbot.waitUntil(lambda: imports.dialog is not None and imports.dialog.isVisible())
    dialog = imports.dialog
    assert dialog is not None
    return dialog


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    held = data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    action = Qt.DropAction.CopyAction
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(10, 10), action, *held))
    QApplication.sendEvent(window, QDropEvent(QPointF(10, 10), action, *held))
