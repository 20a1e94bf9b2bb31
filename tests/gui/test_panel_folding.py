"""Tests of which parts of the panel are folded away."""

from PySide6.QtWidgets import QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from experiments.settings import TrainingSettings, replace
from gui.panel import ParameterPanel
from gui.panel.row import SettingRow

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


def rows_in(panel: ParameterPanel) -> set[str]:
    return {row.info.key for row in panel.findChildren(SettingRow)}


def test_rows_are_made_when_they_are_first_shown(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    few = rows_in(panel)
    assert "data.set" in few
    assert "trouble.label_flips.strength" not in few
    panel.load(FLIPS, "Open")
    assert "trouble.label_flips.strength" in rows_in(panel)
    assert "trouble.missing.mechanism" not in rows_in(panel)
    panel.set_density("everything")
    assert "trouble.missing.mechanism" in rows_in(panel)


def test_rows_of_a_part_opened_by_hand_show_what_is_in_force(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    panel.load(FLIPS, "Open")
    panel.set_settings(TrainingSettings())
    panel.set_value("trouble.label_flips.strength", 0.3)
    (header,) = (header for header in panel.findChildren(QToolButton) if header.text() == "Trouble")
    header.click()
    row = next(
        row
        for row in panel.findChildren(SettingRow)
        if row.info.key == "trouble.label_flips.strength"
    )
    assert row.isVisible()
    assert isinstance(row.field, QLineEdit)
    assert row.field.text() == "0.3"
