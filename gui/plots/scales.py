"""Linear and logarithmic axes: coordinates, tick positions and the words beside them."""

import math
from dataclasses import dataclass

import numpy as np

from experiments.frames import FloatArray
from gui.plots.intervals import Interval

_LONGEST_PLAIN = 1e6
_SHORTEST_PLAIN = 1e-3
_NICE = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis at an axis coordinate; minor ones have no text."""

    position: float
    text: str = ""


def coordinates(values: FloatArray, *, log: bool) -> FloatArray:
    """Turn values (n,) into axis coordinates; NaN where an axis cannot show them."""
    shown = np.isfinite(values)
    if log:
        shown &= values > 0.0
        return np.log10(values, out=np.full(values.shape, np.nan), where=shown)
    return values if shown.all() else np.where(shown, values, np.nan)


def coordinate(value: float, *, log: bool) -> float:
    """Turn one value into its axis coordinate; NaN where an axis cannot show it."""
    if not math.isfinite(value) or (log and value <= 0.0):
        return math.nan
    return math.log10(value) if log else value


def value_at(position: float, *, log: bool) -> float:
    """Turn an axis coordinate back into a value; infinite beyond what a number holds."""
    if not log:
        return position
    return float(10.0**position) if position < 308.0 else math.inf


def format_number(value: float, *, digits: int = 4) -> str:
    """Write a value for people: ``16,000``, ``0.2847``, ``1.2e−5``."""
    if not math.isfinite(value):
        return "no value"
    size = abs(value)
    if size and (size >= 10 * _LONGEST_PLAIN or size < _SHORTEST_PLAIN):
        mantissa, exponent = f"{value:.{digits - 2}e}".split("e")
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").rstrip(".")
        return _minus(f"{mantissa}e{int(exponent)}")
    if value == round(value):
        return _minus(f"{value:,.0f}")
    decimals = max(0, digits - 1 - math.floor(math.log10(size)))
    return _minus(f"{value:,.{decimals}f}")


def ticks(shown: Interval, *, log: bool, at_most: int) -> list[Tick]:
    """Choose round positions within an interval of axis coordinates.

    Parameters
    ----------
    shown
        The visible interval.
    log
        Whether coordinates are decimal logarithms.
    at_most
        How many labels there is room for, at least 2.
    """
    room = max(at_most, 2)
    if not log:
        return _linear(shown, room)
    decades = range(math.ceil(shown.low - 1e-9), math.floor(shown.high + 1e-9) + 1)
    if len(decades) >= 2:
        return _decades(shown, decades, room)
    values = _linear(Interval(value_at(shown.low, log=True), value_at(shown.high, log=True)), room)
    return [
        Tick(math.log10(float(tick.position)), tick.text) for tick in values if tick.position > 0
    ]


def _linear(shown: Interval, room: int) -> list[Tick]:
    if not (math.isfinite(shown.span) and shown.span > 0):
        return []
    raw = shown.span / room
    power = 10.0 ** math.floor(math.log10(raw))
    fitting = next(index for index, nice in enumerate(_NICE) if nice * power >= raw * (1 - 1e-9))
    # Where the widest step that has room leaves no scale to read, a finer one is crowded but right.
    for nice in reversed(_NICE[: fitting + 1]):
        step = nice * power
        first = math.ceil(shown.low / step - 1e-9)
        last = math.floor(shown.high / step + 1e-9)
        if last > first:
            break
    values = [index * step for index in range(first, last + 1)]
    return [Tick(value, text) for value, text in zip(values, _labels(values, step), strict=True)]


def _labels(values: list[float], step: float) -> list[str]:
    largest = max((abs(value) for value in values), default=0.0)
    if largest >= 10 * _LONGEST_PLAIN or 0 < largest < _SHORTEST_PLAIN:
        digits = max(0, math.floor(math.log10(largest)) - math.floor(math.log10(step * 1.001)))
        return [_scientific(value, digits) for value in values]
    decimals = max(0, -math.floor(math.log10(step * 1.001)))
    return [_minus(f"{value + 0.0:,.{decimals}f}") if value else "0" for value in values]


def _scientific(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits}e}".split("e")
    return _minus(f"{mantissa}e{int(exponent)}")


def _decades(shown: Interval, decades: range, room: int) -> list[Tick]:
    every = math.ceil(len(decades) / room)
    marks = [Tick(float(power), _power(power)) for power in decades if power % every == 0]
    if every > 1:
        return marks + [Tick(float(power)) for power in decades if power % every]
    between = [
        Tick(power + math.log10(multiple))
        for power in range(decades[0] - 1, decades[-1] + 1)
        for multiple in range(2, 10)
    ]
    return marks + [tick for tick in between if shown.low <= tick.position <= shown.high]


def _power(power: int) -> str:
    if -3 <= power <= 5:
        return f"{10.0**power:,g}"
    return _minus(f"1e{power}")


def _minus(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")
