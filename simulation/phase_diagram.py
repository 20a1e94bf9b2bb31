"""Who is ahead and when that changes, in every cell of a map of two-group settings.

With the squared loss the gap L_+ − L_− is a sum of five exponentials, so all its turning points
are known, and with them its crossings, without a grid of times (`phase_roots`).
"""

from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulation.closed_form import TimeScales
from simulation.crossings import EARLIEST, VISIBLE_GAP, Measure, horizon
from simulation.learning import DIVERGENCE_NORM
from simulation.mixture import FloatArray
from simulation.phase_cells import BoolArray, IntArray, TwoGroupCells
from simulation.phase_errors import ErrorGap
from simulation.phase_modes import Modes
from simulation.phase_roots import exponential_sum, polish, zeros
from simulation.phase_sums import Sums, gap_sums

_BLOCK = 8192
"""Cells worked on together: what they need fits into the processor's cache."""

_HORIZONS = horizon(TimeScales(shift=None, teachers=1.0, norm=None))

_EARLIEST_DIVERGENCE = 1e-12
"""Where the search for divergence begins, as a share of its end."""

_LARGEST_EXPONENT = 600.0
"""Where a diverging norm is far beyond its bound, and finite."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PhaseDiagram:
    """What the exact curves do in each cell; arrays of the shape of the cells.

    Attributes
    ----------
    admissible
        Whether there are such mixtures and rules. Where not, nothing is computed: gaps and times
        are NaN, the others as where nothing happens.
    diverges
        Whether the norm grows without bound (k_Q ≤ 0).
    asymptotic_preference
        The group with the lower curve at t → ∞, 0 for "+" and 1 for "−"; −1 where the gap is then
        below `VISIBLE_GAP`, and where training diverges.
    crossings
        Number of visible crossings.
    first_crossing, last_crossing
        When they are, to a relative 1e-6; NaN if there are none.
    final_gap
        L_+ − L_− (or the difference of the errors) at t → ∞; where training diverges, at the end
        of the search.
    largest_gap
        The largest gap in absolute value during the search, with its sign.
    """

    admissible: BoolArray
    diverges: BoolArray
    asymptotic_preference: NDArray[np.int8]
    crossings: NDArray[np.int8]
    first_crossing: FloatArray
    last_crossing: FloatArray
    final_gap: FloatArray
    largest_gap: FloatArray

    @classmethod
    def nowhere(cls, shape: tuple[int, ...]) -> "PhaseDiagram":
        """Return the diagram of cells none of which is admissible."""
        return cls(
            admissible=np.zeros(shape, dtype=np.bool_),
            diverges=np.zeros(shape, dtype=np.bool_),
            asymptotic_preference=np.full(shape, -1, dtype=np.int8),
            crossings=np.zeros(shape, dtype=np.int8),
            first_crossing=np.full(shape, np.nan),
            last_crossing=np.full(shape, np.nan),
            final_gap=np.full(shape, np.nan),
            largest_gap=np.full(shape, np.nan),
        )


class GapCurve(Protocol):
    """The distance of two groups' curves in n cells, as a function of time."""

    @property
    def final(self) -> FloatArray:
        """The gap at t → ∞ of stable cells, shape (n,)."""

    def with_turns(self, begin: FloatArray, end: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return times in ascending order and their gaps, shape (m, n).

        With both ends and all turning points, so that the gap is monotone between any two.
        """

    def root(
        self, cells: IntArray, *, low: FloatArray, high: FloatArray, rising: BoolArray
    ) -> FloatArray:
        """Return when the gap of some cells is 0 between two times, shape (cells,)."""


def phase_diagram(
    cells: TwoGroupCells,
    *,
    measure: Measure = "loss",
    decision_thresholds: tuple[float, float] = (0.0, 0.0),
) -> PhaseDiagram:
    """Compare the two groups in every cell up to `horizon`, or until the norm diverges.

    All turning points of the gap in loss are known but for those at which it moves by less than
    rounding, so no crossing between visible leads is missed. The gap in error is compared on a
    grid of times and more closely where it turns: two crossings are missed if it turns twice
    within a quarter of the time at which it does. Both begin at a millionth of the whole time.

    Parameters
    ----------
    cells
        Settings of one shape, of which any may be inadmissible.
    measure
        Whether the group with the lower loss or with the lower error is ahead; errors take some
        forty times as long.
    decision_thresholds
        θ of both groups, for the error.

    Raises
    ------
    ValueError
        If the fields of the cells do not broadcast to one shape.
    """
    diagram = PhaseDiagram.nowhere(cells.shape)
    flat = {field.name: getattr(diagram, field.name).reshape(-1) for field in fields(diagram)}
    for part, block in cells.blocks(_BLOCK):
        chosen = block.admissible()
        if not chosen.any():
            continue
        modes = Modes.of(block.where(chosen))
        terms = gap_sums(modes)
        curve = terms if measure == "loss" else ErrorGap.of(modes, terms, decision_thresholds)
        compared = _compare(curve, diverges=terms.rates[1] < 0, end=_search_end(modes, terms))
        for name, values in compared.items():
            flat[name][part][chosen] = values
    return diagram


def _compare(
    curve: GapCurve, *, diverges: BoolArray, end: FloatArray
) -> dict[str, NDArray[np.generic]]:
    """Return what `PhaseDiagram` holds, for n admissible cells."""
    times, gaps = curve.with_turns(EARLIEST * end, end)
    visible = _visible_changes(gaps)
    found = visible.sum(axis=0, dtype=np.int8)
    first, last = np.full((2, end.size), np.nan)
    final_part = len(visible) - 1 - np.argmax(visible[::-1], axis=0)
    for moments, parts, least in ((first, np.argmax(visible, axis=0), 1), (last, final_part, 2)):
        (where,) = np.nonzero(found >= least)
        part = parts[where]
        moments[where] = curve.root(
            where,
            low=times[part, where],
            high=times[part + 1, where],
            rising=gaps[part, where] < 0,
        )
    final = np.where(diverges, gaps[-1], curve.final)
    level = diverges | (np.abs(final) < VISIBLE_GAP)
    largest = np.argmax(np.abs(gaps), axis=0)
    return {
        "admissible": np.ones_like(diverges),
        "diverges": diverges,
        "asymptotic_preference": np.where(level, -1, final > 0),
        "crossings": found,
        "first_crossing": first,
        "last_crossing": np.where(found > 1, last, first),
        "final_gap": final,
        "largest_gap": gaps[largest, np.arange(end.size)],
    }


def _search_end(modes: Modes, terms: Sums) -> FloatArray:
    """Return `horizon` of n cells, or when their norm passes `DIVERGENCE_NORM` before it."""
    norm_rate = np.broadcast_to(modes.norm_rate, terms.rates.shape[1:])
    slowest = np.where(norm_rate > 0, np.minimum(norm_rate, modes.teacher_rate), modes.teacher_rate)
    end = _HORIZONS / slowest
    (long,) = np.nonzero((norm_rate <= 0) | (np.abs(terms.norm).sum(axis=0) > DIVERGENCE_NORM))
    if long.size:
        end[long] = _passage(
            terms.rates.take(long, axis=1), terms.norm.take(long, axis=1), end[long]
        )
    return end


def _visible_changes(gaps: FloatArray) -> BoolArray:
    """Say between which of the points (m, n) another group gets visibly ahead; (m − 1, n).

    As in `simulation.crossings.visible_crossings`, the middle one of the changes between two
    visible leads stands for all of them.
    """
    changes = (gaps[1:] < 0) != (gaps[:-1] < 0)
    number = np.cumsum(changes, axis=0)
    visible = np.abs(gaps) >= VISIBLE_GAP
    wanted = np.zeros_like(gaps, dtype=np.bool_)
    lead = np.where(visible[0], np.sign(gaps[0]), 0.0)
    since = np.zeros(gaps.shape[1], dtype=np.int64)
    for row in range(1, len(gaps)):
        (turned,) = np.nonzero(visible[row] & (lead * gaps[row] < 0))
        until = number[row - 1, turned]
        wanted[(since[turned] + until + 1) // 2, turned] = True
        lead = np.where(visible[row], np.sign(gaps[row]), lead)
        since = np.where(visible[row], number[row - 1], since)
    return np.asarray(changes & np.take_along_axis(wanted, number, axis=0))


def _passage(rates: FloatArray, norm: FloatArray, end: FloatArray) -> FloatArray:
    """Return when the norm passes its bound first, or `end` if it does not."""
    end = _LARGEST_EXPONENT / np.maximum(-rates[1], _LARGEST_EXPONENT / end)
    beyond = norm - np.array([DIVERGENCE_NORM, 0, 0, 0, 0])[:, None]
    begin = _EARLIEST_DIVERGENCE * end
    turns = zeros(rates[1:], rates[1:] * norm[1:], begin=begin, end=end)
    times = np.concatenate([begin[None], turns, end[None]])
    above = exponential_sum(rates, beyond, times) > 0
    (passing,) = np.nonzero(above.any(axis=0))
    part = np.maximum(np.argmax(above[:, passing], axis=0), 1)
    end[passing] = polish(
        rates.take(passing, axis=1),
        beyond.take(passing, axis=1),
        low=times[part - 1, passing],
        high=times[part, passing],
        rising=np.ones(passing.size, dtype=np.bool_),
    )
    return end
