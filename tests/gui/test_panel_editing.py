import pytest
from panel_examples import THREE_GROUPS
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QScrollArea, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from experiments.settings import (
    DynamicsSettings,
    Settings,
    SettingsError,
    TrainingSettings,
    replace,
    value_at,
)
from gui.panel import ParameterPanel
from gui.panel.controls import ChoiceBox, MatrixField, ValueField, ValueSlider
from gui.panel.help_popup import HelpPopup

SHARE = "mixture.representation"
SIMILARITY = "mixture.rule_similarity"
RATE = "learning.learning_rate"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot) -> ParameterPanel:
    panel = ParameterPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 900)
    panel.set_settings(DynamicsSettings())
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


@pytest.fixture
def seen(panel: ParameterPanel) -> list[Settings]:
    """All settings that the panel told of."""
    told: list[Settings] = []
    panel.changed.connect(told.append)
    return told


def slider_of(panel: ParameterPanel, key: str) -> ValueSlider:
    slider = panel.row(key).slider
    assert slider is not None
    return slider


def field_of(panel: ParameterPanel, key: str) -> ValueField:
    field = panel.row(key).field
    assert isinstance(field, ValueField)
    return field


def choice_of(panel: ParameterPanel, key: str) -> ChoiceBox:
    choice = panel.row(key).choice
    assert choice is not None
    return choice


def header_of(panel: ParameterPanel, title: str) -> QToolButton:
    return next(button for button in panel.findChildren(QToolButton) if button.text() == title)


def type_in(panel: ParameterPanel, key: str, text: str) -> None:
    field = field_of(panel, key)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def choose(panel: ParameterPanel, key: str, choice: str) -> None:
    box = choice_of(panel, key)
    box.setFocus()
    while box.currentData() != choice:
        before = box.currentIndex()
        down = box.findData(choice) > before
        QTest.keyClick(box, Qt.Key.Key_Down if down else Qt.Key.Key_Up)
        box = choice_of(panel, key)
        assert box.currentIndex() != before


def place(slider: ValueSlider, share: float) -> QPoint:
    """Where the handle's centre is at a share of the way."""
    margin = slider.fontMetrics().height() * 0.42 + 3
    return QPoint(round(margin + share * (slider.width() - 2 * margin)), slider.height() // 2)


def drag(slider: ValueSlider, start: float, *stops: float) -> None:
    QTest.mousePress(slider, LEFT, pos=place(slider, start))
    for stop in stops:
        QTest.mouseMove(slider, place(slider, stop))
    QTest.mouseRelease(slider, LEFT, pos=place(slider, stops[-1]))


def turn_wheel(panel: ParameterPanel, widget: QWidget) -> None:
    where = widget.mapTo(panel, widget.rect().center())
    QTest.wheelEvent(panel.windowHandle(), QPointF(where), QPoint(0, -120))
    QApplication.processEvents()


def test_a_typed_value_is_in_force_at_enter(panel: ParameterPanel, seen: list[Settings]) -> None:
    type_in(panel, RATE, "0.123456")
    assert seen == [replace(DynamicsSettings(), RATE, 0.123456)]
    assert panel.settings == seen[0]


def test_a_typed_value_is_in_force_when_the_focus_leaves(
    panel: ParameterPanel, seen: list[Settings]
) -> None:
    field = field_of(panel, RATE)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "2")
    assert seen == []
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert value_at(seen[-1], RATE) == 2.0


def test_commit_takes_over_what_is_being_typed(panel: ParameterPanel, seen: list[Settings]) -> None:
    field = field_of(panel, RATE)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "3")
    panel.commit()
    assert [value_at(settings, RATE) for settings in seen] == [3.0]


def test_a_value_beyond_the_slider_puts_it_at_its_end(panel: ParameterPanel) -> None:
    type_in(panel, "mixture.shift", "50")
    slider = slider_of(panel, "mixture.shift")
    assert value_at(panel.settings, "mixture.shift") == 50.0
    assert slider.value() == slider.maximum()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert value_at(panel.settings, "mixture.shift") == 50.0


