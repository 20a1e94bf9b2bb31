"""The plots on an offscreen screen, driven by mouse and keyboard as a user would."""

import math
import weakref
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from experiments.curves import CurveSet
from experiments.frames import CurveName, Points, Source
from experiments.views import Band, CurveStyle, CurveView, Dash, Figure, Marker, Panel, Symbol
from gui.plots import CurvePlot, FigureView
from gui.plots.intervals import Interval
from gui.plots.legend import LegendEntry
from gui.theme import DARK, LIGHT

Array = NDArray[np.float64]
T = np.geomspace(0.1, 100.0, 400)
BLUE, RED = "#0072B2", "#D55E00"


def curve(key: str, x: Array, y: Array, colour: str = BLUE) -> CurveView:
    return CurveView(key, f"curve {key}", x, y, CurveStyle(colour))


def panel(*curves: CurveView, key: str = "loss") -> Panel:
    return Panel(key, "t", "loss", curves)


def two_curves(scale: float = 1.0) -> tuple[CurveView, CurveView]:
    return (
        curve("a", T, scale * (0.3 + np.exp(-T / 10))),
        curve("b", T, scale * (0.5 + 0.2 * np.sin(T / 20)), RED),
    )


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    made = CurvePlot()
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def figure_view(qtbot: QtBot) -> FigureView:
    made = FigureView()
    qtbot.addWidget(made)
    made.resize(700, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


def sheet(plot: CurvePlot) -> QWidget:
    """The part of a plot that takes mouse and keyboard."""
    found = plot.focusProxy()
    assert isinstance(found, QWidget)
    return found


def drag(plot: CurvePlot, start: QPoint, end: QPoint, **options: Qt.MouseButton) -> None:
    button = options.get("button", Qt.MouseButton.LeftButton)
    QTest.mousePress(sheet(plot), button, pos=start)
    move_pressed(sheet(plot), (start + end) / 2)
    move_pressed(sheet(plot), end)
    QTest.mouseRelease(sheet(plot), button, pos=end)


def move_pressed(widget: QWidget, position: QPoint) -> None:
    QTest.mouseMove(widget, position)
    QCoreApplication.processEvents()


def wheel(plot: CurvePlot, position: QPoint, notches: int) -> None:
    event = QWheelEvent(
        QPointF(position),
        QPointF(sheet(plot).mapToGlobal(position)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QCoreApplication.sendEvent(sheet(plot), event)


def columns_with(image: QImage, colour: str) -> set[int]:
    """The pixel columns in which a colour is seen."""
    wanted = QColor(colour)

    def close(pixel: QColor) -> bool:
        return (
            abs(pixel.red() - wanted.red()) < 40
            and abs(pixel.green() - wanted.green()) < 40
            and abs(pixel.blue() - wanted.blue()) < 40
        )

    return {
        x
        for x in range(image.width())
        if any(close(image.pixelColor(x, y)) for y in range(image.height()))
    }


def has_colour(image: QImage, colour: str) -> bool:
    return bool(columns_with(image, colour))


def canvas_image(plot: CurvePlot) -> QImage:
    area = sheet(plot)
    origin = area.mapTo(plot, QPoint(0, 0))
    return plot.grab_image().copy(origin.x(), origin.y(), area.width(), area.height())


def entries(plot: CurvePlot) -> dict[str, LegendEntry]:
    return {entry.key: entry for entry in plot.findChildren(LegendEntry)}


# Zoom and following


def test_the_view_follows_until_the_user_drags_a_rectangle_and_again_after_a_double_click(
    plot: CurvePlot,
) -> None:
    plot.set_panel(panel(*two_curves()))
    QCoreApplication.processEvents()
    before, area = plot.view, sheet(plot)
    assert before[0].low <= 0.1
    assert before[0].high >= 100.0
    width, height = area.width(), area.height()
    drag(plot, QPoint(width // 4, height // 4), QPoint(width // 2, height // 2))
    x, y = plot.view
    assert x.low == pytest.approx(before[0].low + 0.25 * before[0].span, abs=0.02 * before[0].span)
    assert x.span == pytest.approx(0.25 * before[0].span, rel=0.05)
    assert y.span == pytest.approx(0.25 * before[1].span, rel=0.05)

    longer = np.append(T, 1000.0)
    plot.set_panel(panel(curve("a", longer, np.append(two_curves()[0].y, 9.0))))
    assert plot.view == (x, y)

    QTest.mouseDClick(area, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert plot.view[0].high >= 1000.0
    assert plot.view[1].high >= 9.0
    plot.set_panel(panel(curve("a", np.append(longer, 2000.0), np.append(longer, 9.0))))
    assert plot.view[0].high >= 2000.0


def test_a_level_drag_zooms_x_alone(plot: CurvePlot) -> None:
    plot.set_panel(panel(*two_curves()))
    before = plot.view
    drag(plot, QPoint(100, 80), QPoint(300, 83))
    assert plot.view[1].span == pytest.approx(before[1].span)
    assert plot.view[0].span < before[0].span


def test_a_click_without_a_drag_changes_nothing(plot: CurvePlot) -> None:
    plot.set_panel(panel(*two_curves()))
    before = plot.view
    QTest.mouseClick(sheet(plot), Qt.MouseButton.LeftButton, pos=QPoint(100, 80))
    assert plot.view == before


def test_the_wheel_zooms_about_the_cursor(plot: CurvePlot) -> None:
    plot.set_panel(panel(*two_curves()))
    QCoreApplication.processEvents()
    before, area = plot.view, sheet(plot)
    wheel(plot, QPoint(area.width() // 2, area.height() // 2), 2)
    x, y = plot.view
    assert x.span < before[0].span
    assert y.span < before[1].span
    assert (x.low + x.high) / 2 == pytest.approx((before[0].low + before[0].high) / 2, rel=0.02)
    wheel(plot, QPoint(area.width() // 2, area.height() // 2), -2)
    assert plot.view[0].span == pytest.approx(before[0].span)


def test_the_middle_button_moves_the_view(plot: CurvePlot) -> None:
    plot.set_panel(panel(*two_curves()))
    before = plot.view
    drag(plot, QPoint(200, 100), QPoint(100, 130), button=Qt.MouseButton.MiddleButton)
    x, y = plot.view
    assert x.span == pytest.approx(before[0].span)
    assert x.low > before[0].low
    assert y.low > before[1].low


def test_a_zoomed_window_is_drawn_from_every_stored_point(plot: CurvePlot) -> None:
    x = np.arange(100_000.0)
    y = np.zeros(x.size)
    y[50_000:50_003] = 1.0
    plot.set_panel(panel(curve("spike", x, y, RED)))
    assert has_colour(canvas_image(plot), RED)
    for _ in range(3):
        area, shown = sheet(plot), plot.view[0]
        column = round((50_001 - shown.low) / shown.span * area.width())
        drag(plot, QPoint(column - 20, 60), QPoint(column + 20, 63))
    assert plot.view[0].span < 40
    image = canvas_image(plot)
    width, height = image.width(), image.height()
    plateau = columns_with(image.copy(0, 0, width, height // 5), RED)
    ground = columns_with(image.copy(0, height - height // 5, width, height // 5), RED)
    assert 0.05 * width < len(plateau) < 0.3 * width
    assert len(ground) > 0.5 * width


def test_the_view_settles_on_the_data_once_they_rest(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_panel(panel(curve("a", T[:100], T[:100])))
    plot.set_panel(panel(curve("a", T, T)))
    assert plot.view[0].high > 100.0
    qtbot.waitUntil(lambda: plot.view[0] == Interval(T[0], T[-1]), timeout=6000)


def test_linked_panels_share_zoom_following_and_the_width_of_their_axes(
    figure_view: FigureView,
) -> None:
    wide = panel(curve("gap", T, 1000 * T), key="gap")
    figure_view.set_figure(Figure("f", "", (panel(*two_curves()), wide)))
    upper, lower = figure_view.plots
    drag(upper, QPoint(100, 40), QPoint(300, 42))
    assert upper.view[0] == lower.view[0]
    assert upper.view[0].span < 60
    left = [sheet(part).mapTo(figure_view, QPoint(0, 0)).x() for part in (upper, lower)]
    assert left[0] == left[1]
    QTest.mouseDClick(sheet(lower), Qt.MouseButton.LeftButton, pos=QPoint(50, 30))
    assert upper.view[0] == lower.view[0]
    assert upper.view[0].span > 90


# Logarithmic axes


def test_log_axes_leave_out_what_they_cannot_show(plot: CurvePlot) -> None:
    x = np.array([-1.0, 0.0, 1.0, 10.0, 100.0])
    y = np.array([1.0, 1.0, 0.0, -3.0, 100.0])
    spread = np.full(5, 200.0)
    style = CurveStyle(BLUE, Dash.DASHED, Symbol.CIRCLE)
    bars = CurveView("bars", "bars", x, y, style, y - spread, y + spread)
    plot.set_panel(replace(panel(bars), x_log=True, y_log=True, baseline=0.0))
    plot.grab_image()
    assert all(math.isfinite(end) for part in plot.view for end in (part.low, part.high))
    plot.set_panel(replace(panel(curve("a", T, -T)), x_log=True, y_log=True))
    plot.grab_image()
    assert plot.view[1] == Interval(0.0, 1.0)


def test_the_user_switches_axes_by_button_and_the_choice_stays(figure_view: FigureView) -> None:
    gap = panel(curve("gap", T, T), key="gap")
    figure = Figure("f", "", (panel(*two_curves()), gap))
    figure_view.set_figure(figure)
    upper, lower = figure_view.plots
    buttons = {part.accessibleName(): part for part in upper.findChildren(QToolButton)}
    QTest.mouseClick(buttons["Logarithmic x axis"], Qt.MouseButton.LeftButton)
    assert upper.view[0].low == pytest.approx(-1.0)
    assert upper.view[0].high == pytest.approx(2.0)
    assert lower.view[0] == upper.view[0]
    QTest.mouseClick(buttons["Logarithmic y axis"], Qt.MouseButton.LeftButton)
    assert upper.view[1].high < 0.5
    assert lower.view[1].high > 50
    figure_view.set_figure(figure)
    assert upper.view[0].high == pytest.approx(2.0)
    lower.commands.x_log.trigger()
    assert upper.view[0].high == pytest.approx(100.0)


# Crosshair


@pytest.mark.parametrize("x_log", [False, True])
def test_the_crosshair_interpolates_every_visible_curve(
    plot: CurvePlot, qtbot: QtBot, *, x_log: bool
) -> None:
    a, b = two_curves()
    plot.set_panel(replace(panel(a, b), x_log=x_log))
    area = sheet(plot)
    QTest.mouseMove(area, QPoint(10, 10))
    QTest.mouseMove(area, QPoint(area.width() // 2, 50))
    qtbot.waitUntil(lambda: len(plot.readings) == 2)
    at = plot.shared.crosshair
    middle = plot.view[0].low + plot.view[0].span * (area.width() // 2) / area.width()
    assert at == pytest.approx(10**middle if x_log else middle)
    values = [reading.value for reading in plot.readings]
    assert values == [np.interp(at, T, a.y), np.interp(at, T, b.y)]

    QTest.mouseClick(entries(plot)["a"], Qt.MouseButton.LeftButton)
    assert [reading.label for reading in plot.readings] in ([], ["curve b"])
    QCoreApplication.sendEvent(area, QEvent(QEvent.Type.Leave))
    assert plot.readings == ()


def test_the_crosshair_obeys_the_keyboard_and_is_told_to_screen_readers(
    plot: CurvePlot, qtbot: QtBot
) -> None:
    plot.set_panel(panel(*two_curves()))
    plot.setFocus()
    qtbot.waitUntil(sheet(plot).hasFocus)
    QTest.keyClick(sheet(plot), Qt.Key.Key_Right)
    first = plot.shared.crosshair
    QTest.keyClick(sheet(plot), Qt.Key.Key_Right)
    assert plot.shared.crosshair > first
    QTest.keyClick(sheet(plot), Qt.Key.Key_Left)
    assert plot.shared.crosshair == pytest.approx(first)
    QTest.keyClick(sheet(plot), Qt.Key.Key_End)
    assert plot.shared.crosshair == pytest.approx(plot.view[0].high)
    qtbot.waitUntil(lambda: "curve b: " in sheet(plot).accessibleDescription())
    assert plot.readings[1].text in sheet(plot).accessibleDescription()
    QTest.keyClick(sheet(plot), Qt.Key.Key_Escape)
    assert plot.readings == ()


def test_linked_plots_show_one_crosshair(figure_view: FigureView) -> None:
    gap = panel(curve("gap", T, T), key="gap")
    figure_view.set_figure(Figure("f", "", (panel(*two_curves()), gap)))
    upper, lower = figure_view.plots
    upper.setFocus()
    QTest.keyClick(sheet(upper), Qt.Key.Key_Right)
    assert [part.value for part in lower.readings] == [
        pytest.approx(upper.shared.crosshair, rel=1e-3)
    ]


# Legend


def test_the_legend_hides_a_curve_for_good_and_shows_all_again(plot: CurvePlot) -> None:
    plot.set_panel(panel(*two_curves()))
    assert has_colour(canvas_image(plot), RED)
    QTest.mouseClick(entries(plot)["b"], Qt.MouseButton.LeftButton)
    assert not entries(plot)["b"].isChecked()
    assert not has_colour(canvas_image(plot), RED)
    plot.set_panel(panel(*two_curves(1.1)))
    assert not has_colour(canvas_image(plot), RED)
    plot.set_panel(panel(two_curves()[0]))
    plot.set_panel(panel(*two_curves()))
    plot.set_theme(DARK)
    assert not entries(plot)["b"].isChecked()
    assert not has_colour(canvas_image(plot), RED)
    plot.commands.show_all.trigger()
    assert has_colour(canvas_image(plot), RED)


def test_names_are_plain_text(plot: CurvePlot) -> None:
    wild = replace(two_curves()[0], label="<b>bold</b> &amp; R&D")
    plot.set_panel(panel(wild, two_curves()[1]))
    entry = entries(plot)["a"]
    assert entry.accessibleName() == "<b>bold</b> &amp; R&D"
    assert entry.text() == ""
    assert "<b>" not in entry.toolTip()
    assert entry.shortcut().isEmpty()
    bare = replace(wild, label="bold")
    wide = entry.sizeHint().width()
    plot.set_panel(panel(bare, two_curves()[1]))
    assert entries(plot)["a"].sizeHint().width() < wide


# What is drawn


def test_all_points_of_long_growing_curves_are_kept(plot: CurvePlot) -> None:
    name, data = CurveName("loss", "g", Source.TRAINING, "base", 0), CurveSet()
    rng = np.random.default_rng(5)
    for start in range(0, 100_000, 5_000):
        data.extend([Points(name, np.arange(start, start + 5_000.0), rng.normal(size=5_000))])
        plot.set_panel(panel(curve("g", data[name].x, data[name].value)))
    plot.grab_image()
    stored = data[name]
    for at in rng.integers(0, 100_000, 50):
        plot.shared.read(float(at))
        assert plot.readings[0].value == stored.value[at]
    extremes = Interval(stored.value.min(), stored.value.max())
    assert plot.view[1].low <= extremes.low
    assert plot.view[1].high >= extremes.high


def test_a_theme_is_switched_live(plot: CurvePlot) -> None:
    plot.set_panel(panel(*two_curves()))
    corner = QPoint(3, 3)
    assert canvas_image(plot).pixelColor(corner) == QColor(LIGHT.surface)
    plot.set_theme(DARK)
    image = canvas_image(plot)
    assert image.pixelColor(corner) == QColor(DARK.surface)
    assert has_colour(image, DARK.grid)
    assert has_colour(image, RED)


def test_markers_and_bands_change_what_is_seen(plot: CurvePlot) -> None:
    plain = panel(*two_curves())
    plot.set_panel(plain)
    before, top = canvas_image(plot), plot.view[1].high
    bands = (Band(0.0, math.inf, "representation decides", "#009E73"),)
    markers = (Marker(20.0, "t = 20: now b is ahead"), Marker(22.0, "and back"), Marker(-1, "off"))
    plot.set_panel(replace(plain, bands=bands, markers=markers))
    after = canvas_image(plot)
    assert after != before
    assert after.pixelColor(3, after.height() - 3) != QColor(LIGHT.surface)
    assert plot.view[1].high > top, "captions have room above the curves"


@pytest.mark.parametrize("y_log", [False, True])
def test_a_line_with_a_spread_lies_in_a_ribbon(plot: CurvePlot, *, y_log: bool) -> None:
    def shown(spread: float, size: int) -> QColor:
        line = replace(
            curve("a", T[:size], np.ones(size)),
            low=np.full(size, 1 - spread),
            high=np.full(size, 1 + spread),
        )
        other = curve("b", T, np.full(T.size, 4.0), RED)
        plot.set_panel(replace(panel(line, other), y_log=y_log))
        area, (_, y) = sheet(plot), plot.view
        inside = math.log10(1.4) if y_log else 1.4
        row = round((y.high - inside) / y.span * area.height())
        return canvas_image(plot).pixelColor(area.width() // 2, row)

    assert shown(0.6, T.size) != QColor(LIGHT.surface)
    assert shown(0.2, T.size) == QColor(LIGHT.surface)
    assert shown(0.6, 100) == QColor(LIGHT.surface)
    assert shown(2.0, T.size) != QColor(LIGHT.surface)


def test_a_panel_without_points_says_what_to_do(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_empty_text("Press Run to see curves.")
    nothing = np.empty(0)
    plot.set_panel(panel(curve("a", nothing, nothing)))
    blank = canvas_image(plot)
    assert any(
        blank.pixelColor(x, y) != QColor(LIGHT.surface)
        for x in range(0, blank.width(), 2)
        for y in range(blank.height() // 3, 2 * blank.height() // 3)
    )
    assert not any(button.isVisible() for button in plot.findChildren(QToolButton))
    wheel(plot, QPoint(50, 50), 1)
    plot.set_panel(panel(*two_curves()))
    assert has_colour(canvas_image(plot), RED)
    qtbot.waitUntil(lambda: "curve a" in plot.accessibleDescription(), timeout=5000)
    assert plot.accessibleName() == "loss over t"


def test_nothing_is_computed_while_hidden(qtbot: QtBot) -> None:
    view = FigureView()
    qtbot.addWidget(view)
    figure = Figure("f", "", (panel(*two_curves()),))
    view.set_figure(figure)
    assert list(view.plots) == []
    view.resize(600, 400)
    view.show()
    qtbot.waitExposed(view)
    (plot,) = view.plots
    shown = plot.view
    view.hide()
    view.set_figure(Figure("f", "", (panel(*two_curves(10.0)),)))
    assert plot.view == shown
    view.show()
    assert plot.view[1].high > shown[1].high


def test_panels_come_and_go_with_the_figure(figure_view: FigureView) -> None:
    gap = panel(curve("gap", T, T), key="gap")
    loss = replace(panel(*two_curves()), height=2.0)
    figure_view.set_figure(Figure("f", "", (gap,)))
    (kept,) = figure_view.plots
    figure_view.set_figure(Figure("f", "", (loss, gap)))
    QCoreApplication.processEvents()
    assert figure_view.plots[1] is kept
    assert figure_view.plots[0].y() <= kept.y()
    assert figure_view.plots[0].height() > 1.4 * kept.height()
    figure_view.set_figure(Figure("f", "", (loss,)))
    assert len(figure_view.plots) == 1
    figure_view.set_figure(Figure("g", "", (gap,)))
    assert figure_view.plots[0] is not kept
    figure_view.set_theme(DARK)
    figure_view.reset_view()
    assert not figure_view.grab_image().isNull()


def test_the_menu_offers_what_a_plot_can_do_and_copies_its_image(plot: CurvePlot) -> None:
    plot.set_panel(panel(*two_curves()))
    menu = plot.context_menu()
    assert [action.text() for action in menu.actions() if action.text()] == [
        "Logarithmic x axis",
        "Logarithmic y axis",
        "Reset view",
        "Show all curves",
        "Copy image",
    ]
    menu.deleteLater()
    plot.commands.copy.trigger()
    assert QGuiApplication.clipboard().image().size() == plot.grab_image().size()


def test_text_grows_with_the_font_of_the_application(plot: CurvePlot) -> None:
    plot.set_panel(panel(*two_curves()))
    height, entry = sheet(plot).height(), entries(plot)["a"].height()
    font = plot.font()
    font.setPointSizeF(2 * font.pointSizeF())
    plot.setFont(font)
    QCoreApplication.processEvents()
    assert sheet(plot).height() < height
    assert entries(plot)["a"].height() > entry


def test_plots_die_with_their_parent(qapp: QApplication) -> None:
    view = FigureView()
    view.show()
    view.set_figure(Figure("f", "", (panel(*two_curves()), panel(curve("g", T, T), key="g"))))
    qapp.processEvents()
    dead = [weakref.ref(part) for part in (view, *view.plots)]
    view.close()
    view.deleteLater()
    del view
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert [part() for part in dead] == [None, None, None]
