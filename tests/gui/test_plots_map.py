"""A map on an offscreen screen: what is painted where, and how it answers mouse and keys."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from map_examples import map_run, map_settings
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QToolButton, QToolTip
from pytestqt.qtbot import QtBot

from experiments.figures import RunView, map_view, read_cell
from experiments.frames import MeasuredCell
from experiments.map_view import Hatch, MapLayer
from gui.plots.map_canvas import MapCanvas
from gui.plots.map_frame import Side
from gui.plots.map_legend import MapLegend
from gui.plots.map_picture import picture
from gui.plots.map_plot import MapPlot
from gui.plots.map_sheet import MapSheet
from gui.theme import DARK, LIGHT, Theme

AGREES = MeasuredCell(0.71, 0.5, 20, 18, 0, 1, diverges=False)
DIFFERS = MeasuredCell(0.31, 1.0, 20, 3, 0, 2, diverges=False)


@pytest.fixture
def plot(qtbot: QtBot) -> MapPlot:
    made = MapPlot()
    qtbot.addWidget(made)
    made.resize(640, 460)
    made.show()
    qtbot.waitExposed(made)
    show(made, map_run())
    return made


def show(plot: MapPlot, run: RunView) -> None:
    plot.set_reader(lambda x, y: read_cell(run, x, y))
    plot.set_view(map_view(run, plot.layer))


def sheet(plot: MapPlot) -> MapSheet:
    return plot.findChildren(MapSheet)[0]


def canvas(plot: MapPlot) -> MapCanvas:
    return plot.findChildren(MapCanvas)[0]


def pixel(plot: MapPlot, x: float, y: float) -> QPoint:
    return canvas(plot).pixel(x, y).toPoint()


def colours_at(plot: MapPlot, place: QPoint, *, within: int) -> set[str]:
    image = canvas(plot).grab().toImage()
    around = range(-within, within + 1)
    return {
        image.pixelColor(place.x() + dx, place.y() + dy).name() for dx in around for dy in around
    }


def places(plot: MapPlot) -> list[tuple[float, float]]:
    """Collect where the marker is wanted."""
    wanted: list[tuple[float, float]] = []
    plot.marker_moved.connect(lambda x, y: wanted.append((x, y)))
    return wanted


def test_every_cell_has_its_colour_where_its_values_are(plot: MapPlot) -> None:
    run = map_run()
    view = map_view(run, MapLayer.CLASS)
    plot.set_view(view)
    image = canvas(plot).grab().toImage()
    marker = canvas(plot).pixel(*(view.marker or (0, 0)))
    seen = 0
    for row in range(0, 16, 3):
        for column in range(0, 16, 3):
            place = canvas(plot).pixel(view.x[column], view.y[row])
            near_marker = (place - marker).manhattanLength() < 40
            if near_marker or view.hatches[view.shades[row, column]]:
                continue
            wanted = QColor(*(int(part) for part in view.pixels[row, column]))
            inside = [place + QPointF(dx, dy) for dx in (-5, 0, 5) for dy in (-4, 0, 4)]
            assert {image.pixelColor(at.toPoint()).name() for at in inside} == {wanted.name()}
            seen += 1
    assert seen > 15


@pytest.mark.parametrize("log", [True, False])
def test_an_axis_reaches_half_a_cell_beyond_its_values(log: bool) -> None:
    values = np.geomspace(0.5, 8.0, 5) if log else np.linspace(0.5, 8.0, 5)
    side = Side.of(values, log=log)
    edges = np.linspace(side.shown.low, side.shown.high, 6)
    centres = (edges[1:] + edges[:-1]) / 2
    assert [side.coordinate(value) for value in values] == pytest.approx(centres.tolist())


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("share", [0.0, 0.13, 0.6, 1.0])
def test_a_position_reads_within_a_step_and_within_the_range(log: bool, share: float) -> None:
    side = Side(0.02, 3.7, 100, log)
    low, high = side.coordinate(0.02), side.coordinate(3.7)
    step = (high - low) / 500
    value = side.value(low + share * (high - low), step=step)
    assert abs(side.coordinate(value) - (low + share * (high - low))) <= step
    assert 0.02 <= value <= 3.7
    assert len(f"{value:.10g}".replace(".", "").lstrip("0")) <= 4
    assert side.value(high + 5 * step, step=step) == 3.7
    assert side.value(low - 5 * step, step=step) == 0.02


@pytest.mark.parametrize("hatch", ["/", "\\"])
def test_hatches_are_drawn_on_hatched_cells_alone(hatch: Hatch) -> None:
    shades = np.zeros((2, 3), dtype=np.uint8)
    shades[1, 2] = 1  # rows rise, so this is the upper right one
    colours = np.full((2, 3), 200, dtype=np.uint8)
    view = replace(
        map_view(map_run(), MapLayer.CLASS), shades=shades, colours=colours, hatches=("", hatch)
    )
    image = picture(view, QSize(90, 60), scale=1.0)

    def inked(column: int, line: int) -> int:
        inside = ((30 * column + x, 30 * line + y) for x in range(30) for y in range(30))
        return sum(image.pixelColor(x, y).red() < 200 for x, y in inside)

    counts = [[inked(column, line) for column in range(3)] for line in range(2)]
    assert counts[0][:2] == [0, 0]
    assert counts[1] == [0, 0, 0]
    assert 900 / 7 < counts[0][2] < 900 / 2


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_marker_is_seen_on_every_class(plot: MapPlot, theme: Theme) -> None:
    plot.set_theme(theme)
    for representation in (0.2, 0.8):
        for variance in (0.06, 0.3, 2.0):
            changes = {
                "mixture__representation": representation,
                "mixture__variance_minus": variance,
            }
            show(plot, map_run(map_settings(**changes)))
            ring = colours_at(plot, pixel(plot, representation, variance), within=10)
            lightness = sorted(QColor(name).lightness() for name in ring)
            assert lightness[0] < 60
            assert lightness[-1] > 240


def test_measured_points_differ_by_more_than_colour(plot: MapPlot) -> None:
    show(plot, map_run(measured=(AGREES, DIFFERS)))
    agrees, differs = (pixel(plot, cell.x, cell.y) for cell in (AGREES, DIFFERS))
    assert colours_at(plot, agrees, within=1) == {"#71b0d4"}
    crossed = {QColor(name).lightness() for name in colours_at(plot, differs, within=3)}
    assert min(crossed) < 80
    assert max(crossed) > 240
    texts = plot.findChildren(MapLegend)[0].texts
    assert texts[-2:] == ("runs agree with the map", "most runs do not")


def test_contours_are_drawn_only_when_wanted(plot: MapPlot) -> None:
    bare = plot.grab_image()
    show(plot, map_run(map_settings(map__contours="relative-representation")))
    assert plot.grab_image() != bare
    show(plot, map_run())
    assert plot.grab_image() == bare


def test_dragging_wants_the_marker_where_the_mouse_is(plot: MapPlot) -> None:
    wanted = places(plot)
    released: list[bool] = []
    plot.marker_released.connect(lambda: released.append(True))
    start, end = pixel(plot, 0.3, 0.3), pixel(plot, 0.6, 1.2)
    QTest.mousePress(sheet(plot), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(sheet(plot), end)
    assert not released
    QTest.mouseRelease(sheet(plot), Qt.MouseButton.LeftButton, pos=end)
    assert released
    assert wanted[0] == pytest.approx((0.3, 0.3), rel=0.02)
    assert wanted[-1] == pytest.approx((0.6, 1.2), rel=0.02)
    count = len(wanted)
    QTest.mouseMove(sheet(plot), start)
    assert len(wanted) == count
    QToolTip.hideText()


def test_a_drag_beyond_the_map_stays_in_its_ranges(plot: MapPlot) -> None:
    wanted = places(plot)
    view = map_view(map_run(), MapLayer.CLASS)
    QTest.mousePress(sheet(plot), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    QTest.mouseMove(sheet(plot), QPoint(-50, 4000))
    QTest.mouseRelease(sheet(plot), Qt.MouseButton.LeftButton)
    assert wanted[-1] == (view.x[0], view.y[0])
    QToolTip.hideText()


@pytest.mark.parametrize(
    ("key", "right", "up"),
    [
        (Qt.Key.Key_Right, 1, 0),
        (Qt.Key.Key_Left, -1, 0),
        (Qt.Key.Key_Up, 0, 1),
        (Qt.Key.Key_Down, 0, -1),
    ],
)
def test_arrows_move_the_marker_and_shift_makes_them_finer(
    plot: MapPlot, key: Qt.Key, right: int, up: int
) -> None:
    wanted = places(plot)
    settings = map_settings(mixture__representation=0.5, mixture__variance_minus=1.0)
    show(plot, map_run(settings))
    QTest.keyClick(sheet(plot), key)
    QTest.keyClick(sheet(plot), key, Qt.KeyboardModifier.ShiftModifier)
    ways = [(np.sign(x - 0.5), np.sign(y - 1.0)) for x, y in wanted]
    assert ways == [(right, up)] * 2
    path = np.array([(0.5, 0.0), *((x, np.log(y)) for x, y in wanted)])
    far, near = np.abs(np.diff(path, axis=0)).sum(axis=1)
    assert 0 < near < far / 5


def test_keys_in_quick_succession_go_on_from_each_other(plot: MapPlot, qtbot: QtBot) -> None:
    wanted = places(plot)
    show(plot, map_run(map_settings(mixture__representation=0.5, mixture__variance_minus=1.0)))
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Left):  # nothing is drawn in between
        QTest.keyClick(sheet(plot), key)
    (left, level), (same, up), (further, high) = wanted
    assert further < left == same < 0.5
    assert high == up > level == 1.0
    qtbot.wait(300)
    QTest.keyClick(sheet(plot), Qt.Key.Key_Up)
    assert wanted[-1][0] == 0.5


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_opens_the_cell_of_the_marker(plot: MapPlot, qtbot: QtBot, key: Qt.Key) -> None:
    show(plot, map_run(map_settings(mixture__representation=0.5, mixture__variance_minus=1.0)))
    with qtbot.waitSignal(plot.open_requested) as opened:
        QTest.keyClick(sheet(plot), key)
    assert opened.args == [0.5, 1.0]


def test_a_double_click_opens_the_measured_point_that_is_near(plot: MapPlot, qtbot: QtBot) -> None:
    show(plot, map_run(measured=(AGREES, DIFFERS)))
    near = pixel(plot, AGREES.x, AGREES.y) + QPoint(3, -2)
    with qtbot.waitSignal(plot.open_requested) as opened:
        QTest.mouseDClick(sheet(plot), Qt.MouseButton.LeftButton, pos=near)
    assert opened.args == [AGREES.x, AGREES.y]


def test_the_menu_opens_and_measures_the_cell(plot: MapPlot, qtbot: QtBot) -> None:
    place = pixel(plot, 0.6, 1.2)
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, sheet(plot).mapToGlobal(place))
    sheet(plot).contextMenuEvent(asked)
    menu = sheet(plot).findChildren(QMenu)[-1]
    texts = {action.text(): action for action in menu.actions()}
    with qtbot.waitSignal(plot.measure_requested) as measured:
        texts["Measure here"].trigger()
    assert measured.args == pytest.approx([0.6, 1.2], rel=0.02)
    with qtbot.waitSignal(plot.open_requested) as opened:
        texts["Open this cell as dynamics"].trigger()
    assert opened.args == measured.args
    menu.close()


def test_hovering_reads_the_cell_and_its_runs(plot: MapPlot, qtbot: QtBot) -> None:
    run = map_run(measured=(DIFFERS,))
    show(plot, run)
    place = canvas(plot).pixel(DIFFERS.x, DIFFERS.y)
    words = sheet(plot).describe_at(place)
    assert words.startswith(read_cell(run, DIFFERS.x, DIFFERS.y))
    assert "3 of 20 runs agree" in words
    QTest.mouseMove(sheet(plot), place.toPoint())
    qtbot.waitUntil(lambda: "3 of 20 runs agree" in QToolTip.text())
    assert sheet(plot).describe_at(QPointF(-5, 5)) == ""
    QToolTip.hideText()


def test_layers_can_be_chosen_and_explain_themselves(plot: MapPlot, qtbot: QtBot) -> None:
    legend = plot.findChildren(MapLegend)[0]
    assert legend.bar is None
    assert legend.texts[:3] == ("group + ends ahead, no crossing", "1", "2 or more")
    buttons = [button for button in plot.findChildren(QToolButton) if button.isVisible()]
    assert [button.text() for button in buttons] == [
        "Class",
        "Last crossing",
        "Final gap",
        "Largest gap",
    ]
    with qtbot.waitSignal(plot.layer_chosen):
        QTest.keyClick(buttons[2], Qt.Key.Key_Space)
    show(plot, map_run())
    assert plot.layer is MapLayer.FINAL_GAP
    assert legend.bar is not None
    assert "final gap" in legend.bar.label
    assert legend.texts == ("training diverges", "cannot exist")


@pytest.mark.parametrize("change", ["type", "width"])
def test_the_map_gives_way_to_type_and_legend(plot: MapPlot, qtbot: QtBot, change: str) -> None:
    before = canvas(plot).size()
    if change == "type":
        font = plot.font()
        font.setPointSizeF(1.6 * font.pointSizeF())
        plot.setFont(font)
    else:
        plot.resize(420, 460)
    qtbot.waitUntil(lambda: canvas(plot).height() < before.height())
    assert sheet(plot).geometry() == canvas(plot).geometry()


def test_what_is_seen_is_told_once_it_rests(plot: MapPlot, qtbot: QtBot) -> None:
    view = map_view(map_run(), MapLayer.CLASS)
    told: Callable[[], str] = sheet(plot).accessibleDescription
    qtbot.waitUntil(lambda: told().startswith(view.caption), timeout=2000)
    assert sheet(plot).accessibleName() == f"Map: {view.title}"


def test_without_a_map_the_empty_text_is_shown_and_nothing_answers(plot: MapPlot) -> None:
    wanted = places(plot)
    plot.set_view(None)
    blank = plot.grab_image()
    plot.set_empty_text("Press Run (Space) to compute the map.")
    assert plot.grab_image() != blank
    QTest.mouseClick(sheet(plot), Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    QTest.keyClick(sheet(plot), Qt.Key.Key_Up)
    assert not wanted
    assert sheet(plot).describe_at(QPointF(40, 40)) == ""


def test_a_map_of_one_cell_is_painted(plot: MapPlot) -> None:
    show(plot, map_run(map_settings(map__resolution=1)))
    assert not plot.grab_image().isNull()
