"""The moment and the bar that moves it, driven as a user would."""

import itertools
import math
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui import time_bar
from gui.moment import Moment
from gui.theme import LIGHT
from gui.time_bar import TimeBar

SPAN = (0.01, 100.0)


@pytest.fixture
def moment() -> Moment:
    made = Moment()
    made.set_span(SPAN)
    return made


@pytest.fixture
def bar(moment: Moment, qtbot: QtBot) -> Iterator[TimeBar]:
    made = TimeBar(moment, LIGHT)
    qtbot.addWidget(made)
    made.resize(600, 40)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.pause()


# Moment


def test_a_moment_is_the_end_until_another_is_chosen() -> None:
    moment = Moment()
    assert math.isnan(moment.time)
    moment.set_span(SPAN)
    assert moment.time == 100.0
    moment.set_span((0.01, 50.0))
    assert moment.time == 50.0
    moment.choose(3.0)
    moment.set_span(SPAN)
    assert moment.time == 3.0
    moment.forget()
    assert moment.time == 100.0


def test_a_choice_outlives_a_span_that_is_too_short_for_it(moment: Moment) -> None:
    moment.choose(80.0)
    moment.set_span((0.01, 10.0))
    assert moment.time == 10.0
    moment.set_span(None)
    assert math.isnan(moment.time)
    moment.set_span(SPAN)
    assert moment.time == 80.0


def test_a_moment_tells_of_changes_alone(moment: Moment, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(moment.changed):
        moment.choose(100.0)
        moment.choose(1e9)
        moment.set_span(SPAN)
    with qtbot.waitSignal(moment.changed, timeout=100):
        moment.choose(1.0)
    with qtbot.waitSignal(moment.changed, timeout=100):
        moment.set_span(None)


@pytest.mark.parametrize("span", [(0.0, 1.0), (1.0, 1.0), (2.0, 1.0), (1.0, math.inf)])
def test_a_span_without_a_log_axis_is_none(span: tuple[float, float]) -> None:
    moment = Moment()
    moment.set_span(span)
    assert math.isnan(moment.time)


@given(st.floats(0, 1), st.floats(1e-6, 1.0), st.floats(1.5, 1e6))
def test_shares_are_even_on_a_log_axis(share: float, start: float, factor: float) -> None:
    moment = Moment()
    moment.set_span((start, start * factor))
    moment.choose_share(share)
    assert start <= moment.time <= start * factor
    assert moment.time == pytest.approx(start * factor**share, rel=6e-3)
    assert moment.share == pytest.approx(share, abs=6e-3 / math.log(factor))


# Stops

STOPS = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0)


def test_of_stops_the_newest_is_followed_until_another_is_chosen() -> None:
    moment = Moment()
    assert moment.shown is None
    moment.set_stops(STOPS[:3])
    assert moment.follows
    assert moment.time == 2.0
    moment.set_stops(STOPS)
    assert moment.time == 16.0
    moment.choose(2.1)
    assert not moment.follows
    assert moment.time == moment.shown == 2.0
    moment.set_stops((*STOPS, 32.0))
    assert moment.time == 2.0
    moment.choose(1e9)
    assert moment.follows
    assert moment.time == 32.0
    moment.set_stops(())
    assert math.isnan(moment.time)


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=60, unique=True),
    st.floats(0, 2e6),
    st.floats(0, 1),
)
def test_a_moment_is_always_one_of_the_stops(steps: list[int], time: float, share: float) -> None:
    stops = tuple(map(float, sorted(steps)))
    moment = Moment()
    moment.set_stops(stops)
    moment.choose(time)
    distances = [abs(math.log1p(stop) - math.log1p(time)) for stop in stops]
    assert moment.time in stops
    assert abs(math.log1p(moment.time) - math.log1p(time)) <= min(distances) + 1e-9
    moment.choose_share(share)
    assert abs(moment.share - share) <= 0.5 / max(len(stops) - 1, 1) + 1e-9 or len(stops) == 1


