"""Knobs that are turned while a training is under way, in the whole window."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from snapshot_runs import curves_of
from typing_extensions import override

from experiments.frames import AppliedChange, Event, EventKind, Frame, Points, Progress
from experiments.runner import Runner
from experiments.settings import Settings, TrainingSettings, replace, with_change
from experiments.store import Status
from experiments.updates import Ended, Resumed, Started, Streamed, Update
from gui import theme as themes
from gui.activity import Activity
from gui.changes_bar import ChangesBar
from gui.data_preview import DataPreview
from gui.panel.controls import ValueField
from gui.panel.form import SettingsForm
from gui.plots import FigureView
from gui.plots.overlay import Overlay
from gui.session import Session
from gui.state import WindowState
from gui.window import MainWindow
from models.changes import Value


class StandIn(Runner):
    """Streams what a test wants, and notes what it is asked to change."""

    def __init__(self) -> None:
        self.news: deque[Update] = deque()
        self.changed: list[tuple[str, object]] = []
        self.number = 0

    @override
    def start(self, name: str, settings: Settings, *, paused: bool = False) -> int:
        assert isinstance(settings, TrainingSettings)
        assert not paused
        self.number += 1
        self.news.append(Started(self.number, f"{name}-{self.number}", None))
        self.news.append(Resumed(self.number))
        return self.number

    def stream(self, frame: Frame) -> None:
        self.news.append(Streamed(self.number, frame))

    @override
    def change(self, setting: str, value: Value) -> None:
        self.changed.append((setting, value))

    @override
    def pause(self) -> None: ...

    @override
    def stop(self) -> None:
        self.news.append(Ended(self.number, Status.STOPPED, "", "", None))

    @override
    def drain(self) -> list[Update]:
        return [self.news.popleft() for _ in range(len(self.news))]

    @override
    def close(self) -> None: ...


@pytest.fixture
def runner() -> StandIn:
    return StandIn()


@pytest.fixture
def window(
    runner: StandIn, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    monkeypatch.setattr(DataPreview, "request", lambda *_, **__: None)  # none to be read
    path = tmp_path / "home" / "runs.sqlite"
    session = Session(lambda: runner, path, TrainingSettings())
    made = MainWindow(session, WindowState(path.parent), themes.LIGHT)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def bar(window: MainWindow, runner: StandIn, qtbot: QtBot) -> ChangesBar:
    """The bar beside a training that has reached step 100."""
    window.run()
    points = tuple(
        Points(curve.name, curve.x[:50], curve.value[:50]) for curve in curves_of(("a", "b"))
    )
    runner.stream(Frame(points, progress=Progress(100, 1000, (("step", 100.0),))))
    qtbot.waitUntil(lambda: bool(window.session.view.name))
    qtbot.waitUntil(lambda: len(window.session.view.curves) > 0)
    assert window.transport.activity is Activity.RUNNING
    return window.changes.bar


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def words_of(figure: FigureView) -> str:
    """Give what is written over the first plot."""
    overlay = figure.plots[0].focusProxy()
    assert isinstance(overlay, Overlay)
    return " ".join(text for _, text in overlay.words.markers)


def take_up(window: MainWindow, runner: StandIn, qtbot: QtBot, key: str, value: Value) -> None:
    """Let the training take up a change at step 120."""
    event = Event(EventKind.CHANGE, 120.0, "Step 120: learning rate 0.001 → 0.0003.")
    runner.stream(Frame(events=(event,), changes=(AppliedChange(120, key, value),)))
    qtbot.waitUntil(lambda: event in window.session.view.events)


def test_without_a_training_there_is_nothing_to_apply(window: MainWindow) -> None:
    window.panel.set_value("optimiser.learning_rate", 0.5)
    assert not window.changes.bar.isVisible()


def test_an_edit_is_offered_sent_and_marked_on_the_curves(
    window: MainWindow, runner: StandIn, qtbot: QtBot, bar: ChangesBar
) -> None:
    assert not bar.isVisible()
    window.panel.set_value("optimiser.learning_rate", 0.0003)
    assert bar.isVisible()
    assert bar.pending.text() == "Learning rate 0.001 → 0.0003"
    assert not bar.later.isVisible()
    click(bar.apply)
    assert runner.changed == [("optimiser.learning_rate", 0.0003)]
    assert not bar.apply.isEnabled()
    take_up(window, runner, qtbot, "optimiser.learning_rate", 0.0003)
    assert not bar.isVisible()
    window.plots.tabs.setCurrentIndex(1)
    window.plots.redraw_now()
    figure = window.plots.page.widget
    assert isinstance(figure, FigureView)
    qtbot.waitUntil(lambda: "0.001 → 0.0003" in words_of(figure))
    under_way = window.session.under_way
    assert under_way is not None
    assert isinstance(under_way.settings, TrainingSettings)
    (change,) = under_way.settings.changes
    assert (change.step, change.setting, change.value) == (120, "optimiser.learning_rate", 0.0003)
    assert window.panel.settings == replace(TrainingSettings(), "optimiser.learning_rate", 0.0003)


def test_the_shortcut_applies_what_is_still_being_typed(
    window: MainWindow, runner: StandIn, bar: ChangesBar
) -> None:
    field = next(
        field
        for field in window.panel.row("optimiser.learning_rate").findChildren(ValueField)
        if field.isVisible()
    )
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0.25")
    assert not bar.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert runner.changed == [("optimiser.learning_rate", 0.25)]


def test_other_settings_hold_for_the_next_run(window: MainWindow, bar: ChangesBar) -> None:
    window.panel.set_value("optimiser.batch_size", 64)
    window.panel.set_value("model.widths", (32,))
    assert bar.isVisible()
    assert not bar.apply.isVisible()
    assert bar.later.text() == "For the next run: widths, batch size."
    window.panel.set_value("model.widths", TrainingSettings().model.widths)
    assert bar.later.text() == "For the next run: batch size."


def test_discard_takes_back_what_could_be_applied(
    window: MainWindow, runner: StandIn, bar: ChangesBar
) -> None:
    window.panel.set_value("optimiser.learning_rate", 0.5)
    window.panel.set_value("model.dropout", 0.5)
    window.panel.set_value("optimiser.batch_size", 64)
    assert bar.pending.text().count("→") == 2
    click(bar.discard)
    assert window.panel.settings == replace(TrainingSettings(), "optimiser.batch_size", 64)
    assert not bar.pending.isVisible()
    assert not runner.changed


def test_what_is_refused_is_told_and_can_be_tried_again(
    window: MainWindow, runner: StandIn, qtbot: QtBot, bar: ChangesBar
) -> None:
    window.panel.set_value("optimiser.learning_rate", 0.5)
    click(bar.apply)
    words = "The learning rate was not changed: it follows a schedule."
    other = Event(EventKind.NOTICE, 109.0, "The learning rate was lowered.")
    runner.stream(Frame(events=(other, Event(EventKind.REFUSED, 110.0, words))))
    qtbot.waitUntil(lambda: window.messages.text.text() == words)
    assert bar.apply.isEnabled()


def test_a_second_change_begins_where_the_first_one_ended(
    window: MainWindow, runner: StandIn, qtbot: QtBot, bar: ChangesBar
) -> None:
    for value, words in ((0.01, "0.001 → 0.01"), (0.1, "0.01 → 0.1")):
        window.panel.set_value("optimiser.learning_rate", value)
        assert bar.pending.text() == f"Learning rate {words}"
        click(bar.apply)
        take_up(window, runner, qtbot, "optimiser.learning_rate", value)
        qtbot.waitUntil(lambda: not bar.isVisible())
    window.panel.set_value("optimiser.learning_rate", 0.001)
    assert bar.pending.text() == "Learning rate 0.1 → 0.001"


def test_the_row_in_hand_stays_in_its_place(
    window: MainWindow, qtbot: QtBot, bar: ChangesBar
) -> None:
    row = window.panel.row("optimiser.learning_rate")
    form = window.panel.findChild(SettingsForm)
    assert form is not None
    form.ensureWidgetVisible(row)
    before = row.mapToGlobal(QPoint(0, 0))
    window.panel.set_value("optimiser.learning_rate", 0.5)
    qtbot.waitUntil(lambda: form.y() > 0)
    assert row.mapToGlobal(QPoint(0, 0)) == before
    click(bar.discard)
    qtbot.waitUntil(lambda: form.y() == 0)
    assert row.mapToGlobal(QPoint(0, 0)) == before


def test_after_the_end_nothing_is_offered(
    window: MainWindow, qtbot: QtBot, bar: ChangesBar
) -> None:
    window.panel.set_value("optimiser.learning_rate", 0.5)
    click(window.transport.stop)
    qtbot.waitUntil(lambda: not bar.isVisible())
    window.run()
    qtbot.waitUntil(lambda: window.transport.activity is Activity.RUNNING)
    assert not bar.isVisible()


def test_another_kind_of_experiment_is_no_edit(window: MainWindow, bar: ChangesBar) -> None:
    window.open_preset("crossing")
    assert not bar.isVisible()


def test_changes_of_a_run_of_the_history_are_listed_and_can_be_forgotten(
    window: MainWindow, qtbot: QtBot, bar: ChangesBar
) -> None:
    click(window.transport.stop)
    qtbot.waitUntil(lambda: window.transport.activity is Activity.IDLE)
    changed = with_change(
        TrainingSettings(), step=1840, setting="optimiser.learning_rate", value=0.0003
    )
    window.panel.load(changed, "Open run")
    assert bar.planned.text() == "From step 1,840 on: Learning rate 0.0003"
    click(bar.forget)
    assert window.panel.settings == TrainingSettings()
    assert not bar.isVisible()
    window.panel.undo_action.trigger()
    assert window.panel.settings == changed


def test_the_bar_can_be_read_and_reached(window: MainWindow, bar: ChangesBar) -> None:
    window.panel.set_value("optimiser.learning_rate", 0.5)
    assert bar.accessibleName()
    for button in (bar.apply, bar.discard, bar.forget):
        assert button.toolTip()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
