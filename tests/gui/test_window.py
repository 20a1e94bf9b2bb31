from pathlib import Path

import numpy as np
import psutil
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_driver import Open, paused, press, runs_of, shown, small, wait_for_end

from experiments.catalogue import preset
from experiments.figures import figure
from experiments.frames import Source
from experiments.settings import dump_toml, load_file, replace
from experiments.store import Status, Store
from gui import theme as themes
from gui.activity import Activity
from gui.state import WindowState
from gui.window import MainWindow

DROP = Qt.DropAction.CopyAction


def test_run_streams_points_over_the_theory_and_is_kept(qtbot: QtBot, window: MainWindow) -> None:
    QTest.mouseClick(window.transport.run, Qt.MouseButton.LeftButton)
    wait_for_end(qtbot, window)
    assert [part.name.group for part in runs_of(window)] == ["+", "-", "overall"]
    assert all(part.x.size > 10 and part.traces.shape[1] == 3 for part in runs_of(window))
    assert shown(window, Source.THEORY)[0].x[-1] == 100.0
    qtbot.waitUntil(lambda: len(window.history.model.rows) == 1)
    qtbot.waitUntil(lambda: window.history.model.rows[0].status is Status.DONE)
    assert window.history.model.rows[0].name == "crossing-1"


def test_theory_follows_a_parameter_at_once_and_undo_brings_it_back(window: MainWindow) -> None:
    before = shown(window, Source.THEORY)[0].value.copy()
    window.panel.set_value("learning.learning_rate", 0.5)
    after = shown(window, Source.THEORY)[0].value.copy()
    assert not np.array_equal(before, after)
    window.panel.undo_action.trigger()
    assert np.array_equal(shown(window, Source.THEORY)[0].value, before)
    window.panel.redo_action.trigger()
    assert np.array_equal(shown(window, Source.THEORY)[0].value, after)


def test_numerical_theory_arrives_without_run(qtbot: QtBot, window: MainWindow) -> None:
    squared = shown(window, Source.THEORY)[0].value.copy()
    window.panel.set_value("learning.loss", "logistic")
    qtbot.waitUntil(
        lambda: shown(window, Source.THEORY)[0].value[0] == pytest.approx(0.69, abs=0.02),
        timeout=20_000,
    )
    assert not np.array_equal(squared, shown(window, Source.THEORY)[0].value)


