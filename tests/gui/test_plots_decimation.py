"""What is drawn of a curve keeps the extremes of every pixel column, however it arrived."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from gui.plots.decimation import Envelope, Window, representatives
from gui.plots.intervals import Interval

Array = NDArray[np.float64]

_values = st.one_of(
    st.floats(-1e6, 1e6, allow_subnormal=False),
    st.sampled_from([np.nan, np.inf, -np.inf, 0.0, -1.0]),
)


@st.composite
def curves(draw: st.DrawFn) -> tuple[Array, Array]:
    size = draw(st.integers(0, 120))
    x = draw(arrays(np.float64, size, elements=st.floats(-50, 1000, allow_subnormal=False)))
    return np.sort(x), draw(arrays(np.float64, size, elements=_values))


@st.composite
def windows(draw: st.DrawFn) -> Window:
    x_log = draw(st.booleans())
    low = draw(st.floats(-2, 2) if x_log else st.floats(-60, 900))
    span = draw(st.floats(0.01, 3) if x_log else st.floats(0.1, 1000))
    columns = draw(st.integers(1, 40))
    return Window(Interval(low, low + span), columns, x_log=x_log, y_log=draw(st.booleans()))


def _drawn(window: Window, x: Array, y: Array, cuts: list[int]) -> tuple[Array, Array]:
    envelope = Envelope(window)
    for cut in [*sorted(cuts), x.size]:
        envelope.extend(x[:cut], y[:cut])
    return envelope.polyline()


def _value(y: float, window: Window) -> float:
    """Axis coordinate, computed apart from the code under test."""
    if not np.isfinite(y) or (window.y_log and y <= 0):
        return np.nan
    return float(np.log10(y)) if window.y_log else y


@given(curves(), windows(), st.lists(st.integers(0, 120), max_size=6))
def test_appended_points_give_the_same_line_as_all_at_once(
    curve: tuple[Array, Array], window: Window, cuts: list[int]
) -> None:
    x, y = curve
    grown = _drawn(window, x, y, [min(cut, x.size) for cut in cuts])
    whole = _drawn(window, x, y, [])
    np.testing.assert_array_equal(grown[0], whole[0])
    np.testing.assert_array_equal(grown[1], whole[1])


@given(curves(), windows())
def test_every_column_keeps_its_lowest_and_highest_value(
    curve: tuple[Array, Array], window: Window
) -> None:
    x, y = curve
    line_x, line_y = _drawn(window, x, y, [])
    edges = window.edges(window.columns)
    line_at = np.power(10.0, line_x) if window.x_log else line_x
    for low, high in itertools.pairwise(edges):
        # Powers of ten are not inverted exactly, hence the slack of a rounding error.
        room = 1e-12 * max(abs(low), abs(high))
        drawn = line_y[(line_at >= low - room) & (line_at <= high + room)]
        expected = [_value(value, window) for value in y[(x >= low) & (x < high)]]
        expected = [value for value in expected if not np.isnan(value)]
        for extreme in (min, max):
            if expected:
                assert extreme(expected) in drawn


@given(curves(), windows())
def test_a_line_never_has_more_than_two_points_a_column_and_one_on_either_side(
    curve: tuple[Array, Array], window: Window
) -> None:
    line_x, line_y = _drawn(window, *curve, [])
    assert line_x.shape == line_y.shape
    assert line_x.size <= 2 * window.columns + 2
    assert np.all(np.diff(line_x) >= 0)


@given(arrays(np.float64, 30, elements=st.floats(-1e6, 1e6)))
def test_few_points_are_drawn_as_they_are(y: Array) -> None:
    x = np.arange(30.0)
    line_x, line_y = _drawn(Window(Interval(0, 29), 290, x_log=False, y_log=False), x, y, [])
    np.testing.assert_array_equal(line_x, x)
    np.testing.assert_array_equal(line_y, y)


def test_points_beside_the_window_lead_the_line_out_of_it() -> None:
    x = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
    window = Window(Interval(1.5, 3.5), 10, x_log=False, y_log=False)
    line_x, line_y = _drawn(window, x, 10 * x, [2, 5])
    np.testing.assert_array_equal(line_x, [1, 2, 3, 4])
    np.testing.assert_array_equal(line_y, [10, 20, 30, 40])


def test_a_value_that_is_none_breaks_the_line() -> None:
    window = Window(Interval(0, 3), 30, x_log=False, y_log=False)
    _, line_y = _drawn(window, np.arange(4.0), np.array([1.0, np.nan, 2.0, np.inf]), [])
    np.testing.assert_array_equal(np.isnan(line_y), [False, True, False, True])


@pytest.mark.parametrize("y_log", [False, True])
@given(curve=curves(), columns=st.integers(1, 30))
def test_symbols_mark_the_extremes_among_the_points(
    curve: tuple[Array, Array], columns: int, *, y_log: bool
) -> None:
    x, y = curve
    window = Window(Interval(-50, 1000), 1000, x_log=False, y_log=y_log)
    chosen = representatives(x, y, window=window, columns=columns)
    shown = np.isfinite(y) & ((y > 0) | (not y_log))
    assert shown[chosen].all()
    assert np.all(np.diff(chosen) > 0)
    if shown.sum() <= 2 * columns:
        np.testing.assert_array_equal(chosen, np.flatnonzero(shown))
    else:
        assert chosen.size <= 2 * columns
        assert {y[shown].min(), y[shown].max()} <= set(y[chosen])
