from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from experiments.crossings import Crossing, crossings, measured_crossings
from experiments.frames import FloatArray


def test_a_straight_gap_crosses_at_its_root() -> None:
    x = np.linspace(-5.0, 0.0, 7)
    (crossing,) = crossings(x, x + 2.2, np.zeros(7))
    assert crossing == Crossing(crossing.x, before=0, after=1)
    assert crossing.x == pytest.approx(-2.2)


def test_between_positive_samples_the_moment_is_interpolated_on_a_log_axis() -> None:
    x = np.array([1.0, 100.0])
    (crossing,) = crossings(x, np.array([1.0, -1.0]), np.zeros(2))
    assert crossing == Crossing(crossing.x, before=1, after=0)
    assert crossing.x == pytest.approx(10.0)


def test_a_gap_of_exactly_zero_is_the_moment() -> None:
    x = np.array([1.0, 2.0, 4.0, 8.0])
    (crossing,) = crossings(x, np.array([0.3, 0.2, 0.0, -0.7]), np.zeros(4))
    assert crossing.x == 4.0


def test_noise_around_equality_is_no_crossing() -> None:
    noise = np.random.default_rng(3).uniform(-1e-3, 1e-3, 1000)
    assert crossings(np.arange(1.0, 1001.0), 0.4 + noise, np.full(1000, 0.4)) == ()


def test_flickering_on_the_way_counts_once() -> None:
    gap = np.array([1.0, 0.5, -0.01, 0.01, -0.02, -0.5, -1.0])
    x = np.arange(7.0)
    (crossing,) = crossings(x, gap, np.zeros(7), visible=0.1)
    assert 1.0 < crossing.x < 4.0
    assert len(crossings(x, gap, np.zeros(7), visible=1e-3)) == 3


def test_touching_without_changing_sides_is_no_crossing() -> None:
    gap = np.array([1.0, 0.0, -0.0005, 0.0, 1.0])
    assert crossings(np.arange(5.0), gap, np.zeros(5)) == ()


@pytest.mark.parametrize("size", [0, 1])
def test_too_few_samples_have_no_crossing(size: int) -> None:
    assert crossings(np.arange(float(size)), np.ones(size), np.zeros(size)) == ()


def test_samples_that_are_not_finite_are_left_out() -> None:
    first = np.array([1.0, np.inf, np.nan, -1.0])
    second = np.array([0.0, np.inf, 0.0, 0.0])
    assert crossings(np.array([-3.0, 0.0, 5.0, 7.0]), first, second)[0].x == pytest.approx(2.0)


def test_all_roots_of_an_oscillation_are_found() -> None:
    x = np.linspace(0.1, 20.0, 4001)
    found = crossings(x, np.sin(x), np.zeros_like(x))
    assert_allclose([crossing.x for crossing in found], np.pi * np.arange(1, 7), rtol=1e-5)
    assert [crossing.after for crossing in found] == [0, 1, 0, 1, 0, 1]


curve = st.lists(st.floats(-10, 10), min_size=0, max_size=40).map(np.array)


@given(first=curve, visible=st.floats(0, 5))
def test_sides_alternate_and_moments_rise(first: FloatArray, visible: float) -> None:
    x = np.geomspace(0.5, 50.0, first.size) if first.size else np.array([])
    found = crossings(x, first, np.zeros_like(first), visible=visible)
    for crossing in found:
        assert {crossing.before, crossing.after} == {0, 1}
    for before, after in pairwise(found):
        assert before.after == after.before
        assert before.x <= after.x
    swapped = crossings(x, np.zeros_like(first), first, visible=visible)
    assert [(c.x, c.before, c.after) for c in swapped] == [(c.x, c.after, c.before) for c in found]


X = np.geomspace(1.0, 1000.0, 61)


def test_a_measured_lead_that_lasts_is_a_change() -> None:
    first = np.where(X < 30.0, 1.0, 0.5)
    (crossing,) = measured_crossings(X, first, np.full(61, 0.7))
    assert crossing.after == 0
    assert 25.0 < crossing.x < 32.0


def test_a_measured_gap_within_the_noise_is_no_change() -> None:
    wobble = 1.0 + 0.015 * np.where(np.arange(61) % 2, 1.0, -1.0)
    assert measured_crossings(X, wobble, np.ones(61)) == ()
    assert measured_crossings(X, 1e29 * wobble, np.full(61, 1e29)) == ()


def test_measured_changes_close_to_each_other_cancel() -> None:
    first = np.ones(61)
    first[[20, 40]] = 0.8
    assert measured_crossings(X, first, np.full(61, 0.9)) == ()
    first[40:] = 0.8
    assert len(measured_crossings(X, first, np.full(61, 0.9))) == 1


def test_a_young_measured_lead_is_not_told_yet() -> None:
    first = np.ones(61)
    first[59:] = 0.8
    assert measured_crossings(X, first, np.full(61, 0.9)) == ()


def test_measured_losses_that_diverge_or_vanish_raise_no_warning() -> None:
    first = np.append(np.zeros(30), np.full(31, np.inf))
    assert measured_crossings(X, first, np.zeros(61)) == ()
