"""What is plotted for each group: its loss, and the confusion matrix of the classifier.

Every rate follows from the bivariate normal probabilities of prediction and label, which
Owen's T function gives to rounding error (D. B. Owen 1956); rare ones are integrated, so that
the share of a rare event is as accurate as that of a common one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, owens_t

from simulation.averages import fields, mean_loss, mean_square_loss
from simulation.losses import Loss
from simulation.mixture import FloatArray, TeacherMixture

_TINY = 1e-100
_TAIL = 40.0

_NOBODY = 1e-300
"""A probability up to which an event has no one in it."""

_RARE = 1e-5
"""A probability below which the difference of common ones would lose digits."""

_FADED = 152.0
"""Twice the logarithm by which a tail has faded where its integration ends."""

_FLATTEST = 1e-3
_STEP = 9.0
_LEGENDRE = np.polynomial.legendre.leggauss(32)
_NODES, _NODE_WEIGHTS = (1 + _LEGENDRE[0]) / 2, _LEGENDRE[1] / np.sqrt(8 * np.pi)


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """Probabilities of prediction ŷ and label y; each an array of shape (..., K) over groups.

    A rate among no one is NaN: there are no data to know it by.

    Attributes
    ----------
    true_positive, false_positive, false_negative, true_negative
        P(ŷ = +1, y = +1), P(ŷ = +1, y = −1), P(ŷ = −1, y = +1) and P(ŷ = −1, y = −1).
    """

    true_positive: FloatArray
    false_positive: FloatArray
    false_negative: FloatArray
    true_negative: FloatArray

    @property
    def selection_rate(self) -> FloatArray:
        """P(ŷ = +1)."""
        return self.true_positive + self.false_positive

    @property
    def positive(self) -> FloatArray:
        """P(y = +1)."""
        return self.true_positive + self.false_negative

    @property
    def error(self) -> FloatArray:
        """P(ŷ ≠ y)."""
        return self.false_positive + self.false_negative

    @property
    def accuracy(self) -> FloatArray:
        """P(ŷ = y)."""
        return self.true_positive + self.true_negative

    @property
    def true_positive_rate(self) -> FloatArray:
        """P(ŷ = +1 | y = +1), the recall."""
        return _share(self.true_positive, of=self.positive)

    @property
    def false_positive_rate(self) -> FloatArray:
        """P(ŷ = +1 | y = −1)."""
        return _share(self.false_positive, of=self.false_positive + self.true_negative)

    @property
    def precision(self) -> FloatArray:
        """P(y = +1 | ŷ = +1)."""
        return _share(self.true_positive, of=self.selection_rate)

    @property
    def f1(self) -> FloatArray:
        """Harmonic mean of precision and recall, 2 TP/(2 TP + FP + FN)."""
        return _share(2 * self.true_positive, of=self.selection_rate + self.positive)

    def overall(self, shares: FloatArray) -> "Confusion":
        """Return the probabilities in the whole population, where group j has shares[j].

        The arrays have the shape (...), without the axis of the groups.
        """
        return Confusion(
            true_positive=self.true_positive @ shares,
            false_positive=self.false_positive @ shares,
            false_negative=self.false_negative @ shares,
            true_negative=self.true_negative @ shares,
        )


def group_losses(
    mixture: TeacherMixture, loss: Loss, overlaps: FloatArray, norm: FloatArray
) -> FloatArray:
    """Return the expected loss of each group, without any weights.

    Parameters
    ----------
    mixture
        K groups.
    loss
        ℓ.
    overlaps
        w·u/d, shape (..., 2K).
    norm
        Q = |w|²/d, shape (...).

    Returns
    -------
    numpy.ndarray
        Shape (..., K).
    """
    return mean_loss(loss, fields(mixture, overlaps, norm))


def loss_deviations(
    mixture: TeacherMixture, loss: Loss, overlaps: FloatArray, norm: FloatArray
) -> FloatArray:
    """Return the standard deviation of the loss of single samples in each group.

    Parameters and result have the shapes of those of `group_losses`.
    """
    law = fields(mixture, overlaps, norm)
    variance = mean_square_loss(loss, law) - mean_loss(loss, law) ** 2
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def confusion(
    mixture: TeacherMixture,
    overlaps: FloatArray,
    norm: FloatArray,
    decision_thresholds: ArrayLike = 0.0,
) -> Confusion:
    """Return the confusion probabilities of ŷ = sign(λ − θ) in each group.

    A student of length 0 at the threshold is taken to toss a coin.

    Parameters
    ----------
    mixture
        K groups.
    overlaps
        w·u/d, shape (..., 2K).
    norm
        Q = |w|²/d, shape (...).
    decision_thresholds
        θ, one for all groups or shape (K,).
    """
    law = fields(mixture, overlaps, norm)
    margin = (law.mean - np.asarray(decision_thresholds, dtype=np.float64)) / np.maximum(
        law.deviation, _TINY
    )
    return quadrants(margin, law.label_margin, law.correlation)


def quadrants(first: FloatArray, second: FloatArray, correlation: FloatArray) -> Confusion:
    """Return the probabilities of the signs of first + a (ŷ) and second + b (y).

    a and b are standard normals with the given correlation. Each probability has a relative
    accuracy of 1e-10 down to 1e-300 (at a correlation of ±1, to 1e-99).

    Parameters
    ----------
    first, second
        Of one shape, with one axis or more; what is beyond ±40 counts as ±40.
    correlation
        From −1 to 1, of the same shape.
    """
    rest = _rest(correlation)
    first, second = _off_zero(first), _off_zero(second)
    wedges = owens_t(first, _residual(second, first, correlation) / (first * rest)) + owens_t(
        second, _residual(first, second, correlation) / (second * rest)
    )

    def quadrant(sign: int, label: int) -> FloatArray:
        a, b, joint = sign * first, label * second, sign * label * correlation
        probability = 0.5 * (ndtr(a) + ndtr(b) - (a * b < 0)) - sign * label * wedges
        rare = probability < _RARE
        if rare.any():
            probability[rare] = _rare_orthant(a[rare], b[rare], joint[rare])
        return np.asarray(probability)

    return Confusion(
        true_positive=quadrant(1, 1),
        false_positive=quadrant(1, -1),
        false_negative=quadrant(-1, 1),
        true_negative=quadrant(-1, -1),
    )


def _rare_orthant(first: FloatArray, second: FloatArray, correlation: FloatArray) -> FloatArray:
    """Return P(a > −first, b > −second) as an integral over the rarer of the two conditions.

    With y ≥ x the two bounds it is φ(y) ∫_0^∞ e^{−ys − s²/2} Φ(near + slope·s) ds, a sum of
    positive terms; the panels end where Φ turns. All arrays have the shape (n,).
    """
    y, x = -np.minimum(first, second), -np.maximum(first, second)
    rest = _rest(correlation)
    near = -_residual(x, y, correlation) / rest
    slope = np.copysign(np.maximum(np.abs(correlation), _FLATTEST), correlation) / rest
    falling = (np.maximum(near, 0) + _fading(np.maximum(-near, 0))) / np.abs(slope)
    end = np.where(slope < 0, np.minimum(_fading(y), falling), _fading(y))
    turn = np.clip((np.array([0.0, _STEP]) - near[:, None]) / slope[:, None], 0, end[:, None])
    edges = np.sort(np.column_stack([np.zeros_like(end), turn, end]))
    width = np.diff(edges)
    s = edges[:, :-1, None] + width[..., None] * _NODES
    field = near[:, None, None] + (correlation / rest)[:, None, None] * s
    integrand = np.exp(-s * (y[:, None, None] + s / 2)) * ndtr(field)
    areas = np.vecdot(integrand @ _NODE_WEIGHTS, width)
    return np.asarray(areas * np.exp(-0.5 * y**2))


def _fading(rate: FloatArray) -> FloatArray:
    """Return the s at which rate·s + s²/2 = `_FADED`/2."""
    return _FADED / (np.sqrt(rate**2 + _FADED) + rate)


def _share(part: FloatArray, *, of: FloatArray) -> FloatArray:
    """Return part/of, NaN where there is no one to be a part of."""
    return np.divide(part, of, out=np.full_like(of, np.nan), where=of > _NOBODY)


def _rest(correlation: FloatArray) -> FloatArray:
    """√(1 − correlation²), but above 0."""
    return np.maximum(np.sqrt((1 - correlation) * (1 + correlation)), _TINY)


def _residual(target: FloatArray, given: FloatArray, correlation: FloatArray) -> FloatArray:
    """Return target − correlation·given without cancellation as the correlation nears ±1."""
    sign = np.where(correlation < 0, -1.0, 1.0)
    return (target - sign * given) + (sign - correlation) * given


def _off_zero(margin: FloatArray) -> FloatArray:
    """Move 0 by less than rounding error and cut what is beyond the normal's tails."""
    cut = np.clip(margin, -_TAIL, _TAIL)
    return np.where(np.abs(cut) < _TINY, _TINY, cut)
