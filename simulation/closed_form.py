"""Learning curves of the squared loss in closed form, for any number of groups.

The overlaps are sums of exponentials of the student's own time whatever the schedule; the norm is
one of t where the learning rate is constant (Jain et al. 2024, section 3.1, for two groups), and
elsewhere the solution of one linear equation.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import exprel

from simulation.collocation import collocate
from simulation.learning import DIVERGENCE_NORM, LearningRule, Span
from simulation.losses import Squared
from simulation.mixture import FloatArray, TeacherMixture
from simulation.relaxation import Relaxation

_TINY = 1e-300

_SHORTEST = 1e-12
"""Part of a stage within which a learning rate may fall."""

_TIME_ACCURACY = 1e-9

_NODES, _WEIGHTS = (np.polynomial.legendre.leggauss(12) + np.array([[1.0], [0.0]])) / 2

_LARGEST_EXPONENT = 600.0
_LARGEST_NORM = 1e30
"""Keep a diverging norm finite, far beyond any bound of interest."""


@dataclass(frozen=True, slots=True, eq=False)
class SquaredFlow:
    """The exact flow of W and Q under the squared loss and fixed weights.

    Attributes
    ----------
    relaxation
        What W and Q do.
    begin
        t at which the flow begins.
    age
        s as a function of t − begin.
    norm
        Q as a function of t − begin.
    diverged_at
        When the norm passes `DIVERGENCE_NORM`, or None if it does not up to the end.
    """

    relaxation: Relaxation
    begin: float
    age: Callable[[FloatArray], FloatArray]
    norm: Callable[[FloatArray], FloatArray]
    diverged_at: float | None

    @classmethod
    def of(
        cls, mixture: TeacherMixture, span: Span, *, overlaps: FloatArray, norm: float
    ) -> "SquaredFlow":
        """Solve theory from this state to the end of a span to which the closed form applies."""
        rule = span.rule
        begin, edges = float(span.edges[0]), span.edges - span.edges[0]
        relaxation = Relaxation.of(mixture, rule, overlaps)
        age = _Age.of(rule, begin, edges)
        if rule.schedule.stepwise:
            stepped = _SteppedNorm.of(relaxation, age, edges=edges, norm=norm)
            return cls(relaxation, begin, age, stepped, _divergence(stepped, begin, edges))

        def rate(times: FloatArray) -> FloatArray:
            return relaxation.norm_rate(rule.learning_rates(begin + times))

        def source(times: FloatArray) -> FloatArray:
            eta = rule.learning_rates(begin + times)
            return np.asarray(relaxation.norm_sources(eta, age(times)).sum(axis=-1))

        fastest = _fastest(relaxation, rule.learning_rates(span.edges), np.diff(age(edges)), edges)
        smooth = collocate(
            rate, source, edges=edges, start=norm, fastest=fastest, bound=DIVERGENCE_NORM
        )
        return cls(relaxation, begin, age, smooth, _divergence(smooth, begin, smooth.edges))

    def evaluate(self, times: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the overlaps (n, 2K) and the norm (n,) at the times (n,)."""
        elapsed = times - self.begin
        return self.relaxation.overlaps(self.age(elapsed)), self.norm(elapsed)


@dataclass(frozen=True, slots=True, eq=False)
class _Age:
    """s = ∫η dt over the time since t = begin, to a relative accuracy however late that is.

    Attributes
    ----------
    edges, ages
        Where the n stages begin, and s there; shape (n,).
    """

    rule: LearningRule
    begin: float
    edges: FloatArray
    ages: FloatArray

    @classmethod
    def of(cls, rule: LearningRule, begin: float, edges: FloatArray) -> "_Age":
        starts = edges[:-1]
        unfinished = cls(rule, begin, starts, np.zeros_like(starts))
        grown = unfinished.growth(starts, np.diff(edges))
        return cls(rule, begin, starts, np.append(0.0, np.cumsum(grown)[:-1]))

    def __call__(self, times: FloatArray) -> FloatArray:
        stage = np.maximum(np.searchsorted(self.edges, times, side="right") - 1, 0)
        return self.ages[stage] + self.growth(self.edges[stage], times - self.edges[stage])

    def growth(self, starts: FloatArray, lengths: FloatArray) -> FloatArray:
        """Return ∫η dt over stretches within stages; element-wise.

        A difference of integrals from t = 0 would lose the digits of a short and late stretch,
        where the learning rate hardly changes and a quadrature does better.
        """
        schedule, late = self.rule.schedule, self.begin + starts
        factors = schedule.factor(late[..., None] + np.multiply.outer(lengths, _NODES))
        difference = schedule.integral(late + lengths) - schedule.integral(late)
        even = factors.min(axis=-1) >= factors.max(axis=-1) / 2
        grown = np.where(even, lengths * (factors @ _WEIGHTS), difference)
        return np.asarray(self.rule.learning_rate * grown)


