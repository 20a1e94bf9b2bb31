"""Zeros of sums of a few exponentials, in every cell of a phase diagram at once.

Between two zeros of f(t) = Σ_i c_i e^{−k_i t} lies one of f' + k_a f, the sum of
(k_a − k_i) c_i e^{−k_i t}, by Rolle's theorem on e^{k_a t} f; it has one term less. So the zeros of
two terms, known in closed form, part time so that three terms have at most one zero in each part,
and so on upwards: none is missed, however close together two of them are, but for rounding.
"""

import numpy as np

from simulation.mixture import FloatArray
from simulation.phase_cells import BoolArray

_ROUNDS = 80
_ACCURACY = 1e-7
"""Newton's last step, relative to t; what is left is about its square."""

_NARROWEST = 1e-12
"""The last bisection, relative to t."""

_DONE = 0.25
"""Share of the zeros found from which on it pays to go on with the others alone."""


def exponential_sum(rates: FloatArray, weights: FloatArray, times: FloatArray) -> FloatArray:
    """Return Σ_i weights_i e^{−rates_i t} for shapes (terms, n) and times of shape (..., n)."""
    total = np.zeros_like(times)
    for rate, weight in zip(rates, weights, strict=True):
        part = rate * times
        np.negative(part, out=part)
        np.exp(part, out=part)
        part *= weight
        total += part
    return total


def zeros(
    rates: FloatArray, weights: FloatArray, *, begin: FloatArray, end: FloatArray
) -> FloatArray:
    """Return the zeros of sums of two or more exponentials in ascending order.

    Parameters
    ----------
    rates, weights
        Shape (terms, n).
    begin, end
        Where to search, 0 < begin < end, shape (n,).

    Returns
    -------
    numpy.ndarray
        Shape (terms − 1, n). Where there are fewer zeros, the others repeat `begin` or a point
        between two zeros.
    """
    if len(rates) == 2:
        return _balance(rates, weights, begin=begin, end=end)[None]
    inner = zeros(rates[1:], (rates[0] - rates[1:]) * weights[1:], begin=begin, end=end)
    points = np.concatenate([begin[None], inner, end[None]])
    slowest = rates - rates.min(axis=0)
    negative = exponential_sum(slowest, weights, points) < 0
    found = points[:-1].copy()
    part, cell = np.nonzero(negative[1:] != negative[:-1])
    found[part, cell] = polish(
        slowest.take(cell, axis=1),
        weights.take(cell, axis=1),
        low=points[part, cell],
        high=points[part + 1, cell],
        rising=negative[part, cell],
    )
    return found


def polish(
    rates: FloatArray, weights: FloatArray, *, low: FloatArray, high: FloatArray, rising: BoolArray
) -> FloatArray:
    """Return the zero of each sum between two times of opposite sign, to a relative 1e-10.

    By Newton's method; where it leaves the bracket or its steps do not halve, log t is bisected.

    Parameters
    ----------
    rates, weights
        Shape (terms, n).
    low, high
        Shape (n,).
    rising
        Whether the sum is negative at `low`, shape (n,).
    """
    weights, slopes = np.where(rising, weights, -weights), -rates
    found = np.empty_like(low)
    left = np.arange(low.size)
    times, moved = np.sqrt(low * high), np.full_like(low, np.inf)
    for _ in range(_ROUNDS):
        if not left.size:
            break
        parts = slopes * times
        np.exp(parts, out=parts)
        parts *= weights
        value = parts.sum(axis=0)
        parts *= slopes
        below = value < 0
        low, high = np.where(below, times, low), np.where(below, high, times)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            newton = times - value / parts.sum(axis=0)
        step = np.abs(newton - times)
        done = step <= _ACCURACY * times
        good = (low <= newton) & (newton <= high) & (step < 0.5 * moved)
        closer = np.where(done | good, newton, np.sqrt(low * high))
        moved, times = np.abs(closer - times), closer
        done |= moved <= _NARROWEST * times
        if np.count_nonzero(done) >= _DONE * done.size:
            found[left[done]] = times[done]
            left, times, moved, low, high = (
                values[~done] for values in (left, times, moved, low, high)
            )
            slopes, weights = (rows.compress(~done, axis=1) for rows in (slopes, weights))
    found[left] = times
    return found


def _balance(
    rates: FloatArray, weights: FloatArray, *, begin: FloatArray, end: FloatArray
) -> FloatArray:
    """Return where two exponentials cancel; `begin` where they do not."""
    opposite = weights[0] * weights[1] < 0
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        times = np.log(-weights[1] / weights[0]) / (rates[1] - rates[0])
    return np.clip(np.where(opposite & np.isfinite(times), times, begin), begin, end)
