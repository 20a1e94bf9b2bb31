"""How the student learns: online SGD on a weighted loss, and where it starts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulation.mixture import (
    FloatArray,
    InadmissibleGeometryError,
    TeacherMixture,
    direction_names,
    frozen_array,
)

if TYPE_CHECKING:
    from simulation.losses import Loss

DIVERGENCE_NORM = 1e6
"""A student whose squared length Q = |w|²/d passes this bound has diverged."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LearningRule:
    """Online SGD, a fresh batch per step, for a student λ = w·x/√d of a mixture of K groups.

    w ← (1 − ηλ_2/d) w + η/(B√d) Σ_i c_{j(i)} δ(λ_i, y_i) x_i with δ = −a_y ∂ℓ/∂λ.

    Attributes
    ----------
    loss
        ℓ, a function of the margin yλ.
    learning_rate
        η > 0.
    weight_decay
        L2 strength λ_2 ≥ 0.
    batch_size
        B ≥ 1.
    group_weights
        c_j ≥ 0, shape (K,), not all zero.
    class_weights
        a_y ≥ 0 for y = +1 and y = −1, shape (2,), not all zero.
    initial_norm
        Q(0) = |w|²/d ≥ 0.
    initial_overlaps
        w·u/d at the start with the teachers T_1..T_K and shifts v_1..v_K, shape (2K,).

    Raises
    ------
    ValueError
        Naming the setting that is out of range.
    """

    loss: "Loss"
    learning_rate: float
    weight_decay: float
    batch_size: int
    group_weights: FloatArray
    class_weights: FloatArray
    initial_norm: float
    initial_overlaps: FloatArray

    def __post_init__(self) -> None:
        groups = np.size(self.group_weights)
        for field, length in (
            ("group_weights", groups),
            ("class_weights", 2),
            ("initial_overlaps", 2 * groups),
        ):
            object.__setattr__(self, field, frozen_array(field, getattr(self, field), (length,)))
        for field, allowed, holds in (
            ("learning_rate", "above 0", 0 < self.learning_rate < np.inf),
            ("weight_decay", "0 or more", 0 <= self.weight_decay < np.inf),
            ("batch_size", "1 or more", self.batch_size >= 1),
            ("group_weights", "0 or more, one of them above 0", _is_weighting(self.group_weights)),
            ("class_weights", "0 or more, one of them above 0", _is_weighting(self.class_weights)),
            (
                "initial_norm",
                f"0 or more and below {DIVERGENCE_NORM:g}",
                0 <= self.initial_norm < DIVERGENCE_NORM,
            ),
        ):
            if not holds:
                message = f"{field} = {getattr(self, field)} must be {allowed}"
                raise ValueError(message)


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """Where the weights start: their part in the directions' span, and the length of the rest.

    Attributes
    ----------
    coordinates
        Along the columns of `TeacherMixture.coordinates`, in units of √d; shape (rank,).
    remainder
        Squared length per dimension of the part orthogonal to every direction.
    """

    coordinates: FloatArray
    remainder: float


def start(mixture: TeacherMixture, rule: LearningRule) -> Start:
    """Place the initial weights.

    Raises
    ------
    InadmissibleGeometryError
        If the rule is for another number of groups, or no weights have the initial overlaps
        and norm.
    """
    if rule.group_weights.size != mixture.size:
        raise InadmissibleGeometryError(
            f"group_weights has {rule.group_weights.size} values for {mixture.size} groups",
            parameters=("group_weights",),
        )
    return place(mixture, overlaps=rule.initial_overlaps, norm=rule.initial_norm)


def place(mixture: TeacherMixture, *, overlaps: FloatArray, norm: float) -> Start:
    """Find weights with these overlaps, shape (2K,), and this squared length per dimension.

    Raises
    ------
    InadmissibleGeometryError
        If there are none; the message calls them ``initial_overlaps`` and ``initial_norm``.
    """
    directions = mixture.coordinates
    coordinates = mixture.coordinates_of_overlaps @ overlaps
    nearest = directions @ coordinates
    if not np.allclose(nearest, overlaps, rtol=0, atol=1e-8):
        order = ", ".join(direction_names(mixture.names))
        raise InadmissibleGeometryError(
            f"initial_overlaps = {overlaps.tolist()} contradict each other, because "
            f"the directions {order} depend on one another; the nearest admissible values are "
            f"{[float(f'{value:.6g}') for value in nearest]}",
            parameters=("initial_overlaps",),
        )
    needed = float(coordinates @ coordinates)
    if needed > norm + 1e-9:
        raise InadmissibleGeometryError(
            f"initial_norm = {norm:g} is too small for the initial_overlaps, which "
            f"need at least {needed:.6g}; raise initial_norm or shrink initial_overlaps",
            parameters=("initial_norm", "initial_overlaps"),
        )
    return Start(coordinates, max(norm - needed, 0.0))


def _is_weighting(weights: FloatArray) -> bool:
    return bool(np.all(weights >= 0) and np.any(weights > 0))
