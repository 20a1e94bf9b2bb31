"""What linked plots share: the x axis, whether they follow their data, and the crosshair."""

import math
from typing import final

from PySide6.QtCore import QObject, Signal

from gui.plots.intervals import Interval, followed, union

_EMPTY = Interval(0.0, 1.0)


@final
class SharedView(QObject):
    """The x axis of one or more plots under each other."""

    changed = Signal()
    """The visible x, its scale or the following was changed by the user."""
    scale_changed = Signal()
    """The x axis became linear or logarithmic; comes before `changed`."""
    crosshair_moved = Signal()
    margins_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.log = False
        self.following = True
        self.crosshair = math.nan
        """Value of x that is read; NaN for none."""
        self._shown: Interval | None = None
        self._extents: dict[int, Interval | None] = {}
        self._pads: dict[int, float] = {}
        self._margins: dict[int, int] = {}

    @property
    def shown(self) -> Interval:
        """Visible part of the x axis, in axis coordinates."""
        return self._shown or _EMPTY

    def report(self, plot: int, extent: Interval | None, *, pad: float) -> None:
        """Take up how far the data of one plot reach, and the room (share) beside them."""
        self._extents[plot] = extent
        self._pads[plot] = pad
        data = union(self._extents.values())
        if data is None:
            if self.following:
                self._shown = None
        elif self._shown is None:
            self.fit()
        elif self.following:
            self._shown = followed(self._shown, data)
            if self._shown is None:
                self.fit()

    def fit(self) -> bool:
        """Show exactly the data; return whether that changed anything."""
        data = union(self._extents.values())
        if data is None:
            return False
        pad = max(self._pads.values())
        fitted = data.padded(below=pad, above=pad)
        different, self._shown = fitted != self._shown, fitted
        return different

    def zoom(self, shown: Interval) -> None:
        """Show what the user chose, and stop following."""
        if math.isfinite(shown.span) and shown.span > 1e-12 * max(1.0, abs(shown.low)):
            self._shown = shown
        self.following = False
        self.changed.emit()

    def follow(self) -> None:
        """Follow the data again."""
        self.following = True
        self.fit()
        self.changed.emit()

    def set_log(self, log: bool) -> None:
        """Make the axis logarithmic or linear; it follows its data again."""
        if log == self.log:
            return
        self.log = log
        self.restart()
        self.scale_changed.emit()
        self.changed.emit()

    def restart(self) -> None:
        """Forget what was shown: other data come."""
        self.following = True
        self._shown = None
        self._extents.clear()
        self._pads.clear()

    def read(self, x: float) -> None:
        """Move the crosshair of every linked plot; NaN takes it away."""
        if x != self.crosshair and not (math.isnan(x) and math.isnan(self.crosshair)):
            self.crosshair = x
            self.crosshair_moved.emit()

    @property
    def margin(self) -> int:
        """Width (pixels) that the widest y axis needs, so that the x axes line up."""
        return max(self._margins.values(), default=0)

    def forget(self, plot: int) -> None:
        """Drop what a plot reported, which is no longer shown."""
        for known in (self._extents, self._pads, self._margins):
            known.pop(plot, None)

    def need_margin(self, plot: int, width: int) -> None:
        """Take up how much room the y axis of one plot needs."""
        before = self.margin
        self._margins[plot] = width
        if self.margin != before:
            self.margins_changed.emit()
