"""What holds for the panel of every kind of experiment and every variant."""

import gc
import weakref
from collections.abc import Iterator
from random import Random

import pytest
from panel_examples import ALL_SETTINGS
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from experiments.settings import Settings, describe, find, value_at
from gui.panel import Density, ParameterPanel
from gui.panel.relevance import EXPERT, NO_EFFECT, SIMPLE
from gui.panel.row import SettingRow
from gui.panel.text import value_text


@pytest.fixture(params=sorted(ALL_SETTINGS), scope="module")
def settings(request: pytest.FixtureRequest) -> Settings:
    return ALL_SETTINGS[request.param]


def shown(settings: Settings) -> ParameterPanel:
    panel = ParameterPanel()
    panel.resize(300, 900)
    panel.set_settings(settings)
    panel.set_density("everything")
    panel.show()
    QApplication.processEvents()
    return panel


@pytest.fixture(scope="module")
def panel(settings: Settings, qapp: QApplication) -> Iterator[ParameterPanel]:
    """A panel that tests look at; what they do to it they undo."""
    made = shown(settings)
    yield made
    made.close()
    made.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def rows_of(panel: ParameterPanel) -> list[SettingRow]:
    return [row for row in panel.findChildren(SettingRow) if row.isVisible()]


def declared_rows(settings: Settings) -> list[str]:
    """Settings that leave a choice."""
    return sorted(
        info.key
        for section in describe(settings)
        for info in section.settings
        if len(info.choices) != 1 or info.key == "data.set"
    )


def test_every_setting_that_leaves_a_choice_has_a_row(
    panel: ParameterPanel, settings: Settings
) -> None:
    assert sorted(row.info.key for row in rows_of(panel)) == declared_rows(settings)


def test_every_row_shows_the_value_in_force(panel: ParameterPanel, settings: Settings) -> None:
    for row in rows_of(panel):
        value = value_at(settings, row.info.key)
        if row.choice is not None:
            assert row.choice.currentData() == value
        elif isinstance(row.field, QLineEdit):
            assert row.field.text() == value_text(row.info, value)


def test_every_row_has_help_and_names_for_assistive_tools(panel: ParameterPanel) -> None:
    for row in rows_of(panel):
        assert len(row.info.help_text) == 3
        for control in row.controls:
            assert control.accessibleName() == row.info.label
            assert row.info.help_text[0] in control.accessibleDescription()
        assert any(label.buddy() in row.controls for label in row.findChildren(QLabel))


def test_tab_reaches_every_control_that_has_an_effect_in_order(
    settings: Settings, qtbot: QtBot
) -> None:
    panel = shown(ALL_SETTINGS["map"])
    qtbot.addWidget(panel)
    for other in (ALL_SETTINGS["three groups"], ALL_SETTINGS["adult"], settings):
        panel.set_settings(other)
    QApplication.processEvents()
    first = min(headers_of(panel), key=lambda header: top_in_form(panel, header))
    first.setFocus()
    visited: list[QWidget] = []
    while (focused := QApplication.focusWidget()) is not None and focused not in visited:
        visited.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    expected = [control for row in rows_of(panel) for control in row.controls]
    reached = [widget for widget in visited if not isinstance(widget, QToolButton)]
    assert set(reached) == {control for control in expected if control.isEnabled()}
    tops = [top_in_form(panel, widget) for widget in visited]
    assert tops == sorted(tops)


def headers_of(panel: ParameterPanel) -> list[QToolButton]:
    return [header for header in panel.findChildren(QToolButton) if header.isVisible()]


def top_in_form(panel: ParameterPanel, widget: QWidget) -> int:
    row = widget.parentWidget()
    assert row is not None
    return row.mapTo(panel, row.rect().topLeft()).y()


