"""The pages of a snapshot: report, thresholds, boundary and mistakes, moved and judged as one."""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
import snapshot_runs
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot
from snapshot_runs import STEPS, run
from typing_extensions import override

from experiments.curves import CurveSet
from experiments.figures import RunView, titles
from experiments.figures.measures import SCORES
from experiments.settings import TrainingSettings
from experiments.snapshot_views import Labels, confusions, look_at, roc, thresholds
from gui import theme as themes
from gui.boundary_view import BoundaryView
from gui.data_preview import DataPreview
from gui.help_button import HelpButton
from gui.plot_tabs import PlotTabs
from gui.plots import FigureView
from gui.plots.boundary_canvas import BoundaryCanvas
from gui.plots.confusion_matrix import ConfusionMatrix
from gui.plots.group_name import GroupName
from gui.plots.mistake_images import MistakeImages
from gui.scores_page import ScoresView
from gui.snapshot_sheet import SnapshotSheet
from gui.text_table import TextTableView
from gui.thresholds_view import ThresholdsView

PAGES = ("Report", "Thresholds", "Boundary", "Mistakes")


@pytest.fixture
def plots(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[PlotTabs]:
    monkeypatch.setattr(DataPreview, "request", lambda *_, **__: None)  # none to be read
    made = PlotTabs(themes.LIGHT)
    qtbot.addWidget(made)
    made.resize(660, 560)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.stop()


def turn(plots: PlotTabs, title: str) -> QWidget:
    plots.tabs.setCurrentIndex(titles("training").index(title))
    plots.redraw_now()
    return plots.page.widget


def sheet(plots: PlotTabs) -> SnapshotSheet:
    widget = plots.page.widget
    assert isinstance(widget, SnapshotSheet)
    return widget


def seen(plots: PlotTabs, title: str, qtbot: QtBot) -> str:
    """Turn to a page; wait until what is wanted is seen, and give the sentence below."""
    turn(plots, title)
    step = plots.moment.time
    qtbot.waitUntil(lambda: f"After {step:,.0f} steps" in plots.sentence.text, timeout=5000)
    return plots.sentence.text


def tables(widget: QWidget) -> list[TextTableView]:
    return [table for table in widget.findChildren(TextTableView) if table.isVisible()]


# All pages together


def test_one_slider_moves_all_pages(plots: PlotTabs, qtbot: QtBot) -> None:
    plots.show_view(run())
    for title in PAGES:
        assert seen(plots, title, qtbot).startswith("After 1,024 steps: 600 validation rows.")
    bar = plots.time_bar
    bar.slider.setFocus()
    QTest.keyClick(bar.slider, Qt.Key.Key_Home)
    QTest.keyClick(bar.slider, Qt.Key.Key_Right)
    QTest.keyClick(bar.slider, Qt.Key.Key_Right)
    assert plots.moment.time == STEPS[2]
    for title in PAGES:
        assert seen(plots, title, qtbot).startswith("After 2 steps: 600 validation rows.")
    for title in ("Losses", "Learning"):
        figure = turn(plots, title)
        assert isinstance(figure, FigureView)
        assert [plot.shared.moment for plot in figure.plots] == [2.0] * len(figure.plots)
    numbers = turn(plots, "Numbers")
    assert any("at step 2" in label.text() for label in numbers.findChildren(QLabel))
    QTest.keyClick(bar.slider, Qt.Key.Key_End)
    assert plots.moment.follows
    figure = turn(plots, "Losses")
    assert isinstance(figure, FigureView)
    assert all(math.isnan(plot.shared.moment) for plot in figure.plots)


def test_no_part_of_a_page_is_ever_a_window(qapp: QApplication, plots: PlotTabs) -> None:
    class Watch(QObject):
        shown: ClassVar[list[QObject]] = []

        @override
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            is_window = isinstance(watched, QWidget) and watched.isWindow()
            if is_window and event.type() == QEvent.Type.Show:
                self.shown.append(watched)
            return False

    watch = Watch()
    qapp.installEventFilter(watch)
    plots.show_view(RunView("", TrainingSettings(), CurveSet()))
    plots.show_view(run("images"))
    for title in titles("training"):
        turn(plots, title)
    qapp.removeEventFilter(watch)
    assert not watch.shown


def test_a_live_run_is_followed_until_the_slider_is_moved(plots: PlotTabs, qtbot: QtBot) -> None:
    whole = run()
    for count in (1, 3, 5):
        plots.show_view(replace(whole, snapshots=whole.snapshots[:count]))
        seen(plots, "Report", qtbot)
        assert plots.moment.time == STEPS[count - 1]
    plots.moment.choose(1.0)
    plots.show_view(replace(whole, snapshots=whole.snapshots[:8]))
    assert "After 1 steps" in seen(plots, "Report", qtbot)
    QTest.mouseClick(plots.time_bar.newest, Qt.MouseButton.LeftButton)
    assert "After 64 steps" in seen(plots, "Report", qtbot)
    plots.moment.choose(1.0)
    plots.show_start("training")
    plots.show_view(whole)
    assert "After 1,024 steps" in seen(plots, "Report", qtbot)


def test_every_page_says_why_there_is_nothing(plots: PlotTabs, qtbot: QtBot) -> None:
    plots.show_view(RunView("", TrainingSettings(), CurveSet()))
    assert not plots.time_bar.isVisible()
    for title in PAGES:
        turn(plots, title)
        assert "Press Run" in sheet(plots).reason
        assert plots.sentence.text == ""
    whole = run()
    plots.show_view(replace(whole, snapshots=(), snapshot_rows=None))
    for title in PAGES:
        turn(plots, title)
        assert "no snapshot of this run yet" in sheet(plots).reason
    plots.show_view(whole)
    for title in PAGES:
        seen(plots, title, qtbot)
        qtbot.waitUntil(lambda: sheet(plots).reason == "", timeout=5000)
    diverged = replace(whole.snapshots[-1], scores=np.full((600, 1), np.nan, np.float32))
    plots.show_view(replace(whole, snapshots=(*whole.snapshots[:-1], diverged)))
    for title in PAGES:
        turn(plots, title)
        assert "diverged" in sheet(plots).reason
    flat = whole.snapshot_rows
    assert flat is not None
    plots.show_view(replace(whole, snapshot_rows=replace(flat, plane=None)))
    turn(plots, "Boundary")
    assert "two columns" in sheet(plots).reason


def test_answers_can_be_judged_by_clean_labels_on_all_pages(plots: PlotTabs, qtbot: QtBot) -> None:
    plots.show_view(run("flipped"))
    seen(plots, "Report", qtbot)
    choices = [button for button in sheet(plots).findChildren(QToolButton) if button.isVisible()]
    assert [button.text() for button in choices] == ["labels on record", "clean labels"]
    before = tables(sheet(plots))[0].table
    QTest.mouseClick(choices[1], Qt.MouseButton.LeftButton)
    plots.redraw_now()
    assert plots.choice.against is Labels.CLEAN
    assert tables(sheet(plots))[0].table != before
    for title in PAGES:
        assert "judged by their clean labels" in seen(plots, title, qtbot)
    plots.show_view(run())
    seen(plots, "Report", qtbot)
    assert not any(button.isVisible() for button in sheet(plots).findChildren(QToolButton))


@pytest.mark.parametrize("kind", ["table", "images"])
def test_pages_can_be_pictured_in_both_themes_and_in_large_letters(
    plots: PlotTabs, qtbot: QtBot, kind: str
) -> None:
    plots.show_view(run(kind))
    for title in PAGES:
        seen(plots, title, qtbot)
        light = plots.picture()
        plots.set_theme(themes.DARK)
        assert plots.picture() != light
        font = plots.font()
        font.setPointSizeF(2 * font.pointSizeF())
        plots.setFont(font)
        assert plots.picture().height() >= light.height()
        font.setPointSizeF(font.pointSizeF() / 2)
        plots.setFont(font)
        plots.set_theme(themes.LIGHT)


@pytest.mark.parametrize("title", PAGES)
def test_all_controls_have_names_and_help(plots: PlotTabs, qtbot: QtBot, title: str) -> None:
    plots.show_view(run("flipped"))
    seen(plots, title, qtbot)
    page = sheet(plots)
    helps = [each for each in page.findChildren(HelpButton) if each.isVisible()]
    assert helps
    assert all(each.toolTip().count("<p>") == 3 for each in helps)
    reached = [
        each
        for each in page.findChildren(QWidget)
        if each.isVisible() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert [type(each) for each in reached if not each.accessibleName()] == []


# Scores


def test_each_score_can_be_chosen(plots: PlotTabs) -> None:
    plots.show_view(run())
    page = turn(plots, "Scores")
    assert isinstance(page, ScoresView)
    assert [page.box.itemText(index) for index in range(page.box.count())] == [
        *("Accuracy", "Balanced accuracy", "Precision", "Recall", "F1", "ROC AUC"),
        *("Calibration error", "Selection rate", "False positive rate"),
    ]
    assert page.box.accessibleName() == "Score"
    page.box.setFocus()
    for measure in SCORES[1:]:
        QTest.keyClick(page.box, Qt.Key.Key_Down)
        plots.redraw_now()
        assert page.score is measure
        assert measure.words in plots.sentence.text
        assert len(page.figure.plots) == 2
        (help_button,) = page.findChildren(HelpButton)
        assert help_button.accessibleName() == f"Help on {measure.title}"
        assert measure.what in {label.text() for label in page.findChildren(QLabel)}


# Report


def test_the_report_is_that_of_scikit_learn(plots: PlotTabs, qtbot: QtBot) -> None:
    from sklearn.metrics import classification_report

    shown = run()
    plots.show_view(shown)
    seen(plots, "Report", qtbot)
    look = look_at(shown)
    assert not isinstance(look, str)
    for table, group in zip(tables(sheet(plots)), look.groups, strict=True):
        members = look.members(group)
        expected = classification_report(
            look.truth[members],
            look.predicted[members],
            output_dict=True,
            target_names=look.classes,
        )
        found = {line[0]: line[1:] for line in table.table.lines}
        for name in (*look.classes, "macro avg", "weighted avg"):
            values = [f"{expected[name][each]:.3f}" for each in ("precision", "recall", "f1-score")]
            assert found[name] == (*values, f"{expected[name]['support']:,.0f}")
        assert found["accuracy"][2] == f"{expected['accuracy']:.3f}"


def test_a_matrix_is_read_cell_by_cell(plots: PlotTabs, qtbot: QtBot) -> None:
    shown = run()
    plots.show_view(shown)
    seen(plots, "Report", qtbot)
    look = look_at(shown)
    assert not isinstance(look, str)
    counts = confusions(look)[0].counts
    matrix = next(each for each in sheet(plots).findChildren(ConfusionMatrix) if each.isVisible())
    matrix.setFocus()
    for keys, (row, column) in (
        ((Qt.Key.Key_Right,), (0, 0)),
        ((Qt.Key.Key_Right,), (0, 1)),
        ((Qt.Key.Key_Down, Qt.Key.Key_Right), (1, 1)),
        ((Qt.Key.Key_Left,), (1, 0)),
    ):
        for key in keys:
            QTest.keyClick(matrix, key)
        label, answer = look.classes[row], look.classes[column]
        words = f"label {label}, answered {answer}: {counts[row, column]:,} "
        assert matrix.accessibleDescription().startswith(words)
    assert matrix.cell_at(QPointF(matrix.width() - 5, matrix.height() - 5)) == (1, 1)
    assert matrix.cell_at(QPointF(1, 1)) is None


# Thresholds


def compared(plots: PlotTabs, qtbot: QtBot) -> ThresholdsView:
    seen(plots, "Thresholds", qtbot)
    (view,) = sheet(plots).findChildren(ThresholdsView)
    return view


def rates(view: ThresholdsView) -> dict[str, tuple[str, ...]]:
    return {line[0]: line[1:] for line in view.rates.table.lines}


def test_the_line_the_slider_and_the_field_move_one_threshold(
    plots: PlotTabs, qtbot: QtBot
) -> None:
    shown = run()
    plots.show_view(shown)
    view = compared(plots, qtbot)
    look = look_at(shown)
    assert not isinstance(look, str)
    strips = view.histograms.strips

    def at(threshold: float) -> None:
        assert view.threshold == pytest.approx(threshold, abs=5e-3)
        assert float(view.field.text()) == view.threshold
        assert strips.threshold == view.threshold
        exact = thresholds(look).at(view.threshold)
        marks = [(rate.false_positive_rate, rate.true_positive_rate) for rate in exact]
        assert [mark[1:] for mark in view.roc.canvas.marks] == marks
        for rate in exact:
            assert rates(view)[rate.group.label][1] == f"{rate.true_positive_rate:.3f}"
        gap = abs(exact[0].selection_rate - exact[1].selection_rate)
        assert rates(view)["gap"][0] == f"{gap:.3f}"

    at(0.5)
    place = QPoint(round(strips.mapping.x_pixel(0.8)), strips.height() // 2)
    QTest.mousePress(strips, Qt.MouseButton.LeftButton, pos=place)
    at(0.8)
    place.setX(round(strips.mapping.x_pixel(0.25)))
    QTest.mouseMove(strips, place)
    at(0.25)
    QTest.mouseRelease(strips, Qt.MouseButton.LeftButton, pos=place)
    view.slider.setFocus()
    QTest.keyClick(view.slider, Qt.Key.Key_Right)
    at(0.26)
    view.field.setFocus()
    view.field.selectAll()
    QTest.keyClicks(view.field, "0.123")
    QTest.keyClick(view.field, Qt.Key.Key_Return)
    at(0.123)
    for wrong in ("2", "soon", "-1", "nan"):
        view.field.selectAll()
        QTest.keyClicks(view.field, wrong)
        QTest.keyClick(view.field, Qt.Key.Key_Return)
        at(0.123)
    plots.redraw_now()
    assert plots.choice.threshold == 0.123
    plots.moment.choose(8.0)
    compared(plots, qtbot)
    assert view.threshold == 0.123
    QTest.mouseClick(view.own, Qt.MouseButton.LeftButton)
    assert view.threshold == 0.5


def test_rates_of_a_threshold_beyond_all_are_told_as_no_data(plots: PlotTabs, qtbot: QtBot) -> None:
    plots.show_view(run())
    view = compared(plots, qtbot)
    view.slider.setFocus()
    QTest.keyClick(view.slider, Qt.Key.Key_End)
    assert view.threshold == 1.0
    for group in ("Female", "Male"):
        assert rates(view)[group] == ("0.000", "0.000", "0.000", "no data", rates(view)[group][4])
    QTest.keyClick(view.slider, Qt.Key.Key_Home)
    assert rates(view)["Male"][:3] == ("1.000", "1.000", "1.000")


def test_any_class_can_be_looked_at(plots: PlotTabs, qtbot: QtBot) -> None:
    shown = run("images")
    plots.show_view(shown)
    view = compared(plots, qtbot)
    assert view.class_box.currentText() == "0"
    view.class_box.setFocus()
    QTest.keyClick(view.class_box, Qt.Key.Key_Down)
    QTest.keyClick(view.class_box, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: "Rows of 2 against" in plots.sentence.text, timeout=5000)
    look = look_at(shown)
    assert not isinstance(look, str)
    labels = [curve.label for curve in roc(look, 2).curves]
    assert [curve.label for curve in view.roc.canvas.curves] == labels
    plots.show_view(run())
    qtbot.waitUntil(lambda: "Rows of >50K against" in plots.sentence.text, timeout=5000)
    assert view.class_box.count() == 2


def test_bars_of_a_histogram_grow_with_the_square_root_of_rows(
    plots: PlotTabs, qtbot: QtBot
) -> None:
    shown = run()
    plots.show_view(shown)
    view = compared(plots, qtbot)
    look = look_at(shown)
    assert not isinstance(look, str)
    found = thresholds(look)
    counts = np.zeros(found.edges.size - 1, dtype=np.int64)
    counts[[10, 30]] = 100, 25
    histogram = replace(found.histograms[0], positive=counts, negative=0 * counts)
    view.histograms.show_view(replace(found, histograms=(histogram,)))
    view.histograms.set_threshold(1.0)
    strips = view.histograms.strips
    picture = strips.grab().toImage()

    def height(place: int) -> int:
        x = round(strips.mapping.x_pixel((place + 0.5) / counts.size))
        bar = QColor(histogram.group.colour)
        return sum(picture.pixelColor(x, y) == bar for y in range(picture.height()))

    assert height(10) == pytest.approx(2 * height(30), abs=2)
    assert height(30) > 8
    assert height(20) == 0


def test_curves_are_named_under_the_cursor(plots: PlotTabs, qtbot: QtBot) -> None:
    plots.show_view(run())
    view = compared(plots, qtbot)
    corner = QPointF(view.roc.canvas.width() * 0.98, view.roc.canvas.height() * 0.02)
    assert "AUC" in view.roc.canvas.describe_at(corner)
    strips = view.histograms.strips
    words = strips.describe_at(QPointF(strips.mapping.x_pixel(0.99), 4))
    assert words.startswith("Female, 0.975 to 1:")
    assert "rows labelled >50K" in words


# Boundary


def test_the_boundary_names_rows_and_probabilities(plots: PlotTabs, qtbot: QtBot) -> None:
    shown = run()
    plots.show_view(shown)
    assert "boundary is exact" in seen(plots, "Boundary", qtbot)
    (view,) = sheet(plots).findChildren(BoundaryView)
    canvas = view.canvas
    assert isinstance(canvas, BoundaryCanvas)
    told = canvas.describe_at(canvas.pixel_of(0))
    assert told.startswith(("Female, label", "Male, label"))
    assert "probability of >50K here" in told
    before = plots.picture()
    plots.moment.choose(0.0)
    plots.redraw_now()
    assert plots.picture() != before


# Mistakes


def test_mistakes_of_a_table_are_lines_and_of_images_are_pictures(
    plots: PlotTabs, qtbot: QtBot
) -> None:
    plots.show_view(run("flipped"))
    seen(plots, "Mistakes", qtbot)
    shown = tables(sheet(plots))
    assert len(shown) == 2
    for table in shown:
        assert table.table.titles == ("answered", "label", "certain", "age", "hours", "gender")
        certain = [float(line[2].removesuffix(" %")) for line in table.table.lines]
        assert certain == sorted(certain, reverse=True)
        assert all(line[0] != line[1].split()[0] for line in table.table.lines)
    assert any("(flipped)" in line[1] for table in shown for line in table.table.lines)
    plots.show_view(run("images"))
    seen(plots, "Mistakes", qtbot)
    assert not tables(sheet(plots))
    pictures = [each for each in sheet(plots).findChildren(MistakeImages) if each.isVisible()]
    assert len(pictures) == len(snapshot_runs.GROUPS)
    assert all("answered" in each.accessibleDescription() for each in pictures)
    names = [each for each in sheet(plots).findChildren(GroupName) if each.isVisible()]
    assert names[0].accessibleName().startswith("Female: ")