@pytest.mark.parametrize("text", ["-1", "1e9", "abc", "nan", ""])
def test_what_is_not_allowed_is_marked_and_changes_nothing(
    panel: ParameterPanel, seen: list[Settings], text: str
) -> None:
    problems: list[str] = []
    panel.problem.connect(problems.append)
    field = field_of(panel, RATE)
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert seen == []
    assert panel.settings == DynamicsSettings()
    assert field.property("invalid") is True
    assert panel.row(RATE).message
    assert problems == [f"Learning rate η: {panel.row(RATE).message}"]


def test_a_refused_text_stays_until_it_is_corrected(
    panel: ParameterPanel, qtbot: QtBot, seen: list[Settings]
) -> None:
    type_in(panel, RATE, "abc")
    type_in(panel, SHARE, "0.6")
    assert field_of(panel, RATE).text() == "abc"
    assert len(seen) == 1
    with qtbot.waitSignal(panel.problem_cleared):
        type_in(panel, RATE, "0.5")
    assert field_of(panel, RATE).property("invalid") is False
    assert not panel.row(RATE).message
    assert value_at(panel.settings, SHARE) == 0.6


def test_escape_takes_back_what_was_refused(panel: ParameterPanel, qtbot: QtBot) -> None:
    type_in(panel, RATE, "-7")
    with qtbot.waitSignal(panel.problem_cleared):
        QTest.keyClick(field_of(panel, RATE), Qt.Key.Key_Escape)
    assert field_of(panel, RATE).text() == "0.25"
    assert panel.settings == DynamicsSettings()


def test_dragging_tells_every_value_on_the_way(panel: ParameterPanel, seen: list[Settings]) -> None:
    drag(slider_of(panel, SHARE), 0.8, 0.6, 0.4)
    shares = [value_at(settings, SHARE) for settings in seen]
    assert len(shares) == 2
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] == pytest.approx(0.4, abs=0.02)
    assert field_of(panel, SHARE).text() == str(shares[-1])


def test_pressing_beside_the_handle_takes_it_there(panel: ParameterPanel) -> None:
    QTest.mouseClick(slider_of(panel, SHARE), LEFT, pos=place(slider_of(panel, SHARE), 0.25))
    assert value_at(panel.settings, SHARE) == pytest.approx(0.25, abs=0.02)


def test_the_handle_taken_at_its_edge_does_not_jump(
    panel: ParameterPanel, seen: list[Settings]
) -> None:
    slider = slider_of(panel, SHARE)
    QTest.mouseClick(slider, LEFT, pos=place(slider, 0.8) + QPoint(3, 0))
    assert seen == []


def test_whole_numbers_stay_whole(panel: ParameterPanel) -> None:
    drag(slider_of(panel, "simulation.runs"), 0.2, 0.713)
    assert isinstance(value_at(panel.settings, "simulation.runs"), int)


def test_a_drag_through_what_cannot_exist_keeps_the_handle_and_recovers(
    panel: ParameterPanel, qtbot: QtBot, seen: list[Settings]
) -> None:
    settings: Settings = DynamicsSettings()
    for key, value in (
        ("mixture.shift", 1.0),
        ("mixture.label_correlation_plus", 0.8),
        ("mixture.label_correlation_minus", 0.8),
        (SIMILARITY, 1.0),
    ):
        settings = replace(settings, key, value)
    panel.set_settings(settings)
    slider = slider_of(panel, "mixture.shift")
    QTest.mousePress(slider, LEFT, pos=place(slider, 0.25))
    with qtbot.waitSignal(panel.problem):
        QTest.mouseMove(slider, place(slider, 0.05))
    held = slider.value()
    row = panel.row("mixture.shift")
    assert panel.settings == settings
    assert seen == []
    assert slider.isSliderDown()
    assert held < slider.maximum() * 0.1
    assert row.message
    assert panel.row("mixture.label_correlation_plus").controls[0].property("invalid") is True
    panel.set_density("everything")
    assert slider.value() == held
    with qtbot.waitSignal(panel.problem_cleared):
        QTest.mouseMove(slider, place(slider, 0.5))
    QTest.mouseRelease(slider, LEFT, pos=place(slider, 0.5))
    assert not row.message
    assert value_at(seen[-1], "mixture.shift") == pytest.approx(2.0, abs=0.1)


