"""The gap between two groups' errors over time, in many cells at once.

It has no closed form of its turning points, so it is compared on a grid of times and more closely
wherever it turns.
"""

from dataclasses import dataclass

import numpy as np

from simulation.mixture import FloatArray
from simulation.observables import quadrants
from simulation.phase_cells import BoolArray, IntArray
from simulation.phase_modes import Modes
from simulation.phase_roots import exponential_sum
from simulation.phase_sums import Sums

_TINY = 1e-100
_GRID = 64
_CLOSER = 0.1
"""Distance of the second parabola's points, in steps of the grid."""

_FLAT = 1e-9
"""A turn by less than this, in errors, is rounding."""

_SECTIONS = 8
_ROUNDS = 4


@dataclass(frozen=True, slots=True, eq=False)
class ErrorGap:
    """The difference P(ŷ ≠ y | +) − P(ŷ ≠ y | −) of n cells as a function of time.

    Attributes
    ----------
    terms
        What gives Q.
    overlap_rates
        Of 1, e^{−k_M t} and e^{−k_R t}, shape (3, n).
    overlaps
        Weights of these in M, R_+ and R_−, shape (3, 3, n).
    groups
        Δ_j, h_j and the decision threshold θ_j of both groups, shape (2, 3, n).
    """

    terms: Sums
    overlap_rates: FloatArray
    overlaps: FloatArray
    groups: FloatArray

    @classmethod
    def of(cls, modes: Modes, terms: Sums, decision_thresholds: tuple[float, float]) -> "ErrorGap":
        """Take the curves' parts together."""

        def rows(*values: FloatArray | float) -> FloatArray:
            return np.stack([np.broadcast_to(value, (modes.size,)) for value in values])

        plus, minus = decision_thresholds
        return cls(
            terms,
            rows(0.0, modes.shift_rate, modes.teacher_rate),
            np.stack([rows(*overlap) for overlap in (modes.shift, modes.plus, modes.minus)]),
            np.stack(
                [
                    rows(modes.variance_plus, modes.margin_plus, plus),
                    rows(modes.variance_minus, modes.margin_minus, minus),
                ]
            ),
        )

    @property
    def final(self) -> FloatArray:
        """The gap at t → ∞ where k_Q > 0, shape (n,)."""
        shift, plus, minus = self.overlaps[:, 0]
        return _error_gap((shift, plus), (-shift, minus), self.terms.norm[0], self.groups)

    def with_turns(self, begin: FloatArray, end: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the gap on a grid, moved to where it turns: times and gaps, shape (m, n)."""
        every = np.arange(begin.size)
        times = np.geomspace(begin, end, _GRID)
        gaps = self._at(every, times)
        bend = np.diff(gaps, n=2, axis=0)
        steps = np.diff(gaps, axis=0)
        turns = (steps[:-1] * steps[1:] < 0) & (np.abs(bend) > _FLAT)
        row, cell = np.nonzero(turns)
        if row.size:
            around = gaps[row + np.arange(3)[:, None], cell]
            spacing = np.log(times[1, cell] / times[0, cell])
            times[row + 1, cell], gaps[row + 1, cell] = self._turn(
                cell, times[row + 1, cell], around, spacing
            )
        return times, gaps

    def root(
        self, cells: IntArray, *, low: FloatArray, high: FloatArray, rising: BoolArray
    ) -> FloatArray:
        """Return when the gap of some cells is 0 between two times, shape (cells,).

        Brackets are cut into sections of even log t, the last of them at its chord.
        """
        sign = np.where(rising, 1.0, -1.0)
        columns = np.arange(cells.size)
        for _ in range(_ROUNDS):
            times = np.geomspace(low, high, _SECTIONS + 1)
            gaps = sign * self._at(cells, times)
            after = 1 + np.argmax(gaps[1:] >= 0, axis=0)
            low, high = times[after - 1, columns], times[after, columns]
        before, beyond = gaps[after - 1, columns], gaps[after, columns]
        return np.asarray(low + (high - low) * before / (before - beyond))

    def _turn(
        self, cells: IntArray, times: FloatArray, around: FloatArray, spacing: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return a turning point and its gap, from the gaps before, at and after a time.

        The vertex of a parabola in log t is taken twice, the second time from points close to it.
        """
        peak = np.sign(2 * around[1] - around[0] - around[2])
        vertex = times * np.exp(_vertex(around) * spacing)
        closer = vertex * np.exp(np.multiply.outer([-_CLOSER, 0.0, _CLOSER], spacing))
        near = self._at(cells, closer)
        last = closer[1] * np.exp(np.clip(_vertex(near), -2, 2) * _CLOSER * spacing)
        candidates = np.concatenate([times[None], closer, last[None]])
        gaps = np.concatenate([around[1:2], near, self._at(cells, last)[None]])
        best = np.argmax(peak * gaps, axis=0), np.arange(cells.size)
        return np.asarray(candidates[best]), np.asarray(gaps[best])

    def _at(self, cells: IntArray, times: FloatArray) -> FloatArray:
        """Return the gap of some cells at times of shape (..., cells)."""
        rates = self.overlap_rates.take(cells, axis=1)
        shift, plus, minus = (
            exponential_sum(rates, weights, times) for weights in self.overlaps.take(cells, axis=2)
        )
        norm_rates, norm_weights = (
            rows.take(cells, axis=1) for rows in (self.terms.rates, self.terms.norm)
        )
        norm = exponential_sum(norm_rates, norm_weights, times)
        return _error_gap((shift, plus), (-shift, minus), norm, self.groups.take(cells, axis=2))


def _error_gap(
    plus: tuple[FloatArray, FloatArray],
    minus: tuple[FloatArray, FloatArray],
    norm: FloatArray,
    groups: FloatArray,
) -> FloatArray:
    """Return the gap of errors for M_j and R_j of both groups, of shape (..., n)."""
    length = np.sqrt(np.maximum(norm, 0.0))
    first, second = (
        quadrants(
            (mean - threshold) / np.maximum(length * np.sqrt(variance), _TINY),
            np.broadcast_to(margin, mean.shape),
            np.clip(teacher / np.maximum(length, _TINY), -1.0, 1.0),
        ).error
        for (mean, teacher), (variance, margin, threshold) in zip(
            (plus, minus), groups, strict=True
        )
    )
    return np.asarray(first - second)


def _vertex(around: FloatArray) -> FloatArray:
    """Return where a parabola through values at −1, 0 and 1, shape (3, n), turns."""
    bend = around[0] - 2 * around[1] + around[2]
    slope = 0.5 * (around[0] - around[2])
    return np.asarray(np.divide(slope, bend, out=np.zeros_like(bend), where=bend != 0))
