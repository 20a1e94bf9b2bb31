"""A curve's numbers: what changed, how far it reaches, what it is between stored points."""

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from experiments.curves import CurveSet
from experiments.frames import CurveName, Points, Source
from experiments.views import CurveStyle, CurveView
from gui.plots.curve_data import Change, CurveData, Extents
from gui.plots.intervals import Interval

Array = NDArray[np.float64]


def view(
    x: Array,
    y: Array,
    half: Array | None = None,
    above: Array | None = None,
    traces: Array | None = None,
) -> CurveView:
    low = None if half is None else y - half
    high = None if half is None else y + (half if above is None else above)
    return CurveView("key", "label", x, y, CurveStyle("#0072B2"), low, high, traces)


def test_a_curve_is_new_then_unchanged_then_grown_then_replaced() -> None:
    x = np.arange(5.0)
    data = CurveData()
    assert data.update(view(x[:3], x[:3])) is Change.GROWN
    assert data.update(view(x[:3], x[:3])) is Change.NONE
    assert data.update(view(x, x)) is Change.GROWN
    assert data.update(view(x[:4], x[:4])) is Change.REPLACED
    assert data.update(view(x[:4], x[:4] + 1)) is Change.REPLACED
    assert data.update(view(x[:4], x[:4] + 1, np.ones(4))) is Change.REPLACED
    assert data.update(view(x[:4], x[:4] + 1, 2 * np.ones(4))) is Change.REPLACED
    assert data.update(view(x[:4], x[:4] + 1)) is Change.REPLACED


def test_single_runs_make_a_curve_new_or_grown_as_its_points_do() -> None:
    x = np.arange(5.0)
    runs = np.outer(x, np.ones(3))
    data = CurveData()
    data.update(view(x[:3], x[:3]))
    assert data.update(view(x[:3], x[:3], traces=runs[:3])) is Change.REPLACED
    assert data.update(view(x[:3], x[:3], traces=runs[:3].copy())) is Change.NONE
    assert data.update(view(x, x, traces=runs)) is Change.GROWN
    assert data.update(view(x, x, traces=runs[:, :2])) is Change.REPLACED
    assert data.update(view(x, x, traces=np.asfortranarray(runs[:, :2]))) is Change.NONE
    assert data.update(view(x, x, traces=runs[:, :2] + 1)) is Change.REPLACED
    assert data.update(view(x, x)) is Change.REPLACED


def test_a_buffer_that_its_owner_overwrites_is_seen_as_replaced() -> None:
    x, y = np.arange(3.0), np.zeros(3)
    data = CurveData()
    data.update(view(x, y))
    y[1] = 7.0
    assert data.update(view(x, y)) is Change.REPLACED
    assert data.y[1] == 7.0


def test_a_shorter_view_of_the_same_memory_is_seen_as_replaced() -> None:
    x = np.arange(5.0)
    x.flags.writeable = False
    data = CurveData()
    data.update(view(x, x))
    assert data.update(view(x[:3], x[:3])) is Change.REPLACED
    assert data.y.size == 3


def test_undefined_values_do_not_make_an_unchanged_curve_look_changed() -> None:
    x, y = np.arange(3.0), np.array([1.0, np.nan, 2.0])
    data = CurveData()
    data.update(view(x, y))
    assert data.update(view(x.copy(), y.copy())) is Change.NONE


def test_a_streamed_curve_is_kept_in_full_without_copies() -> None:
    name = CurveName("loss", "overall", Source.TRAINING, "base", 0)
    curves, data = CurveSet(), CurveData()
    for start in range(0, 100_000, 10_000):
        x = np.arange(start, start + 10_000, dtype=float)
        curves.extend([Points(name, x, np.sin(x))])
        change = data.update(view(curves[name].x, curves[name].value))
        assert change is Change.GROWN
    np.testing.assert_array_equal(data.x, np.arange(100_000.0))
    np.testing.assert_array_equal(data.y, np.sin(np.arange(100_000.0)))
    assert np.shares_memory(data.y, curves[name].value)


@given(
    st.lists(st.floats(-100, 100), min_size=2, max_size=40, unique=True),
    st.floats(-150, 150),
    st.randoms(use_true_random=False),
)
def test_readings_interpolate_the_stored_points(
    positions: list[float], at: float, random: Random
) -> None:
    x = np.sort(np.array(positions))
    y = np.array([random.random() for _ in positions])
    data = CurveData()
    data.update(view(x, y, 2 * y, 3 * y))
    read = data.read(at)
    if x[0] <= at <= x[-1]:
        assert read == tuple(np.interp(at, x, part) for part in (y, -y, y + 3 * y))
    else:
        assert np.isnan(read).all()


def test_an_empty_curve_reads_as_nothing() -> None:
    assert np.isnan(CurveData().read(1.0)).all()


def test_extents_cover_error_bars_and_leave_out_what_a_log_axis_cannot_show() -> None:
    data = CurveData()
    x = np.array([0.0, 1.0, 10.0, 100.0])
    data.update(view(x, np.array([5.0, -1.0, 10.0, 100.0]), np.array([1.0, 1.0, 9.0, 900.0])))
    linear = Extents(x_log=False, y_log=False)
    linear.extend(data)
    assert (linear.x, linear.y) == (Interval(0, 100), Interval(-800, 1000))
    log = Extents(x_log=True, y_log=True)
    log.extend(data)
    assert (log.x, log.y) == (Interval(1, 2), Interval(0, 3))


def test_extents_cover_single_runs_but_not_what_is_missing_of_them() -> None:
    x = np.arange(4.0)
    runs = np.array([[1.0, 2.0], [np.nan, 5.0], [-3.0, np.inf], [np.nan, np.nan]])
    data, extents = CurveData(), Extents(x_log=False, y_log=False)
    for size in (1, 4):
        data.update(view(x[:size], np.ones(size), traces=runs[:size]))
        extents.extend(data)
    assert extents.y == Interval(-3.0, 5.0)


def test_extents_grow_with_the_curve() -> None:
    x = np.linspace(0, 1, 50)
    y = np.sin(30 * x)
    data, extents = CurveData(), Extents(x_log=False, y_log=False)
    assert extents.x is None
    for size in (1, 7, 50):
        data.update(view(x[:size], y[:size]))
        extents.extend(data)
        assert extents.y == Interval(y[:size].min(), y[:size].max())