def test_escape_takes_a_slider_back_to_what_is_in_force(panel: ParameterPanel) -> None:
    panel.set_settings(replace(DynamicsSettings(), "mixture.shift", 1.0))
    slider = slider_of(panel, "mixture.label_correlation_plus")
    drag(slider, 0.5, 0.75)
    dragged = value_at(panel.settings, "mixture.label_correlation_plus")
    assert dragged == pytest.approx(0.5, abs=0.05)
    shift = slider_of(panel, "mixture.shift")
    drag(shift, 0.25, 0.02)
    assert panel.row("mixture.shift").message
    QTest.keyClick(shift, Qt.Key.Key_Escape)
    assert not panel.row("mixture.shift").message
    assert field_of(panel, "mixture.shift").text() == "1"
    assert shift.value() == shift.maximum() * 0.25


def test_a_number_too_long_for_its_field_is_told_in_full(panel: ParameterPanel) -> None:
    type_in(panel, SHARE, "0.123456789")
    assert "0.123456789" in field_of(panel, SHARE).toolTip()


def test_new_settings_do_not_move_a_slider_that_is_held(
    panel: ParameterPanel, seen: list[Settings]
) -> None:
    slider = slider_of(panel, SHARE)
    QTest.mousePress(slider, LEFT, pos=place(slider, 0.8))
    held = slider.value()
    panel.set_settings(replace(DynamicsSettings(), SHARE, 0.1))
    assert slider.value() == held
    assert seen == []
    QTest.mouseRelease(slider, LEFT, pos=place(slider, 0.8))
    assert slider.value() == slider.maximum() * 0.1


def test_new_settings_leave_what_is_being_typed(panel: ParameterPanel) -> None:
    field = field_of(panel, RATE)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0.7")
    panel.set_settings(replace(DynamicsSettings(), SHARE, 0.1))
    assert field.text() == "0.7"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert value_at(panel.settings, RATE) == 0.7
    assert value_at(panel.settings, SHARE) == 0.1


def test_keys_move_a_slider_and_claim_the_window_s_shortcuts(
    panel: ParameterPanel, seen: list[Settings]
) -> None:
    stepped: list[str] = []
    shortcut = QShortcut(QKeySequence(Qt.Key.Key_Right), panel)
    shortcut.activated.connect(lambda: stepped.append("step"))
    slider = slider_of(panel, SHARE)
    slider.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_Right):
        QTest.keyClick(slider, key)
    shares = [value_at(settings, SHARE) for settings in seen]
    assert shares == [0.81, 0.8, panel.row(SHARE).info.low, 0.01]
    assert stepped == []
    slider.clearFocus()
    QTest.keyClick(panel, Qt.Key.Key_Right)
    assert stepped == ["step"]


@pytest.mark.parametrize("focused", [False, True])
def test_the_wheel_scrolls_the_panel_and_changes_nothing(
    panel: ParameterPanel, seen: list[Settings], focused: bool
) -> None:
    panel.resize(320, 450)
    QApplication.processEvents()
    area = panel.findChild(QScrollArea)
    assert area is not None
    bar = area.verticalScrollBar()
    for widget in (slider_of(panel, SHARE), choice_of(panel, "learning.loss")):
        bar.setValue(0)
        if focused:
            widget.setFocus()
        start = bar.value()
        turn_wheel(panel, widget)
        assert bar.value() > start
    assert seen == []


