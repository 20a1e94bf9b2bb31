import numpy as np
import pytest
from scipy.optimize import brentq

from simulation.mixture import FloatArray
from simulation.phase_roots import exponential_sum, polish, zeros


def _with_zeros(rates: FloatArray, times: FloatArray) -> FloatArray:
    """The weights, shape (terms,), of the sum that vanishes at one time less than it has terms."""
    matrix = np.exp(-np.multiply.outer(times, rates))
    _, _, vectors = np.linalg.svd(matrix / matrix.max(axis=1, keepdims=True))
    return np.asarray(vectors[-1])


@pytest.mark.parametrize("terms", [2, 3, 4, 5])
def test_every_zero_of_a_sum_is_found(terms: int) -> None:
    rng = np.random.default_rng(terms)
    rates = rng.uniform(0.2, 1.0, (terms, 50)) + np.arange(terms)[:, None]
    times = np.sort(rng.uniform(0.3, 1.0, (terms - 1, 50)) + np.arange(terms - 1)[:, None], axis=0)
    weights = np.column_stack([_with_zeros(*case) for case in zip(rates.T, times.T, strict=True)])
    order = rng.permuted(np.broadcast_to(np.arange(terms), (50, terms)), axis=1).T
    found = zeros(
        np.take_along_axis(rates, order, 0),
        np.take_along_axis(weights, order, 0),
        begin=np.full(50, 1e-3),
        end=np.full(50, 1e3),
    )
    np.testing.assert_allclose(found, times, rtol=1e-6)


@pytest.mark.parametrize("distance", [1e-2, 1e-4, 1e-5])
def test_zeros_close_together_are_found_until_rounding_hides_them(distance: float) -> None:
    rates = np.array([0.0, 0.7, 1.6, 3.2])
    expected = np.array([0.8, 2.0, 2.0 * (1 + distance)])
    weights = _with_zeros(rates, expected)
    ends = {"begin": np.array([1e-4]), "end": np.array([100.0])}
    found = zeros(rates[:, None], weights[:, None], **ends)[:, 0]
    np.testing.assert_allclose(found, expected, rtol=0.05 * distance)


def test_where_there_are_fewer_zeros_the_others_repeat_a_point() -> None:
    begin, end = np.full(2, 1e-3), np.full(2, 50.0)
    rates = np.array([[0.0, 0.0], [1.0, 1.0], [2.5, 2.5]])
    weights = np.array([[1.0, 0.5], [2.0, -1.0], [0.3, 0.0]])
    found = zeros(rates, weights, begin=begin, end=end)
    np.testing.assert_array_equal(found[:, 0], begin[0])
    assert found[:, 1].max() == pytest.approx(np.log(2), rel=1e-8)
    assert np.all(np.diff(found, axis=0) >= 0)


def test_polishing_agrees_with_another_method() -> None:
    rng = np.random.default_rng(5)
    rates, weights = rng.uniform(0, 3, (4, 400)), rng.normal(size=(4, 400))
    low, high = np.full(400, 1e-6), np.full(400, 10.0)
    ends = exponential_sum(rates, weights, np.array([low, high]))
    opposite = ends[0] * ends[1] < 0
    assert np.count_nonzero(opposite) > 100
    rates, weights, ends = rates[:, opposite], weights[:, opposite], ends[:, opposite]
    found = polish(rates, weights, low=low[opposite], high=high[opposite], rising=ends[0] < 0)
    left = np.abs(exponential_sum(rates, weights, found))
    np.testing.assert_array_less(left, 1e-12)
    for rate, weight, time in zip(rates.T, weights.T, found, strict=True):

        def value(log_time: float, rate: FloatArray = rate, weight: FloatArray = weight) -> float:
            return float(weight @ np.exp(-rate * np.exp(log_time)))

        turns = np.geomspace(1e-6, 10, 2000)
        curve = np.exp(-np.multiply.outer(turns, rate)) @ weight
        if np.count_nonzero(np.diff(np.sign(curve))) == 1:
            expected = np.exp(brentq(value, np.log(1e-6), np.log(10.0), xtol=1e-13))
            assert time == pytest.approx(expected, rel=1e-8)
