"""How the student learns: online SGD on a weighted loss, and where it starts."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulation.mixture import (
    FloatArray,
    InadmissibleGeometryError,
    TeacherMixture,
    direction_names,
    frozen_array,
)
from simulation.schedules import CONSTANT, Schedule

if TYPE_CHECKING:
    from simulation.losses import Loss

DIVERGENCE_NORM = 1e6
"""A student whose squared length Q = |w|²/d passes this bound has diverged."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Switch:
    """Weights that replace those of a `LearningRule` in the middle of training.

    Attributes
    ----------
    time
        t_s > 0: the steps from t_s·d on use these weights.
    group_weights, class_weights, sampling
        As in `LearningRule`.
    """

    time: float
    group_weights: FloatArray
    class_weights: FloatArray
    sampling: FloatArray | None = None

    def __post_init__(self) -> None:
        _check("switch time", self.time, "above 0", 0 < self.time < np.inf)
        _freeze_weights(self)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LearningRule:
    """Online SGD, a fresh batch per step, for a student λ = w·x/√d of a mixture of K groups.

    w ← (1 − ηλ_2/d) w + η/(B√d) Σ_i c_{j(i)} δ(λ_i, y_i) x_i with δ = −a_y ∂ℓ/∂λ.

    Attributes
    ----------
    loss
        ℓ, a function of the margin yλ.
    learning_rate
        η > 0, the largest that the schedule reaches.
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
    schedule
        How η changes with t = step/d.
    sampling
        Probability with which each training sample comes from each group, shape (K,), adding up
        to 1; None: the groups' shares. Losses are reported by shares all the same.
    switch
        Weights that take over later; None: never.

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
    schedule: Schedule = CONSTANT
    sampling: FloatArray | None = None
    switch: Switch | None = None

    def __post_init__(self) -> None:
        _freeze_weights(self)
        groups = self.group_weights.size
        overlaps = frozen_array("initial_overlaps", self.initial_overlaps, (2 * groups,))
        object.__setattr__(self, "initial_overlaps", overlaps)
        if self.switch is not None and self.switch.group_weights.size != groups:
            message = f"the switch has {self.switch.group_weights.size} group_weights, not {groups}"
            raise ValueError(message)
        _check("learning_rate", self.learning_rate, "above 0", 0 < self.learning_rate < np.inf)
        _check("weight_decay", self.weight_decay, "0 or more", 0 <= self.weight_decay < np.inf)
        _check("batch_size", self.batch_size, "1 or more", self.batch_size >= 1)
        _check(
            "initial_norm",
            self.initial_norm,
            f"0 or more and below {DIVERGENCE_NORM:g}",
            0 <= self.initial_norm < DIVERGENCE_NORM,
        )

    def learning_rates(self, times: FloatArray) -> FloatArray:
        """Return η(t); element-wise."""
        return self.learning_rate * self.schedule.factor(times)

    def after_switch(self) -> "LearningRule":
        """Return the rule with the weights that are in force in the end, and no switch."""
        if self.switch is None:
            return self
        return replace(
            self,
            group_weights=self.switch.group_weights,
            class_weights=self.switch.class_weights,
            sampling=self.switch.sampling,
            switch=None,
        )

    def sampling_shares(self, mixture: TeacherMixture) -> FloatArray:
        """Return the probability π_j that a training sample comes from each group, shape (K,)."""
        return mixture.shares if self.sampling is None else self.sampling


class Span(NamedTuple):
    """A stretch of training with the same weights.

    Attributes
    ----------
    rule
        A rule with these weights and no switch.
    edges
        Where the span begins and ends, and between them the moments at which the learning rate
        jumps or bends; shape (stages + 1,).
    """

    rule: LearningRule
    edges: FloatArray


def spans(rule: LearningRule, end: float) -> tuple[Span, ...]:
    """Part the time from 0 to `end` at the switch.

    Raises
    ------
    ArithmeticError
        If the learning rate falls in more steps than can be followed.
    """
    edges = np.concatenate([[0.0], rule.schedule.breaks(end), [end]])
    switch = rule.switch
    if switch is None:
        return (Span(rule, edges),)
    if switch.time >= end:
        return (Span(replace(rule, switch=None), edges),)
    before, after = edges[edges < switch.time], edges[edges > switch.time]
    return (
        Span(replace(rule, switch=None), np.append(before, switch.time)),
        Span(rule.after_switch(), np.append(switch.time, after)),
    )


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


def _freeze_weights(weighting: LearningRule | Switch) -> None:
    """Replace the weights by checked, read-only arrays."""
    groups = np.size(weighting.group_weights)
    for field, length in (("group_weights", groups), ("class_weights", 2)):
        weights = frozen_array(field, getattr(weighting, field), (length,))
        holds = bool(np.all(weights >= 0) and np.any(weights > 0))
        _check(field, weights, "0 or more, one of them above 0", holds)
        object.__setattr__(weighting, field, weights)
    if weighting.sampling is not None:
        sampling = frozen_array("sampling", weighting.sampling, (groups,))
        holds = bool(np.all(sampling >= 0) and abs(sampling.sum() - 1) < 1e-9)
        _check("sampling", sampling, "0 or more and add up to 1", holds)
        learnt = bool(sampling @ weighting.group_weights > 0)
        _check("group_weights", weighting.group_weights, "above 0 for a group sampled", learnt)
        object.__setattr__(weighting, "sampling", sampling)


def _check(name: str, value: object, allowed: str, holds: bool) -> None:
    if not holds:
        message = f"{name} = {value} must be {allowed}"
        raise ValueError(message)