@pytest.fixture
def steps(bar: TimeBar, moment: Moment) -> TimeBar:
    moment.set_stops(STOPS)
    return bar


def test_keys_go_from_stop_to_stop(steps: TimeBar, moment: Moment) -> None:
    steps.slider.setFocus()
    visited = []
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(steps.slider, key)
        visited.append(moment.time)
    assert visited == [0.0, 1.0, 2.0, 1.0]
    assert steps.field.text() == "1"
    QTest.keyClick(steps.slider, Qt.Key.Key_End)
    assert moment.follows
    moment.set_stops((*STOPS, 32.0))
    assert (moment.time, steps.field.text()) == (32.0, "32")


def test_a_double_click_and_a_button_follow_the_newest_again(
    steps: TimeBar, moment: Moment
) -> None:
    assert steps.newest.isVisible()
    assert not steps.newest.isEnabled()
    middle, left = QPoint(60, 10), Qt.MouseButton.LeftButton
    for widget, click in ((steps.slider, QTest.mouseDClick), (steps.newest, QTest.mouseClick)):
        moment.choose(1.0)
        assert steps.newest.isEnabled()
        place = middle if widget is steps.slider else widget.rect().center()
        click(widget, left, Qt.KeyboardModifier.NoModifier, place)
        assert moment.follows
        assert steps.slider.value() == steps.slider.maximum()
    moment.set_span(SPAN)
    assert not steps.newest.isVisible()


def test_a_typed_step_is_taken_to_the_nearest_stop(
    steps: TimeBar, moment: Moment, qtbot: QtBot
) -> None:
    assert steps.slider.accessibleName() == "Step"
    steps.field.selectAll()
    QTest.keyClicks(steps.field, "7")
    QTest.keyClick(steps.field, Qt.Key.Key_Return)
    assert moment.time == 8.0
    assert steps.field.text() == "8"
    steps.field.selectAll()
    QTest.keyClicks(steps.field, "17")
    with qtbot.waitSignal(steps.problem, timeout=100) as told:
        QTest.keyClick(steps.field, Qt.Key.Key_Return)
    assert told.args == ["step 17: type a number from 0 to 16."]


def test_play_goes_through_every_stop_and_follows_in_the_end(
    steps: TimeBar, moment: Moment, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time_bar, "PLAY_SECONDS", 1.0)
    seen: list[float] = []
    moment.changed.connect(lambda: seen.append(moment.time))
    steps.play.click()
    qtbot.waitUntil(lambda: not steps.playing, timeout=5000)
    assert seen == sorted(seen)
    assert set(seen) <= set(STOPS)
    assert {0.0, 16.0} <= set(seen)
    assert moment.follows


def test_changes_of_the_lead_are_stops_too(steps: TimeBar, moment: Moment) -> None:
    steps.set_crossings([3.7, 7.0])
    visited = []
    for _ in range(2):
        steps.back.click()
        visited.append(moment.time)
    assert visited == [8.0, 4.0]
    assert not steps.back.isEnabled()
    assert steps.forward.toolTip().endswith("step 8")


# Bar


def test_keys_move_the_slider_and_the_moment(bar: TimeBar, moment: Moment) -> None:
    bar.slider.setFocus()
    QTest.keyClick(bar.slider, Qt.Key.Key_Home)
    assert moment.time == SPAN[0]
    QTest.keyClick(bar.slider, Qt.Key.Key_Right)
    small = moment.time
    assert small > SPAN[0]
    QTest.keyClick(bar.slider, Qt.Key.Key_PageUp)
    assert moment.time > 1.5 * small
    QTest.keyClick(bar.slider, Qt.Key.Key_End)
    assert moment.time == SPAN[1]
    assert bar.field.text() == "100"


