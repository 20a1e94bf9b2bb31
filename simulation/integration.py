"""Equations (1) and (2) integrated numerically, whatever the loss."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from simulation.averages import averages, fields
from simulation.learning import DIVERGENCE_NORM, LearningRule, Span
from simulation.mixture import FloatArray, TeacherMixture

_MOST_EVALUATIONS = 10_000
"""Right-hand sides after which an integration is given up: several times what any needs."""

_EVALUATIONS_OF_A_STAGE = 100
"""How many more are allowed for each stage after the first."""

_HARDLY = 1e-13
"""Part of all learning that is lost in the rounding of what came before."""

_SHORT = 2.0
"""Age of a stage at its end up to which a Runge-Kutta method is faster than LSODA's start."""

Velocity = Callable[[FloatArray, float], FloatArray]
"""d(W, Q)/dt as a function of (W, Q) and η."""


@dataclass(frozen=True, slots=True, eq=False)
class _Stage:
    """The solution between two edges over the age x = ln(1 + k(t − begin)), where it turns evenly.

    (W, Q) at first changes at a rate near k = η(Σ_j π_j c_j Δ_j + λ_2), later more and more slowly.
    """

    begin: float
    rate: float
    state: Callable[[FloatArray], FloatArray]

    def evaluate(self, times: FloatArray) -> FloatArray:
        """Return (W, Q) at the times (n,), shape (n, 2K + 1)."""
        return self.state(np.log1p(self.rate * (times - self.begin))).T


@dataclass(frozen=True, slots=True, eq=False)
class IntegratedFlow:
    """Numerical solution of equations (1) and (2) under fixed weights.

    Attributes
    ----------
    stages
        Solutions between the edges of the span.
    dimension
        2K + 1.
    diverged_at
        When the norm passes `DIVERGENCE_NORM`, or None if it does not up to the end.
    """

    stages: tuple[_Stage, ...]
    dimension: int
    diverged_at: float | None

    @classmethod
    def of(
        cls,
        mixture: TeacherMixture,
        span: Span,
        *,
        overlaps: FloatArray,
        norm: float,
        tolerance: float,
    ) -> "IntegratedFlow":
        """Integrate from this state to the end of the span.

        LSODA takes Adams steps up to order 12 and turns to backward differences where the
        equations are stiff, as they are for a long time or a strong weight decay (Petzold 1983).
        It starts slowly, so short stages after the first are left to Dormand and Prince's method of
        order 8.

        Raises
        ------
        ArithmeticError
            If the curves turn too often or too fast to be followed to the end in a sensible time.
        """
        from scipy.integrate import solve_ivp

        velocity = _velocity(mixture, span.rule)
        damping = _damping(mixture, span.rule)
        edges = _until_frozen(span)
        allowed = iter(range(_MOST_EVALUATIONS + _EVALUATIONS_OF_A_STAGE * (len(edges) - 2)))
        state, until = np.append(overlaps, norm), float(edges[-1])
        stages: list[_Stage] = []
        for begin, end in pairwise(edges.tolist()):
            eta = _learning_rate(span.rule, begin, end)
            slowest = 1 / (end - begin) if end > begin else 1.0
            rate = max(damping * max(eta(begin), eta(end)), slowest)
            age = math.log1p(rate * (end - begin))
            short = bool(stages) and age < _SHORT
            over_age = _over_age(
                velocity, eta, begin=begin, rate=rate, allowed=allowed, until=until
            )
            with np.errstate(over="ignore", invalid="ignore"):  # of steps that are taken back
                solution = solve_ivp(
                    over_age,
                    (0.0, age),
                    state,
                    method="DOP853" if short else "LSODA",
                    first_step=age if short else None,
                    rtol=tolerance,
                    atol=tolerance / 100,
                    dense_output=True,
                    events=_Divergence(),
                )
            if solution.sol is None or solution.t_events is None or not solution.success:
                raise _given_up(begin + math.expm1(solution.t[-1]) / rate, until)
            stages.append(_Stage(begin, rate, solution.sol))
            (passed,) = solution.t_events
            if passed.size:
                return cls(tuple(stages), state.size, begin + math.expm1(passed[0]) / rate)
            state = solution.y[:, -1]
        return cls(tuple(stages), state.size, None)

    def evaluate(self, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the overlaps (n, 2K) and the norm (n,) at the times (n,)."""
        begins = [stage.begin for stage in self.stages]
        numbers = np.searchsorted(begins[1:], times, side="right")
        states = np.empty((len(times), self.dimension))
        for number in np.unique(numbers):
            inside = numbers == number
            states[inside] = self.stages[number].evaluate(times[inside])
        return states[:, :-1], states[:, -1]


class _Divergence:
    """Event that ends the integration."""

    terminal = True

    def __call__(self, _: float, state: FloatArray) -> float:
        return float(state[-1]) - DIVERGENCE_NORM


def _until_frozen(span: Span) -> FloatArray:
    """Return the edges of a span, those left out from which on the learning rate hardly counts."""
    ages = span.rule.schedule.integral(span.edges)
    frozen = ages[-1] - ages <= _HARDLY * (ages[-1] - ages[0])
    return np.append(span.edges[:-1][: np.argmax(frozen) + 1], span.edges[-1])


def _damping(mixture: TeacherMixture, rule: LearningRule) -> float:
    weights = rule.sampling_shares(mixture) * rule.group_weights
    return float(weights @ mixture.variances) + rule.weight_decay


def _learning_rate(rule: LearningRule, begin: float, end: float) -> Callable[[float], float]:
    """Return η(t) between two edges."""
    if rule.schedule.stepwise:
        constant = float(rule.learning_rates(np.array((begin + end) / 2)))
        return lambda _: constant
    return lambda time: float(rule.learning_rates(np.array(time)))


def _velocity(mixture: TeacherMixture, rule: LearningRule) -> Velocity:
    """Right-hand sides of equations (1) and (2)."""
    size = mixture.size
    weights = rule.sampling_shares(mixture) * rule.group_weights
    toward_teachers = mixture.gram[:, :size] * (
        weights * np.sqrt(mixture.variances / mixture.teacher_norms)
    )
    toward_shifts = mixture.gram[:, size:] * weights
    spread = weights * mixture.variances
    noise = spread * rule.group_weights / rule.batch_size

    def velocity(state: FloatArray, eta: float) -> FloatArray:
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
            + eta**2 * noise @ mean.delta_squared
        )
        return derivative

    return velocity


def _over_age(
    velocity: Velocity,
    learning_rate: Callable[[float], float],
    *,
    begin: float,
    rate: float,
    allowed: Iterator[int],
    until: float,
) -> Callable[[float, FloatArray], FloatArray]:
    """d(W, Q)/dx = (1/k + t − begin) d(W, Q)/dt, given up once `allowed` is used up."""

    def over_age(age: float, state: FloatArray) -> FloatArray:
        time = begin + math.expm1(age) / rate
        if next(allowed, None) is None:
            raise _given_up(time, until)
        return velocity(state, learning_rate(time)) * (math.exp(age) / rate)

    return over_age


def _given_up(time: float, end: float) -> ArithmeticError:
    return ArithmeticError(
        f"following the curves from t = {time:.6g} on to t = {end:.6g} takes too long; "
        "try a smaller learning rate, a smaller weight decay or a shorter duration"
    )
