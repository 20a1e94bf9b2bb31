"""Stretches of an axis.

All numbers are axis coordinates: the values themselves on a linear axis, their decimal
logarithms on a logarithmic one.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of an axis, ``low <= high``."""

    low: float
    high: float

    @property
    def span(self) -> float:
        """Length of the stretch."""
        return self.high - self.low

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

    def stepped_to(self, data: "Interval", *, step: float) -> "Interval":
        """Enlarge on each side where data reach beyond, by a share of their span more."""
        room = step * data.span
        low = self.low if data.low >= self.low else data.low - room
        high = self.high if data.high <= self.high else data.high + room
        return Interval(low, high)

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
