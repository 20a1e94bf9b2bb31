"""What linked plots share: the x axis, whether they follow their data, crosshair and moment."""

import math
from typing import final

from PySide6.QtCore import QObject, Signal

from gui.plots.followed_range import FollowedRange
from gui.plots.intervals import Interval, union


@final
class SharedView(QObject):
    """The x axis of one or more plots under each other."""

    changed = Signal()
    """The visible x, its scale or the following has changed."""
    scale_changed = Signal()
    """The x axis became linear or logarithmic; comes before `changed`."""
    crosshair_moved = Signal()
    moment_moved = Signal()
    margin_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.log = False
        self.following = True
        self.crosshair = math.nan
        """Value of x that is read; NaN for none."""
        self.moment = math.nan
        """Value of x that the window looks at; NaN for none."""
        self._declared_log = False
        self._range = FollowedRange()
        self._extents: dict[int, Interval | None] = {}
        self._margins: dict[int, int] = {}

    @property
    def shown(self) -> Interval:
        """Visible part of the x axis, in axis coordinates."""
        return self._range.shown

    @property
    def margin(self) -> int:
        """Width (pixels) that the widest y axis needs, so that the x axes line up."""
        return max(self._margins.values(), default=0)

    def report(self, plot: int, extent: Interval | None, *, pad: float) -> None:
        """Take up how far the data of one plot reach, and which share it needs beside them."""
        self._extents[plot] = extent
        self._range.pad = max(self._range.pad, pad)
        self._range.take(union(self._extents.values()), following=self.following)

    def need_margin(self, plot: int, width: int) -> None:
        """Take up how much room the y axis of one plot needs."""
        before = self.margin
        self._margins[plot] = width
        if self.margin != before:
            self.margin_changed.emit()

    def forget(self, plot: int) -> None:
        """Drop what a plot reported that is no longer shown."""
        self._extents.pop(plot, None)
        self._margins.pop(plot, None)

    def zoom(self, shown: Interval) -> None:
        """Show what the user chose, and stop following."""
        self._range.choose(shown)
        self.following = False
        self.changed.emit()

    def follow(self) -> None:
        """Show all data and follow them from now on."""
        self.following = True
        self._range.fit()
        self.changed.emit()

    def settle(self) -> bool:
        """Fit the data, which rest; return whether that changed anything."""
        fitted = self._range.fit()
        if fitted:
            self.changed.emit()
        return fitted

    def declare_log(self, log: bool) -> None:
        """Take over the scale a panel asks for, unless it asked so before: the user may differ."""
        if log != self._declared_log:
            self._declared_log = log
            self.set_log(log)

    def set_log(self, log: bool) -> None:
        """Make the axis logarithmic or linear; it follows its data again."""
        if log != self.log:
            self.log = log
            self.following = True
            self._range.restart()
            self._extents.clear()
            self.scale_changed.emit()
            self.changed.emit()

    def read(self, x: float) -> None:
        """Move the crosshair of every linked plot; NaN takes it away."""
        if _differ(x, self.crosshair):
            self.crosshair = x
            self.crosshair_moved.emit()

    def set_moment(self, x: float) -> None:
        """Mark the moment that the window looks at; NaN takes the mark away."""
        if _differ(x, self.moment):
            self.moment = x
            self.moment_moved.emit()


def _differ(x: float, other: float) -> bool:
    return x != other and not (math.isnan(x) and math.isnan(other))
