"""The gap between two groups as a sum of five exponentials of time, in many cells at once."""

from typing import NamedTuple

import numpy as np

from simulation.mixture import FloatArray
from simulation.phase_cells import BoolArray, IntArray
from simulation.phase_modes import Modes
from simulation.phase_roots import exponential_sum, polish, zeros

_RESONANT = 3e-6
"""Rates as close to k_Q as this, relative to it, are drawn apart to as much on either side."""

_CRITICAL = 1e-8
"""The smallest |k_Q|/k_R told from 0."""

_NORM, _TEACHERS, _SHIFT, _SQUARE = 1, 2, 3, 4

_LINE = np.array([[0.5, -0.5, 0.0], [0.5, 0.5, 0.0]])
_PARABOLA = np.array([[0.0, -0.5, 0.5], [1.0, 0.0, -1.0], [0.0, 0.5, 0.5]])
"""Lagrange's polynomials on the nodes (−1, 1) and (−1, 0, 1): their coefficients of 1, x, x²."""


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
        rates, gap = self.rates[:, cells], self.gap[:, cells]
        return polish(rates, gap, low=low, high=high, rising=rising)


def gap_sums(modes: Modes) -> Sums:
    """Write the gap in loss and the norm of n cells as sums of exponentials.

    Where k_Q all but equals other rates, they are drawn apart and the terms interpolated between
    them, to about 1e-10. Within 1e-8 of the stability limit (k_Q = 0) the norm is accurate to
    about 1e-7.
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
    several = resonant[0] & resonant[1]
    for row in (_TEACHERS, _SHIFT, _SQUARE):
        _draw_apart(found, sources, resonant[row - _TEACHERS] & ~several, (row, _NORM))
    _draw_apart(found, sources, several, (_TEACHERS, _SHIFT, _NORM))
    contrast = 0.5 * (modes.variance_plus - modes.variance_minus)
    return found._replace(gap=own + contrast * length)


def _draw_apart(terms: Sums, sources: FloatArray, chosen: BoolArray, rows: tuple[int, ...]) -> None:
    """Interpolate e^{−kt} as a function of the rate k between rates that can be told apart.

    `rows` are those of the resonant rates, that of the norm the last. What a rate k_i drives in
    the norm is (e^{−k_i t} − e^{−k_Q t})/(k_Q − k_i), a divided difference of that function.
    """
    if not chosen.any():
        return
    basis = (_LINE, _PARABOLA)[len(rows) - 2]
    block = np.ix_(np.array(rows), np.flatnonzero(chosen))
    rates = terms.rates[block]
    centre = rates.mean(axis=0) if len(rows) == 2 else rates[-1]
    width = _RESONANT * centre
    x = (rates - centre) / width
    values = np.tensordot(basis, np.stack([np.ones_like(x), x, x**2]), axes=1)
    slopes = basis[:, 1, None, None] + basis[:, 2, None, None] * (x[:-1] + x[-1])
    drive = sources[:, chosen][[row - _TEACHERS for row in rows[:-1]]]
    length = values[:, -1] * terms.norm[_NORM, chosen] - np.sum(slopes * drive, axis=1) / width
    terms.gap[block] = np.sum(values * terms.gap[block], axis=1)
    terms.norm[block] = length
    terms.rates[block] = centre + width * np.linspace(-1, 1, len(rows))[:, None]


def _rows(size: int, *values: FloatArray) -> FloatArray:
    """Stack arrays of shape (size,) or (1,)."""
    found = np.empty((len(values), size))
    for number, row in enumerate(values):
        found[number] = row
    return found
