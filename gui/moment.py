"""The moment of a run that every view shows."""

import bisect
import math
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal


class Moment(QObject):
    """A time within the span of the run shown: its end, until the user chooses another.

    Where a run was looked at in certain moments only, the `stops`, it is always one of them.
    """

    changed = Signal()
    """The moment, or what it is one of, is another one."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.span: tuple[float, float] | None = None
        """First and last time; None while there is nothing to look at."""
        self.stops: tuple[float, ...] = ()
        """The only times there are, rising; () for all times of the span, which are positive."""
        self._chosen: float | None = None

    @property
    def follows(self) -> bool:
        """Whether the end is looked at, wherever it moves."""
        return self._chosen is None

    @property
    def time(self) -> float:
        """The time; NaN while there is nothing to look at."""
        if self.span is None:
            return math.nan
        return self.span[1] if self._chosen is None else self.nearest(self._chosen)

    @property
    def shown(self) -> float | None:
        """The time that views show; None for all there is, which has no certain moment yet."""
        if self.span is None or (self.stops and self.follows):
            return None
        return self.time

    @property
    def share(self) -> float:
        """How far the moment is on its way through the span, in [0, 1]: stops are evenly apart."""
        if self.span is None:
            return 0.0
        if self.stops:
            return self.stops.index(self.time) / max(len(self.stops) - 1, 1)
        start, end = self.span
        return math.log(self.time / start) / math.log(end / start)

    def nearest(self, time: float) -> float:
        """Give the time closest to this one that there is, on a log axis between stops."""
        if self.span is None:
            return math.nan
        start, end = self.span
        if not self.stops or not start < time < end:
            return min(max(time, start), end)
        right = bisect.bisect_left(self.stops, time)
        before, after = self.stops[right - 1 : right + 1]
        is_closer = (1 + time) ** 2 <= (1 + before) * (1 + after)
        return before if is_closer else after

    def set_span(self, span: tuple[float, float] | None) -> None:
        """Take over the span of the run shown; what the user chose is kept for a longer one."""
        if span is not None and not 0.0 < span[0] < span[1] < math.inf:
            span = None
        self._take((), span)

    def set_stops(self, stops: Sequence[float]) -> None:
        """Take over the moments, rising from 0 or later, in which a run was looked at."""
        self._take(tuple(stops), (stops[0], stops[-1]) if stops else None)

    def choose(self, time: float) -> None:
        """Look at a time; beyond the span, at its nearer end. The last stop is followed on."""
        before, followed = self.time, self.follows
        self._chosen = time
        if self.stops and self.time == self.stops[-1]:
            self._chosen = None
        if self.time != before or (self.stops and self.follows != followed):
            self.changed.emit()

    def choose_share(self, share: float) -> None:
        """Look at the time that lies this far on the way; without stops, rounded to 3 digits."""
        if self.stops:
            self.choose(self.stops[round(share * (len(self.stops) - 1))])
        elif self.span is not None:
            start, end = self.span
            time = start * (end / start) ** share
            self.choose(end if share >= 1.0 else float(f"{time:.3g}"))

    def forget(self) -> None:
        """Look at the end again."""
        if self._chosen is not None:
            self._chosen = None
            self.changed.emit()

    def _take(self, stops: tuple[float, ...], span: tuple[float, float] | None) -> None:
        if (stops, span) != (self.stops, self.span):
            self.stops, self.span = stops, span
            self.changed.emit()
