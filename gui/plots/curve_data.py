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
        self.low: FloatArray | None = None
        self.high: FloatArray | None = None
        self.traces: FloatArray | None = None

    def update(self, view: CurveView) -> Change:
        """Take the curve as it stands now and tell what happened to it."""
        grown = _extends(self.x, view.x) and _extends(self.y, view.y)
        for old, new in (
            (self.low, view.low),
            (self.high, view.high),
            (self.traces, view.traces),
        ):
            if old is not None and new is not None:
                grown = grown and _extends(old, new)
            elif old is not new:
                grown = False
        if grown and view.x.size == self.x.size:
            return Change.NONE
        self.x, self.y = _kept(view.x), _kept(view.y)
        self.low, self.high, self.traces = (
            None if array is None else _kept(array) for array in (view.low, view.high, view.traces)
        )
        return Change.GROWN if grown else Change.REPLACED

    @property
    def bars(self) -> tuple[FloatArray, FloatArray] | None:
        """Lower and upper ends of the error bars, (n,) each; None for none."""
        return None if self.low is None or self.high is None else (self.low, self.high)

    def read(self, x: float) -> tuple[float, float, float]:
        """Interpolate value, low and high at `x`; NaN outside the curve or without bars."""
        if self.x.size == 0:
            return np.nan, np.nan, np.nan
        value, low, high = (
            np.nan
            if array is None
            else float(np.interp(x, self.x, array, left=np.nan, right=np.nan))
            for array in (self.y, self.low, self.high)
        )
        return value, low, high


@final
class Extents:
    """How far a growing curve reaches in axis coordinates, error bars and single runs included."""

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
        edges = [edge[new] for edge in data.bars or ()]
        if data.traces is not None and data.traces.size:
            traces = data.traces[new]
            edges += [np.fmin.reduce(traces, axis=1), np.fmax.reduce(traces, axis=1)]
        for edge in edges:
            tip = coordinates(edge, log=self._y_log)
            tipped = np.isfinite(x) & np.isfinite(tip)
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
    if len(new) < len(old) or new.shape[1:] != old.shape[1:]:
        return False
    if _address(old) == _address(new) and not new.flags.writeable and new.flags.c_contiguous:
        return True
    return bool(np.array_equal(old.view(np.int64), _bits(new[: len(old)])))


def _address(array: FloatArray) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


def _bits(array: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.ascontiguousarray(array).view(np.int64)


def _kept(array: FloatArray) -> FloatArray:
    """Keep a read-only array as it is and copy one that its owner may still write to."""
    if array.flags.writeable or not array.flags.c_contiguous:
        array = array.copy(order="C")
        array.flags.writeable = False
    return array
