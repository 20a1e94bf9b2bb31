"""Closed-form learning curves of the squared loss, for any number of groups.

The overlaps W = (R, M) obey a linear system and the norm Q a linear equation driven by a quadratic
form of W, so both are sums of exponentials (Jain et al. 2024, section 3.1, for two groups). For K
groups the system is symmetric in the right coordinates: all of W relaxes at the rate k_R except
along the K modes of the shifts, which are eigenvectors of √c_i v_i·v_j/d √c_j.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import exprel

from simulation.averages import label_moments
from simulation.learning import DIVERGENCE_NORM, LearningRule, start
from simulation.losses import Squared
from simulation.mixture import FloatArray, TeacherMixture

_FLAT = 1e-13
"""A mode whose share of the shifts' covariance is below this leaves every overlap unchanged."""

_TIME_ACCURACY = 1e-9
"""Relative accuracy of the moment of divergence."""

_LARGEST_EXPONENT = 600.0
"""Keeps a diverging norm finite, far beyond any bound of interest."""


@dataclass(frozen=True, slots=True, eq=False)
class SquaredFlow:
    """The exact flow of W and Q under the squared loss.

    W(t) = asymptote + Σ_a amplitudes_a e^{−rates_a t};
    Q(t) = Q(0) e^{−k_Q t} + Σ_s sources_s ∫_0^t e^{−k_Q(t−u)} e^{−source_rates_s u} du.

    Attributes
    ----------
    asymptote
        Overlaps at t → ∞, shape (2K,).
    rates
        k_a > 0 of the shifts' modes in ascending order, then k_R; shape (K + 1,).
    amplitudes
        Shape (K + 1, 2K).
    initial_norm
        Q(0).
    norm_rate
        k_Q; the norm grows without bound if it is 0 or less.
    source_rates, sources
        What drives the norm, shape (terms,).
    """

    asymptote: FloatArray
    rates: FloatArray
    amplitudes: FloatArray
    initial_norm: float
    norm_rate: float
    source_rates: FloatArray
    sources: FloatArray

    @classmethod
    def of(cls, mixture: TeacherMixture, rule: LearningRule) -> Self:
        """Solve theory for a mixture and a rule to which the closed form applies.

        Raises
        ------
        ValueError
            If the loss is not squared, the class weights differ or the start is inadmissible.
        """
        if not applies(rule):
            message = "the closed form needs the squared loss with equal class weights"
            raise ValueError(message)
        start(mixture, rule)
        size, gram, eta = mixture.size, mixture.gram, rule.learning_rate
        group_weights = rule.group_weights * rule.class_weights[0]
        weights = mixture.shares * group_weights
        variances = mixture.variances
        damping = float(weights @ variances) + rule.weight_decay
        mean_label, slope = label_moments(mixture)

        root = np.sqrt(weights)
        spread, modes = np.linalg.eigh(root[:, None] * gram[size:, size:] * root)
        spread = np.maximum(spread, 0)
        reach = gram[:, size:] @ (root[:, None] * modes)
        pull = gram[:, size:] @ (weights * mean_label) + gram[:, :size] @ (weights * slope)
        held_back = (modes.T @ (root * pull[size:])) / (spread + damping)
        asymptote = (pull - reach @ held_back) / damping

        distance = rule.initial_overlaps - asymptote
        curved = spread > _FLAT * max(float(spread[-1]), damping)
        along = modes.T @ (root * distance[size:])
        shares = np.divide(along, spread, out=np.zeros(size), where=curved)
        amplitudes = np.zeros((size + 1, 2 * size))
        amplitudes[:size] = (reach * shares).T
        amplitudes[size] = distance - amplitudes[:size].sum(axis=0)
        rates = eta * (damping + np.append(spread, 0.0))

        noise = eta**2 / rule.batch_size * mixture.shares * group_weights**2 * variances
        drift = 2 * eta * weights
        terms = np.vstack([asymptote, amplitudes])
        shift_terms = terms[:, size:]
        label_terms = shift_terms * mean_label + terms[:, :size] * slope
        quadratic = (shift_terms * (noise - drift)) @ shift_terms.T
        quadratic[0] += quadratic[0]
        quadratic[0, 0] /= 2
        quadratic[0] += label_terms @ (drift - 2 * noise)
        quadratic[0, 0] += noise.sum()
        first, second = np.triu_indices(size + 2)
        doubled = np.where((first > 0) & (first < second), 2.0, 1.0)
        term_rates = np.append(0.0, rates)
        return cls(
            asymptote=asymptote,
            rates=rates,
            amplitudes=amplitudes,
            initial_norm=rule.initial_norm,
            norm_rate=float(2 * eta * damping - noise @ variances),
            source_rates=term_rates[first] + term_rates[second],
            sources=doubled * quadratic[first, second],
        )

    def evaluate(self, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the overlaps (n, 2K) and the norm (n,) at the times (n,)."""
        overlaps = self.asymptote + np.exp(-np.multiply.outer(times, self.rates)) @ self.amplitudes
        return overlaps, self._norm(times)

    def diverged_at(self, end: float) -> float | None:
        """Return when the norm passes `DIVERGENCE_NORM`, or None if it does not up to `end`."""
        low, high = 0.0, end
        while True:
            times = np.linspace(low, high, 65)
            beyond = np.flatnonzero(self._norm(times) > DIVERGENCE_NORM)
            if not beyond.size:
                return None
            low, high = float(times[beyond[0] - 1]), float(times[beyond[0]])
            if high - low <= _TIME_ACCURACY * high:
                return high

    def _norm(self, times: FloatArray) -> FloatArray:
        driven = _convolution(self.norm_rate, self.source_rates, times[:, None]) @ self.sources
        return np.asarray(self.initial_norm * _decay(self.norm_rate, times) + driven)


@dataclass(frozen=True, slots=True)
class TimeScales:
    """When each order parameter is learnt, in units of t = steps/d (squared loss).

    Attributes
    ----------
    shift
        τ_M = 1/k_M of the fastest shift mode; None without any shift.
    teachers
        τ_R = 1/k_R.
    norm
        τ_Q = 1/k_Q; None if the norm grows without bound.
    """

    shift: float | None
    teachers: float
    norm: float | None

    @property
    def slowest(self) -> float:
        """The longest of the time-scales."""
        return max(self.teachers, self.norm or 0.0)


def applies(rule: LearningRule) -> bool:
    """Say whether the rule has a closed form: squared loss, the same weight for both classes."""
    positive, negative = rule.class_weights
    return isinstance(rule.loss, Squared) and bool(positive == negative)


def time_scales(mixture: TeacherMixture, rule: LearningRule) -> TimeScales:
    """Return τ_M, τ_R and τ_Q of a rule to which the closed form applies.

    Raises
    ------
    ValueError
        If the closed form does not apply.
    """
    flow = SquaredFlow.of(mixture, rule)
    fastest, teachers = float(flow.rates[-2]), float(flow.rates[-1])
    return TimeScales(
        shift=1 / fastest if fastest > teachers * (1 + _FLAT) else None,
        teachers=1 / teachers,
        norm=1 / flow.norm_rate if flow.norm_rate > 0 else None,
    )


def largest_learning_rate(mixture: TeacherMixture, rule: LearningRule) -> float:
    """Return 2B(Δ̄ + λ_2)/Σ_j p_j c_j² Δ_j², from which on the norm diverges (squared loss)."""
    group_weights = rule.group_weights * rule.class_weights[0]
    damping = mixture.shares @ (group_weights * mixture.variances) + rule.weight_decay
    noise = mixture.shares @ (group_weights * mixture.variances) ** 2
    return float(2 * rule.batch_size * damping / noise)


def _decay(rate: float | FloatArray, times: FloatArray) -> FloatArray:
    """e^{−rate·t}, kept finite for a negative rate."""
    return np.asarray(np.exp(np.minimum(-rate * times, _LARGEST_EXPONENT)))


def _convolution(first: float, second: FloatArray, times: FloatArray) -> FloatArray:
    """∫_0^t e^{−first(t−u)} e^{−second u} du for any two rates, equal or not."""
    slower = np.minimum(first, second)
    return np.asarray(times * exprel(-np.abs(first - second) * times) * _decay(slower, times))