def test_undo_takes_a_drag_back_as_one_step(panel: ParameterPanel, seen: list[Settings]) -> None:
    drag(slider_of(panel, SHARE), 0.8, 0.6, 0.5, 0.4)
    end = panel.settings
    assert panel.undo_action.text() == f"Undo Representation of group + 0.8 → {shown(end)}"
    panel.undo_action.trigger()
    assert panel.settings == seen[-1] == DynamicsSettings()
    assert not panel.undo_action.isEnabled()
    panel.redo_action.trigger()
    assert panel.settings == seen[-1] == end


def shown(settings: Settings) -> str:
    return str(value_at(settings, SHARE))


def test_two_drags_are_two_steps(panel: ParameterPanel) -> None:
    drag(slider_of(panel, SHARE), 0.8, 0.6)
    middle = panel.settings
    drag(slider_of(panel, SHARE), 0.6, 0.3)
    panel.undo_action.trigger()
    assert panel.settings == middle


def test_a_drag_back_to_the_start_is_no_step(panel: ParameterPanel) -> None:
    drag(slider_of(panel, SHARE), 0.8, 0.6, 0.8)
    assert panel.settings == DynamicsSettings()
    assert not panel.undo_action.isEnabled()


def test_typed_values_are_steps_of_their_own(panel: ParameterPanel) -> None:
    type_in(panel, RATE, "0.5")
    type_in(panel, RATE, "0.75")
    panel.undo_action.trigger()
    assert value_at(panel.settings, RATE) == 0.5
    assert panel.undo_action.text() == "Undo Learning rate 0.25 → 0.5"
    assert field_of(panel, RATE).text() == "0.5"


