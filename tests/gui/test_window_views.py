"""Time, bars, numbers and the model's page in the whole window."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from window_driver import Open, press, wait_for_end

from experiments.catalogue import preset
from experiments.curves import CurveSet
from experiments.dynamics import theory
from experiments.figures import RunView
from experiments.frames import Event, EventKind
from experiments.settings import DynamicsSettings
from experiments.views import Spread, ViewOptions
from gui.activity import Activity
from gui.help_dialog import HelpDialog
from gui.numbers_view import NumbersView
from gui.plots import FigureView
from gui.state import WindowState
from gui.window import MainWindow


def tab(window: MainWindow, title: str) -> None:
    titles = [window.plots.tabs.tabText(index) for index in range(window.plots.tabs.count())]
    window.plots.tabs.setCurrentIndex(titles.index(title))
    window.plots.redraw_now()


def numbers_shown(window: MainWindow) -> list[str]:
    page = window.plots.page.widget
    assert isinstance(page, NumbersView)
    return [label.text() for label in page.findChildren(QLabel) if label.text()]


def test_one_slider_moves_the_moment_of_every_view(qtbot: QtBot, window: MainWindow) -> None:
    bar = window.plots.time_bar
    qtbot.waitUntil(bar.isVisible)
    assert window.plots.moment.time == 100.0
    bar.slider.setFocus()
    QTest.keyClick(bar.slider, Qt.Key.Key_Home)
    window.plots.redraw_now()
    curves = window.plots.page.widget
    assert isinstance(curves, FigureView)
    start = window.plots.moment.time
    assert [plot.shared.moment for plot in curves.plots] == [start] * len(curves.plots)

    tab(window, "Numbers")
    early = numbers_shown(window)
    assert f"At t = {start:.4g}, exact" in early
    tab(window, "Plane")
    assert f"t = {start:.3g}" in window.plots.sentence.text
    before = window.plots.picture()
    QTest.keyClick(bar.slider, Qt.Key.Key_End)
    window.plots.redraw_now()
    assert "t = 100" in window.plots.sentence.text
    assert window.plots.picture() != before
    tab(window, "Numbers")
    assert "At t = 100, exact" in numbers_shown(window)
    assert numbers_shown(window) != early


def test_the_moment_stays_while_a_run_streams_and_starts_anew_with_a_preset(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.plots.moment.choose(3.0)
    window.run()
    wait_for_end(qtbot, window)
    assert window.plots.moment.time == 3.0
    window.panel.set_value("learning.duration", 50.0)
    assert window.plots.moment.time == 3.0
    window.open_preset("spurious-feature")
    qtbot.waitUntil(lambda: window.plots.moment.time == window.session.view.end)


def test_p_plays_and_pauses(qtbot: QtBot, window: MainWindow) -> None:
    press(window, Qt.Key.Key_P)
    assert window.plots.time_bar.playing
    qtbot.waitUntil(lambda: window.plots.moment.time > 0.011)
    press(window, Qt.Key.Key_P)
    assert not window.plots.time_bar.playing
    assert window.transport.activity is Activity.IDLE


def test_training_has_no_time_bar(qtbot: QtBot, window: MainWindow) -> None:
    window.open_preset("adult")
    qtbot.waitUntil(lambda: not window.plots.time_bar.isVisible())
    press(window, Qt.Key.Key_P)
    assert not window.plots.time_bar.playing


def test_arrows_jump_to_changes_in_loss_and_in_error(window: MainWindow) -> None:
    settings = preset("crossing").settings
    assert isinstance(settings, DynamicsSettings)
    exact = theory(settings)
    events = tuple(
        Event(kind, x, f"t = {x}: now group + is ahead.")
        for kind, x in ((EventKind.CROSSING, 3.0), (EventKind.ERROR_CROSSING, 8.0))
    )
    window.plots.show_view(RunView("", settings, CurveSet(exact.points), events, 100.0))
    window.plots.redraw_now()
    visited = []
    for _ in range(2):
        window.plots.time_bar.back.click()
        visited.append(window.plots.moment.time)
    assert visited == [8.0, 3.0]


def test_a_wrong_time_is_told(window: MainWindow) -> None:
    field = window.plots.time_bar.field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "500")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "0.01 to 100" in window.messages.text.text()


def test_bars_follow_the_choice_and_are_remembered(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    bars = window.plots.bars
    assert not bars.isEnabled()
    window.run()
    wait_for_end(qtbot, window)
    window.plots.redraw_now()
    assert bars.isEnabled()

    def highest() -> float:
        curves = window.plots.page.widget
        assert isinstance(curves, FigureView)
        curves.reset_view()
        window.plots.redraw_now()
        return curves.plots[1].view[1].high - curves.plots[1].view[1].low

    texts = {action.text(): action for action in bars.choices.actions()}
    texts["No bars"].trigger()
    window.plots.redraw_now()
    bare = highest()
    texts["All runs"].trigger()
    window.plots.redraw_now()
    assert highest() > bare
    state = WindowState(window.session.store_path.parent)
    assert state.view_options == ViewOptions(Spread.NONE, traces=True)


def test_the_model_opens_presets_from_its_page(window: MainWindow) -> None:
    next(action for action in window.actions() if action.text() == "The model …").trigger()
    dialog = window.findChild(HelpDialog)
    assert dialog is not None
    dialog.preset_chosen.emit("spurious-feature")
    assert window.panel.settings == preset("spurious-feature").settings
    dialog.close()


def test_every_tab_can_be_reached_and_pictured(window: MainWindow) -> None:
    window.resize(1280, 800)
    for index in range(window.plots.tabs.count()):
        window.plots.tabs.setCurrentIndex(index)
        window.plots.redraw_now()
        assert not window.plots.picture().isNull()
    bar = window.plots.tabs.tabBar()
    last = bar.tabRect(window.plots.tabs.count() - 1)
    assert bar.rect().contains(last.center())
    assert bar.rect().right() >= last.right()
