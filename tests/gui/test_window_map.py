"""The map in the whole window: drag, open, undo, run, measure, reset, history, export."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from map_examples import map_settings
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot
from window_driver import Open, press, shown, wait_for_end

from experiments.figures import RunView
from experiments.frames import Source
from experiments.map_view import MapView
from experiments.maps import CellMap
from experiments.settings import DynamicsSettings, PhaseDiagramSettings, value_at
from experiments.settings.cells import marker
from experiments.store import Status
from gui.activity import Activity
from gui.map_page import MapPage
from gui.panel.controls import ValueField
from gui.plots import FigureView
from gui.plots.map_canvas import MapCanvas
from gui.plots.map_picture import picture
from gui.plots.map_sheet import MapSheet
from gui.theme import DARK, LIGHT
from gui.window import MainWindow

QUICK = {"simulation__dimension": 20, "simulation__runs": 3, "learning__duration": 5.0}


def cells(window: MainWindow) -> CellMap:
    found = window.session.view.cells
    assert found is not None
    return found


def page(window: MainWindow) -> MapPage:
    shown_page = window.plots.page
    assert isinstance(shown_page, MapPage)
    return shown_page


def sheet(window: MainWindow) -> MapSheet:
    return page(window).map.findChildren(MapSheet)[0]


def place_of(window: MainWindow, x: float, y: float) -> QPoint:
    return page(window).map.findChildren(MapCanvas)[0].pixel(x, y).toPoint()


def map_of(window: MainWindow) -> PhaseDiagramSettings:
    settings = window.panel.settings
    assert isinstance(settings, PhaseDiagramSettings)
    return settings


def known(window: MainWindow, count: int) -> bool:
    """Whether the whole map is there, and drawn."""
    found = window.session.view.cells
    if found is None or found.x.size != count or not (found.size == 1).all():
        return False
    window.plots.redraw_now()
    return isinstance(window.plots.page, MapPage)


def open_map(
    open_window: Open, qtbot: QtBot, *, resolution: int = 16, **changes: object
) -> MainWindow:
    wanted = {**QUICK, "map__resolution": resolution, **changes}
    window = open_window(map_settings(**wanted))
    qtbot.waitUntil(lambda: known(window, resolution), timeout=90_000)
    return window


def drag(window: MainWindow, *points: tuple[float, float]) -> None:
    target = sheet(window)
    QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=place_of(window, *points[0]))
    for point in points[1:]:
        QTest.mouseMove(target, place_of(window, *point))
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=place_of(window, *points[-1]))
    QToolTip.hideText()


def test_a_map_is_there_at_once_with_the_curves_of_its_marker(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_map(open_window, qtbot)
    assert [window.plots.tabs.tabText(index) for index in range(window.plots.tabs.count())] == [
        "Map"
    ]
    assert not window.plots.time_bar.isVisible()
    assert not window.plots.bars.isVisible()
    curves = page(window).curves
    assert isinstance(curves, FigureView)
    qtbot.waitUntil(lambda: len(curves.plots) == 2)
    assert "ends ahead" in window.plots.sentence.text
    assert window.plots.heading.text() == "Phase diagram"


def test_a_drag_moves_both_settings_and_the_curves_as_one_step(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_map(open_window, qtbot)
    start, computed = marker(map_of(window)), cells(window)
    told: list[RunView] = []
    window.session.previews.cell.connect(told.append)
    drag(window, (0.3, 0.4), (0.4, 0.5), (0.6, 1.1))
    assert marker(map_of(window)) == pytest.approx((0.6, 1.1), rel=0.03)
    field = window.panel.row("mixture.representation").field
    assert isinstance(field, ValueField)
    assert float(field.text()) == map_of(window).mixture.representation
    assert cells(window) is computed
    wanted = map_of(window).mixture
    qtbot.waitUntil(lambda: bool(told) and value_at(told[-1].settings, "mixture") == wanted)
    press(window, Qt.Key.Key_Tab)
    window.panel.undo_action.trigger()
    assert marker(map_of(window)) == start
    assert cells(window) is computed


def test_two_drags_are_two_steps(qtbot: QtBot, open_window: Open) -> None:
    window = open_map(open_window, qtbot)
    drag(window, (0.3, 0.4))
    first = marker(map_of(window))
    drag(window, (0.6, 1.1))
    window.panel.undo_action.trigger()
    assert marker(map_of(window)) == first


def test_the_marker_stays_where_the_next_cell_cannot_exist(qtbot: QtBot, open_window: Open) -> None:
    window = open_map(
        open_window,
        qtbot,
        mixture__shift=1.0,
        map__x="mixture.label_correlation_plus",
        map__y="mixture.label_correlation_minus",
        mixture__label_correlation_plus=0.1,
        mixture__label_correlation_minus=0.1,
    )
    admissible = cells(window).layer("admissible") == 1
    assert 0 < admissible.sum() < admissible.size
    row, column = np.argwhere(~admissible)[0]
    before = marker(map_of(window))
    window.maps.move(float(cells(window).x[column]), float(cells(window).y[row]))
    window.maps.release()
    assert marker(map_of(window)) == before
    assert not window.panel.problems


def test_a_cell_opens_as_dynamics_and_undo_returns_to_the_map(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_map(open_window, qtbot)
    whole = map_of(window)
    at = place_of(window, 0.6, 1.1)
    QTest.mouseDClick(sheet(window), Qt.MouseButton.LeftButton, pos=at)
    settings = window.panel.settings
    assert isinstance(settings, DynamicsSettings)
    assert value_at(settings, "mixture.representation") == pytest.approx(0.6, rel=0.03)
    assert value_at(settings, "mixture.variance_minus") == pytest.approx(1.1, rel=0.03)
    qtbot.waitUntil(lambda: bool(shown(window, Source.THEORY)))
    qtbot.waitUntil(window.plots.time_bar.isVisible)
    assert window.transport.activity is Activity.IDLE
    assert window.panel.undo_action.text() == "Undo Open cell"
    window.panel.undo_action.trigger()
    assert window.panel.settings == whole
    qtbot.waitUntil(lambda: known(window, 16))


def test_a_run_computes_the_map_and_measures_it(qtbot: QtBot, open_window: Open) -> None:
    window = open_map(open_window, qtbot, map__measured_at=((0.5, 0.5),))
    exact = cells(window).layer("final_gap").copy()
    window.run()
    wait_for_end(qtbot, window)
    assert window.session.view.name
    assert np.array_equal(cells(window).layer("final_gap"), exact, equal_nan=True)
    (measured,) = cells(window).measured
    assert (measured.x, measured.y, measured.runs) == (0.5, 0.5, 3)
    drag(window, (0.3, 0.4))
    assert len(cells(window).measured) == 1
    assert window.session.view.name
    window.plots.redraw_now()
    target = place_of(window, 0.5, 0.5)
    QTest.mouseDClick(sheet(window), Qt.MouseButton.LeftButton, pos=target)
    assert isinstance(window.panel.settings, DynamicsSettings)
    assert window.transport.activity is Activity.RUNNING
    wait_for_end(qtbot, window)
    assert window.session.view.curves.ensembles


def test_measure_here_runs_at_that_point(qtbot: QtBot, open_window: Open) -> None:
    window = open_map(open_window, qtbot)
    window.maps.measure(0.4, 0.7)
    assert map_of(window).map.measured_at == ((0.4, 0.7),)
    wait_for_end(qtbot, window)
    assert [(cell.x, cell.y) for cell in cells(window).measured] == [(0.4, 0.7)]


def test_without_runs_there_is_nothing_to_measure_and_that_is_told(
    qtbot: QtBot, open_window: Open
) -> None:
    window = open_map(open_window, qtbot, simulation__runs=0)
    window.maps.measure(0.4, 0.7)
    assert map_of(window).map.measured_at == ()
    assert "runs is 0" in window.messages.text.text()


def test_other_losses_wait_for_a_run_that_streams_in(qtbot: QtBot, open_window: Open) -> None:
    window = open_window(map_settings(**QUICK, map__resolution=8, learning__loss="logistic"))
    found = window.session
    qtbot.waitUntil(
        lambda: found.view.cells is not None and not len(found.view.cells), timeout=90_000
    )
    blank = window.plots.picture()
    window.run()
    qtbot.waitUntil(lambda: len(cells(window)) > 0, timeout=60_000)
    qtbot.waitUntil(lambda: window.transport.activity is Activity.IDLE, timeout=60_000)
    window.plots.redraw_now()
    assert window.plots.picture() != blank
    computed = cells(window).layer("final_gap").copy()
    assert np.isfinite(computed).any()
    drag(window, (0.3, 0.4), (0.6, 1.1))
    window.panel.set_value("seed", 12)
    assert not window.session.view.name
    assert np.array_equal(cells(window).layer("final_gap"), computed, equal_nan=True)


def test_reset_and_other_kinds_leave_the_map_and_come_back(qtbot: QtBot, open_window: Open) -> None:
    window = open_map(open_window, qtbot)
    window.run()
    wait_for_end(qtbot, window)
    window.reset()
    qtbot.waitUntil(lambda: known(window, 16))
    assert not window.session.view.name
    window.open_preset("crossing")
    qtbot.waitUntil(lambda: bool(shown(window, Source.THEORY)))
    assert window.plots.tabs.count() > 1
    window.panel.undo_action.trigger()
    qtbot.waitUntil(lambda: known(window, 16))
    assert window.plots.tabs.count() == 1


def test_a_map_of_the_history_opens_again(qtbot: QtBot, open_window: Open) -> None:
    window = open_map(open_window, qtbot, map__measured_at=((0.5, 0.5),))
    window.run()
    wait_for_end(qtbot, window)
    name = window.session.view.name
    qtbot.waitUntil(lambda: len(window.history.model.rows) == 1)
    qtbot.waitUntil(lambda: window.history.model.rows[0].status is Status.DONE)
    changes = (cells(window).layer("crossings") > 0).mean()
    told = window.history.model.index(0, 4).data()
    assert told == f"256 cells, the lead changes in {100 * changes:.1f} %"
    window.open_preset("crossing")
    qtbot.waitUntil(lambda: bool(shown(window, Source.THEORY)))
    window.session.open_run(window.history.model.rows[0].id)
    qtbot.waitUntil(lambda: window.session.view.name == name)
    qtbot.waitUntil(lambda: known(window, 16))
    assert len(cells(window).measured) == 1
    assert map_of(window).map.measured_at == ((0.5, 0.5),)


def test_the_layer_shown_is_exported(qtbot: QtBot, open_window: Open, tmp_path: Path) -> None:
    window = open_map(open_window, qtbot)
    page(window).map._choose("final gap")
    with qtbot.waitSignal(
        window.exporter.told,
        check_params_cb=lambda text: text.startswith("Exported"),
        timeout=60_000,
    ):
        window.exporter.write(tmp_path / "out", window.session.view)
    assert (tmp_path / "out" / "cells.csv").exists()


def test_themes_reach_the_map(qtbot: QtBot, open_window: Open) -> None:
    window = open_map(open_window, qtbot)
    bright = window.plots.picture()
    window.set_theme(DARK)
    assert window.plots.picture() != bright
    window.set_theme(LIGHT)


def test_axes_are_chosen_by_name(qtbot: QtBot, open_window: Open) -> None:
    window = open_map(open_window, qtbot)
    choice = window.panel.row("map.x").choice
    assert choice is not None
    texts = [choice.itemText(index) for index in range(choice.count())]
    assert "Representation of group + ρ" in texts
    assert not any("." in text for text in texts)


def test_a_drag_paints_the_marker_and_not_the_cells(
    qtbot: QtBot, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_map(open_window, qtbot)
    painted: list[int] = []

    def noted(view: MapView, size: QSize, *, scale: float) -> QImage:
        painted.append(1)
        return picture(view, size, scale=scale)

    monkeypatch.setattr("gui.plots.map_canvas.picture", noted)
    qtbot.waitUntil(lambda: len(page(window).curves.plots) == 2)
    pictures = []
    for step in range(8):
        window.maps.move(0.3 + 0.05 * step, 0.4 + 0.1 * step)
        window.maps.release()
        window.plots.redraw_now()
        pictures.append(window.plots.picture())
    assert all(first != second for first, second in pairwise(pictures))
    assert len(painted) <= 3  # as often as the sentence below grew by a line
    painted.clear()
    page(window).map._choose("final gap")
    window.plots.redraw_now()
    window.plots.picture()
    assert painted == [1]


def test_the_curves_are_of_what_the_map_compares(qtbot: QtBot, open_window: Open) -> None:
    window = open_map(open_window, qtbot)
    curves = page(window).curves

    def compared() -> list[str]:
        return [panel.y_label for panel in curves._figure.panels] if curves._figure else []

    qtbot.waitUntil(lambda: compared()[:1] == ["loss"])
    window.panel.set_value("map.measure", "error")
    qtbot.waitUntil(lambda: compared()[:1] == ["error"])


def test_axes_of_the_curves_fit_each_map_that_is_opened(qtbot: QtBot, open_window: Open) -> None:
    window = open_map(open_window, qtbot)
    told: list[RunView] = []
    window.session.previews.cell.connect(told.append)
    for name in ("labels-map", "rate-map"):
        told.clear()
        window.open_preset(name)
        qtbot.waitUntil(lambda: bool(told))
        window.plots.redraw_now()
        (end,) = {view.end for view in told}
        assert end is not None
        shown = page(window).curves.plots[0].shared.shown
        assert shown.high == pytest.approx(np.log10(end), abs=0.1)
