"""Learning-rate schedules η(t) over t = steps/d, with Keras' names for their parameters.

Durations that Keras counts in steps are counted in units of t here, that is, in multiples of d.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, Protocol

import numpy as np

from simulation.mixture import FloatArray

MOST_STEPS = 1000
"""Most steps of a rate that falls in steps."""

Power = Literal[1, 2]


class Schedule(Protocol):
    """A learning rate that changes with time, as a multiple f(t) in [0, 1] of the set one."""

    @property
    def stepwise(self) -> bool:
        """Whether it is constant between its breaks."""

    @property
    def final(self) -> float:
        """f(t) for t → ∞."""

    def factor(self, times: FloatArray) -> FloatArray:
        """Return f(t); element-wise."""

    def integral(self, times: FloatArray, power: Power = 1) -> FloatArray:
        """Return the integral of f, or of f², from 0 to t; element-wise."""

    def breaks(self, end: float) -> FloatArray:
        """Return the moments in (0, end) at which it jumps or bends, in ascending order.

        Raises
        ------
        ArithmeticError
            If there are `MOST_STEPS` or more.
        """


@dataclass(frozen=True, slots=True)
class Constant:
    """The learning rate as set."""

    @property
    def stepwise(self) -> bool:
        """Whether it is constant between its breaks."""
        return True

    @property
    def final(self) -> float:
        """f(t) for t → ∞."""
        return 1.0

    def factor(self, times: FloatArray) -> FloatArray:
        """Return 1."""
        return np.ones_like(times)

    def integral(self, times: FloatArray, power: Power = 1) -> FloatArray:  # noqa: ARG002  (any power of 1)
        """Return t."""
        return times

    def breaks(self, end: float) -> FloatArray:  # noqa: ARG002  (part of the interface)
        """Return nothing."""
        return np.empty(0)


CONSTANT = Constant()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExponentialDecay:
    """decay_rate^(t/decay_steps), in whole steps of that length if `staircase`.

    Attributes
    ----------
    decay_steps
        Time over which the rate falls by the factor `decay_rate`, above 0, in units of t.
    decay_rate
        In (0, 1].
    staircase
        Whether the exponent is rounded down: step decay.
    """

    decay_steps: float
    decay_rate: float
    staircase: bool = False

    def __post_init__(self) -> None:
        _check_decay(self.decay_steps, self.decay_rate, highest=1.0)

    @property
    def stepwise(self) -> bool:
        """Whether it is constant between its breaks."""
        return self.staircase or self.decay_rate == 1

    @property
    def final(self) -> float:
        """f(t) for t → ∞."""
        return 1.0 if self.decay_rate == 1 else 0.0

    def factor(self, times: FloatArray) -> FloatArray:
        """Return η(t) as a multiple of the set learning rate."""
        age = times / self.decay_steps
        return np.asarray(self.decay_rate ** (np.floor(age) if self.staircase else age))

    def integral(self, times: FloatArray, power: Power = 1) -> FloatArray:
        """Return the integral of f, or of f², from 0 to t."""
        from scipy.special import exprel  # not needed to see the window

        fall = power * np.log(self.decay_rate)
        age = times / self.decay_steps
        if not self.staircase:
            return np.asarray(times * exprel(fall * age))
        whole = np.floor(age)
        steps = whole * exprel(fall * whole) / exprel(fall)
        return np.asarray(self.decay_steps * (steps + np.exp(fall * whole) * (age - whole)))

    def breaks(self, end: float) -> FloatArray:
        """Return the ends of the steps."""
        if not self.staircase or self.decay_rate == 1:
            return np.empty(0)
        if end > MOST_STEPS * self.decay_steps:
            message = (
                f"decay_steps = {self.decay_steps:g} makes the learning rate fall more than "
                f"{MOST_STEPS} times up to t = {end:g}; try decay_steps of at least "
                f"{end / MOST_STEPS:g} or a shorter duration"
            )
            raise ArithmeticError(message)
        moments = self.decay_steps * np.arange(1.0, np.ceil(end / self.decay_steps))
        return np.asarray(moments[moments < end], dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class CosineDecay:
    """A linear rise from 0 over `warmup_steps`, then half a cosine down to `alpha`.

    Attributes
    ----------
    decay_steps
        Length of the descent, above 0, in units of t; the rate stays at `alpha` after it.
    alpha
        Last rate as a multiple of the first, in [0, 1].
    warmup_steps
        Length of the rise, 0 or more, in units of t; 0 for none.
    """

    decay_steps: float
    alpha: float = 0.0
    warmup_steps: float = 0.0

    def __post_init__(self) -> None:
        _check("decay_steps", self.decay_steps, "above 0", 0 < self.decay_steps < np.inf)
        _check("alpha", self.alpha, "at least 0 and at most 1", 0 <= self.alpha <= 1)
        _check("warmup_steps", self.warmup_steps, "0 or more", 0 <= self.warmup_steps < np.inf)

    @property
    def stepwise(self) -> bool:
        """Whether it is constant between its breaks."""
        return False

    @property
    def final(self) -> float:
        """f(t) for t → ∞."""
        return self.alpha

    def factor(self, times: FloatArray) -> FloatArray:
        """Return η(t) as a multiple of the set learning rate."""
        descent = self.alpha + (1 - self.alpha) * 0.5 * (1 + np.cos(np.pi * self._age(times)))
        if not self.warmup_steps:
            return np.asarray(descent)
        return np.where(times < self.warmup_steps, times / self.warmup_steps, descent)

    def integral(self, times: FloatArray, power: Power = 1) -> FloatArray:
        """Return the integral of f, or of f², from 0 to t."""
        age = self._age(times)
        mean, swing = (1 + self.alpha) / 2, (1 - self.alpha) / 2
        descent = mean**power * age + power * mean ** (power - 1) * swing * _sine(age)
        if power == 2:
            descent += swing**2 * (age + _sine(2 * age) / 2) / 2
        rest = np.maximum(times - self.warmup_steps - self.decay_steps, 0.0)
        rise = np.minimum(times, self.warmup_steps)
        if self.warmup_steps:
            rise = rise * (rise / self.warmup_steps) ** power / (power + 1)
        return np.asarray(rise + self.decay_steps * descent + self.alpha**power * rest)

    def breaks(self, end: float) -> FloatArray:
        """Return the ends of the rise and of the descent."""
        moments = np.array([self.warmup_steps, self.warmup_steps + self.decay_steps])
        return moments[(moments > 0) & (moments < end)]

    def _age(self, times: FloatArray) -> FloatArray:
        """How much of the descent is done, from 0 to 1."""
        age = (times - self.warmup_steps) / self.decay_steps
        return np.asarray(np.minimum(np.maximum(age, 0.0), 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class InverseTimeDecay:
    """1/(1 + decay_rate t/decay_steps).

    Attributes
    ----------
    decay_steps
        Unit of the decay, above 0, in units of t.
    decay_rate
        Above 0.
    """

    decay_steps: float
    decay_rate: float

    def __post_init__(self) -> None:
        _check_decay(self.decay_steps, self.decay_rate, highest=np.inf)

    @property
    def stepwise(self) -> bool:
        """Whether it is constant between its breaks."""
        return False

    @property
    def final(self) -> float:
        """f(t) for t → ∞."""
        return 0.0

    def factor(self, times: FloatArray) -> FloatArray:
        """Return η(t) as a multiple of the set learning rate."""
        return np.asarray(1 / (1 + self.decay_rate * times / self.decay_steps))

    def integral(self, times: FloatArray, power: Power = 1) -> FloatArray:
        """Return the integral of f, or of f², from 0 to t."""
        if power == 2:
            return times * self.factor(times)
        unit = self.decay_steps / self.decay_rate
        return np.asarray(unit * np.log1p(times / unit))

    def breaks(self, end: float) -> FloatArray:  # noqa: ARG002  (part of the interface)
        """Return nothing."""
        return np.empty(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piecewise:
    """One share of the set rate after the other.

    Attributes
    ----------
    boundaries
        Where the next share begins; ascending, above 0, in units of t.
    factors
        The shares, in [0, 1], one more than the boundaries.
    """

    boundaries: tuple[float, ...]
    factors: tuple[float, ...]

    def __post_init__(self) -> None:
        ascending = all(low < high for low, high in pairwise((0.0, *self.boundaries, np.inf)))
        _check("boundaries", self.boundaries, "ascending and above 0", ascending)
        shares = all(0 <= factor <= 1 for factor in self.factors)
        _check("factors", self.factors, "at least 0 and at most 1", shares)
        enough = len(self.factors) == len(self.boundaries) + 1
        _check("factors", self.factors, "one more than the boundaries", enough)

    @property
    def stepwise(self) -> bool:
        """Whether it is constant between its breaks."""
        return True

    @property
    def final(self) -> float:
        """f(t) for t → ∞."""
        return self.factors[-1]

    def factor(self, times: FloatArray) -> FloatArray:
        """Return η(t) as a multiple of the set learning rate."""
        return np.array(self.factors)[np.searchsorted(self.boundaries, times, side="right")]

    def integral(self, times: FloatArray, power: Power = 1) -> FloatArray:
        """Return the integral of f, or of f², from 0 to t."""
        edges = pairwise((0.0, *self.boundaries, np.inf))
        parts = (
            share**power * (np.clip(times, begin, end) - begin)
            for share, (begin, end) in zip(self.factors, edges, strict=True)
        )
        return np.asarray(sum(parts))

    def breaks(self, end: float) -> FloatArray:
        """Return the boundaries."""
        moments = np.array(self.boundaries)
        return moments[moments < end]


def _sine(age: FloatArray) -> FloatArray:
    """Return sin(πx)/π, the integral of cos(πx)."""
    return np.asarray(np.sin(np.pi * age) / np.pi)


def _check_decay(decay_steps: float, decay_rate: float, *, highest: float) -> None:
    _check("decay_steps", decay_steps, "above 0", 0 < decay_steps < np.inf)
    allowed = "above 0" if highest == np.inf else f"above 0 and at most {highest:g}"
    _check("decay_rate", decay_rate, allowed, 0 < decay_rate <= highest and decay_rate < np.inf)


def _check(name: str, value: object, allowed: str, holds: bool) -> None:
    if not holds:
        message = f"{name} = {value} must be {allowed}"
        raise ValueError(message)
