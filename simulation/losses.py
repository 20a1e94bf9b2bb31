"""Losses of a linear classifier as functions of the margin z = yλ.

With labels y = ±1 every loss here depends on the field λ only through z, so that
δ(λ, y) = −∂ℓ/∂λ = −yℓ'(z) and ∂δ/∂λ = −ℓ''(z).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_LARGEST_EXPONENT = 700.0
_SHARPEST_HINGE = 100.0

_SIGMOID_BREAKS = np.array([-22.0, -4.2, 0.0, 4.2, 22.0])
"""Where pieces of a sigmoid of unit width end, each close to a polynomial."""


class Loss(Protocol):
    """A loss ℓ(z) of the margin, with its derivatives; all element-wise."""

    @property
    def breaks(self) -> FloatArray:
        """Fields between which ℓ(λ) and ℓ(−λ) are each close to polynomials; ascending."""

    def value(self, margin: FloatArray) -> FloatArray:
        """ℓ(z)."""

    def delta(self, margin: FloatArray) -> FloatArray:
        """−ℓ'(z)."""

    def derivatives(self, margin: FloatArray) -> tuple[FloatArray, FloatArray]:
        """−ℓ'(z) and −ℓ''(z)."""


@dataclass(frozen=True, slots=True)
class Squared:
    """ℓ = ½(1 − z)² = ½(λ − y)²."""

    @property
    def breaks(self) -> FloatArray:
        """None: it is a polynomial."""
        return np.empty(0)

    def value(self, margin: FloatArray) -> FloatArray:
        """ℓ(z)."""
        return 0.5 * (1 - margin) ** 2

    def delta(self, margin: FloatArray) -> FloatArray:
        """−ℓ'(z)."""
        return 1 - margin

    def derivatives(self, margin: FloatArray) -> tuple[FloatArray, FloatArray]:
        """−ℓ'(z) and −ℓ''(z)."""
        return 1 - margin, np.full_like(margin, -1.0)


@dataclass(frozen=True, slots=True)
class Logistic:
    """ℓ = log(1 + e^{−z}), the binary cross-entropy of the logit λ."""

    @property
    def breaks(self) -> FloatArray:
        """Around λ = 0."""
        return _breaks(centre=0.0, width=1.0)

    def value(self, margin: FloatArray) -> FloatArray:
        """ℓ(z)."""
        return _surprise(margin)

    def delta(self, margin: FloatArray) -> FloatArray:
        """−ℓ'(z)."""
        return 1 / (1 + _odds(margin))

    def derivatives(self, margin: FloatArray) -> tuple[FloatArray, FloatArray]:
        """−ℓ'(z) and −ℓ''(z)."""
        odds = _odds(margin)
        wrong = 1 / (1 + odds)
        return wrong, -odds * wrong * wrong


@dataclass(frozen=True, slots=True)
class Focal:
    """ℓ = (1 − p)^γ (−log p) with p = 1/(1 + e^{−z}) (Lin et al. 2017, equation 4).

    Attributes
    ----------
    gamma
        Focusing parameter γ ≥ 0; 0 is the logistic loss.
    """

    gamma: float

    def __post_init__(self) -> None:
        if not 0 <= self.gamma < np.inf:
            message = f"focal_gamma = {self.gamma} must be 0 or more"
            raise ValueError(message)

    @property
    def breaks(self) -> FloatArray:
        """Around λ = 0."""
        return _breaks(centre=0.0, width=1.0)

    def value(self, margin: FloatArray) -> FloatArray:
        """ℓ(z)."""
        surprise = _surprise(margin)
        return np.asarray(np.exp(-self.gamma * (surprise + margin)) * surprise)

    def delta(self, margin: FloatArray) -> FloatArray:
        """−ℓ'(z)."""
        return self.derivatives(margin)[0]

    def derivatives(self, margin: FloatArray) -> tuple[FloatArray, FloatArray]:
        """−ℓ'(z) and −ℓ''(z)."""
        surprise = _surprise(margin)
        log_wrong = -(surprise + margin)
        right, wrong = np.exp(-surprise), np.exp(log_wrong)
        focus, pull = np.exp(self.gamma * log_wrong), self.gamma * surprise
        steepness = pull * (wrong - self.gamma * right) - (2 * self.gamma + 1) * wrong
        return focus * (right * pull + wrong), focus * right * steepness


@dataclass(frozen=True, slots=True)
class SmoothHinge:
    """ℓ = log(1 + e^{β(1 − z)})/β, which the hinge loss max(0, 1 − z) is the limit of.

    Attributes
    ----------
    sharpness
        β, above 0 and at most 100: the hinge is rounded over a width 1/β.
    """

    sharpness: float

    def __post_init__(self) -> None:
        if not 0 < self.sharpness <= _SHARPEST_HINGE:
            message = (
                f"hinge_sharpness = {self.sharpness} must be above 0 and at most "
                f"{_SHARPEST_HINGE:g}, where the loss is all but the hinge"
            )
            raise ValueError(message)

    @property
    def breaks(self) -> FloatArray:
        """Around λ = ±1, where the hinge of either label is."""
        return _breaks(centre=1.0, width=1 / self.sharpness)

    def value(self, margin: FloatArray) -> FloatArray:
        """ℓ(z)."""
        return _surprise(self.sharpness * (margin - 1)) / self.sharpness

    def delta(self, margin: FloatArray) -> FloatArray:
        """−ℓ'(z)."""
        return Logistic().delta(self.sharpness * (margin - 1))

    def derivatives(self, margin: FloatArray) -> tuple[FloatArray, FloatArray]:
        """−ℓ'(z) and −ℓ''(z)."""
        delta, d_delta = Logistic().derivatives(self.sharpness * (margin - 1))
        return delta, self.sharpness * d_delta


def _surprise(margin: FloatArray) -> FloatArray:
    """−log p = log(1 + e^{−z}), several times as fast as `numpy.logaddexp`."""
    return np.asarray(np.log1p(np.exp(-np.abs(margin))) - np.minimum(margin, 0))


def _odds(margin: FloatArray) -> FloatArray:
    """p/(1 − p) = e^z, cut before it overflows."""
    return np.asarray(np.exp(np.minimum(margin, _LARGEST_EXPONENT)))


@lru_cache
def _breaks(*, centre: float, width: float) -> FloatArray:
    """Return the breaks of a sigmoid at the margin `centre`, for both labels.

    Those on the other label's side of 0 are left out: that side has breaks of its own.
    """
    positive = centre + width * _SIGMOID_BREAKS
    positive = positive[positive >= 0]
    both = np.unique(np.concatenate([-positive, positive]))
    both.setflags(write=False)
    return both
