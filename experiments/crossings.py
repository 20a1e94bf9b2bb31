"""Moments at which two sampled curves swap places."""

from dataclasses import dataclass

import numpy as np

from experiments.frames import FloatArray

_NOISE = 0.02
_LASTING = 1.25


@dataclass(frozen=True, slots=True)
class Crossing:
    """The lower of two curves becomes the higher one.

    Attributes
    ----------
    x
        The moment, interpolated between samples.
    before, after
        Which curve is the lower one on either side: 0 for the first, 1 for the second. For a loss
        or an error, the lower one is ahead.
    """

    x: float
    before: int
    after: int


def crossings(
    x: FloatArray, first: FloatArray, second: FloatArray, *, visible: float | FloatArray = 1e-3
) -> tuple[Crossing, ...]:
    """Find where two curves cross for good measure.

    Noise around equality is no crossing: the gap must exceed `visible` in one direction before and
    in the other after. Where the sign flickers in between, the middle one of its (odd number of)
    changes counts.

    Parameters
    ----------
    x
        Positions, strictly rising, shape (n,). Where they are positive, the moment is interpolated
        on a log axis.
    first, second
        The two curves at `x`, shape (n,). Samples that are not finite are left out.
    visible
        Smallest gap that counts, in the unit of the curves; at least 0; one number or one for
        each sample.

    Returns
    -------
    tuple of Crossing
        In the order of `x`.
    """
    finite = np.isfinite(first) & np.isfinite(second)
    x, gap = x[finite], first[finite] - second[finite]
    clear = np.flatnonzero(np.abs(gap) > np.broadcast_to(visible, finite.shape)[finite])
    sign = np.sign(gap)
    swaps = np.flatnonzero(sign[clear[1:]] != sign[clear[:-1]])
    return tuple(
        Crossing(
            x=_moment(x[start : stop + 1], gap[start : stop + 1]),
            before=int(gap[start] > 0),
            after=int(gap[stop] > 0),
        )
        for start, stop in zip(clear[swaps], clear[swaps + 1], strict=True)
    )


def measured_crossings(
    x: FloatArray, first: FloatArray, second: FloatArray
) -> tuple[Crossing, ...]:
    """Find the crossings of two measured, and so noisy, losses that a reader would call a change.

    The gap must exceed 2 % of the losses on both sides, and the new lead must last until x has
    grown by a quarter: two changes closer than that cancel each other, and one younger than that
    is not told yet.

    Parameters
    ----------
    x
        Positive positions, strictly rising, shape (n,).
    first, second
        The two losses at `x`, shape (n,).
    """
    kept: list[Crossing] = []
    for crossing in crossings(x, first, second, visible=_NOISE * (first + second) / 2):
        if kept and crossing.x < _LASTING * kept[-1].x:
            kept.pop()
        else:
            kept.append(crossing)
    if kept and x[-1] < _LASTING * kept[-1].x:
        kept.pop()
    return tuple(kept)


def _moment(x: FloatArray, gap: FloatArray) -> float:
    """Interpolate the middle sign change of a gap whose ends differ in sign."""
    decided = np.flatnonzero(gap)
    changes = np.flatnonzero(np.diff(np.sign(gap[decided])))
    left, right = decided[changes[changes.size // 2] + np.array([0, 1])]
    if right - left > 1:
        return float(x[(left + right) // 2])
    share = gap[left] / (gap[left] - gap[right])
    if x[left] > 0:
        return float(x[left] * (x[right] / x[left]) ** share)
    return float(x[left] + share * (x[right] - x[left]))
