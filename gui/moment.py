"""The moment of a run that every view shows."""

import math

from PySide6.QtCore import QObject, Signal


class Moment(QObject):
    """A time within the span of the run shown: its end, until the user chooses another."""

    changed = Signal()
    """The moment, or the span that it lies in, is another one."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.span: tuple[float, float] | None = None
        """First and last time, both positive; None while there is nothing to look at."""
        self._chosen: float | None = None

    @property
    def time(self) -> float:
        """The time t; NaN while there is nothing to look at."""
        if self.span is None:
            return math.nan
        start, end = self.span
        return end if self._chosen is None else min(max(self._chosen, start), end)

    @property
    def share(self) -> float:
        """How far the moment is along a log axis over the span, in [0, 1]."""
        if self.span is None:
            return 0.0
        start, end = self.span
        return math.log(self.time / start) / math.log(end / start)

    def set_span(self, span: tuple[float, float] | None) -> None:
        """Take over the span of the run shown; what the user chose is kept for a longer one."""
        if span is not None and not 0.0 < span[0] < span[1] < math.inf:
            span = None
        if span != self.span:
            self.span = span
            self.changed.emit()

    def choose(self, time: float) -> None:
        """Look at a time; beyond the span, at its nearer end."""
        before, self._chosen = self.time, time
        if self.time != before:
            self.changed.emit()

    def choose_share(self, share: float) -> None:
        """Look at the time, rounded to three digits, that lies this far along a log axis."""
        if self.span is not None:
            start, end = self.span
            time = start * (end / start) ** share
            self.choose(end if share >= 1.0 else float(f"{time:.3g}"))

    def forget(self) -> None:
        """Look at the end again."""
        if self._chosen is not None:
            self._chosen = None
            self.changed.emit()
