"""The closed form of the two-group model in many cells at once (squared loss).

Jain et al. 2024, section 3.1, with weights, weight decay, batches, thresholds and any start. With
M = w·v/d, R_± = w·T_±/d and Q = |w|²/d, M has the rate k_M, R_± have k_R and k_M, and Q has these,
2k_M and k_Q; at a resonance of k_Q with another rate it has t e^{−kt} as well.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from simulation.mixture import FloatArray
from simulation.phase_cells import TwoGroupCells

_ROOT = np.sqrt(2 * np.pi)

_FLAT = 1e-13
"""A shift whose share of the relaxation is below this leaves the teachers alone."""


class Overlap(NamedTuple):
    """final + shifting e^{−k_M t} + turning e^{−k_R t}; arrays of shape (n,)."""

    final: FloatArray
    shifting: FloatArray
    turning: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Modes:
    """What the order parameters of n cells do; arrays of shape (n,) or (1,).

    Attributes
    ----------
    size
        n.
    shift_rate, teacher_rate, norm_rate
        k_M, k_R and k_Q, in units of 1/t.
    shift
        M; that of the group "−" is −M.
    plus, minus
        R_±.
    start
        Q(0).
    sources
        dQ/dt + k_Q Q is the sum of sources times 1, e^{−k_M t}, e^{−2k_M t} and e^{−k_R t}.
    margin_plus, margin_minus
        h_±, as in `TeacherMixture.label_margins`.
    mean_label_plus, mean_label_minus, slope_plus, slope_minus
        ȳ_± and κ̂_±, for which ⟨yλ⟩_± = ±M ȳ_± + κ̂_± R_±.
    variance_plus, variance_minus
        Δ_±.
    """

    size: int
    shift_rate: FloatArray
    teacher_rate: FloatArray
    norm_rate: FloatArray
    shift: Overlap
    plus: Overlap
    minus: Overlap
    start: FloatArray
    sources: tuple[FloatArray, FloatArray, FloatArray, FloatArray]
    margin_plus: FloatArray
    margin_minus: FloatArray
    mean_label_plus: FloatArray
    mean_label_minus: FloatArray
    slope_plus: FloatArray
    slope_minus: FloatArray
    variance_plus: FloatArray
    variance_minus: FloatArray

    @classmethod
    def of(cls, cells: TwoGroupCells) -> "Modes":
        """Solve the equations of admissible cells."""
        plus, minus = cells.variance_plus, cells.variance_minus
        m_plus, m_minus = cells.label_correlation_plus, cells.label_correlation_minus
        eta, shift, similarity = cells.learning_rate, cells.shift, cells.rule_similarity
        h_plus = (cells.threshold_plus + m_plus) / np.sqrt(plus)
        h_minus = (cells.threshold_minus - m_minus) / np.sqrt(minus)
        label_plus, slope_plus = _label_moments(h_plus, plus)
        label_minus, slope_minus = _label_moments(h_minus, minus)

        share = cells.representation if cells.sampling_plus is None else cells.sampling_plus
        c_plus = cells.group_weight_plus * cells.class_weight
        c_minus = cells.group_weight_minus * cells.class_weight
        pull_plus, pull_minus = share * c_plus, (1 - share) * c_minus
        noise_plus = pull_plus * c_plus * plus / cells.batch_size
        noise_minus = pull_minus * c_minus * minus / cells.batch_size
        damping = pull_plus * plus + pull_minus * minus + cells.weight_decay
        stiffness = shift * (pull_plus + pull_minus)

        imbalance = pull_plus * label_plus - pull_minus * label_minus
        toward_plus, toward_minus = pull_plus * slope_plus, pull_minus * slope_minus
        final = (shift * imbalance + toward_plus * m_plus + toward_minus * m_minus) / (
            stiffness + damping
        )
        along = Overlap(final, cells.initial_overlap_shift - final, np.zeros(1))
        per_shift = np.divide(
            along.shifting,
            shift,
            out=np.zeros(np.broadcast(along.shifting, stiffness).shape),
            where=stiffness > _FLAT * np.maximum(stiffness, damping),
        )

        def teacher(m: FloatArray, toward: FloatArray, start: FloatArray) -> Overlap:
            settled = (m * (imbalance - (pull_plus + pull_minus) * final) + toward) / damping
            shifting = m * per_shift
            return Overlap(settled, shifting, start - settled - shifting)

        r_plus = teacher(
            m_plus, toward_plus + similarity * toward_minus, cells.initial_overlap_plus
        )
        r_minus = teacher(
            m_minus, toward_minus + similarity * toward_plus, cells.initial_overlap_minus
        )
        aligned_plus = 2 * (pull_plus - eta * noise_plus)
        aligned_minus = 2 * (pull_minus - eta * noise_minus)
        on_shift = aligned_plus * label_plus - aligned_minus * label_minus
        on_plus, on_minus = aligned_plus * slope_plus, aligned_minus * slope_minus
        held = 2 * (pull_plus + pull_minus) - eta * (noise_plus + noise_minus)
        return cls(
            size=cells.shape[0],
            shift_rate=eta * (stiffness + damping),
            teacher_rate=eta * damping,
            norm_rate=eta * (2 * damping - eta * (noise_plus * plus + noise_minus * minus)),
            shift=along,
            plus=r_plus,
            minus=r_minus,
            start=cells.initial_norm,
            sources=(
                eta
                * (
                    eta * (noise_plus + noise_minus)
                    + on_shift * final
                    + on_plus * r_plus.final
                    + on_minus * r_minus.final
                    - held * final**2
                ),
                eta
                * (
                    (on_shift - 2 * held * final) * along.shifting
                    + on_plus * r_plus.shifting
                    + on_minus * r_minus.shifting
                ),
                -eta * held * along.shifting**2,
                eta * (on_plus * r_plus.turning + on_minus * r_minus.turning),
            ),
            margin_plus=h_plus,
            margin_minus=h_minus,
            mean_label_plus=label_plus,
            mean_label_minus=label_minus,
            slope_plus=slope_plus,
            slope_minus=slope_minus,
            variance_plus=plus,
            variance_minus=minus,
        )


def _label_moments(margin: FloatArray, variance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return ȳ = erf(h/√2) and κ̂ = 2φ(h)√Δ."""
    slope = 2 / _ROOT * np.exp(-0.5 * margin**2) * np.sqrt(variance)
    return 2 * ndtr(margin) - 1, slope
