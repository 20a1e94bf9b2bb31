"""What is plotted for each group: its loss, and the confusion matrix of the classifier.

Every rate follows from one bivariate normal orthant probability P(λ > θ, τ > 0), which
Owen's T function gives to rounding error (D. B. Owen 1956).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, owens_t

from simulation.averages import fields, mean_loss
from simulation.losses import Loss
from simulation.mixture import FloatArray, TeacherMixture

_TINY = 1e-100
_TAIL = 40.0


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """Probabilities of prediction and label within each group; arrays of shape (..., K).

    Attributes
    ----------
    true_positive
        P(ŷ = +1, y = +1).
    selection_rate
        P(ŷ = +1).
    positive
        P(y = +1).
    """

    true_positive: FloatArray
    selection_rate: FloatArray
    positive: FloatArray

    @property
    def error(self) -> FloatArray:
        """P(ŷ ≠ y)."""
        return np.maximum(self.selection_rate + self.positive - 2 * self.true_positive, 0.0)

    @property
    def accuracy(self) -> FloatArray:
        """P(ŷ = y)."""
        return 1 - self.error

    @property
    def true_positive_rate(self) -> FloatArray:
        """P(ŷ = +1 | y = +1)."""
        return self.true_positive / self.positive

    @property
    def false_positive_rate(self) -> FloatArray:
        """P(ŷ = +1 | y = −1)."""
        return (self.selection_rate - self.true_positive) / (1 - self.positive)


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
    return Confusion(
        true_positive=orthant(margin, law.label_margin, law.correlation),
        selection_rate=np.asarray(ndtr(margin)),
        positive=np.asarray(ndtr(law.label_margin)),
    )


def orthant(first: FloatArray, second: FloatArray, correlation: FloatArray) -> FloatArray:
    """Return P(a > −first, b > −second) of standard normals with the given correlation.

    All arguments are broadcast; |correlation| ≤ 1.
    """
    rest = np.maximum(np.sqrt((1 - correlation) * (1 + correlation)), _TINY)
    first, second = _off_zero(first), _off_zero(second)
    total = (
        0.5 * (ndtr(first) + ndtr(second) - (first * second < 0))
        - owens_t(first, _residual(second, first, correlation) / (first * rest))
        - owens_t(second, _residual(first, second, correlation) / (second * rest))
    )
    return np.asarray(np.clip(total, 0.0, 1.0))


def _residual(target: FloatArray, given: FloatArray, correlation: FloatArray) -> FloatArray:
    """Return target − correlation·given without cancellation as the correlation nears ±1."""
    sign = np.where(correlation < 0, -1.0, 1.0)
    return (target - sign * given) + (sign - correlation) * given


def _off_zero(margin: FloatArray) -> FloatArray:
    """Move 0 by less than rounding error and cut what is beyond the normal's tails."""
    cut = np.clip(margin, -_TAIL, _TAIL)
    return np.where(np.abs(cut) < _TINY, _TINY, cut)
