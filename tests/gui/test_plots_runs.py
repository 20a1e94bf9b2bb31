"""Bars with two ends, single runs behind their mean, and the moment that is marked."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from experiments.views import CurveStyle, CurveView, Figure, Panel, Symbol
from gui.plots import CurvePlot, FigureView
from gui.plots.curve_stack import Reading
from gui.plots.decimation import Window
from gui.plots.gestures import GestureArea
from gui.plots.intervals import Interval
from gui.plots.legend import LegendEntry
from gui.plots.traces import distinct_segments, rows_shown
from gui.theme import DARK, LIGHT

Array = NDArray[np.float64]
T = np.geomspace(0.1, 100.0, 40)
DOTS = CurveStyle("#0072B2", None, Symbol.CIRCLE)
LINE = CurveStyle("#D55E00")


def panel(*curves: CurveView) -> Panel:
    return Panel("loss", "t", "loss", curves)


def ensemble(traces: Array | None) -> CurveView:
    y = np.ones(T.size)
    return CurveView("runs", "20 runs", T, y, DOTS, y - 0.1, y + 0.3, traces)


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    made = CurvePlot()
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    qtbot.waitExposed(made)
    return made


def canvas(plot: CurvePlot) -> QImage:
    sheet = plot.focusProxy()
    assert isinstance(sheet, QWidget)
    sheet.clearFocus()  # its ring has the colour of the moment
    origin = sheet.mapTo(plot, QPoint(0, 0))
    return plot.grab_image().copy(origin.x(), origin.y(), sheet.width(), sheet.height())


def columns_of(image: QImage, colour: str) -> list[int]:
    """The columns in which most pixels have a colour."""
    wanted = QColor(colour)
    return [
        x
        for x in range(image.width())
        if sum(image.pixelColor(x, y) == wanted for y in range(image.height()))
        > 0.8 * image.height()
    ]


def painted(image: QImage, column: int) -> set[int]:
    """The rows of a column that are not the bare surface."""
    bare = QColor(LIGHT.surface)
    return {y for y in range(image.height()) if image.pixelColor(column, y) != bare}


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (math.nan, math.nan, "0.3100"),
        (0.30, 0.32, "0.3100 ± 0.010"),
        (0.28, 0.33, "0.3100 (0.2800 to 0.3300)"),
    ],
)
def test_a_reading_tells_its_bar(low: float, high: float, text: str) -> None:
    assert Reading("a", LINE, 0.31, low, high, 0.31).text == text


def test_the_axis_makes_room_for_bars_and_single_runs(plot: CurvePlot) -> None:
    plot.set_panel(panel(ensemble(None)))
    _, y = plot.view
    assert y.low < 0.9
    assert 1.3 < y.high < 1.5
    plot.set_panel(panel(ensemble(np.linspace(1.0, 3.0, 2 * T.size).reshape(-1, 2))))
    assert 3.0 < plot.view[1].high < 4.0
    plot.set_panel(panel(ensemble(None)))
    plot.reset_view()
    assert plot.view[1].high < 1.5


def test_every_run_is_drawn_faintly_and_a_missing_value_breaks_its_line(plot: CurvePlot) -> None:
    upper, broken = np.full(T.size, 2.0), np.full(T.size, 3.0)
    broken[10:30] = np.nan
    plot.set_panel(panel(ensemble(None)))
    without = canvas(plot)
    plot.set_panel(panel(ensemble(np.stack((upper, broken), axis=1))))
    assert plot.view[1].high > 3.0
    image = canvas(plot)

    bare = (QColor(LIGHT.surface), QColor(LIGHT.grid))

    def at(time: float, height: float) -> bool:
        x, y = plot.view
        column = round((time - x.low) / x.span * image.width())
        row = round((y.high - height) / y.span * image.height())
        return any(image.pixelColor(column, row + step) not in bare for step in (-1, 0, 1))

    assert at(80.0, 2.0)
    assert at(80.0, 3.0)
    gap = float(T[20])
    assert at(gap, 2.0)
    assert not at(gap, 3.0)
    plot.set_theme(DARK)
    assert canvas(plot) != image
    plot.set_theme(LIGHT)
    plot.set_panel(panel(ensemble(None)))
    plot.reset_view()
    assert canvas(plot) == without


def test_runs_are_drawn_anew_for_another_part_of_y(plot: CurvePlot) -> None:
    runs = 1.0 + 1e-4 * np.outer(np.linspace(0.0, 1.0, T.size), np.arange(5))
    plot.set_panel(panel(ensemble(runs)))
    sheet = plot.focusProxy()
    assert isinstance(sheet, GestureArea)
    for _ in range(30):
        sheet.view_chosen.emit(plot.view[0], plot.view[1].zoomed(at=1.0, factor=0.7))
    assert plot.view[1].span < 1e-3
    image = canvas(plot)
    assert len(painted(image, image.width() - 30)) >= 5


def test_hidden_curves_hide_their_runs(plot: CurvePlot) -> None:
    runs = np.full((T.size, 3), 2.0)
    plot.set_panel(panel(ensemble(runs), CurveView("b", "b", T, np.ones(T.size), LINE)))
    assert plot.view[1].high > 2.0
    next(entry for entry in plot.findChildren(LegendEntry) if entry.key == "runs").click()
    assert plot.view[1].high < 2.0


@given(
    arrays(np.float64, (6, 4), elements=st.floats(-50, 50) | st.just(np.nan)),
)
def test_each_line_between_neighbours_is_drawn_exactly_once(heights: Array) -> None:
    left, ends = distinct_segments(heights)
    drawn = [(int(i), *map(float, pair)) for i, pair in zip(left, ends, strict=True)]
    rounded = np.rint(heights)
    wanted = {
        (i, float(rounded[i, run]), float(rounded[i + 1, run]))
        for i in range(5)
        for run in range(4)
        if np.isfinite(rounded[i : i + 2, run]).all()
    }
    assert len(drawn) == len(set(drawn))
    assert set(drawn) == wanted


def test_lines_far_beyond_the_view_keep_their_side() -> None:
    left, ends = distinct_segments(np.array([[1e300], [-1e300], [5.0]]))
    assert left.tolist() == [0, 1]
    assert ends[0, 0] > 1e5
    assert ends[0, 1] < -1e5
    assert ends[1, 1] == 5.0


def test_points_outside_the_window_are_left_out_but_for_one_on_either_side() -> None:
    x = np.arange(100.0)
    window = Window(Interval(40.5, 50.5), 200, x_log=False, y_log=False)
    assert rows_shown(x, window).tolist() == list(range(40, 52))
    narrow = Window(Interval(40.5, 50.5), 2, x_log=False, y_log=False)
    assert len(rows_shown(x, narrow)) <= 4
    assert rows_shown(np.empty(0), window).size == 0


# The moment


@pytest.mark.parametrize("x_log", [False, True])
def test_the_moment_is_a_solid_line_in_the_accent_colour(plot: CurvePlot, *, x_log: bool) -> None:
    plot.set_panel(replace(panel(CurveView("a", "a", T, T, LINE)), x_log=x_log))
    assert not columns_of(canvas(plot), LIGHT.accent)
    plot.shared.set_moment(10.0)
    image, x = canvas(plot), plot.view[0]
    column = ((1.0 if x_log else 10.0) - x.low) / x.span * image.width()
    assert columns_of(image, LIGHT.accent) == pytest.approx([column], abs=2)
    plot.shared.set_moment(math.nan)
    assert not columns_of(canvas(plot), LIGHT.accent)


def test_the_moment_stays_in_sight_at_the_ends_and_is_not_drawn_beyond_them(
    plot: CurvePlot,
) -> None:
    plot.set_panel(panel(CurveView("a", "a", T, T, LINE)))
    for end in (T[0], T[-1]):
        plot.shared.set_moment(float(end))
        assert columns_of(canvas(plot), LIGHT.accent)
    plot.shared.set_moment(1000.0)
    assert not columns_of(canvas(plot), LIGHT.accent)


def test_every_panel_of_a_figure_marks_the_moment_also_those_to_come(qtbot: QtBot) -> None:
    view = FigureView()
    qtbot.addWidget(view)
    view.resize(500, 500)
    view.set_moment(3.0)
    view.show()
    qtbot.waitExposed(view)
    loss = panel(CurveView("a", "a", T, T, LINE))
    view.set_figure(Figure("f", "", (loss, replace(loss, key="gap"))))
    assert all(columns_of(canvas(plot), LIGHT.accent) for plot in view.plots)
    first = [columns_of(canvas(plot), LIGHT.accent) for plot in view.plots]
    view.set_moment(50.0)
    second = [columns_of(canvas(plot), LIGHT.accent) for plot in view.plots]
    assert all(after[0] > before[0] for before, after in zip(first, second, strict=True))
