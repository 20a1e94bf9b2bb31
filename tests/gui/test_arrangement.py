"""Tests of how the window shares its room."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QSplitter, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from gui.activity import Activity
from gui.arrangement import Arrangement, GivingWay
from gui.state import WindowState
from gui.window import MainWindow


def part(least: int) -> QWidget:
    widget = QWidget()
    widget.setMinimumSize(least, 20)
    return widget


@pytest.fixture
def across(qtbot: QtBot) -> GivingWay:
    made = GivingWay(Qt.Orientation.Horizontal, (part(100), part(50), part(200)), keeps=1)
    qtbot.addWidget(made)
    made.resize(1200, 300)
    made.set_wanted((270, 0, 320))
    made.show()
    return made


def test_what_is_beside_the_plots_gives_way_one_after_the_other(across: GivingWay) -> None:
    wide = across.sizes()
    assert (wide[0], wide[2]) == (270, 320)
    kept = 30 * across.fontMetrics().height()
    before = wide
    for width in range(1200, 350, -50):
        across.resize(width, 300)
        sizes = across.sizes()
        assert sum(sizes) == width - 2
        assert sizes[0] >= 100
        assert sizes[2] >= 200
        assert all(now <= then for now, then in zip(sizes, before, strict=True))
        assert sizes[1] >= kept or sizes[::2] == [100, 200]
        assert sizes[2] == 320 or sizes[0] == 100
        before = sizes
    assert before[::2] == [100, 200]
    across.resize(1200, 300)
    assert across.sizes() == wide


def test_a_closed_part_stays_closed_and_a_moved_one_comes_back_as_it_was_moved(
    across: GivingWay,
) -> None:
    across.moveSplitter(0, 1)
    across.moveSplitter(1000, 2)
    moved = across.sizes()
    assert moved[0] == 0
    for width in (700, 1200):
        across.resize(width, 300)
        assert across.sizes()[0] == 0
    assert across.sizes() == moved


def test_a_part_that_is_pushed_away_stays_where_it_was_pushed(across: GivingWay) -> None:
    across.moveSplitter(900, 1)
    moved = across.sizes()
    assert moved[2] < 320
    for width in (1250, 1200):
        across.resize(width, 300)
    assert across.sizes()[2] == moved[2]


def test_a_hidden_part_leaves_its_room_to_the_others_until_it_is_shown(across: GivingWay) -> None:
    panel = across.widget(2)
    assert panel is not None
    across.resize(800, 300)
    squeezed = across.sizes()
    assert squeezed[0] < 270
    panel.hide()
    assert across.sizes()[::2] == [270, 0]
    across.resize(801, 300)
    across.resize(800, 300)
    panel.show()
    assert across.sizes() == squeezed


def test_sizes_of_a_small_window_are_not_taken_for_wanted_ones(
    qtbot: QtBot, tmp_path: Path
) -> None:
    def arranged(width: int) -> Arrangement:
        names = ("toolbar", "messages", "downloads", "gallery", "plots", "panel", "history")
        made = Arrangement(**{name: part(20) for name in names})
        qtbot.addWidget(made)
        made.restore(WindowState(tmp_path))
        made.resize(width, 700)
        made.show()
        return made

    def widths(made: Arrangement) -> list[int]:
        across = max(made.findChildren(QSplitter), key=lambda splitter: splitter.count())
        return across.sizes()

    usual = widths(arranged(1300))
    small = arranged(700)
    assert widths(small) != usual
    small.keep(WindowState(tmp_path))
    assert widths(arranged(1300)) == usual


@pytest.mark.parametrize("size", [(800, 600), (1280, 800)])
def test_no_button_of_the_toolbar_cuts_off_its_words(
    qtbot: QtBot, window: MainWindow, size: tuple[int, int]
) -> None:
    window.resize(*size)
    transport = window.transport
    buttons = (*transport.findChildren(QPushButton), *transport.findChildren(QToolButton))
    for activity in Activity:
        transport.set_activity(activity)
        QApplication.processEvents()
        qtbot.waitUntil(
            lambda: all(button.width() >= button.sizeHint().width() for button in buttons)
        )


def test_plots_have_most_of_a_narrow_window(window: MainWindow) -> None:
    window.resize(800, 600)
    QApplication.processEvents()
    assert window.plots.width() >= 25 * window.fontMetrics().height()
    assert window.gallery.isVisible()
    assert window.panel.isVisible()
