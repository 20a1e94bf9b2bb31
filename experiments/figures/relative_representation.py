"""Lines of equal relative representation on a map.

The ratio ρ√Δ₊ : (1 − ρ)√Δ₋ is a product of factors of one parameter each, so that along a line
either parameter follows from the other.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from experiments.frames import FloatArray
from experiments.map_view import Contour
from experiments.settings import PhaseDiagramSettings
from experiments.settings.cells import axis_value

_RATIOS = ((1, 4), (1, 2), (1, 1), (2, 1), (4, 1))
_POINTS = 129


@dataclass(frozen=True, slots=True)
class _Factor:
    """The logarithm of what one parameter contributes to the ratio, and its inverse."""

    log: Callable[[FloatArray], FloatArray]
    inverse: Callable[[FloatArray], FloatArray]


_FACTORS = {
    "mixture.representation": _Factor(logit, expit),
    "mixture.variance_plus": _Factor(lambda v: np.log(v) / 2, lambda f: np.exp(2 * f)),
    "mixture.variance_minus": _Factor(lambda v: -np.log(v) / 2, lambda f: np.exp(-2 * f)),
}


def contours(settings: PhaseDiagramSettings) -> tuple[Contour, ...]:
    """Return the lines that pass through the map; none where neither axis changes the ratio."""
    swept = settings.map
    across, upwards = _FACTORS.get(swept.x), _FACTORS.get(swept.y)
    x, y = (_points(*swept.span(side), log=swept.scale(side) == "log") for side in ("x", "y"))
    held = sum(
        float(factor.log(np.array(axis_value(settings, key))))
        for key, factor in _FACTORS.items()
        if key not in (swept.x, swept.y)
    )
    lines = []
    for plus, minus in _RATIOS:
        rest = np.full(_POINTS, np.log(plus / minus) - held)
        if across and upwards:
            line = (
                np.append(x, across.inverse(rest - upwards.log(y))),
                np.append(upwards.inverse(rest - across.log(x)), y),
            )
        elif across:
            line = (across.inverse(rest), y)
        elif upwards:
            line = (x, upwards.inverse(rest))
        else:
            return ()
        inside = (line[0] >= x[0]) & (line[0] <= x[-1]) & (line[1] >= y[0]) & (line[1] <= y[-1])
        if np.count_nonzero(inside) > 1:
            order = np.argsort(line[0][inside], kind="stable")
            lines.append(
                Contour(f"{plus} : {minus}", line[0][inside][order], line[1][inside][order])
            )
    return tuple(lines)


def _points(low: float, high: float, *, log: bool) -> FloatArray:
    return np.geomspace(low, high, _POINTS) if log else np.linspace(low, high, _POINTS)