def test_undo_keys_reach_the_panel_from_a_field_where_nothing_is_typed(
    panel: ParameterPanel,
) -> None:
    panel.undo_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))
    panel.addAction(panel.undo_action)
    type_in(panel, RATE, "0.5")
    QTest.keyClick(field_of(panel, RATE), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert value_at(panel.settings, RATE) == 0.25


def test_loading_a_preset_is_one_step_that_brings_its_own_baseline(
    panel: ParameterPanel, seen: list[Settings]
) -> None:
    type_in(panel, RATE, "0.5")
    edited = panel.settings
    opened: Settings = TrainingSettings()
    panel.load(opened, "Open Adult by gender")
    assert seen[-1] == panel.settings == opened
    assert panel.undo_action.text() == "Undo Open Adult by gender"
    panel.undo_action.trigger()
    assert seen[-1] == panel.settings == edited
    panel.row(RATE).reset.emit(RATE)
    assert panel.settings == DynamicsSettings()


def test_programmatic_settings_are_silent_and_leave_nothing_to_undo(
    panel: ParameterPanel, seen: list[Settings]
) -> None:
    type_in(panel, RATE, "0.5")
    seen.clear()
    panel.set_settings(TrainingSettings())
    assert seen == []
    assert not panel.undo_action.isEnabled()


def test_a_seed_is_set_like_an_edit(panel: ParameterPanel, seen: list[Settings]) -> None:
    panel.set_value("seed", 7)
    assert seen == [replace(DynamicsSettings(), "seed", 7)]
    assert panel.undo_action.text() == "Undo Seed 1 → 7"
    with pytest.raises(SettingsError, match="at least 0"):
        panel.set_value("seed", -1)
    with pytest.raises(KeyError):
        panel.set_value("mixture.nothing", 1)
    assert panel.settings == seen[0]


def test_a_double_click_on_the_label_resets(panel: ParameterPanel) -> None:
    type_in(panel, RATE, "0.5")
    row = panel.row(RATE)
    label = next(label for label in row.findChildren(QLabel) if label.text().startswith("Learn"))
    assert "back to 0.25" in label.toolTip()
    QTest.mouseDClick(label, LEFT)
    assert panel.settings == DynamicsSettings()
    assert "back to" not in label.toolTip()


def test_the_menu_of_a_row_resets(panel: ParameterPanel) -> None:
    drag(slider_of(panel, SHARE), 0.8, 0.6)
    slider = slider_of(panel, SHARE)
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(
        slider, QContextMenuEvent(reason, QPoint(), slider.mapToGlobal(QPoint()))
    )
    menu = panel.findChild(QMenu)
    assert menu is not None
    action = menu.actions()[0]
    assert action.text() == "Reset to 0.8"
    action.trigger()
    menu.close()
    assert panel.settings == DynamicsSettings()


def test_a_choice_is_made_by_keys(panel: ParameterPanel, seen: list[Settings]) -> None:
    choose(panel, "learning.loss", "focal")
    assert [value_at(settings, "learning.loss") for settings in seen] == ["logistic", "focal"]


def test_another_data_set_brings_its_settings_and_keeps_the_focus(panel: ParameterPanel) -> None:
    panel.set_settings(TrainingSettings())
    choose(panel, "data.set", "mixture")
    assert panel.settings == replace(TrainingSettings(), "data.set", "mixture")
    assert choice_of(panel, "data.set").hasFocus()
    assert panel.row("data.mixture.representation").isVisible()
    with pytest.raises(KeyError):
        panel.row("data.group")
    panel.undo_action.trigger()
    assert choice_of(panel, "data.set").currentText() == "Rotated images"


def test_settings_without_effect_are_off_and_say_why(panel: ParameterPanel) -> None:
    row = panel.row("learning.focal_gamma")
    assert not any(control.isEnabled() for control in row.controls)
    assert "focal" in row.controls[0].toolTip()
    choose(panel, "learning.loss", "focal")
    assert all(control.isEnabled() for control in row.controls)
    panel.set_value("mixture.shift", 1.0)
    assert slider_of(panel, "mixture.label_correlation_plus").isEnabled()


def test_custom_weights_open_when_chosen(panel: ParameterPanel) -> None:
    panel.set_settings(TrainingSettings())
    assert not field_of(panel, "mitigation.class_weights").isEnabled()
    choose(panel, "mitigation.class_weighting", "custom")
    before = replace(TrainingSettings(), "mitigation.class_weighting", "effective-number")
    assert panel.settings == before
    assert field_of(panel, "mitigation.class_weights").isEnabled()
    type_in(panel, "mitigation.class_weights", "1, 3")
    assert value_at(panel.settings, "mitigation.class_weighting") == "custom"
    assert value_at(panel.settings, "mitigation.class_weights") == (1.0, 3.0)


def test_f1_opens_the_help_of_the_focused_setting(panel: ParameterPanel, qtbot: QtBot) -> None:
    window_help: list[str] = []
    shortcut = QShortcut(QKeySequence(Qt.Key.Key_F1), panel)
    shortcut.activated.connect(lambda: window_help.append("help"))
    slider = slider_of(panel, RATE)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_F1)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, HelpPopup)
    text = " ".join(label.text() for label in popup.findChildren(QLabel))
    for part in (*panel.row(RATE).info.help_text, "1e-06 to 1000", "--set learning.learning_rate"):
        assert part in text
    assert window_help == []
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)


def test_folded_sections_stay_folded(panel: ParameterPanel) -> None:
    header = header_of(panel, "Learning")
    header.setFocus()
    QTest.keyClick(header, Qt.Key.Key_Space)
    assert not panel.row(RATE).isVisible()
    panel.set_settings(TrainingSettings())
    panel.set_settings(DynamicsSettings())
    assert not panel.row(RATE).isVisible()
    QTest.keyClick(header_of(panel, "Learning"), Qt.Key.Key_Space)
    assert panel.row(RATE).isVisible()


def test_a_matrix_is_taken_over_when_the_focus_leaves(panel: ParameterPanel) -> None:
    panel.set_settings(THREE_GROUPS)
    panel.set_density("everything")
    field = panel.row("mixture.gram").field
    assert isinstance(field, MatrixField)
    field.setFocus()
    field.selectAll()
    text = field.toPlainText().replace("0.3", "0.4")
    field.insertPlainText(text)
    assert panel.settings == THREE_GROUPS
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert value_at(panel.settings, "mixture.gram")[0][1] == 0.4
    assert value_at(panel.settings, "mixture.gram")[1][0] == 0.4
