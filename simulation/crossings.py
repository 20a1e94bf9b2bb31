"""When which group is ahead: the crossings of two groups' curves."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from simulation.closed_form import TimeScales
from simulation.dynamics import flow
from simulation.learning import LearningRule
from simulation.mixture import FloatArray, TeacherMixture
from simulation.observables import confusion, group_losses

Measure = Literal["loss", "error"]

VISIBLE_GAP = 1e-3
"""A gap that never reaches this between two crossings is not seen as a change of who is ahead."""

_GRID = 2000
_FIRST = 1e-6
_ROUNDS = 3
_SECTIONS = 100
_ROUNDING = 1e-13


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
    """

    time: float
    ahead_before: int
    ahead_after: int
    gap_before: float
    gap_after: float

    @property
    def visible(self) -> bool:
        """Whether both groups are visibly ahead around this crossing."""
        return min(self.gap_before, self.gap_after) >= VISIBLE_GAP


def find_crossings(
    mixture: TeacherMixture,
    rule: LearningRule,
    *,
    until: float,
    measure: Measure = "loss",
    groups: tuple[int, int] = (0, 1),
) -> tuple[Crossing, ...]:
    """Return the crossings of two groups' exact curves in (0, until], in order.

    Parameters
    ----------
    mixture
        K ≥ 2 groups.
    rule
        A learning rule for K groups.
    until
        End of the search in t = steps/d; `horizon` covers all that happens. The search ends
        earlier where the norm diverges.
    measure
        Whether the group with the lower loss or with the lower error is ahead.
    groups
        Indices of the two groups.
    """
    solution = flow(mixture, rule, until)
    end = solution.diverged_at or until
    times = np.geomspace(end * _FIRST, end, _GRID)
    first, second = groups

    def gap(at: FloatArray) -> FloatArray:
        overlaps, norm = solution.evaluate(at)
        curves = (
            group_losses(mixture, rule.loss, overlaps, norm)
            if measure == "loss"
            else confusion(mixture, overlaps, norm).error
        )
        return np.asarray(curves[:, first] - curves[:, second])

    gaps = gap(times)
    certain = np.flatnonzero(np.abs(gaps) > _ROUNDING)
    changes = np.flatnonzero(np.diff(np.sign(gaps[certain])))
    lobes = np.split(np.abs(gaps), certain[changes + 1])
    crossings = []
    for number, change in enumerate(changes):
        before, after = certain[change], certain[change + 1]
        leading = groups if gaps[before] < 0 else (second, first)
        crossings.append(
            Crossing(
                time=_polish(gap, float(times[before]), float(times[after])),
                ahead_before=leading[0],
                ahead_after=leading[1],
                gap_before=float(lobes[number].max()),
                gap_after=float(lobes[number + 1].max()),
            )
        )
    return tuple(crossings)


def horizon(scales: TimeScales) -> float:
    """Return 20 times the slowest time-scale, after which the curves are flat."""
    return 20 * scales.slowest


def _polish(gap: Callable[[FloatArray], FloatArray], low: float, high: float) -> float:
    """Find the root of `gap` between two times of opposite sign."""
    for _ in range(_ROUNDS):
        times = np.geomspace(low, high, _SECTIONS)
        values = gap(times)
        after = int(np.argmax(np.sign(values) != np.sign(values[0])))
        low, high = float(times[after - 1]), float(times[after])
    return math.sqrt(low * high)