@pytest.mark.parametrize(("width", "pixels"), [(280, 12), (280, 13), (340, 13), (340, 20)])
def test_nothing_is_cut_off(panel: ParameterPanel, width: int, pixels: int) -> None:
    font = QFont(panel.font())
    font.setPixelSize(pixels)
    panel.setFont(font)
    panel.resize(width, 900)
    QApplication.processEvents()
    area = panel.findChildren(QScrollArea)[0]
    content = area.widget()
    assert content is not None
    assert not area.horizontalScrollBar().isVisible()
    assert content.width() <= area.viewport().width()
    for row in rows_of(panel):
        assert row.width() >= row.minimumSizeHint().width()
        for label in row.findChildren(QLabel):
            if label.isVisible():
                assert label.height() >= label.heightForWidth(label.width()), label.text()
                words = label.text().replace("&&", "&").split(" ")
                widest = max(label.fontMetrics().horizontalAdvance(word) for word in words)
                assert label.width() >= widest
        if row.slider is not None and isinstance(row.field, QLineEdit):
            room = row.field.width() - 14
            assert row.field.fontMetrics().horizontalAdvance(row.field.text()) <= room
            assert row.slider.width() >= 2 * row.fontMetrics().height()


def test_labels_are_plain_text(panel: ParameterPanel) -> None:
    for label in panel.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText


def test_each_density_shows_more(panel: ParameterPanel) -> None:
    levels: tuple[Density, ...] = ("simple", "default", "everything")
    counts = []
    for level in (*levels, *levels):
        panel.set_density(level)
        counts.append(len(rows_of(panel)))
    assert 3 <= counts[0] < counts[1] < counts[2]
    assert counts[:3] == counts[3:]


def detail(settings: Settings) -> str:
    """A setting that simple panels leave out."""
    return "map.resolution" if settings.kind == "phase-diagram" else "output.points"


def test_an_invalid_setting_is_shown_at_every_density(
    panel: ParameterPanel, settings: Settings
) -> None:
    key = detail(settings)
    panel.row(key).edited.emit(key, -1, False)
    panel.set_density("simple")
    assert panel.row(key).isVisible()
    assert panel.settings == settings
    panel.set_settings(settings)
    panel.set_density("everything")


def test_one_panel_can_show_one_kind_after_the_other(qtbot: QtBot) -> None:
    every = list(ALL_SETTINGS.values())
    panel = shown(every[0])
    qtbot.addWidget(panel)
    expected = {id(settings): declared_rows(settings) for settings in every}
    order = Random(0)
    for _ in range(2):
        order.shuffle(every)
        for settings in (*every, *reversed(every)):
            panel.set_settings(settings)
            found = sorted(row.info.key for row in rows_of(panel))
            assert found == expected[id(settings)]


def test_a_panel_dies_with_its_last_reference(settings: Settings, qapp: QApplication) -> None:
    panel = ParameterPanel()
    panel.set_settings(settings)
    panel.set_value("seed", 5)
    panel.row(detail(settings)).show_help()
    died = weakref.ref(panel)
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()
    panel.deleteLater()
    del panel, popup
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert died() is None


def test_the_tables_of_relevance_name_settings_that_exist() -> None:
    known = {
        info.key
        for settings in ALL_SETTINGS.values()
        for section in describe(settings)
        for info in section.settings
    }
    named = SIMPLE | EXPERT
    for setting, others, *_ in NO_EFFECT:
        named |= {setting, *([others] if isinstance(others, str) else others)}
    assert named <= known
    assert not SIMPLE & EXPERT


def test_choices_are_told_apart_by_their_words(panel: ParameterPanel) -> None:
    for box in panel.findChildren(QComboBox):
        words = [box.itemText(index) for index in range(box.count())]
        assert len(set(words)) == len(words) > 1


def test_choices_are_those_of_the_declaration(panel: ParameterPanel, settings: Settings) -> None:
    for row in rows_of(panel):
        if row.choice is not None and row.info.key != "data.set":
            offered = tuple(row.choice.itemData(index) for index in range(row.choice.count()))
            assert offered == find(settings, row.info.key).choices
