"""The choice of bars and single runs, and that it is remembered."""

from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from experiments.views import Spread, ViewOptions
from gui.bars_button import BarsButton
from gui.state import WindowState


@pytest.fixture
def button(qtbot: QtBot) -> BarsButton:
    made = BarsButton()
    qtbot.addWidget(made)
    made.set_available(True)
    return made


def entry(button: BarsButton, text: str) -> QAction:
    return next(action for action in button.choices.actions() if action.text() == text)


def test_it_offers_every_spread_and_begins_with_the_standard_deviation(
    button: BarsButton,
) -> None:
    texts = [action.text() for action in button.choices.actions() if action.text()]
    assert texts == [
        "No bars",
        "Min–max",
        "Standard deviation",
        "Standard error",
        "95 % interval of the mean",
        "All runs",
    ]
    assert entry(button, "Standard deviation").isChecked()
    assert not entry(button, "All runs").isChecked()


def test_choices_are_told_and_leave_each_other_alone(button: BarsButton) -> None:
    told: list[ViewOptions] = []
    button.chosen.connect(told.append)
    entry(button, "All runs").trigger()
    entry(button, "Standard error").trigger()
    entry(button, "All runs").trigger()
    assert told == [
        ViewOptions(Spread.DEVIATION, traces=True),
        ViewOptions(Spread.ERROR, traces=True),
        ViewOptions(Spread.ERROR, traces=False),
    ]
    assert not entry(button, "Standard deviation").isChecked()
    assert "standard error" in button.accessibleDescription()


def test_showing_options_tells_nothing(button: BarsButton, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(button.chosen):
        button.set_options(ViewOptions(Spread.RANGE, traces=True))
    assert entry(button, "Min–max").isChecked()
    assert entry(button, "All runs").isChecked()


def test_without_simulated_runs_it_says_how_to_get_some(button: BarsButton) -> None:
    button.set_available(False)
    assert not button.isEnabled()
    assert not button.choices.isEnabled()
    assert "Run" in button.toolTip()


def test_choices_are_remembered(tmp_path: Path) -> None:
    assert WindowState(tmp_path).view_options == ViewOptions()
    wanted = ViewOptions(Spread.INTERVAL, traces=True)
    WindowState(tmp_path).keep_view_options(wanted)
    assert WindowState(tmp_path).view_options == wanted
    WindowState(tmp_path).put("bars", "nonsense")
    assert WindowState(tmp_path).view_options.spread is Spread.DEVIATION
