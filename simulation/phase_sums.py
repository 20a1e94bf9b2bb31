"""The gap between two groups as a sum of five exponentials of time, in many cells at once."""

from typing import NamedTuple

import numpy as np

from simulation.mixture import FloatArray
from simulation.phase_cells import BoolArray, IntArray
from simulation.phase_modes import Modes
from simulation.phase_roots import exponential_sum, polish, zeros

_RESONANT = 1e-5
"""Rates as close to k_Q as this, relative to it, are drawn apart by twice as much."""

_CRITICAL = 1e-8
"""The smallest |k_Q|/k_R told from 0."""

_NORM, _TEACHERS, _SHIFT, _SQUARE = 1, 2, 3, 4


class Sums(NamedTuple):
    """L_+ − L_− and Q as Σ_i weights_i e^{−rates_i t}; arrays of shape (5, n).

    The rates are those of a constant (0), of the norm (k_Q), the teachers (k_R), the shift (k_M)
    and its square (2k_M).
    """

    rates: FloatArray
    gap: FloatArray
    norm: FloatArray

    @property
    def final(self) -> FloatArray:
        """The gap at t → ∞ where k_Q > 0, shape (n,)."""
        return np.asarray(self.gap[0])

    def with_turns(self, begin: FloatArray, end: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the gap at its ends and at its turning points: times and gaps, shape (5, n)."""
        turns = zeros(self.rates[1:], self.rates[1:] * self.gap[1:], begin=begin, end=end)
        times = np.concatenate([begin[None], turns, end[None]])
        return times, exponential_sum(self.rates, self.gap, times)

    def root(
        self, cells: IntArray, *, low: FloatArray, high: FloatArray, rising: BoolArray
    ) -> FloatArray:
        """Return when the gap of some cells is 0 between two times, shape (cells,)."""
        rates, gap = (rows.take(cells, axis=1) for rows in (self.rates, self.gap))
        return polish(rates, gap, low=low, high=high, rising=rising)


def gap_sums(modes: Modes) -> Sums:
    """Write the gap in loss and the norm of n cells as sums of exponentials.

    Where k_Q all but equals other rates, they are drawn apart and the terms interpolated between
    them, to about 1e-11. Within 1e-8 of the stability limit (k_Q = 0) the norm is accurate to
    about 1e-7, and its limit at t → ∞ is the one at that distance.
    """
    teachers, shift = modes.teacher_rate, modes.shift_rate
    least = _CRITICAL * teachers
    rate = modes.norm_rate
    norm = np.where(rate > 0, np.maximum(rate, least), np.minimum(rate, -least))
    nothing = np.zeros(1)
    rates = _rows(modes.size, nothing, norm, teachers, shift, 2 * shift)
    labels = modes.mean_label_plus + modes.mean_label_minus
    final, shifting, turning = (
        modes.slope_minus * minus - modes.slope_plus * plus - labels * along
        for along, plus, minus in zip(modes.shift, modes.plus, modes.minus, strict=True)
    )
    own = _rows(modes.size, final, nothing, turning, shifting, nothing)

    constant, from_shift, from_square, from_teachers = modes.sources
    sources = _rows(modes.size, from_teachers, from_shift, from_square)
    apart = rates[_NORM] - rates[_TEACHERS:]
    resonant = np.abs(apart) <= _RESONANT * np.abs(rates[_NORM])
    driven = np.divide(sources, apart, out=np.zeros_like(apart), where=~resonant)
    settled = constant / norm
    length = _rows(modes.size, settled, modes.start - settled - driven.sum(axis=0), *driven)
    found = Sums(rates, own, length)
    nearest = np.argmin(np.abs(apart), axis=0) + _TEACHERS
    for row in (_TEACHERS, _SHIFT, _SQUARE):
        chosen = np.flatnonzero(resonant.any(axis=0) & (nearest == row))
        if chosen.size:
            _draw_apart(found, np.where(resonant, sources, 0), chosen, resonant_row=row)
    contrast = 0.5 * (modes.variance_plus - modes.variance_minus)
    return found._replace(gap=own + contrast * length)


def _draw_apart(terms: Sums, sources: FloatArray, chosen: IntArray, *, resonant_row: int) -> None:
    """Interpolate e^{−kt} as a function of the rate k between rates that can be told apart.

    The resonant rate and k_Q move to either side of their mean, and a third one that is not far
    away a little further. What a rate k drives in the norm, (e^{−kt} − e^{−k_Q t})/(k_Q − k), is a
    divided difference of the interpolated function.
    """
    rows = np.array([resonant_row, _TEACHERS + (resonant_row == _TEACHERS), _NORM])
    block = np.ix_(rows, chosen)
    rates = terms.rates[block]
    middle = (rates[0] + rates[2]) / 2
    width = _RESONANT * middle
    x = (rates - middle) / width
    third = np.copysign(np.maximum(np.abs(x[1]), 2), x[1])

    # Lagrange's polynomials on the nodes −1, third and 1: the coefficients of 1, x and x².
    square = np.stack([0.5 / (1 + third), 1 / (third**2 - 1), 0.5 / (1 - third)])
    linear = np.array([-0.5, 0.0, 0.5])[:, None]
    constant = np.stack([third, -np.ones_like(third), -third]) * square
    values = constant[:, None] + linear[:, None] * x + square[:, None] * x**2
    slopes = linear[:, None] + square[:, None] * (x[:2] + x[2])

    drive = sources[np.ix_(rows[:2] - _TEACHERS, chosen)] / width
    terms.gap[block] = np.sum(values * terms.gap[block], axis=1)
    terms.norm[block] = np.sum(values * terms.norm[block], axis=1) - np.sum(slopes * drive, axis=1)
    terms.rates[block] = middle + width * np.stack(
        [-np.ones_like(third), third, np.ones_like(third)]
    )


def _rows(size: int, *values: FloatArray) -> FloatArray:
    """Stack arrays of shape (size,) or (1,)."""
    found = np.empty((len(values), size))
    for number, row in enumerate(values):
        found[number] = row
    return found