def test_pause_step_resume_and_stop(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(small(dimension=500, duration=1000.0))
    press(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(runs_of(window)), timeout=90_000)
    press(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.transport.activity is Activity.PAUSED)
    assert window.transport.remaining.text() == "paused"
    QTest.qWait(100)
    standing = runs_of(window)[0].x.size
    QTest.qWait(200)
    assert runs_of(window)[0].x.size == standing
    press(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: runs_of(window)[0].x.size > standing)
    assert paused(window)
    window.transport.run.click()
    qtbot.waitUntil(lambda: runs_of(window)[0].x.size > standing + 2)
    window.activateWindow()
    window.transport.stop.setFocus()
    with qtbot.waitSignal(window.session.ended) as ended:
        window.transport.stop.click()
    assert ended.args is not None
    assert ended.args[1] is Status.STOPPED
    assert window.transport.run.hasFocus()
    assert window.transport.activity is Activity.IDLE


def test_step_starts_a_run_that_stands_still_after_it(qtbot: QtBot, window: MainWindow) -> None:
    window.transport.step.click()
    qtbot.waitUntil(lambda: bool(runs_of(window)), timeout=90_000)
    assert window.transport.activity is Activity.PAUSED
    QTest.qWait(150)
    assert runs_of(window)[0].x.size == 1


def test_reset_clears_the_runs_and_keeps_the_seed(qtbot: QtBot, window: MainWindow) -> None:
    window.run()
    wait_for_end(qtbot, window)
    QTest.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert not runs_of(window)
    assert shown(window, Source.THEORY)
    assert window.panel.settings.seed == small().seed


def test_same_settings_and_seed_give_the_same_curves(qtbot: QtBot, window: MainWindow) -> None:
    drawn = []
    for _ in range(2):
        window.run()
        wait_for_end(qtbot, window)
        drawn.append([part.traces.copy() for part in runs_of(window)])
        window.reset()
    assert all(np.array_equal(a, b) for a, b in zip(*drawn, strict=True))


def test_export_then_reopen_then_overlay(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.run()
    wait_for_end(qtbot, window)
    streamed = {curve.name: curve.value.copy() for curve in window.session.view.curves}
    runs = {part.name: part.traces for part in window.session.view.curves.ensembles}
    window.exporter.write(tmp_path / "out", window.session.view)
    with qtbot.waitSignal(window.exporter.told, timeout=60_000):
        pass
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {
        "curves.csv", "curves.parquet", "settings.toml", "reproduce.py",
        "figure.png", "figure.svg", "figure.pdf",
        "ensembles.csv", "ensembles.parquet", "numbers.csv",
    }  # fmt: skip
    window.panel.set_value("learning.learning_rate", 0.4)
    assert not runs_of(window)
    qtbot.waitUntil(lambda: window.history.model.rows[0].status is Status.DONE)
    first = window.history.model.rows[0].id
    window.history.open_requested.emit(first)
    qtbot.waitUntil(lambda: bool(runs_of(window)))
    reopened = {curve.name: curve.value for curve in window.session.view.curves}
    assert reopened.keys() == streamed.keys()
    assert all(np.array_equal(reopened[name], streamed[name]) for name in streamed)
    stored = {part.name: part.traces for part in window.session.view.curves.ensembles}
    assert stored.keys() == runs.keys()
    assert all(np.array_equal(stored[name], runs[name]) for name in runs)
    assert window.panel.settings == load_file(tmp_path / "out" / "settings.toml")

    window.panel.set_value("learning.learning_rate", 0.4)
    box = window.history.model.index(0, 0)
    with qtbot.waitSignal(window.session.overlays, check_params_cb=bool):
        window.history.model.setData(box, None, Qt.ItemDataRole.CheckStateRole)
        QTest.qWait(100)
    QTest.qWait(100)
    drawn = figure(window.session.view, "Losses", window.plots.overlays)
    assert "crossing-1: group +" in [curve.label for curve in drawn.panels[0].curves]


def test_a_killed_worker_marks_the_run_failed_and_the_next_run_works(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window(small(dimension=500, duration=1000.0))
    window.run()
    qtbot.waitUntil(lambda: bool(runs_of(window)), timeout=90_000)
    worker = max(psutil.Process().children(recursive=True), key=_cpu)
    worker.kill()
    wait_for_end(qtbot, window)
    assert window.messages.isVisible()
    assert "failed" in window.messages.text.text()
    qtbot.waitUntil(lambda: window.history.model.rows[0].status is Status.FAILED)
    with Store(window.session.store_path) as store:
        kept = store.curves(window.history.model.rows[0].id)
    assert kept.ensembles
    window.panel.load(small(), "smaller")
    window.run()
    wait_for_end(qtbot, window)
    assert runs_of(window)


def _cpu(process: psutil.Process) -> float:
    return process.cpu_times().user


def test_bad_files_are_told_and_change_nothing(window: MainWindow, tmp_path: Path) -> None:
    before = window.panel.settings
    bad = tmp_path / "bad.toml"
    bad.write_text(dump_toml(before).replace("representation = 0.8", "representation = 8.0"))
    drop(window, bad)
    assert window.messages.isVisible()
    message = window.messages.text.text()
    assert "bad.toml" in message
    assert "mixture.representation" in message
    assert "8.0" in message
    assert window.panel.settings == before
    window.messages.dismiss.click()
    assert not window.messages.isVisible()


def test_dropping_a_settings_file_opens_it(window: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(dump_toml(replace(small(), "mixture.representation", 0.65)))
    drop(window, file)
    assert window.panel.settings == load_file(file)
    assert not window.messages.isVisible()
    window.panel.undo_action.trigger()
    assert window.panel.settings == small()


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    held = data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(10, 10), DROP, *held))
    QApplication.sendEvent(window, QDropEvent(QPointF(10, 10), DROP, *held))


def test_names_from_users_are_plain_text(qtbot: QtBot, open_window: Open) -> None:
    nasty = "<b>bold</b> & $x$"
    settings = replace(small(), "about.title", nasty)
    window = open_window(settings)
    assert window.plots.heading.text() == nasty
    assert window.plots.heading.textFormat() is Qt.TextFormat.PlainText
    window.run()
    wait_for_end(qtbot, window)
    qtbot.waitUntil(lambda: bool(window.history.model.rows))


def test_a_failing_export_is_told(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with qtbot.waitSignal(window.exporter.problem, timeout=60_000):
        window.exporter.write(blocked, window.session.view)
    assert str(blocked) in window.messages.text.text()
    assert window.messages.isVisible()


def test_settings_and_layout_are_remembered(open_window: Open) -> None:
    window = open_window()
    window.panel.set_value("mixture.representation", 0.61)
    window.set_theme(themes.DARK)
    state = WindowState(window.session.store_path.parent)
    window.close()
    kept = state.last_settings()
    assert kept is not None
    assert kept.model_dump()["mixture"]["representation"] == 0.61
    assert state.text("theme") == "dark"


def test_text_grows_and_shrinks(window: MainWindow) -> None:
    before = QApplication.font().pointSizeF()
    QTest.keyClick(window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.font().pointSizeF() == before + 1
    QTest.keyClick(window, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.font().pointSizeF() == before


def test_every_preset_opens(window: MainWindow) -> None:
    for row in range(window.gallery.list.count()):
        item = window.gallery.list.item(row)
        name = item.data(Qt.ItemDataRole.UserRole)
        if name is not None:
            window.gallery.list.itemClicked.emit(item)
            assert window.panel.settings == preset(name).settings


def test_training_streams_the_loss_of_each_group(qtbot: QtBot, open_window: Open) -> None:
    settings = replace(preset("ten-digits").settings, "optimiser.epochs", 3)
    window = open_window(replace(settings, "output.points", 20))
    assert not len(window.session.view.curves)
    window.run()
    wait_for_end(qtbot, window)
    assert window.transport.remaining.text().startswith("done")
    validation = shown(window, Source.VALIDATION)
    assert {curve.name.group for curve in validation} == {*map(str, range(10)), "overall"}
    assert all(curve.value[-1] < curve.value[0] for curve in validation)


def test_a_run_that_is_opened_does_not_take_over_the_counters_of_another(
    qtbot: QtBot, window: MainWindow
) -> None:
    for _ in range(2):
        window.run()
        wait_for_end(qtbot, window)
    qtbot.waitUntil(lambda: len(window.history.model.rows) == 2)
    assert window.transport.counters.text()
    first = window.history.model.rows[-1]
    window.history.open_requested.emit(first.id)
    qtbot.waitUntil(lambda: window.session.view.name == first.name)
    assert not window.transport.counters.text()
    assert first.name in window.statusBar().currentMessage()


def test_space_runs_although_the_gallery_has_the_focus(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    window.gallery.list.setFocus()
    QTest.keyClick(window.gallery.list, Qt.Key.Key_Space)
    wait_for_end(qtbot, window)
    assert runs_of(window)


def test_space_presses_the_button_that_has_the_focus(window: MainWindow) -> None:
    window.activateWindow()
    window.transport.new_seed.setFocus()
    before = window.panel.settings.seed
    QTest.keyClick(window.transport.new_seed, Qt.Key.Key_Space)
    assert window.panel.settings.seed != before
    assert window.transport.activity is Activity.IDLE


def test_a_run_of_another_kind_does_not_take_the_plots_back(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window(small(dimension=500, duration=1000.0))
    window.run()
    qtbot.waitUntil(lambda: bool(runs_of(window)), timeout=90_000)
    window.open_preset("adult")
    qtbot.wait(300)
    assert window.session.view.settings.kind == "training"
    assert not len(window.session.view.curves)
    window.session.stop()
    wait_for_end(qtbot, window)
    assert window.transport.activity is Activity.IDLE


def test_opening_a_past_run_leaves_the_running_one_in_charge_of_the_buttons(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_window()
    window.run()
    wait_for_end(qtbot, window)
    qtbot.waitUntil(lambda: window.history.model.rows[0].status is Status.DONE)
    first = window.history.model.rows[0].id
    window.panel.load(small(dimension=500, duration=1000.0), "longer")
    window.run()
    qtbot.waitUntil(lambda: bool(runs_of(window)), timeout=90_000)
    window.history.open_requested.emit(first)
    qtbot.waitUntil(lambda: window.session.view.name == "crossing-1")
    qtbot.wait(200)
    assert window.session.view.name == "crossing-1"
    assert window.transport.stop.isEnabled()
    window.transport.stop.click()
    wait_for_end(qtbot, window)
    assert window.transport.activity is Activity.IDLE
    assert window.session.view.name == "crossing-1"


def test_a_late_preview_does_not_replace_what_is_shown_now(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.panel.set_value("learning.loss", "logistic")
    window.open_preset("adult")
    qtbot.wait(1500)
    assert window.session.view.settings.kind == "training"


def test_deleting_a_run_takes_its_overlay_away(qtbot: QtBot, window: MainWindow) -> None:
    window.run()
    wait_for_end(qtbot, window)
    qtbot.waitUntil(lambda: window.history.model.rows[0].status is Status.DONE)
    window.panel.set_value("learning.learning_rate", 0.4)
    box = window.history.model.index(0, 0)
    window.history.model.setData(box, None, Qt.ItemDataRole.CheckStateRole)
    qtbot.waitUntil(lambda: len(window.plots.overlays) == 1)
    window.history.delete_requested.emit((window.history.model.rows[0].id,))
    qtbot.waitUntil(lambda: not window.history.model.rows)
    qtbot.waitUntil(lambda: not window.plots.overlays)


def test_a_damaged_history_is_told_and_set_aside(qtbot: QtBot, open_window: Open) -> None:
    first = open_window()
    path = first.session.store_path
    first.close()
    path.write_bytes(b"not a database at all" * 100)
    window = open_window()
    qtbot.waitUntil(lambda: window.messages.isVisible())
    assert "history" in window.messages.text.text()


def test_a_run_is_not_laid_over_itself(qtbot: QtBot, window: MainWindow) -> None:
    window.run()
    wait_for_end(qtbot, window)
    qtbot.waitUntil(lambda: window.history.model.rows[0].status is Status.DONE)
    box = window.history.model.index(0, 0)
    window.history.model.setData(box, None, Qt.ItemDataRole.CheckStateRole)
    qtbot.wait(300)
    assert not window.plots.overlays
    window.panel.set_value("learning.learning_rate", 0.4)
    qtbot.waitUntil(lambda: len(window.plots.overlays) == 1)


def test_nothing_starts_while_a_field_holds_what_is_not_allowed(window: MainWindow) -> None:
    field = window.panel.row("learning.learning_rate").field
    assert field is not None
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "-5")
    window.transport.run.click()
    assert window.transport.activity is Activity.IDLE
    assert "Not started" in window.messages.text.text()
    assert "Learning rate" in window.messages.text.text()


def test_opening_the_run_under_way_shows_it_growing(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(small(dimension=5000, duration=100.0))
    window.run()
    qtbot.waitUntil(lambda: bool(runs_of(window)), timeout=90_000)
    window.panel.set_value("learning.learning_rate", 0.4)
    assert not runs_of(window)
    window.history.open_requested.emit(window.history.model.rows[0].id)
    qtbot.waitUntil(lambda: bool(runs_of(window)))
    size = runs_of(window)[0].x.size
    window.session.rename_run(window.history.model.rows[0].id, "renamed")
    qtbot.waitUntil(lambda: window.plots.heading.text().endswith("renamed"))
    qtbot.waitUntil(
        lambda: runs_of(window)[0].x.size > size or window.transport.activity is Activity.IDLE
    )
    window.session.stop()


def test_the_window_fits_a_small_screen(window: MainWindow) -> None:
    window.resize(800, 500)
    assert window.size().width() == 800
    assert window.size().height() == 500
