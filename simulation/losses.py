"""Losses of a linear classifier as functions of the margin z = yλ.

With labels y = ±1 every loss here depends on the field λ only through z, so that
δ(λ, y) = −∂ℓ/∂λ = y·delta(z) and ∂δ/∂λ = d_delta(z).
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

FloatArray = NDArray[np.float64]


class Loss(Protocol):
    """A loss ℓ(z) of the margin, with its derivatives; all element-wise."""

    def value(self, margin: FloatArray) -> FloatArray:
        """ℓ(z)."""

    def delta(self, margin: FloatArray) -> FloatArray:
        """−ℓ'(z)."""

    def d_delta(self, margin: FloatArray) -> FloatArray:
        """−ℓ''(z)."""


@dataclass(frozen=True, slots=True)
class Squared:
    """ℓ = ½(1 − z)² = ½(λ − y)²."""

    def value(self, margin: FloatArray) -> FloatArray:
        """ℓ(z)."""
        return 0.5 * (1 - margin) ** 2

    def delta(self, margin: FloatArray) -> FloatArray:
        """−ℓ'(z)."""
        return 1 - margin

    def d_delta(self, margin: FloatArray) -> FloatArray:
        """−ℓ''(z)."""
        return np.full_like(margin, -1.0)


@dataclass(frozen=True, slots=True)
class Logistic:
    """ℓ = log(1 + e^{−z}), the binary cross-entropy of the logit λ."""

    def value(self, margin: FloatArray) -> FloatArray:
        """ℓ(z)."""
        return np.asarray(np.logaddexp(0, -margin))

    def delta(self, margin: FloatArray) -> FloatArray:
        """−ℓ'(z)."""
        return expit(-margin)

    def d_delta(self, margin: FloatArray) -> FloatArray:
        """−ℓ''(z)."""
        return -expit(margin) * expit(-margin)


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

    def value(self, margin: FloatArray) -> FloatArray:
        """ℓ(z)."""
        return np.asarray(expit(-margin) ** self.gamma * np.logaddexp(0, -margin))

    def delta(self, margin: FloatArray) -> FloatArray:
        """−ℓ'(z)."""
        wrong = expit(-margin)
        surprise = np.logaddexp(0, -margin)
        return np.asarray(wrong**self.gamma * (self.gamma * expit(margin) * surprise + wrong))

    def d_delta(self, margin: FloatArray) -> FloatArray:
        """−ℓ''(z)."""
        right, wrong = expit(margin), expit(-margin)
        surprise = np.logaddexp(0, -margin)
        pull = self.gamma * surprise * (wrong - self.gamma * right)
        return np.asarray(wrong**self.gamma * right * (pull - (2 * self.gamma + 1) * wrong))
