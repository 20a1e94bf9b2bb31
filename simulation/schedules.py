"""Learning-rate schedules η(t) over t = steps/d, with Keras' names for their parameters.

Durations that Keras counts in steps are counted in units of t here, that is, in multiples of d.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from simulation.mixture import FloatArray


class Schedule(Protocol):
    """A learning rate that changes with time.

    Attributes
    ----------
    stepwise
        Whether it is constant between its breaks.
    """

    @property
    def stepwise(self) -> bool:
        """Whether it is constant between its breaks."""

    def factor(self, times: FloatArray) -> FloatArray:
        """Return η(t) as a multiple of the set learning rate, in [0, 1]; element-wise."""

    def breaks(self, end: float) -> FloatArray:
        """Return the moments in (0, end) at which it jumps or bends, in ascending order."""


@dataclass(frozen=True, slots=True)
class Constant:
    """The learning rate as set."""

    @property
    def stepwise(self) -> bool:
        """Whether it is constant between its breaks."""
        return True

    def factor(self, times: FloatArray) -> FloatArray:
        """Return 1."""
        return np.ones_like(times)

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
        return self.staircase

    def factor(self, times: FloatArray) -> FloatArray:
        """Return η(t) as a multiple of the set learning rate."""
        age = times / self.decay_steps
        return np.asarray(self.decay_rate ** (np.floor(age) if self.staircase else age))

    def breaks(self, end: float) -> FloatArray:
        """Return the ends of the steps."""
        if not self.staircase:
            return np.empty(0)
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

    def factor(self, times: FloatArray) -> FloatArray:
        """Return η(t) as a multiple of the set learning rate."""
        age = np.clip((times - self.warmup_steps) / self.decay_steps, 0.0, 1.0)
        descent = self.alpha + (1 - self.alpha) * 0.5 * (1 + np.cos(np.pi * age))
        if not self.warmup_steps:
            return np.asarray(descent)
        return np.where(times < self.warmup_steps, times / self.warmup_steps, descent)

    def breaks(self, end: float) -> FloatArray:
        """Return the ends of the rise and of the descent."""
        moments = np.array([self.warmup_steps, self.warmup_steps + self.decay_steps])
        return moments[(moments > 0) & (moments < end)]


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

    def factor(self, times: FloatArray) -> FloatArray:
        """Return η(t) as a multiple of the set learning rate."""
        return np.asarray(1 / (1 + self.decay_rate * times / self.decay_steps))

    def breaks(self, end: float) -> FloatArray:  # noqa: ARG002  (part of the interface)
        """Return nothing."""
        return np.empty(0)


def _check_decay(decay_steps: float, decay_rate: float, *, highest: float) -> None:
    _check("decay_steps", decay_steps, "above 0", 0 < decay_steps < np.inf)
    allowed = "above 0" if highest == np.inf else f"above 0 and at most {highest:g}"
    _check("decay_rate", decay_rate, allowed, 0 < decay_rate <= highest and decay_rate < np.inf)


def _check(name: str, value: float, allowed: str, holds: bool) -> None:
    if not holds:
        message = f"{name} = {value} must be {allowed}"
        raise ValueError(message)
