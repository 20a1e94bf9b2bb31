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
    found = []
    for start, stop in zip(clear[swaps], clear[swaps + 1], strict=True):
        change = middle_sign_change(x[start : stop + 1], gap[start : stop + 1])
        assert change is not None
        found.append(Crossing(change.x, before=int(gap[start] > 0), after=int(gap[stop] > 0)))
    return tuple(found)


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


@dataclass(frozen=True, slots=True)
class SignChange:
    """A sampled gap changes its sign.

    Attributes
    ----------
    x
        The moment, interpolated between samples.
    rising
        Whether the gap is positive after it.
    """

    x: float
    rising: bool


def middle_sign_change(
    x: FloatArray, gap: FloatArray, *, rising: bool | None = None
) -> SignChange | None:
    """Find the middle one of the sign changes of a gap; None if there is none.

    Parameters
    ----------
    x
        Positions, strictly rising, shape (n,). Where they are positive, the moment is interpolated
        on a log axis.
    gap
        Shape (n,). Samples that are not finite are left out.
    rising
        Only changes in this direction count; None for both.
    """
    known = np.isfinite(gap)
    x, gap = x[known], gap[known]
    decided = np.flatnonzero(gap)
    after = gap[decided] > 0
    changes = np.flatnonzero(after[1:] != after[:-1])
    if rising is not None:
        changes = changes[after[changes + 1] == rising]
    if not changes.size:
        return None
    left, right = decided[changes[changes.size // 2] + np.array([0, 1])]
    return SignChange(_root(x[left : right + 1], gap[left : right + 1]), bool(gap[right] > 0))


def _root(x: FloatArray, gap: FloatArray) -> float:
    """Interpolate between two ends that differ in sign, with nothing or only zeros between them."""
    if x.size > 2:
        return float(x[(x.size - 1) // 2])
    share = gap[0] / (gap[0] - gap[1])
    if x[0] > 0:
        return float(x[0] * (x[1] / x[0]) ** share)
    return float(x[0] + share * (x[1] - x[0]))
