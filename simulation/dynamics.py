"""Exact learning curves in the limit d → ∞: the order parameters' flow, any loss, K groups.

With W_u = w·u/d for the 2K directions u and Q = |w|²/d (Saad & Solla 1995 for the method),

    dW_u/dt = η {Σ_j p_j c_j [G[u,v_j]⟨δ⟩_j + Δ_j W_u ⟨∂_λδ⟩_j + √(Δ_j/G[T_j,T_j]) G[u,T_j] κ_j]
                 − λ_2 W_u},                                                                  (1)
    dQ/dt   = Σ_j p_j [2η c_j ⟨δλ⟩_j + (η²/B) c_j² Δ_j ⟨δ²⟩_j] − 2ηλ_2 Q.                     (2)
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import count
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from simulation.averages import averages, fields
from simulation.closed_form import SquaredFlow, applies
from simulation.learning import DIVERGENCE_NORM, LearningRule, start
from simulation.mixture import FloatArray, TeacherMixture
from simulation.observables import Confusion, confusion, group_losses

_TOLERANCE = 1e-10

_MOST_EVALUATIONS = 10_000
"""Right-hand sides after which an integration is given up: several times what any needs."""

Velocity = Callable[[FloatArray], FloatArray]
"""d(W, Q)/dt as a function of (W, Q)."""


class Flow(Protocol):
    """The order parameters as functions of time."""

    def evaluate(self, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the overlaps (n, 2K) and the norm (n,) at the times (n,)."""

    def diverged_at(self, end: float) -> float | None:
        """Return when the norm passes `DIVERGENCE_NORM`, or None if it does not up to `end`."""


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
    end = float(ascending[-1])
    solution = IntegratedFlow.of(mixture, rule, end=end, tolerance=tolerance)
    return _sample(mixture, rule, solution, ascending)


@lru_cache(maxsize=8)
def flow(mixture: TeacherMixture, rule: LearningRule, end: float) -> Flow:
    """Return the order parameters as functions of time in [0, end]."""
    if applies(rule):
        return SquaredFlow.of(mixture, rule)
    return IntegratedFlow.of(mixture, rule, end=end, tolerance=_TOLERANCE)


@dataclass(frozen=True, slots=True, eq=False)
class IntegratedFlow:
    """Numerical solution of equations (1) and (2) up to its end or divergence.

    It is found over the age s = ln(1 + kt), in which curves turn evenly: (W, Q) at first changes
    at a rate near k = η(Σ_j p_j c_j Δ_j + λ_2), and later more and more slowly.

    Attributes
    ----------
    state
        (W, Q), shape (2K + 1, n), at the ages of shape (n,).
    rate
        k.
    divergence
        When the norm passes `DIVERGENCE_NORM`, or None.
    """

    state: Callable[[FloatArray], FloatArray]
    rate: float
    divergence: float | None

    @classmethod
    def of(
        cls, mixture: TeacherMixture, rule: LearningRule, *, end: float, tolerance: float
    ) -> "IntegratedFlow":
        """Integrate from the rule's start to `end`.

        LSODA takes Adams steps up to order 12 and turns to backward differences where the
        equations are stiff, as they are for a long time or a strong weight decay (Petzold 1983).

        Raises
        ------
        ArithmeticError
            If the curves turn too often or too fast to be followed to the end.
        """
        from scipy.integrate import solve_ivp

        start(mixture, rule)
        damping = mixture.shares * rule.group_weights @ mixture.variances + rule.weight_decay
        rate = rule.learning_rate * float(damping)
        with np.errstate(over="ignore", invalid="ignore"):  # of steps that LSODA takes back
            solution = solve_ivp(
                _over_age(_velocity(mixture, rule), rate=rate, end=end),
                (0.0, math.log1p(rate * end)),
                np.append(rule.initial_overlaps, rule.initial_norm),
                method="LSODA",
                rtol=tolerance,
                atol=tolerance / 100,
                dense_output=True,
                events=_Divergence(),
            )
        if solution.sol is None or solution.t_events is None or not solution.success:
            raise _given_up(math.expm1(solution.t[-1]) / rate, end)
        (passed,) = solution.t_events
        divergence = math.expm1(passed[0]) / rate if passed.size else None
        return cls(state=solution.sol, rate=rate, divergence=divergence)

    def evaluate(self, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the overlaps (n, 2K) and the norm (n,) at the times (n,)."""
        with_start = np.append(0.0, times)  # SciPy's solution cannot be evaluated at no time
        states = self.state(np.log1p(self.rate * with_start)).T[1:]
        return states[:, :-1], states[:, -1]

    def diverged_at(self, end: float) -> float | None:
        """Return when the norm passes `DIVERGENCE_NORM`, or None if it does not up to `end`."""
        return self.divergence if self.divergence is not None and self.divergence <= end else None


class _Divergence:
    """Event that ends the integration."""

    terminal = True

    def __call__(self, _: float, state: FloatArray) -> float:
        return float(state[-1]) - DIVERGENCE_NORM


def _velocity(mixture: TeacherMixture, rule: LearningRule) -> Velocity:
    """Right-hand sides of equations (1) and (2) for the state (W, Q)."""
    size, eta = mixture.size, rule.learning_rate
    weights = mixture.shares * rule.group_weights
    toward_teachers = mixture.gram[:, :size] * (
        weights * np.sqrt(mixture.variances / mixture.teacher_norms)
    )
    toward_shifts = mixture.gram[:, size:] * weights
    spread = weights * mixture.variances
    noise = eta**2 / rule.batch_size * spread * rule.group_weights

    def velocity(state: FloatArray) -> FloatArray:
        overlaps, norm = state[:-1], state[-1]
        mean = averages(rule.loss, rule.class_weights, fields(mixture, overlaps, norm))
        derivative = np.empty_like(state)
        derivative[:-1] = eta * (
            toward_shifts @ mean.delta
            + toward_teachers @ mean.boundary
            + (spread @ mean.d_delta - rule.weight_decay) * overlaps
        )
        derivative[-1] = (
            2 * eta * (weights @ mean.delta_field - rule.weight_decay * norm)
            + noise @ mean.delta_squared
        )
        return derivative

    return velocity


def _over_age(
    velocity: Velocity, *, rate: float, end: float
) -> Callable[[float, FloatArray], FloatArray]:
    """d(W, Q)/ds = (1/k + t) d(W, Q)/dt, given up after `_MOST_EVALUATIONS`."""
    evaluations = count(1)

    def over_age(age: float, state: FloatArray) -> FloatArray:
        if next(evaluations) > _MOST_EVALUATIONS:
            raise _given_up(math.expm1(age) / rate, end)
        return velocity(state) * (math.exp(age) / rate)

    return over_age


def _given_up(time: float, end: float) -> ArithmeticError:
    return ArithmeticError(
        f"the curves change too abruptly to be followed from t = {time:.3g} to t = {end:g}; "
        "try a smaller learning rate, a smaller weight decay or a shorter duration"
    )


def _sample(
    mixture: TeacherMixture, rule: LearningRule, solution: Flow, times: FloatArray
) -> Trajectory:
    diverged_at = solution.diverged_at(float(times[-1]))
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
