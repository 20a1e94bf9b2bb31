"""How long a run will go on."""

import time
from collections import deque

_RECENT = 5.0
_LEAST = 1.0
_BEGUN, _BEGINNING = 0.005, 10.0
"""A share of the work that is surely no beginning any more, and the seconds that one may take."""


class TimeLeft:
    """Estimates the seconds left of a run by its speed in the last few seconds of work.

    The speed of the whole run would mislead: a training begins slowly and goes on many times as
    fast once its loop is compiled.
    """

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._paused_at: float | None = None
        self._marks: deque[tuple[float, float]] = deque()

    def pause(self) -> None:
        """Stop the clock."""
        self._paused_at = self._paused_at or time.monotonic()

    def resume(self) -> None:
        """Let the clock go on."""
        if self._paused_at is not None:
            self._start += time.monotonic() - self._paused_at
            self._paused_at = None

    def elapsed(self) -> float:
        """Give the seconds worked so far."""
        return (self._paused_at or time.monotonic()) - self._start

    def estimate(self, fraction: float) -> float | None:
        """Give the seconds left at this share of the work in [0, 1]; None while it is too early."""
        now = self.elapsed()
        self._marks.append((now, fraction))
        while len(self._marks) > 1 and self._marks[1][0] <= now - _RECENT:
            self._marks.popleft()
        since, before = self._marks[0]
        is_beginning = fraction < _BEGUN and now < _BEGINNING
        if is_beginning or now - since < _LEAST or fraction <= before:
            return None
        return (now - since) * (1.0 - fraction) / (fraction - before)
