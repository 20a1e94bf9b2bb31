"""The visible part of an axis, and how it follows data that grow.

A range is not moved on every frame: that would cost more than drawing the curves, and numbers that
never rest cannot be read. It is enlarged in steps when data leave it, and fitted when they rest.
"""

import math
from typing import final

from gui.plots.intervals import Interval

STEP = 0.25
"""Share of the data's span by which a range is enlarged when data leave it."""

SPARSE = 0.3
"""A range of which data fill less than this share is chosen anew."""

_EMPTY = Interval(0.0, 1.0)


@final
class FollowedRange:
    """Visible interval of one axis, in axis coordinates."""

    def __init__(self) -> None:
        self._shown: Interval | None = None
        self._data: Interval | None = None
        self.pad = 0.0
        """Share of the screen left free on both sides of the data."""
        self.headroom = 0.0
        """Share of the screen left free above the data, for captions."""

    @property
    def shown(self) -> Interval:
        """What is visible."""
        return self._shown or _EMPTY

    def take(self, data: Interval | None, *, following: bool) -> None:
        """Take up how far the data reach now; None while there are none."""
        self._data = data
        if data is None:
            self._shown = None if following else self._shown
        elif self._shown is None:
            self.fit()
        elif following:
            needed = Interval(data.low, data.high + self.headroom * self._shown.span)
            if needed.span < SPARSE * self._shown.span:
                self.fit()
            else:
                self._shown = self._shown.stepped_to(needed, step=STEP)

    def fit(self) -> bool:
        """Show exactly the data; return whether that changed anything."""
        if self._data is None:
            return False
        fitted = self._data.padded(below=self.pad, above=self.pad + self.headroom)
        different, self._shown = fitted != self._shown, fitted
        return different

    def choose(self, shown: Interval) -> None:
        """Show what the user wants to see, unless it is too narrow to be told apart."""
        least = 1e-12 * max(1.0, abs(shown.low), abs(shown.high))
        if math.isfinite(shown.span) and shown.span > least:
            self._shown = shown

    def restart(self) -> None:
        """Forget data and view: others come."""
        self._shown = self._data = None
