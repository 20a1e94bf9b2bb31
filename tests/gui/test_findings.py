"""What was found to be wrong with a training, as the window shows it."""

import math
from dataclasses import replace

import pytest
import snapshot_runs
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from experiments.figures import RunView
from experiments.findings import Fault, Finding
from experiments.frames import Event, EventKind
from experiments.settings import TrainingSettings, from_table
from gui import theme as themes
from gui.findings import FindingsBar
from gui.plot_tabs import PlotTabs
from gui.plots import FigureView
from gui.plots.overlay import Overlay

OVERFITTING = Finding(Fault.OVERFITTING, 64.0, "the loss turned.", "From 0.3 to 0.6.", "stop.")
COLLAPSE = Finding(Fault.COLLAPSE, 900.0, "all alike.", "Rate 0.", "another threshold.")
TWINS = from_table({"version": 1, "kind": "training", "twin": {"mistake": "scaler"}})


def run(*findings: Finding, settings: TrainingSettings | None = None) -> RunView:
    events = (Event(EventKind.NOTICE, 0.0, "told."), *(found.event() for found in findings))
    return replace(snapshot_runs.run(settings=settings), events=events)


@pytest.fixture
def plots(qtbot: QtBot) -> PlotTabs:
    tabs = PlotTabs(themes.LIGHT)
    qtbot.addWidget(tabs, before_close_func=lambda _: tabs.stop())
    tabs.resize(900, 700)
    tabs.show()
    qtbot.waitExposed(tabs)
    return tabs


def show(plots: PlotTabs, view: RunView) -> None:
    plots.show_view(view)
    plots.tabs.setCurrentIndex(1)
    plots.refresh()
    plots.redraw_now()


def listed(plots: PlotTabs) -> list[str]:
    found = plots.findings.list
    return [found.item(row).text() for row in range(found.count())]


def test_bar_counts_findings_and_shows_the_newest_in_one_line(plots: PlotTabs) -> None:
    show(plots, run(OVERFITTING, COLLAPSE))
    bar = plots.findings
    assert bar.isVisible()
    assert bar.button.text() == "Findings: 2"
    assert bar.headline.text() == COLLAPSE.headline
    assert not bar.list.isVisible()
    assert bar.height() < 60


def test_the_count_and_the_newest_stand_on_one_line(qtbot: QtBot) -> None:
    themes.apply(themes.LIGHT)
    bar = FindingsBar()
    qtbot.addWidget(bar)
    bar.show()
    bar.button.clearFocus()
    bar.button.setText("1111")
    bar.headline.setText("1111")
    bar.resize(400, 40)
    QApplication.processEvents()
    picture = bar.grab().toImage()
    middle, end = bar.button.geometry().center().x(), bar.button.geometry().right() - 5

    def rows(columns: range) -> list[int]:
        """Rows of pixels that letters cover."""
        dark = [y for x in columns for y in range(40) if picture.pixelColor(x, y).lightness() < 100]
        return [min(dark), max(dark)]

    assert rows(range(middle, end)) == rows(range(bar.headline.x(), bar.headline.x() + 30))


def test_list_tells_step_evidence_and_what_to_try_and_grows(plots: PlotTabs) -> None:
    show(plots, run(OVERFITTING))
    QTest.mouseClick(plots.findings.button, Qt.MouseButton.LeftButton)
    assert plots.findings.list.isVisible()
    assert listed(plots) == ["Step 64. Overfitting: the loss turned.\nFrom 0.3 to 0.6.\nTry: stop."]
    show(plots, run(OVERFITTING, COLLAPSE))
    assert len(listed(plots)) == 2
    show(plots, run(COLLAPSE))
    assert listed(plots) == [COLLAPSE.words]


@pytest.mark.parametrize("before", [True, False])
def test_without_findings_the_bar_says_so(plots: PlotTabs, *, before: bool) -> None:
    if before:
        show(plots, run(OVERFITTING))
        plots.findings.button.click()
    show(plots, run())
    assert plots.findings.isVisible()
    assert "Nothing suspicious" in plots.findings.headline.text()
    assert not plots.findings.button.isEnabled()
    assert not plots.findings.list.isVisible()


def test_twins_and_runs_without_curves_have_no_bar(plots: PlotTabs) -> None:
    assert isinstance(TWINS, TrainingSettings)
    show(plots, run(settings=TWINS))
    assert not plots.findings.isVisible()
    show(plots, replace(run(), curves=type(run().curves)()))
    assert not plots.findings.isVisible()


def test_a_click_and_enter_look_at_the_step_of_a_finding(plots: PlotTabs) -> None:
    show(plots, run(OVERFITTING, COLLAPSE))
    plots.findings.button.setFocus()
    QTest.keyClick(plots.findings.button, Qt.Key.Key_Space)
    found = plots.findings.list
    found.setFocus()
    QTest.keyClick(found, Qt.Key.Key_Down)
    QTest.keyClick(found, Qt.Key.Key_Up)
    QTest.keyClick(found, Qt.Key.Key_Return)
    assert plots.moment.time == 64.0
    found.scrollToItem(found.item(1))
    place = found.visualItemRect(found.item(1)).center()
    QTest.mouseClick(found.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert plots.moment.time in {512.0, 1024.0}


def test_screen_readers_are_told_everything(qtbot: QtBot, plots: PlotTabs) -> None:
    show(plots, run(OVERFITTING))
    bar = plots.findings
    assert bar.button.accessibleName() == "Show findings: 1"
    assert OVERFITTING.headline in bar.button.accessibleDescription()
    bar.button.click()
    assert bar.button.accessibleName() == "Hide findings: 1"
    told = bar.list.item(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == OVERFITTING.words
    page = plots.page.widget
    assert isinstance(page, FigureView)
    plot = page.plots[0]
    qtbot.waitUntil(lambda: OVERFITTING.headline in plot.accessibleDescription())


@pytest.mark.parametrize("theme", [themes.LIGHT, themes.DARK], ids=lambda theme: theme.name)
def test_curves_are_marked_and_the_words_appear_under_the_pointer(
    plots: PlotTabs, theme: themes.Theme
) -> None:
    plots.set_theme(theme)
    pictures = {}
    for words, view in (("with", run(OVERFITTING)), ("without", run())):
        show(plots, view)
        page = plots.page.widget
        assert isinstance(page, FigureView)
        overlay = page.plots[0].findChild(Overlay)
        assert overlay is not None
        line = round(overlay.mapping.x_pixel(math.log10(OVERFITTING.step)))
        foot = QRect(line + 8, overlay.height() - 16, 30, 12)
        for away in (0, 80):
            QTest.mouseMove(overlay, QPoint(line - away, 30))
            QApplication.processEvents()
            pictures[words, away] = overlay.grab().toImage()
    assert pictures["with", 80].pixelColor(line, 1) == QColor(theme.error)
    assert pictures["with", 0].copy(foot) != pictures["without", 0].copy(foot)
    assert pictures["with", 80].copy(foot) == pictures["without", 80].copy(foot)
