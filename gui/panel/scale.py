"""Where a value sits on a slider, and which round values a slider offers."""

import math
from dataclasses import dataclass
from typing import Protocol

from experiments.settings import SettingInfo

POSITIONS = 1000
"""Number of steps from one end of a slider to the other."""

_LINEAR_STEPS = 80
_LADDER = ((2.0, 0.05), (5.0, 0.1), (math.inf, 0.2))


class Scale(Protocol):
    """The map between a slider's positions, 0 to `POSITIONS`, and values."""

    def position(self, value: float) -> int:
        """Give the nearest position."""

    def value(self, position: int) -> float:
        """Give the value at a position."""

    def stepped(self, value: float, steps: int) -> float:
        """Give the value that lies `steps` key presses away."""


@dataclass(frozen=True, slots=True)
class SliderScale:
    """The map between a slider's positions, 0 to `POSITIONS`, and values.

    Attributes
    ----------
    low, high
        Values at the two ends.
    logarithmic
        Whether equal ways on the slider are equal ratios.
    whole
        Whether the values are whole numbers.
    """

    low: float
    high: float
    logarithmic: bool
    whole: bool

    @classmethod
    def of(cls, info: SettingInfo) -> "SliderScale | None":
        """Build the scale that a setting declares, if it declares one."""
        if info.slider is None or info.kind not in {"number", "integer"}:
            return None
        low, high = info.slider
        return cls(low, high, info.scale == "log", info.kind == "integer")

    def position(self, value: float) -> int:
        """Give the nearest position; values beyond the span sit at its ends."""
        value = min(max(value, self.low), self.high)
        if self.logarithmic:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return round(share * POSITIONS)

    def value(self, position: int) -> float:
        """Give the round value at a position; an int for whole numbers."""
        if position in {0, POSITIONS}:
            return self._clipped(self.low if position == 0 else self.high)
        share = position / POSITIONS
        if self.logarithmic:
            raw = self.low * (self.high / self.low) ** share
        else:
            raw = self.low + share * (self.high - self.low)
        return self._clipped(self._rounded(raw))

    def stepped(self, value: float, steps: int) -> float:
        """Give the value that lies `steps` key presses away: a hundredth of the span, or 8 %."""
        value = self._clipped(value)
        if self.logarithmic:
            moved = value * 1.08**steps
        else:
            moved = value + steps * max((self.high - self.low) / 100, self._step)
        rounded = self._rounded(moved)
        if self.whole and rounded == value:
            rounded = value + math.copysign(1, steps)
        return self._clipped(rounded)

    @property
    def _step(self) -> float:
        if self.whole:
            return 1.0
        return float(10.0 ** math.floor(math.log10((self.high - self.low) / _LINEAR_STEPS)))

    def _rounded(self, value: float) -> float:
        if not self.logarithmic:
            return round(value / self._step) * self._step
        unit = 10.0 ** math.floor(math.log10(value))
        step = next(step for limit, step in _LADDER if value / unit < limit)
        rounded = round(value / unit / step) * step * unit
        return round(rounded) if self.whole else rounded

    def _clipped(self, value: float) -> float:
        value = min(max(value, self.low), self.high)
        return round(value) if self.whole else float(f"{value:.6g}")
