"""The plane on an offscreen screen: what is painted where, and how it answers."""

import numpy as np
import pytest
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QToolTip
from pytestqt.qtbot import QtBot

from experiments.plane import PlaneView, plane_view
from experiments.settings import DynamicsSettings
from gui.plots.plane_canvas import PlaneCanvas, draw_marker, side_places
from gui.plots.plane_legend import PlaneLegend
from gui.plots.plane_plot import PlanePlot
from gui.theme import DARK, LIGHT, Theme
from simulation.plane import PlaneChoice

SHIFTED = {
    "shift": 1.0,
    "rule_similarity": 0.4,
    "label_correlation_plus": 0.3,
    "label_correlation_minus": -0.2,
}


def view(
    choice: PlaneChoice = PlaneChoice.SHIFT_AND_RULE, *, time: float = 2.0, **mixture: object
) -> PlaneView:
    settings = DynamicsSettings.model_validate(
        {"version": 1, "kind": "dynamics", "seed": 4, "mixture": mixture or SHIFTED}
    )
    gram = settings.mixture.teacher_mixture().gram
    return plane_view(settings, choice, time=time, overlaps=0.3 * gram[0], norm=0.15)


@pytest.fixture
def plot(qtbot: QtBot) -> PlanePlot:
    made = PlanePlot()
    qtbot.addWidget(made)
    made.resize(690, 480)
    made.show()
    qtbot.waitExposed(made)
    made.set_view(view())
    return made


def canvas(plot: PlanePlot) -> PlaneCanvas:
    return plot.findChildren(PlaneCanvas)[0]


def colour_at(plot: PlanePlot, position: QPointF) -> QColor:
    return canvas(plot).grab().toImage().pixelColor(position.toPoint())


def near(colour: QColor, wanted: str, *, by: int = 60) -> bool:
    other = QColor(wanted)
    distances = (
        colour.red() - other.red(),
        colour.green() - other.green(),
        colour.blue() - other.blue(),
    )
    return max(map(abs, distances)) <= by


def lonely_sample(plot: PlanePlot, shown: PlaneView, *, right: bool) -> int:
    """A sample far from every other one, from the lines and from the arrows."""
    position = shown.scene.position
    scale = canvas(plot).pixel(np.array([1.0, 0.0])).x() - canvas(plot).pixel(np.zeros(2)).x()
    distances = np.hypot(*(position[:, None] - position[None]).T)
    np.fill_diagonal(distances, np.inf)
    room = distances.min(axis=0)
    for line in (*shown.scene.rules, *shown.boundaries):
        gap = np.abs(position @ line.normal - line.level) / np.linalg.norm(line.normal)
        room = np.minimum(room, gap)
    room[(shown.right != right) | (np.hypot(*position.T) < 1.3)] = 0
    found = int(room.argmax())
    assert room[found] * scale > 14
    return found


def buttons(plot: PlanePlot) -> list[QToolButton]:
    return [button for button in plot.findChildren(QToolButton) if button.isVisible()]


@pytest.mark.parametrize("size", [(690, 480), (1100, 800), (400, 700)])
@pytest.mark.parametrize("choice", list(PlaneChoice))
def test_a_unit_is_as_long_on_both_axes(
    plot: PlanePlot, qtbot: QtBot, size: tuple[int, int], choice: PlaneChoice
) -> None:
    plot.resize(*size)
    shown = view(choice)
    plot.set_view(shown)
    qtbot.wait(1)
    paper = canvas(plot)
    origin = paper.pixel(np.zeros(2))
    right, up = paper.pixel(np.array([1.0, 0.0])), paper.pixel(np.array([0.0, 1.0]))
    assert right.x() - origin.x() == pytest.approx(origin.y() - up.y(), rel=1e-6)
    assert (right.y(), up.x()) == (origin.y(), origin.x())
    for point in shown.scene.position:
        assert paper.rect().contains(paper.pixel(point).toPoint())


def test_labels_have_shapes() -> None:
    def corner(label: int) -> float:
        picture = QImage(16, 16, QImage.Format.Format_ARGB32)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        draw_marker(painter, QPointF(8, 8), label=label, right=True, colour="#000000", theme=LIGHT)
        painter.end()
        return picture.pixelColor(8 + 2, 8 + 2).alphaF()

    assert corner(-1) > 0.8  # a square has corners
    assert corner(1) < corner(-1)


@pytest.mark.parametrize("upper", [True, False])
@pytest.mark.parametrize("angle", [0.1, 1.5, 2.8, 4.0, 6.0])
def test_sides_are_marked_where_the_answer_is(plot: PlanePlot, angle: float, upper: bool) -> None:
    paper = canvas(plot)
    normal = np.array([np.cos(angle), np.sin(angle)])
    along = np.array([-normal[1], normal[0]])
    segment = QLineF(paper.pixel(-along), paper.pixel(along))
    plus, minus = side_places(normal, segment, upper=upper)
    rising = paper.pixel(normal) - paper.pixel(np.zeros(2))
    assert QPointF.dotProduct(plus - minus, rising) > 0
    assert abs(QPointF.dotProduct(plus - minus, segment.p2() - segment.p1())) < 1e-6
    middle = (plus.y() + minus.y()) / 2
    assert (middle < segment.center().y()) is upper


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_right_answers_are_filled_and_wrong_ones_hollow(plot: PlanePlot, theme: Theme) -> None:
    shown = view()
    plot.set_theme(theme)
    for right in (True, False):
        sample = lonely_sample(plot, shown, right=right)
        colour = shown.scene.groups[shown.scene.samples.group[sample]].colour
        place = canvas(plot).pixel(shown.scene.position[sample])
        assert near(colour_at(plot, place), colour) is right


