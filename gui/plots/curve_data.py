"""A drawn curve's numbers: what is new in them, how far they reach, what they are at a point."""

from enum import Enum, auto
from typing import final

import numpy as np

from experiments.frames import FloatArray
from experiments.views import CurveView
from gui.plots.intervals import Interval
from gui.plots.scales import coordinates


class Change(Enum):
    """How a curve differs from what it was."""

    NONE = auto()
    GROWN = auto()
    REPLACED = auto()


_EMPTY = np.empty(0)


@final
class CurveData:
    """Every stored point of one curve."""

    def __init__(self) -> None:
        self.x = self.y = _EMPTY
        self.spread: FloatArray | None = None

    def update(self, view: CurveView) -> Change:
        """Take the curve as it stands now and tell what happened to it."""
        grown = _extends(self.x, view.x) and _extends(self.y, view.y)
        if view.spread is not None and self.spread is not None:
            grown = grown and _extends(self.spread, view.spread)
        elif view.spread is not self.spread:
            grown = False
        if grown and view.x.size == self.x.size:
            return Change.NONE
        self.x, self.y = _kept(view.x), _kept(view.y)
        self.spread = None if view.spread is None else _kept(view.spread)
        return Change.GROWN if grown else Change.REPLACED

    def read(self, x: float) -> tuple[float, float]:
        """Interpolate value and spread at `x`; NaN outside the curve or without a spread."""
        if self.x.size == 0:
            return np.nan, np.nan
        value = np.interp(x, self.x, self.y, left=np.nan, right=np.nan)
        if self.spread is None:
            return float(value), np.nan
        return float(value), float(np.interp(x, self.x, self.spread, left=np.nan, right=np.nan))


@final
class Extents:
    """How far a growing curve reaches in axis coordinates, error bars included."""

    def __init__(self, *, x_log: bool, y_log: bool) -> None:
        self._x_log, self._y_log = x_log, y_log
        self._size = 0
        self._low = np.full(2, np.nan)
        self._high = np.full(2, np.nan)

    def extend(self, data: CurveData) -> None:
        """Take up what was appended since the last call."""
        new = slice(self._size, None)
        self._size = data.x.size
        x = coordinates(data.x[new], log=self._x_log)
        y = coordinates(data.y[new], log=self._y_log)
        shown = np.isfinite(x) & np.isfinite(y)
        self._reach(x[shown], y[shown])
        if data.spread is not None:
            for sign in (-1.0, 1.0):
                tip = coordinates(data.y[new] + sign * data.spread[new], log=self._y_log)
                tipped = shown & np.isfinite(tip)
                self._reach(x[tipped], tip[tipped])

    def _reach(self, x: FloatArray, y: FloatArray) -> None:
        if x.size:
            self._low = np.fmin(self._low, (x.min(), y.min()))
            self._high = np.fmax(self._high, (x.max(), y.max()))

    @property
    def x(self) -> Interval | None:
        """Reach along x; None while nothing can be shown."""
        return self._interval(0)

    @property
    def y(self) -> Interval | None:
        """Reach along y; None while nothing can be shown."""
        return self._interval(1)

    def _interval(self, axis: int) -> Interval | None:
        if np.isnan(self._low[axis]):
            return None
        return Interval(float(self._low[axis]), float(self._high[axis]))


def _extends(old: FloatArray, new: FloatArray) -> bool:
    """Tell whether `new` begins with `old`, bit by bit.

    Read-only arrays over the same memory are views of one growing curve: nothing to compare.
    """
    if new.size < old.size:
        return False
    if _address(old) == _address(new) and not new.flags.writeable and old.flags.c_contiguous:
        return True
    return bool(np.array_equal(old.view(np.int64), _bits(new[: old.size])))


def _address(array: FloatArray) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


def _bits(array: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.ascontiguousarray(array).view(np.int64)


def _kept(array: FloatArray) -> FloatArray:
    """Keep a read-only array as it is and copy one that its owner may still write to."""
    if array.flags.writeable or not array.flags.c_contiguous:
        array = array.copy()
        array.flags.writeable = False
    return array
