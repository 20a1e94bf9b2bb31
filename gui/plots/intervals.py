"""Ranges of an axis, and how they follow data that grow.

All numbers are axis coordinates: the values themselves on a linear axis, their decimal
logarithms on a logarithmic one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

STEP = 0.25
"""Share of the data's span by which a range is enlarged when data leave it."""

SPARSE = 0.3
"""A range of which data fill less than this share is chosen anew."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of an axis, ``low <= high``."""

    low: float
    high: float

    @property
    def span(self) -> float:
        """Length of the stretch."""
        return self.high - self.low

    def holds(self, other: "Interval") -> bool:
        """Tell whether the other interval lies within this one."""
        return self.low <= other.low and other.high <= self.high

    def padded(self, *, below: float, above: float) -> "Interval":
        """Enlarge by shares of the resulting span, so that they are shares of the screen.

        An interval of a single point is opened first, by a tenth of its distance from zero.
        """
        low, high = self.low, self.high
        if high - low <= 1e-12 * max(abs(low), abs(high)):
            room = 0.1 * abs(low) or 0.5
            low, high = low - room, high + room
        span = (high - low) / (1.0 - below - above)
        return Interval(low - below * span, high + above * span)

    def zoomed(self, *, at: float, factor: float) -> "Interval":
        """Scale the span by `factor`; the coordinate `at` stays where it is."""
        return Interval(at + (self.low - at) * factor, at + (self.high - at) * factor)

    def moved(self, distance: float) -> "Interval":
        """Shift by a distance."""
        return Interval(self.low + distance, self.high + distance)


def union(intervals: Iterable[Interval | None]) -> Interval | None:
    """Return the smallest interval that holds all given ones; None where there are none."""
    known = [interval for interval in intervals if interval is not None]
    if not known:
        return None
    return Interval(min(part.low for part in known), max(part.high for part in known))


def followed(current: Interval, data: Interval) -> Interval | None:
    """Return `current`, enlarged in a step on each side where data have left it.

    None where data fill so little of it that it has to be chosen anew.
    """
    if data.span < SPARSE * current.span:
        return None
    room = STEP * data.span
    low = current.low if data.low >= current.low else data.low - room
    high = current.high if data.high <= current.high else data.high + room
    return Interval(low, high)
