"""How long a run will go on."""

import time
from collections import deque

_RECENT = 5.0
_LEAST = 1.0
_BEGUN, _BEGINNING = 0.05, 10.0
"""A share of the work that is surely no beginning any more, and the seconds that one may take."""


class TimeLeft:
    """Estimates the seconds left of a run by its speed in the later half of its work so far.

    The speed of the whole run would mislead: a training reads its data, is measured often at first,
    and goes on many times as fast later. So work counts from the first progress on, at most its
    last few seconds.
    """

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._begun: float | None = None
        self._paused_at: float | None = None
        self._marks: deque[tuple[float, float]] = deque()

    def pause(self) -> None:
        """Stop the clock."""
        self._paused_at = self._paused_at or time.monotonic()

    def resume(self) -> None:
        """Let the clock go on; what was done by single steps meanwhile tells of no speed."""
        if self._paused_at is not None:
            self._start += time.monotonic() - self._paused_at
            self._paused_at = None
            self._begun = None
            self._marks.clear()

    def elapsed(self) -> float:
        """Give the seconds worked so far."""
        return (self._paused_at or time.monotonic()) - self._start

    def estimate(self, fraction: float) -> float | None:
        """Give the seconds left at this share of the work in [0, 1]; None while it is too early."""
        if fraction <= 0.0:
            return None
        now = self.elapsed()
        self._begun = now if self._begun is None else self._begun
        self._marks.append((now, fraction))
        worked = now - self._begun
        while len(self._marks) > 1 and self._marks[1][0] <= now - min(_RECENT, worked / 2):
            self._marks.popleft()
        since, before = self._marks[0]
        is_beginning = worked < (_LEAST if fraction >= _BEGUN else _BEGINNING)
        if is_beginning or fraction <= before:
            return None
        return (now - since) * (1.0 - fraction) / (fraction - before)
