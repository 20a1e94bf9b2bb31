"""What single runs did, in the terms of a map."""

from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.frames import CELL_LAYERS, FloatArray
from simulation.crossings import VISIBLE_GAP

_CLEAR = 3.0
"""Standard deviations by which a run must lead on the way for it to be no accident."""

_LAST = 0.5
"""Share of the time at which the end begins, over which the final gap is averaged."""


class Class(NamedTuple):
    """What a map tells apart: nothing more where training diverges, else up to two crossings."""

    diverges: bool
    preference: int
    crossings: int

    @classmethod
    def of(cls, *, diverges: bool, preference: int, crossings: int) -> "Class":
        """Class what happened."""
        return cls(True, -1, 0) if diverges else cls(False, preference, min(crossings, 2))

    @classmethod
    def of_layers(cls, layers: FloatArray) -> "Class":
        """Class a cell that can exist, from its layers, shape (layers,)."""
        cell = dict(zip(CELL_LAYERS, layers.tolist(), strict=True))
        return cls.of(
            diverges=cell["diverges"] == 1,
            preference=int(cell["asymptotic_preference"]),
            crossings=int(cell["crossings"]),
        )


class Verdict(NamedTuple):
    """What one run did, with all of its crossings."""

    diverged: bool
    preference: int
    crossings: int

    @property
    def shown(self) -> Class:
        """What a map would tell of it."""
        return Class.of(
            diverges=self.diverged, preference=self.preference, crossings=self.crossings
        )


def verdicts(times: FloatArray, gaps: FloatArray, diverged: NDArray[np.bool_]) -> list[Verdict]:
    """Judge each of several runs as a map judges the exact curves, as far as noise allows.

    On the way a group is ahead where the gap exceeds `VISIBLE_GAP` and three standard deviations of
    all runs at that time. The end is the mean gap over the later half of the time, which must
    exceed `VISIBLE_GAP` and one standard deviation of that mean, or the run ends level. Crossings
    are the changes of the lead from one clear lead to the next, the one in the end included.

    Parameters
    ----------
    times
        t at which gaps are known, ascending, shape (n,).
    gaps
        First group minus second, shape (n, runs), runs ≥ 2; NaN once a run has diverged.
    diverged
        Shape (runs,).
    """
    noise = np.maximum(_CLEAR * _deviation(gaps), VISIBLE_GAP)
    leads = np.where(np.abs(gaps) >= noise[:, None], np.sign(gaps), 0)
    late = gaps[times >= _LAST * times[-1]]
    final = np.mean(late, axis=0)
    level = max(float(_deviation(final[None])[0]), VISIBLE_GAP)
    found = []
    for run, lost in enumerate(diverged.tolist()):
        if lost:
            found.append(Verdict(True, -1, 0))
            continue
        end = 0 if abs(final[run]) < level else int(np.sign(final[run]))
        clear = np.append(leads[:, run], end)
        clear = clear[clear != 0]
        preference = {-1: 0, 0: -1, 1: 1}[end]
        found.append(Verdict(False, preference, int(np.count_nonzero(np.diff(clear)))))
    return found


def usual(found: list[Verdict]) -> Verdict:
    """Return what most runs did: the most common class, with the crossings most common in it."""
    ((chosen, _),) = Counter(verdict.shown for verdict in found).most_common(1)
    return Counter(v for v in found if v.shown == chosen).most_common(1)[0][0]


def _deviation(gaps: FloatArray) -> FloatArray:
    """Return the sample standard deviation of the gaps (n, runs) that are known, shape (n,)."""
    known = np.isfinite(gaps)
    count = known.sum(axis=1)
    mean = np.where(known, gaps, 0.0).sum(axis=1) / np.maximum(count, 1)
    squares = np.where(known, gaps - mean[:, None], 0.0) ** 2
    return np.asarray(np.sqrt(squares.sum(axis=1) / np.maximum(count - 1, 1)))
