"""Closed-form learning curves of the squared loss, for any number of groups.

The overlaps W = (R, M) obey a linear system and the norm Q a linear equation driven by a quadratic
form of W, so both are sums of exponentials (Jain et al. 2024, section 3.1, for two groups). For K
groups the system is symmetric in the right coordinates: all of W relaxes at the rate k_R except
along the K modes of the shifts, which are eigenvectors of √c_i v_i·v_j/d √c_j.
"""

from dataclasses import dataclass
from functools import lru_cache

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
    @lru_cache(maxsize=8)
    def of(cls, mixture: TeacherMixture, rule: LearningRule) -> "SquaredFlow":
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
        asymptote, rates, amplitudes = _relaxation(mixture, rule)
        weights = rule.group_weights * rule.class_weights[0]
        variances = mixture.variances
        drift = 2 * rule.learning_rate * mixture.shares * weights
        noise = rule.learning_rate**2 / rule.batch_size * mixture.shares * weights**2 * variances
        decay = 2 * rule.learning_rate * rule.weight_decay

        # dQ/dt = −k_Q Q + Σ_j [(drift − 2 noise)⟨yλ⟩ + (noise − drift)M² + noise]_j, where W is a
        # sum of exponentials, the constant one first, and M² one over all their pairs.
        terms, term_rates = np.vstack([asymptote, amplitudes]), np.append(0.0, rates)
        teachers, shifts = np.hsplit(terms, 2)
        mean_label, slope = label_moments(mixture)
        sources = (shifts * (noise - drift)) @ shifts.T
        sources[0] += (shifts * mean_label + teachers * slope) @ (drift - 2 * noise)
        sources[0, 0] += noise.sum()
        return cls(
            asymptote=asymptote,
            rates=rates,
            amplitudes=amplitudes,
            initial_norm=rule.initial_norm,
            norm_rate=float((drift - noise) @ variances + decay),
            source_rates=np.add.outer(term_rates, term_rates).ravel(),
            sources=sources.ravel(),
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


def _relaxation(
    mixture: TeacherMixture, rule: LearningRule
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Solve dW/dt = η(pull − (damping + G_v diag(p c) [0 1])W): asymptote, rates, amplitudes.

    With H = G_v √(p c) E and E the eigenvectors of the shifts' modes, of eigenvalue σ_a, the
    projector of W on mode a is H_a E_aᵀ√(p c)/σ_a, acting on M alone.
    """
    size, gram = mixture.size, mixture.gram
    weights = mixture.shares * rule.group_weights * rule.class_weights[0]
    damping = float(weights @ mixture.variances) + rule.weight_decay
    mean_label, slope = label_moments(mixture)
    toward_teachers, toward_shifts = np.hsplit(gram, 2)
    pull = toward_shifts @ (weights * mean_label) + toward_teachers @ (weights * slope)

    root = np.sqrt(weights)
    spread, modes = np.linalg.eigh(root[:, None] * gram[size:, size:] * root)
    spread = np.maximum(spread, 0)
    reach = toward_shifts @ (root[:, None] * modes)
    held_back = (modes.T @ (root * pull[size:])) / (spread + damping)
    asymptote = (pull - reach @ held_back) / damping

    distance = rule.initial_overlaps - asymptote
    along = modes.T @ (root * distance[size:])
    curved = spread > _FLAT * max(float(spread[-1]), damping)
    in_modes = (reach * np.divide(along, spread, out=np.zeros(size), where=curved)).T
    amplitudes = np.vstack([in_modes, distance - in_modes.sum(axis=0)])
    return asymptote, rule.learning_rate * (damping + np.append(spread, 0.0)), amplitudes


def _decay(rate: float | FloatArray, times: FloatArray) -> FloatArray:
    """e^{−rate·t}, kept finite for a negative rate."""
    return np.asarray(np.exp(np.minimum(-rate * times, _LARGEST_EXPONENT)))


def _convolution(first: float, second: FloatArray, times: FloatArray) -> FloatArray:
    """∫_0^t e^{−first(t−u)} e^{−second u} du for any two rates, equal or not."""
    slower = np.minimum(first, second)
    return np.asarray(times * exprel(-np.abs(first - second) * times) * _decay(slower, times))
