"""Ticks, number formats, following and captions: everything that needs no widget."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gui.plots.captions import Box, band_caption, marker_captions
from gui.plots.followed_range import FollowedRange
from gui.plots.intervals import Interval, union
from gui.plots.scales import coordinate, coordinates, format_number, ticks, value_at


def _parsed(text: str) -> float:
    return float(text.replace(",", "").replace("\N{MINUS SIGN}", "-"))


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low = draw(st.floats(-1e7, 1e7))
    return Interval(low, low + draw(st.floats(1e-3, 1e7)))


@given(intervals(), st.integers(2, 12))
def test_linear_labels_name_their_positions(shown: Interval, room: int) -> None:
    marks = ticks(shown, log=False, at_most=room)
    assert 2 <= len(marks) <= max(room + 1, 5)
    step = shown.span / room
    for mark in marks:
        assert shown.low - 1e-6 * step <= mark.position <= shown.high + 1e-6 * step
        assert _parsed(mark.text) == pytest.approx(mark.position, abs=0.06 * step, rel=1e-3)
    assert len({mark.text for mark in marks}) == len(marks)


@given(st.floats(-12, 12), st.floats(0.05, 20), st.integers(2, 12))
def test_log_labels_name_their_positions(low: float, span: float, room: int) -> None:
    shown = Interval(low, low + span)
    labelled = [mark for mark in ticks(shown, log=True, at_most=room) if mark.text]
    assert labelled
    for mark in labelled:
        assert math.log10(_parsed(mark.text)) == pytest.approx(mark.position, abs=0.01 * span)


def test_decades_read_as_people_write_them() -> None:
    texts = [mark.text for mark in ticks(Interval(-3, 4), log=True, at_most=20) if mark.text]
    assert texts == ["0.001", "0.01", "0.1", "1", "10", "100", "1,000", "10,000"]


def test_many_decades_are_thinned_out_instead_of_overlapping() -> None:
    labelled = [mark for mark in ticks(Interval(0, 30), log=True, at_most=6) if mark.text]
    assert 3 <= len(labelled) <= 6


def test_thousands_are_set_apart_and_the_axis_of_shares_is_not_rounded() -> None:
    assert ticks(Interval(0, 16000), log=False, at_most=8)[-1].text == "16,000"
    texts = [mark.text for mark in ticks(Interval(-0.2, 0.1), log=False, at_most=4)]
    assert texts == ["\N{MINUS SIGN}0.2", "\N{MINUS SIGN}0.1", "0", "0.1"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (16000.0, "16,000"),
        (0.28471, "0.2847"),
        (-0.5, "\N{MINUS SIGN}0.5000"),
        (12.3456, "12.35"),
        (1.2e-5, "1.2e\N{MINUS SIGN}5"),
        (3e12, "3e12"),
        (0.0, "0"),
        (math.nan, "no value"),
    ],
)
def test_numbers_are_written_for_people(value: float, text: str) -> None:
    assert format_number(value) == text


@given(st.floats(-1e12, 1e12, allow_subnormal=False))
def test_written_numbers_keep_three_digits(value: float) -> None:
    assume(value == 0 or abs(value) > 1e-290)
    assert _parsed(format_number(value)) == pytest.approx(value, rel=5e-3)


@given(st.floats(1e-290, 1e290))
def test_coordinates_are_inverted(value: float) -> None:
    assert value_at(coordinate(value, log=True), log=True) == pytest.approx(value, rel=1e-12)
    assert value_at(coordinate(value, log=False), log=False) == value


def test_values_off_a_log_axis_are_left_out_without_a_warning() -> None:
    values = np.array([-1.0, 0.0, np.nan, np.inf, 100.0])
    np.testing.assert_array_equal(coordinates(values, log=True), [np.nan] * 4 + [2.0])
    assert math.isnan(coordinate(0.0, log=True))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60))
def test_a_followed_range_always_shows_its_data(values: list[float]) -> None:
    axis, data = FollowedRange(), None
    axis.pad, axis.headroom = 0.05, 0.2
    for value in values:
        data = union((data, Interval(value, value)))
        assert data is not None
        axis.take(data, following=True)
        assert axis.shown.low <= data.low
        assert data.high <= axis.shown.high


def test_a_growing_axis_moves_in_few_steps_and_settles_on_the_data() -> None:
    axis, seen = FollowedRange(), set()
    for step in range(10, 100_000, 10):
        axis.take(Interval(0.0, float(step)), following=True)
        seen.add(axis.shown)
    assert len(seen) < math.log(10_000) / math.log(1.25) + 5
    axis.fit()
    assert axis.shown == Interval(0.0, 99_990.0)


def test_a_range_the_user_chose_stays_while_data_grow() -> None:
    axis = FollowedRange()
    axis.take(Interval(0, 1), following=True)
    axis.choose(Interval(0.2, 0.3))
    axis.take(Interval(0, 100), following=False)
    assert axis.shown == Interval(0.2, 0.3)
    axis.choose(Interval(0.2, 0.2))
    assert axis.shown == Interval(0.2, 0.3)


def test_a_range_is_chosen_anew_when_much_smaller_data_replace_the_old() -> None:
    axis = FollowedRange()
    axis.take(Interval(0, 1000), following=True)
    axis.take(Interval(0, 10), following=True)
    assert axis.shown == Interval(0, 10)


@given(st.floats(-1e6, 1e6), st.floats(0, 0.2), st.floats(0, 0.4))
def test_padding_opens_a_single_value(value: float, below: float, above: float) -> None:
    padded = Interval(value, value).padded(below=below, above=above)
    assert padded.low < value < padded.high


@given(
    st.lists(st.tuples(st.floats(-50, 650), st.floats(20, 250)), max_size=8),
    st.integers(1, 5),
)
def test_marker_captions_lie_inside_beside_their_line_and_apart(
    marks: list[tuple[float, float]], rows: int
) -> None:
    lines, widths = [line for line, _ in marks], [width for _, width in marks]
    boxes = marker_captions(lines, widths, canvas_width=600.0, row=20.0, rows=range(1, 1 + rows))
    placed = [(box, line) for box, line in zip(boxes, lines, strict=True) if box is not None]
    for box, line in placed:
        assert box.left >= 0
        assert box.right <= 600.0
        assert min(abs(box.left - line), abs(box.right - line)) < 5.0
    for index, (box, _) in enumerate(placed):
        assert not any(box.overlaps(other) for other, _ in placed[:index])


def test_captions_of_neighbouring_lines_are_staggered_or_turned() -> None:
    boxes = marker_captions(
        [500.0, 520.0], [150.0, 150.0], canvas_width=600.0, row=20.0, rows=range(2)
    )
    assert all(box is not None for box in boxes)


@given(
    st.floats(0, 500),
    st.floats(1, 500),
    st.lists(st.floats(-100, 1100), max_size=5),
    st.floats(10, 300),
)
def test_band_captions_stay_in_their_band_and_off_the_lines(
    low: float, span: float, lines: list[float], width: float
) -> None:
    box = band_caption(Interval(low, low + span), lines, width=width, height=14.0)
    if box is not None:
        assert low <= box.left
        assert box.right <= low + span + 1e-9
        assert not any(box.left < line < box.right for line in lines)
    elif not any(low < line < low + span for line in lines):
        assert span < width + 10


def test_boxes_that_share_an_edge_do_not_overlap() -> None:
    box = Box(0, 0, 10, 10)
    assert not box.overlaps(Box(10, 0, 5, 10))
    assert box.overlaps(Box(9, 9, 5, 5))
