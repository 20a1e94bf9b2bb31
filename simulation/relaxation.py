"""What the squared loss does to a student under fixed weights, for any number of groups.

In the student's own time s = ∫η dt the overlaps W = (R, M) obey a linear system whose coefficients
do not depend on the learning rate, so W is a sum of exponentials of s whatever the schedule. The
norm Q obeys a linear equation driven by a quadratic form of W. For K groups the system is symmetric
in the right coordinates: all of W relaxes at the rate of the teachers except along the K modes of
the shifts, which are eigenvectors of √c_i v_i·v_j/d √c_j.
"""

from dataclasses import dataclass

import numpy as np

from simulation.averages import label_moments
from simulation.learning import LearningRule
from simulation.mixture import FloatArray, TeacherMixture

_FLAT = 1e-13
"""A mode whose share of the shifts' covariance is below this leaves every overlap unchanged."""


@dataclass(frozen=True, slots=True, eq=False)
class Relaxation:
    """How W and Q change under the squared loss and fixed weights.

    With the age s = ∫η dt, W = asymptote + Σ_a amplitudes_a e^{−rates_a s} and
    dQ/ds = −(norm_damping − η norm_noise) Q + Σ_i (drift_i + η noise_i) e^{−term_rates_i s}.

    Attributes
    ----------
    asymptote
        Overlaps at s → ∞, shape (2K,).
    rates
        k_a/η > 0 of the shifts' modes in ascending order, then k_R/η; shape (K + 1,).
    amplitudes
        Shape (K + 1, 2K).
    norm_damping, norm_noise
        Of k_Q = η (norm_damping − η norm_noise).
    term_rates, drift, noise
        What drives the norm, shape (terms,).
    """

    asymptote: FloatArray
    rates: FloatArray
    amplitudes: FloatArray
    norm_damping: float
    norm_noise: float
    term_rates: FloatArray
    drift: FloatArray
    noise: FloatArray

    @classmethod
    def of(cls, mixture: TeacherMixture, rule: LearningRule, start: FloatArray) -> "Relaxation":
        """Solve the equations of the weights of a rule, from the overlaps `start`, shape (2K,)."""
        asymptote, rates, amplitudes = _relax(mixture, rule, start)
        shares, variances = rule.sampling_shares(mixture), mixture.variances
        weights = rule.group_weights * rule.class_weights[0]
        drift = 2 * shares * weights
        noise = shares * weights**2 * variances / rule.batch_size

        # dQ/ds = Σ_j [drift (⟨yλ⟩ − ⟨λ²⟩) + η noise (1 − 2⟨yλ⟩ + ⟨λ²⟩)]_j − 2λ_2 Q, where W is a
        # sum of exponentials, the constant one first, and M² one over all their pairs.
        terms, term_rates = np.vstack([asymptote, amplitudes]), np.append(0.0, rates)
        teachers, shifts = np.hsplit(terms, 2)
        mean_label, slope = label_moments(mixture)
        aligned = shifts * mean_label + teachers * slope
        drifts, noises = -(shifts * drift) @ shifts.T, (shifts * noise) @ shifts.T
        drifts[0] += aligned @ drift
        noises[0] -= 2 * aligned @ noise
        noises[0, 0] += noise.sum()
        return cls(
            asymptote=asymptote,
            rates=rates,
            amplitudes=amplitudes,
            norm_damping=float(drift @ variances + 2 * rule.weight_decay),
            norm_noise=float(noise @ variances),
            term_rates=np.add.outer(term_rates, term_rates)[np.triu_indices(len(terms))],
            drift=_over_pairs(drifts),
            noise=_over_pairs(noises),
        )

    @property
    def has_shift(self) -> bool:
        """Whether a mode of the shifts is learnt faster than the teachers."""
        *_, fastest, teachers = self.rates
        return bool(fastest > teachers * (1 + _FLAT))

    def overlaps(self, ages: FloatArray) -> FloatArray:
        """Return W at the ages s of shape (n,), shape (n, 2K)."""
        return self.asymptote + np.exp(-np.multiply.outer(ages, self.rates)) @ self.amplitudes

    def norm_rate(self, learning_rates: FloatArray) -> FloatArray:
        """Return k_Q; element-wise."""
        return learning_rates * (self.norm_damping - learning_rates * self.norm_noise)

    def norm_sources(self, learning_rates: FloatArray, ages: FloatArray) -> FloatArray:
        """Return the terms of dQ/dt + k_Q Q, shape (..., terms)."""
        eta = learning_rates[..., None]
        decayed = np.exp(-np.multiply.outer(ages, self.term_rates))
        return np.asarray(eta * (self.drift + eta * self.noise) * decayed)


def _relax(
    mixture: TeacherMixture, rule: LearningRule, start: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Solve dW/ds = pull − (damping + G_v diag(π c) [0 1])W: asymptote, rates, amplitudes.

    With H = G_v √(π c) E and E the eigenvectors of the shifts' modes, of eigenvalue σ_a, the
    projector of W on mode a is H_a E_aᵀ√(π c)/σ_a, acting on M alone.
    """
    size, gram = mixture.size, mixture.gram
    weights = rule.sampling_shares(mixture) * rule.group_weights * rule.class_weights[0]
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

    distance = start - asymptote
    along = modes.T @ (root * distance[size:])
    curved = spread > _FLAT * max(float(spread[-1]), damping)
    in_modes = (reach * np.divide(along, spread, out=np.zeros(size), where=curved)).T
    amplitudes = np.vstack([in_modes, distance - in_modes.sum(axis=0)])
    return asymptote, damping + np.append(spread, 0.0), amplitudes


def _over_pairs(square: FloatArray) -> FloatArray:
    """Add up what the pairs (a, b) and (b, a) of exponentials drive."""
    both = square + square.T - np.diag(np.diagonal(square))
    return np.asarray(both[np.triu_indices(len(square))])
