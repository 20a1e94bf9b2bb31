"""When which group is ahead: the crossings of two groups' curves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from simulation.closed_form import TimeScales
from simulation.dynamics import flow
from simulation.learning import LearningRule, spans
from simulation.mixture import FloatArray, TeacherMixture
from simulation.observables import confusion, group_losses

Measure = Literal["loss", "error"]

VISIBLE_GAP = 1e-3
"""A gap that never reaches this between two crossings is not seen as a change of who is ahead."""

EARLIEST = 1e-6
"""The first moment that is looked at, as a share of the last."""

_GRID = 250
_AFTER_BREAKS = 120
_SECTIONS = 12
_TURN_ROUNDS = 2
_ROOT_ROUNDS = 4

_FLAT = 1e-7
_NOISE = 1e-9
"""Gaps below this are rounding and integration error."""

Gap = Callable[[FloatArray], FloatArray]
"""The distance of two curves as a function of times of shape (n,)."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A moment at which another group gets ahead, that is, has the lower curve.

    Attributes
    ----------
    time
        t = steps/d, to a relative accuracy of 1e-6.
    ahead_before, ahead_after
        Indices of the groups.
    gap_before, gap_after
        Largest distance of the two curves since the crossing before, and until the next.
    extreme_before, extreme_after
        The times at which it is that large.
    """

    time: float
    ahead_before: int
    ahead_after: int
    gap_before: float
    gap_after: float
    extreme_before: float
    extreme_after: float


def find_crossings(
    mixture: TeacherMixture,
    rule: LearningRule,
    *,
    until: float,
    measure: Measure = "loss",
    groups: tuple[int, int] = (0, 1),
    decision_thresholds: ArrayLike = 0.0,
) -> tuple[Crossing, ...]:
    """Return the crossings of two groups' exact curves up to a time, in order.

    The curves are compared on a grid that is even in log t and in the log of the time since each
    change of the learning rate or the weights, and more closely wherever the gap turns. So a pair
    of crossings is missed only if the lead between them stays below about 1e-7, or if the gap turns
    twice within one cell, 6 % of that time. What happens before a millionth of the whole time
    counts as the beginning.

    Parameters
    ----------
    mixture
        K ≥ 2 groups.
    rule
        A learning rule for K groups.
    until
        End of the search in t = steps/d; `horizon` covers all that happens at a constant
        learning rate without a switch. The search ends
        earlier where the norm diverges.
    measure
        Whether the group with the lower loss or with the lower error is ahead.
    groups
        Indices of the two groups.
    decision_thresholds
        θ of the error, one for all groups or shape (K,).

    Raises
    ------
    ArithmeticError
        If the equations cannot be integrated.
    """
    solution = flow(mixture, rule, until)
    first, second = groups

    def gap(times: FloatArray) -> FloatArray:
        overlaps, norm = solution.evaluate(times)
        curves = (
            group_losses(mixture, rule.loss, overlaps, norm)
            if measure == "loss"
            else confusion(mixture, overlaps, norm, decision_thresholds).error
        )
        return np.asarray(curves[:, first] - curves[:, second])

    times = _grid(rule, solution.diverged_at or until)
    times, gaps = _with_turns(gap, times, gap(times))
    certain = np.flatnonzero(np.abs(gaps) > _NOISE)
    changes = np.flatnonzero(np.diff(np.sign(gaps[certain])))
    if not changes.size:
        return ()
    before, after = certain[changes], certain[changes + 1]
    roots = _polish(gap, times[before], times[after])
    lobes = np.split(np.arange(times.size), after)
    peaks = np.array([lobe[np.argmax(np.abs(gaps[lobe]))] for lobe in lobes])
    heights, moments = np.abs(gaps[peaks]).tolist(), times[peaks].tolist()
    leaders = np.where(gaps[peaks] < 0, first, second).tolist()
    return tuple(
        Crossing(
            time=root,
            ahead_before=leaders[number],
            ahead_after=leaders[number + 1],
            gap_before=heights[number],
            gap_after=heights[number + 1],
            extreme_before=moments[number],
            extreme_after=moments[number + 1],
        )
        for number, root in enumerate(roots.tolist())
    )


def visible_crossings(crossings: Sequence[Crossing]) -> tuple[Crossing, ...]:
    """Return the changes of the lead that are left once leads too small to see are not counted.

    Where the lead changes back and forth between two visible ones, the middle change stands for
    all of them.

    Parameters
    ----------
    crossings
        All crossings of two groups, in order.
    """
    if not crossings:
        return ()
    first = crossings[0]
    leads = [_Lead(first.ahead_before, first.gap_before, first.extreme_before)]
    leads += [_Lead(each.ahead_after, each.gap_after, each.extreme_after) for each in crossings]
    visible = (number for number, lead in enumerate(leads) if lead.gap >= VISIBLE_GAP)
    stretches = [list(each) for _, each in groupby(visible, key=lambda number: leads[number].ahead)]
    found = []
    for before, after in pairwise(stretches):
        lost, won = (
            max((leads[number] for number in stretch), key=attrgetter("gap"))
            for stretch in (before, after)
        )
        found.append(
            Crossing(
                time=crossings[(before[-1] + after[0]) // 2].time,
                ahead_before=lost.ahead,
                ahead_after=won.ahead,
                gap_before=lost.gap,
                gap_after=won.gap,
                extreme_before=lost.extreme,
                extreme_after=won.extreme,
            )
        )
    return tuple(found)


class _Lead(NamedTuple):
    """Who is ahead between two crossings, by how much at most, and when."""

    ahead: int
    gap: float
    extreme: float


def horizon(scales: TimeScales) -> float:
    """Return 20 times the slowest time-scale, after which the curves are flat."""
    return 20 * scales.slowest


def _grid(rule: LearningRule, end: float) -> FloatArray:
    """Choose moments that are even in log time, also since each change of the rule."""
    times = [np.geomspace(EARLIEST * end, end, _GRID)]
    edges = np.unique(np.concatenate([span.edges for span in spans(rule, end)]))[1:]
    if edges.size > 1:
        each = max(4, _AFTER_BREAKS // (edges.size - 1))
        ages = np.geomspace(10.0 ** -min(5, each / 10), 1, each)
        times.append((edges[:-1, None] + np.multiply.outer(np.diff(edges), ages)).ravel())
    return np.unique(np.concatenate(times))


def _with_turns(gap: Gap, times: FloatArray, gaps: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Add moments around those at which the gap turns, which may hide two crossings."""
    for _ in range(_TURN_ROUNDS):
        steps = np.diff(gaps)
        turns = (steps[:-1] * steps[1:] < 0) & (np.abs(steps[:-1] - steps[1:]) > _FLAT)
        (before,) = np.nonzero(turns)
        if not before.size:
            break
        closer = np.geomspace(times[before], times[before + 2], _SECTIONS + 1)[1:-1].ravel()
        times, gaps = np.append(times, closer), np.append(gaps, gap(closer))
        times, order = np.unique(times, return_index=True)
        gaps = gaps[order]
    return times, gaps


def _polish(gap: Gap, low: FloatArray, high: FloatArray) -> FloatArray:
    """Find a root of `gap` between each two times of opposite sign, all at once."""
    rows = np.arange(low.size)
    for _ in range(_ROOT_ROUNDS):
        times = np.geomspace(low, high, _SECTIONS + 1, axis=1)
        values = gap(times.ravel()).reshape(times.shape)
        after = np.argmax(np.sign(values) != np.sign(values[:, :1]), axis=1)
        low, high = times[rows, after - 1], times[rows, after]
    before, beyond = values[rows, after - 1], values[rows, after]
    return np.asarray(low + (high - low) * before / (before - beyond))
