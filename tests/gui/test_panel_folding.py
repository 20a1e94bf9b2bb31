"""Tests of which parts of the panel are folded away."""

from pytestqt.qtbot import QtBot

from experiments.settings import TrainingSettings, replace
from gui.panel import ParameterPanel

FLIPS = replace(TrainingSettings(), "trouble.label_flips.strength", 0.2)


def shown(qtbot: QtBot) -> ParameterPanel:
    panel = ParameterPanel()
    qtbot.addWidget(panel)
    panel.set_settings(TrainingSettings())
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def test_trouble_is_folded_until_it_is_there(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    strength = panel.row("trouble.label_flips.strength")
    assert not strength.isVisible()
    assert panel.row("data.set").isVisible()
    panel.load(FLIPS, "Open")
    assert strength.isVisible()
    assert not panel.row("preparation.scaling").isVisible()
    panel.load(TrainingSettings(), "Open")
    assert not strength.isVisible()


def test_what_strikes_whom_appears_with_the_strength(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    panel.load(FLIPS, "Open")
    assert panel.row("trouble.label_flips.group").isVisible()
    assert not panel.row("trouble.missing.mechanism").isVisible()
    panel.set_value("trouble.missing.strength", 0.1)
    assert panel.row("trouble.missing.mechanism").isVisible()


def test_nothing_is_folded_where_everything_is_wanted(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    panel.set_density("everything")
    assert panel.row("trouble.missing.mechanism").isVisible()
    panel.set_density("default")
    assert not panel.row("trouble.missing.strength").isVisible()