def test_the_boundary_is_drawn_where_it_lies(plot: PlanePlot) -> None:
    shown = view()
    (line,) = shown.boundaries
    along = np.array([-line.normal[1], line.normal[0]]) / np.linalg.norm(line.normal)
    foot = line.level * line.normal / (line.normal @ line.normal)
    dark = [
        near(colour_at(plot, canvas(plot).pixel(foot + step * along)), LIGHT.text)
        for step in (-0.9, -0.7, 0.7, 0.9)
    ]
    assert all(dark)
    plot.set_theme(DARK)
    assert near(colour_at(plot, canvas(plot).pixel(foot + 0.7 * along)), DARK.text)


def test_time_moves_the_boundary_and_nothing_else(plot: PlanePlot) -> None:
    places = [canvas(plot).pixel(point) for point in (np.zeros(2), np.ones(2))]
    legend = plot.findChildren(PlaneLegend)[0]
    texts = legend.texts
    before = plot.grab_image()
    shown = view()
    still = PlaneView(shown.scene, shown.answer, (), shown.caption)
    plot.set_view(still)
    assert [canvas(plot).pixel(point) for point in (np.zeros(2), np.ones(2))] == places
    assert legend.texts == texts
    assert plot.grab_image() != before


def test_planes_that_differ_can_be_chosen(plot: PlanePlot, qtbot: QtBot) -> None:
    first, second = buttons(plot)
    assert (first.text(), second.text()) == ("v and T₊", "T₊ and T₋")
    assert first.isChecked()
    with qtbot.waitSignal(plot.plane_chosen) as chosen:
        QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    assert chosen.args == [PlaneChoice.TWO_RULES.value]
    plot.set_view(view(PlaneChoice(chosen.args[0])))
    assert second.isChecked()
    assert not first.isChecked()


def test_the_keyboard_chooses_a_plane_too(plot: PlanePlot, qtbot: QtBot) -> None:
    with qtbot.waitSignal(plot.plane_chosen) as chosen:
        QTest.keyClick(buttons(plot)[1], Qt.Key.Key_Space)
    assert chosen.args == [PlaneChoice.TWO_RULES.value]


def test_nothing_is_to_be_chosen_where_the_planes_coincide(plot: PlanePlot) -> None:
    plot.set_view(view(rule_similarity=0.3))
    assert buttons(plot) == []
    plot.set_view(view())
    assert len(buttons(plot)) == 2


def test_a_sample_under_the_mouse_is_described(plot: PlanePlot, qtbot: QtBot) -> None:
    shown = view()
    sample = lonely_sample(plot, shown, right=False)
    paper = canvas(plot)
    place = paper.pixel(shown.scene.position[sample])
    group = shown.scene.groups[shown.scene.samples.group[sample]].label
    label, answer = ("+1", "−1") if shown.scene.samples.label[sample] > 0 else ("−1", "+1")
    words = f"{group}, label {label}, answered {answer}"
    assert paper.describe_at(place + QPointF(3, 0)) == words
    assert paper.describe_at(QPointF(-50, -50)) == ""
    QTest.mouseMove(paper, place.toPoint())
    qtbot.waitUntil(lambda: words in QToolTip.text())
    QToolTip.hideText()


def test_the_legend_names_groups_and_markers(plot: PlanePlot) -> None:
    legend = plot.findChildren(PlaneLegend)[0]
    assert legend.texts == (
        "group + and its rule",
        "group - and its rule",
        "label +1",
        "label −1",
        "hollow: answered wrong",
        "student's boundary ± noise not shown",
    )


def test_the_legend_takes_more_rows_where_it_is_narrow(plot: PlanePlot, qtbot: QtBot) -> None:
    legend = plot.findChildren(PlaneLegend)[0]
    wide = legend.height()
    plot.resize(420, 480)
    qtbot.waitUntil(lambda: legend.height() > wide)
    plot.resize(1200, 480)
    qtbot.waitUntil(lambda: legend.height() < wide)


def test_larger_type_keeps_one_scale(plot: PlanePlot, qtbot: QtBot) -> None:
    height = canvas(plot).height()
    font = plot.font()
    font.setPointSizeF(1.7 * font.pointSizeF())
    plot.setFont(font)
    qtbot.waitUntil(lambda: canvas(plot).height() < height)
    origin, corner = canvas(plot).pixel(np.zeros(2)), canvas(plot).pixel(np.ones(2))
    assert corner.x() - origin.x() == pytest.approx(origin.y() - corner.y(), rel=1e-6)


def test_what_is_seen_is_told_once_it_rests(plot: PlanePlot, qtbot: QtBot) -> None:
    last = view()
    for time in (1.0, 2.0, 3.0):
        last = view(time=time)
        plot.set_view(last)
    paper = canvas(plot)
    qtbot.waitUntil(lambda: paper.accessibleDescription() == last.caption, timeout=2000)
    assert paper.accessibleName()
    plot.set_view(None)
    qtbot.waitUntil(lambda: paper.accessibleDescription() == "", timeout=2000)


def test_without_a_view_the_empty_text_is_shown(plot: PlanePlot) -> None:
    plot.set_view(None)
    blank = plot.grab_image()
    plot.set_empty_text("The exact curves are being computed …")
    assert plot.grab_image() != blank
    assert buttons(plot) == []
    assert plot.findChildren(PlaneLegend)[0].texts == ()
    assert canvas(plot).describe_at(QPointF(10, 10)) == ""


def test_a_plane_that_was_never_shown_can_be_grabbed(qtbot: QtBot) -> None:
    made = PlanePlot(DARK)
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.set_view(view())
    image = made.grab_image()
    colours = {image.pixelColor(x, y).name() for x in range(0, 500, 3) for y in range(0, 400, 3)}
    assert len(colours) > 20
