"""What each group's loss, and so the gap between two groups, is made of.

The loss of a student differs from that of no student, ℓ(0), by three parts, found by switching on
one property of the fields at a time: first their spread (norm: noise that the weights make of the
group), then their correlation with the label (alignment with the group's rule), then their mean
(shift: class imbalance). For the squared loss they are

    L_j − ½ = ½Δ_jQ − κ̂_jR_j + (½M_j² − M_jȳ_j).
"""

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from simulation.averages import fields, label_moments, mean_loss
from simulation.losses import Loss, Squared
from simulation.mixture import FloatArray, TeacherMixture

Part = Literal["alignment", "norm", "shift"]


class Parts(NamedTuple):
    """The parts of L_j − ℓ(0), arrays of shape (..., K), or of a gap, of shape (...)."""

    alignment: FloatArray
    norm: FloatArray
    shift: FloatArray


@dataclass(frozen=True, slots=True)
class GroupNumbers:
    """What the parts of one group's loss come from, at one moment.

    Attributes
    ----------
    noise
        Δ_jQ, the variance of the student's field.
    saliency
        κ̂_j = 2φ(h_j)√(Δ_j/G[T_j, T_j]): how readable the labels are.
    teacher_overlap
        R_j = w·T_j/d: how well the weights are aligned with the rule.
    shift_overlap
        M_j = w·v_j/d, the mean of the student's field.
    mean_label
        ȳ_j, from −1 to 1.
    """

    noise: float
    saliency: float
    teacher_overlap: float
    shift_overlap: float
    mean_label: float


@dataclass(frozen=True, slots=True)
class Cause:
    """What put one of two groups ahead.

    Attributes
    ----------
    ahead
        Index of the group that got ahead.
    carrier
        The part that did most for it.
    changes
        What each part did for it: by how much it changed the gap in that direction.
    groups
        The numbers of both groups, in the order in which the groups were given.
    """

    ahead: int
    carrier: Part
    changes: dict[Part, float]
    groups: tuple[GroupNumbers, GroupNumbers]

    @property
    def alignment_factor(self) -> Literal["saliency", "teacher_overlap"]:
        """Which factor of the alignment κ̂_jR_j differs more between the groups."""
        first, second = self.groups
        saliency = _contrast(first.saliency, second.saliency)
        overlap = _contrast(first.teacher_overlap, second.teacher_overlap)
        return "saliency" if saliency > overlap else "teacher_overlap"


def decompose(mixture: TeacherMixture, loss: Loss, overlaps: FloatArray, norm: FloatArray) -> Parts:
    """Return the three parts of each group's loss; with ℓ(0) they add up to it.

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
    """
    law = fields(mixture, overlaps, norm)
    if isinstance(loss, Squared):
        mean_label, slope = label_moments(mixture)
        return Parts(
            alignment=-slope * overlaps[..., : mixture.size],
            norm=0.5 * law.deviation**2,
            shift=law.mean * (0.5 * law.mean - mean_label),
        )
    centred = law._replace(mean=np.zeros_like(law.mean))
    unrelated = centred._replace(correlation=np.zeros_like(law.mean))
    losses = [mean_loss(loss, stage) for stage in (unrelated, centred, law)]
    without = loss.value(np.zeros((1, *law.mean.shape)))
    noise, alignment, shift = np.diff(losses, axis=0, prepend=without)
    return Parts(alignment=alignment, norm=noise, shift=shift)


def gap_parts(parts: Parts, groups: tuple[int, int] = (0, 1)) -> Parts:
    """Return the parts of the gap L_a − L_b of two groups, shape (...)."""
    first, second = groups
    return Parts(*(part[..., first] - part[..., second] for part in parts))


def explain_crossing(
    mixture: TeacherMixture,
    loss: Loss,
    *,
    overlaps: FloatArray,
    norm: FloatArray,
    groups: tuple[int, int] = (0, 1),
) -> Cause:
    """Say which part carried the gap of two groups over zero, with its numbers at the crossing.

    Parameters
    ----------
    mixture
        K ≥ 2 groups.
    loss
        ℓ.
    overlaps, norm
        The student at three moments: where the gap was largest before the crossing, at the
        crossing, and where it is largest after; shapes (3, 2K) and (3,).
    groups
        Indices of the two groups.
    """
    gap = gap_parts(decompose(mixture, loss, overlaps, norm), groups)
    change = Parts(*(part[2] - part[0] for part in gap))
    return _cause(mixture, change, overlaps=overlaps[1], norm=float(norm[1]), groups=groups)


def explain_lead(
    mixture: TeacherMixture,
    loss: Loss,
    *,
    overlaps: FloatArray,
    norm: float,
    groups: tuple[int, int] = (0, 1),
) -> Cause:
    """Say which part makes the gap of two groups at one moment, with its numbers there.

    The change is counted from a student of length 0, before whom all groups are alike: so it
    explains the first lead, before any crossing, also where that shrinks from the start.

    Parameters
    ----------
    mixture
        K ≥ 2 groups.
    loss
        ℓ.
    overlaps, norm
        The student where the gap is largest, shape (2K,), and its Q.
    groups
        Indices of the two groups.
    """
    gap = gap_parts(decompose(mixture, loss, overlaps, np.array(norm)), groups)
    return _cause(mixture, gap, overlaps=overlaps, norm=norm, groups=groups)


def _cause(
    mixture: TeacherMixture,
    change: Parts,
    *,
    overlaps: FloatArray,
    norm: float,
    groups: tuple[int, int],
) -> Cause:
    rising = sum(change) > 0
    changes: dict[Part, float] = {
        "alignment": float(change.alignment),
        "norm": float(change.norm),
        "shift": float(change.shift),
    }
    if not rising:
        changes = {part: -value for part, value in changes.items()}
    mean_label, saliency = label_moments(mixture)

    def numbers(group: int) -> GroupNumbers:
        return GroupNumbers(
            noise=float(mixture.variances[group] * norm),
            saliency=float(saliency[group]),
            teacher_overlap=float(overlaps[group]),
            shift_overlap=float(overlaps[mixture.size + group]),
            mean_label=float(mean_label[group]),
        )

    first, second = groups
    return Cause(
        ahead=second if rising else first,
        carrier=max(changes, key=lambda part: changes[part]),
        changes=changes,
        groups=(numbers(first), numbers(second)),
    )


def _contrast(first: float, second: float) -> float:
    """|log(first/second)|, infinite where the two have different signs."""
    return abs(math.log(first / second)) if first * second > 0 else math.inf