@dataclass(frozen=True, slots=True, eq=False)
class _SteppedNorm:
    """Q(t) where the learning rate is constant in each of n stages.

    In a stage that begins at t = 0, Q = norms e^{−rates t} + Σ_i sources_i ∫_0^t
    e^{−rates (t−u)} e^{−decays_i u} du.
    """

    begins: FloatArray
    norms: FloatArray
    rates: FloatArray
    sources: FloatArray
    decays: FloatArray

    @classmethod
    def of(
        cls, relaxation: Relaxation, age: _Age, *, edges: FloatArray, norm: float
    ) -> "_SteppedNorm":
        begins, lengths = edges[:-1], np.diff(edges)
        eta = age.rule.learning_rates(age.begin + begins + lengths / 2)
        rates, sources = relaxation.norm_rate(eta), relaxation.norm_sources(eta, age.ages)
        decays = np.multiply.outer(eta, relaxation.term_rates)
        kept = _decay(rates, lengths)
        gained = np.vecdot(_convolution(rates, decays, lengths), sources)
        norms = [norm]
        for factor, gain in zip(kept[:-1], gained[:-1], strict=True):
            norms.append(min(factor * norms[-1] + gain, _LARGEST_NORM))
        return cls(begins, np.array(norms), rates, sources, decays)

    def __call__(self, times: FloatArray) -> FloatArray:
        stage = np.maximum(np.searchsorted(self.begins, times, side="right") - 1, 0)
        elapsed, rates = times - self.begins[stage], self.rates[stage]
        driven = np.vecdot(_convolution(rates, self.decays[stage], elapsed), self.sources[stage])
        return np.asarray(self.norms[stage] * _decay(rates, elapsed) + driven)


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
    """Say whether the rule has a closed form: squared loss, the same weight for both classes.

    Under a schedule that is not stepwise this holds for W, and the norm is a quadrature.
    """
    return isinstance(rule.loss, Squared) and all(
        positive == negative
        for positive, negative in (rule.class_weights, rule.after_switch().class_weights)
    )


def relaxation(mixture: TeacherMixture, rule: LearningRule) -> Relaxation:
    """Return how W and Q change under a rule's first weights.

    Raises
    ------
    ValueError
        If the closed form does not apply.
    """
    if not applies(rule):
        message = "the closed form needs the squared loss with equal class weights"
        raise ValueError(message)
    return Relaxation.of(mixture, rule, rule.initial_overlaps)


def time_scales(mixture: TeacherMixture, rule: LearningRule) -> TimeScales:
    """Return τ_M, τ_R and τ_Q of a rule's first weights at the set learning rate.

    Raises
    ------
    ValueError
        If the closed form does not apply.
    """
    pace = relaxation(mixture, rule)
    *_, shift, teachers = rule.learning_rate * pace.rates
    norm = float(pace.norm_rate(np.array(rule.learning_rate)))
    return TimeScales(
        shift=1 / float(shift) if pace.has_shift else None,
        teachers=1 / float(teachers),
        norm=1 / norm if norm > 0 else None,
    )


def largest_learning_rate(
    mixture: TeacherMixture, rule: LearningRule, *, until: float = np.inf
) -> float:
    """Return the η from which on the norm diverges (squared loss).

    It is 2B(Δ̄ + λ_2)/Σ_j π_j c_j² Δ_j²; with a switch before t = `until`, the smaller one of the
    weights before and after it.
    """
    switched = rule.switch is not None and rule.switch.time < until
    limits = []
    for part in (rule, rule.after_switch()) if switched else (rule,):
        shares, weights = part.sampling_shares(mixture), part.group_weights * part.class_weights[0]
        damping = shares @ (weights * mixture.variances) + part.weight_decay
        noise = shares @ (weights * mixture.variances) ** 2
        limits.append(2 * part.batch_size * damping / noise)
    return float(min(limits))


def first_passage(
    curve: Callable[[FloatArray], FloatArray], times: FloatArray, *, bound: float
) -> float | None:
    """Return when a curve that starts below a bound first passes it, to a relative 1e-9.

    `times` are ascending moments, shape (n,): an excursion between two of them is missed.
    """
    while True:
        beyond = np.flatnonzero(curve(times) > bound)
        if not beyond.size:
            return None
        low, high = float(times[beyond[0] - 1]), float(times[beyond[0]])
        if high - low <= _TIME_ACCURACY * high:
            return high
        times = np.linspace(low, high, 65)


def _divergence(
    norm: Callable[[FloatArray], FloatArray], begin: float, edges: FloatArray
) -> float | None:
    times = np.union1d(edges, np.linspace(edges[0], edges[-1], 257))
    passed = first_passage(norm, times, bound=DIVERGENCE_NORM)
    return None if passed is None else begin + passed


def _fastest(
    relaxation: Relaxation, learning_rates: FloatArray, ages: FloatArray, edges: FloatArray
) -> FloatArray:
    """Return a bound on the rate of change after each edge but the last.

    The learning rate rises or falls throughout a stage, for as long as its mean says.
    """
    highest = np.maximum(learning_rates[:-1], learning_rates[1:])
    lengths = np.maximum(np.diff(edges), _TINY)
    duration = np.divide(ages, highest, out=lengths.copy(), where=highest > 0)
    pace = 2 * float(relaxation.rates.max()) + highest * relaxation.norm_noise
    return np.asarray(highest * pace + 1 / np.maximum(duration, _SHORTEST * lengths))


def _decay(rates: FloatArray, times: FloatArray) -> FloatArray:
    """e^{−rate·t}, kept finite for a negative rate."""
    return np.asarray(np.exp(np.minimum(-rates * times, _LARGEST_EXPONENT)))


def _convolution(first: FloatArray, second: FloatArray, times: FloatArray) -> FloatArray:
    """∫_0^t e^{−first(t−u)} e^{−second u} du for any two rates, equal or not.

    For rates of shape (n,) and (n, terms) and times of shape (n,).
    """
    first, times = first[:, None], times[:, None]
    slower = np.minimum(first, second)
    return np.asarray(times * exprel(-np.abs(first - second) * times) * _decay(slower, times))
