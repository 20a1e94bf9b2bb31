"""Exact learning curves in the limit d → ∞: the order parameters' flow, any loss, K groups.

With W_u = w·u/d for the 2K directions u and Q = |w|²/d (Saad & Solla 1995 for the method),

    dW_u/dt = η {Σ_j π_j c_j [G[u,v_j]⟨δ⟩_j + Δ_j W_u ⟨∂_λδ⟩_j + √(Δ_j/G[T_j,T_j]) G[u,T_j] κ_j]
                 − λ_2 W_u},                                                                  (1)
    dQ/dt   = Σ_j π_j [2η c_j ⟨δλ⟩_j + (η²/B) c_j² Δ_j ⟨δ²⟩_j] − 2ηλ_2 Q,                     (2)

where η follows a schedule, π_j is the probability with which group j is sampled (its share p_j
unless sampling is balanced), and the weights c_j, a_y and π_j may change at a switch.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from simulation.closed_form import SquaredFlow, applies
from simulation.integration import IntegratedFlow
from simulation.learning import LearningRule, Span, spans, start
from simulation.mixture import FloatArray, TeacherMixture
from simulation.observables import Confusion, confusion, group_losses

_TOLERANCE = 3e-10


class Flow(Protocol):
    """The order parameters as functions of time."""

    @property
    def diverged_at(self) -> float | None:
        """When the norm passes `DIVERGENCE_NORM`, or None if it does not up to the end."""

    def evaluate(self, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the overlaps (n, 2K) and the norm (n,) at the times (n,)."""


@dataclass(frozen=True, eq=False)
class Trajectory:
    """Order parameters over time, and the curves that follow from them.

    Attributes
    ----------
    mixture, rule
        What is learnt, and how.
    times
        t = steps/d, ascending, shape (n,); ends before `diverged_at`.
    overlaps
        w·u/d with T_1..T_K, v_1..v_K, shape (n, 2K).
    norm
        Q = |w|²/d, shape (n,).
    diverged_at
        When Q passes `DIVERGENCE_NORM`; None if it does not within the times asked for.
    """

    mixture: TeacherMixture
    rule: LearningRule
    times: FloatArray
    overlaps: FloatArray
    norm: FloatArray
    diverged_at: float | None

    @property
    def teacher_overlaps(self) -> FloatArray:
        """R_j = w·T_j/d, shape (n, K)."""
        return self.overlaps[:, : self.mixture.size]

    @property
    def shift_overlaps(self) -> FloatArray:
        """M_j = w·v_j/d, shape (n, K)."""
        return self.overlaps[:, self.mixture.size :]

    @cached_property
    def group_losses(self) -> FloatArray:
        """Expected loss of each group without any weights, shape (n, K)."""
        return group_losses(self.mixture, self.rule.loss, self.overlaps, self.norm)

    @cached_property
    def confusion(self) -> Confusion:
        """Confusion probabilities of each group, arrays of shape (n, K)."""
        return confusion(self.mixture, self.overlaps, self.norm)

    @property
    def group_errors(self) -> FloatArray:
        """P(ŷ ≠ y) in each group, shape (n, K)."""
        return self.confusion.error

    @property
    def loss(self) -> FloatArray:
        """Loss over the whole population, shape (n,)."""
        return self.group_losses @ self.mixture.shares

    @property
    def error(self) -> FloatArray:
        """Error over the whole population, shape (n,)."""
        return self.group_errors @ self.mixture.shares


def solve(mixture: TeacherMixture, rule: LearningRule, times: ArrayLike) -> Trajectory:
    """Return the exact curves at the given times, in closed form where there is one.

    Parameters
    ----------
    mixture
        K groups.
    rule
        A learning rule for K groups.
    times
        t = steps/d ≥ 0 in ascending order, shape (n,), n ≥ 1.

    Raises
    ------
    ValueError
        If the times are not ascending, or the rule cannot start on this mixture.
    ArithmeticError
        If the equations cannot be integrated; the message says what to try.
    """
    ascending = _ascending(times)
    return _sample(mixture, rule, flow(mixture, rule, float(ascending[-1])), ascending)


def integrate(
    mixture: TeacherMixture,
    rule: LearningRule,
    times: ArrayLike,
    *,
    tolerance: float = _TOLERANCE,
) -> Trajectory:
    """Return the curves of `solve` by integrating equations (1) and (2), whatever the loss.

    `tolerance` bounds the relative error of one step of the integration.
    """
    ascending = _ascending(times)
    integrated = partial(IntegratedFlow.of, tolerance=tolerance)
    solution = _chain(mixture, rule, float(ascending[-1]), part=integrated)
    return _sample(mixture, rule, solution, ascending)


@lru_cache(maxsize=8)
def flow(mixture: TeacherMixture, rule: LearningRule, end: float) -> Flow:
    """Return the order parameters as functions of time in [0, end]; raises as `solve` does."""
    return _chain(mixture, rule, end, part=_exact)


def answers_at_once(rule: LearningRule) -> bool:
    """Say whether the curves come from formulas and so within a frame of the screen."""
    return applies(rule)


def _exact(mixture: TeacherMixture, span: Span, *, overlaps: FloatArray, norm: float) -> Flow:
    """Solve one span in closed form where there is one."""
    if applies(span.rule):
        return SquaredFlow.of(mixture, span, overlaps=overlaps, norm=norm)
    return IntegratedFlow.of(mixture, span, overlaps=overlaps, norm=norm, tolerance=_TOLERANCE)


class _Part(Protocol):
    """Makes the flow of one span from the state at its beginning."""

    def __call__(
        self, mixture: TeacherMixture, span: Span, *, overlaps: FloatArray, norm: float
    ) -> Flow: ...


@dataclass(frozen=True, slots=True, eq=False)
class _Chain:
    """The flow before and after the switch."""

    before: Flow
    after: Flow
    switch: float

    @property
    def diverged_at(self) -> float | None:
        return self.after.diverged_at

    def evaluate(self, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        later = times >= self.switch
        before, after = self.before.evaluate(times[~later]), self.after.evaluate(times[later])
        overlaps, norm = np.empty((times.size, before[0].shape[1])), np.empty(times.size)
        for inside, part in ((~later, before), (later, after)):
            overlaps[inside], norm[inside] = part
        return overlaps, norm


def _chain(mixture: TeacherMixture, rule: LearningRule, end: float, *, part: _Part) -> Flow:
    """Join the flows before and after the switch."""
    start(mixture, rule)
    first, *later = spans(rule, end)
    before = part(mixture, first, overlaps=rule.initial_overlaps, norm=rule.initial_norm)
    if not later or before.diverged_at is not None:
        return before
    (overlaps,), (norm,) = before.evaluate(first.edges[-1:])
    after = part(mixture, later[0], overlaps=overlaps, norm=float(norm))
    return _Chain(before, after, float(first.edges[-1]))


def _sample(
    mixture: TeacherMixture, rule: LearningRule, solution: Flow, times: FloatArray
) -> Trajectory:
    diverged_at = solution.diverged_at
    if diverged_at is not None:
        times = times[times < diverged_at]
    overlaps, norm = solution.evaluate(times)
    return Trajectory(mixture, rule, times, overlaps, norm, diverged_at)


def _ascending(times: ArrayLike) -> FloatArray:
    array = np.array(times, dtype=np.float64)
    if (
        array.ndim != 1
        or not array.size
        or not np.isfinite(array).all()
        or array[0] < 0
        or np.any(np.diff(array) < 0)
    ):
        message = "times must be one or more finite numbers of 0 or more, in ascending order"
        raise ValueError(message)
    return array