def test_the_middle_of_the_slider_is_the_middle_of_the_log_axis(
    bar: TimeBar, moment: Moment
) -> None:
    middle = QPoint(bar.slider.width() // 2, bar.slider.height() // 2)
    QTest.mousePress(bar.slider, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseRelease(bar.slider, Qt.MouseButton.LeftButton, pos=middle)
    assert moment.time == pytest.approx(1.0, rel=0.1)


def test_an_exact_time_can_be_typed(bar: TimeBar, moment: Moment, qtbot: QtBot) -> None:
    bar.field.selectAll()
    QTest.keyClicks(bar.field, "3.14159")
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert moment.time == 3.14159
    assert bar.field.text() == "3.14159"
    assert bar.slider.value() == pytest.approx(1000 * math.log(314.159) / math.log(1e4), abs=1)
    for wrong in ("soon", "0", "1e9", "nan"):
        bar.field.selectAll()
        QTest.keyClicks(bar.field, wrong)
        with qtbot.waitSignal(bar.problem, timeout=100) as told:
            QTest.keyClick(bar.field, Qt.Key.Key_Return)
        assert told.args is not None
        assert "0.01 to 100" in str(told.args[0])
        assert moment.time == 3.14159
        assert bar.field.text() == "3.14159"
    QTest.keyClicks(bar.field, "9")
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    assert bar.field.text() == "3.14159"


def test_play_runs_from_the_start_to_the_end_evenly_on_the_log_axis(
    bar: TimeBar, moment: Moment, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time_bar, "PLAY_SECONDS", 0.6)
    seen: list[tuple[float, float]] = []
    began = time.monotonic()
    moment.changed.connect(lambda: seen.append((time.monotonic() - began, moment.share)))
    bar.play.click()
    assert bar.playing
    assert moment.time == SPAN[0]
    qtbot.waitUntil(lambda: not bar.playing, timeout=5000)
    assert moment.time == SPAN[1]
    assert seen[-1][0] > 0.5
    assert len(seen) > 5
    assert all(after[1] > before[1] for before, after in itertools.pairwise(seen))
    assert all(abs(share - at / 0.6) < 0.4 for at, share in seen)


def test_play_goes_on_from_where_it_is_and_stops_when_the_user_takes_the_slider(
    bar: TimeBar, moment: Moment, qtbot: QtBot
) -> None:
    moment.choose(1.0)
    bar.play.click()
    qtbot.waitUntil(lambda: moment.time > 1.01)
    assert moment.time < 5.0
    QTest.mousePress(bar.slider, Qt.MouseButton.LeftButton, pos=QPoint(100, 10))
    assert not bar.playing
    standing = moment.time
    qtbot.wait(120)
    assert moment.time == standing
    QTest.mouseRelease(bar.slider, Qt.MouseButton.LeftButton, pos=QPoint(100, 10))


def test_play_stops_when_there_is_nothing_to_play(bar: TimeBar, moment: Moment) -> None:
    bar.play.click()
    moment.set_span(None)
    assert not bar.playing
    bar.toggle()
    assert not bar.playing


def test_buttons_jump_to_the_changes_of_the_lead(bar: TimeBar, moment: Moment) -> None:
    assert not bar.forward.isVisible()
    bar.set_crossings([3.11, 0.943])
    assert bar.forward.isVisible()
    assert not bar.forward.isEnabled()
    bar.back.click()
    assert moment.time == 3.11
    bar.back.click()
    assert moment.time == 0.943
    assert not bar.back.isEnabled()
    assert "3.11" in bar.forward.toolTip()
    bar.forward.click()
    assert moment.time == 3.11
    bar.set_crossings([])
    assert not bar.back.isVisible()


def test_controls_have_names(bar: TimeBar) -> None:
    bar.set_crossings([1.0])
    for part in (bar, bar.play, bar.slider, bar.field, bar.back, bar.forward):
        assert part.accessibleName()
    for part in (bar.play, bar.slider, bar.field, bar.back, bar.forward):
        assert part.toolTip()
