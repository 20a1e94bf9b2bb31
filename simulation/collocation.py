"""One linear equation with smooth coefficients, solved on many panels of time at once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.polynomial import legendre

from simulation.mixture import FloatArray

_POINTS = 12
_SPACING = 0.7
"""Width of the first panels in units of ln(1 + kt)."""

_ACCURACY = 1e-11
_MOST_PANELS = 2_000
"""Ten times what any rule has been seen to need."""
_TINY = 1e-300
_LARGEST = 1e100
"""Keeps what grows without bound finite."""

Coefficient = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class PiecewisePolynomial:
    """A function of time, a sum of Legendre polynomials on each of n panels.

    Attributes
    ----------
    edges
        Of the panels, ascending, shape (n + 1,).
    coefficients
        Shape (n, degree + 1).
    """

    edges: FloatArray
    coefficients: FloatArray

    def __call__(self, times: FloatArray) -> FloatArray:
        """Return the function at times of shape (n,)."""
        last = len(self.coefficients) - 1
        panel = np.clip(np.searchsorted(self.edges, times, side="right") - 1, 0, last)
        left, right = self.edges[panel], self.edges[panel + 1]
        place = 2 * (times - left) / np.maximum(right - left, _TINY) - 1
        values = np.vecdot(legendre.legvander(place, _POINTS), self.coefficients[panel])
        return np.asarray(values)


def collocate(
    rate: Coefficient,
    source: Coefficient,
    *,
    edges: FloatArray,
    start: float,
    fastest: FloatArray,
    bound: float,
) -> PiecewisePolynomial:
    """Solve dQ/dt = −rate(t) Q + source(t).

    The equation is satisfied at Radau's points, which keeps a decay of any speed stable (Hairer &
    Wanner 1996, section IV.5); panels are halved until their polynomials have converged.

    Parameters
    ----------
    rate, source
        Functions of times of any shape, smooth between the edges.
    edges
        Beginning, moments at which the coefficients jump or bend, and end; shape (n,).
    start
        Q at the beginning.
    fastest
        Largest rate at which the solution changes after each edge, above 0; shape (n − 1,).
    bound
        The solution ends early, with the panel in which Q passes this.

    Raises
    ------
    ArithmeticError
        If the solution changes too abruptly to be followed.
    """
    graded = [_graded(*stage, k) for stage, k in zip(pairwise(edges), fastest, strict=True)]
    panels = np.concatenate([*graded, edges[-1:]])
    while len(panels) <= _MOST_PANELS:
        values = _on_panels(rate, source, panels, start)
        passed = np.flatnonzero(values.max(axis=1) > bound)
        used = passed[0] + 1 if passed.size else len(values)
        coefficients = values[:used] @ _scheme().to_coefficients
        scale = np.abs(values[:used]).max(axis=1)
        (rough,) = np.nonzero(np.abs(coefficients[:, -2:]).sum(axis=1) > _ACCURACY * scale)
        if not rough.size:
            return PiecewisePolynomial(panels[: used + 1], coefficients)
        middles = (panels[rough] + panels[rough + 1]) / 2
        panels = np.insert(panels, rough + 1, middles)
    message = (
        f"the norm changes too abruptly to be followed to t = {edges[-1]:g}; "
        "try a smaller learning rate, a smaller weight decay or a shorter duration"
    )
    raise ArithmeticError(message)


class _Scheme(NamedTuple):
    """Collocation on [−1, 1]: at its left end and `_POINTS` points, the last one its right end."""

    points: FloatArray
    from_left: FloatArray
    from_points: FloatArray
    to_coefficients: FloatArray


@lru_cache
def _scheme() -> _Scheme:
    degree = _POINTS
    polynomial = np.zeros(degree + 1)
    polynomial[-2:] = -1.0, 1.0
    points = np.sort(legendre.legroots(polynomial).real)
    points[-1] = 1.0
    to_coefficients = np.linalg.inv(legendre.legvander(np.append(-1.0, points), degree))
    derivatives = legendre.legder(np.eye(degree + 1))
    derivative = legendre.legvander(points, degree - 1) @ derivatives @ to_coefficients
    return _Scheme(points, derivative[:, 0], derivative[:, 1:], to_coefficients.T)


def _graded(begin: float, end: float, fastest: float) -> FloatArray:
    """Part a stage into panels that are short at first; without its end."""
    ages = np.log1p(fastest * (end - begin))
    panels = max(1, int(np.ceil(ages / _SPACING)))
    return np.asarray(begin + np.expm1(np.arange(panels) * (ages / panels)) / fastest)


def _on_panels(
    rate: Coefficient, source: Coefficient, panels: FloatArray, start: float
) -> FloatArray:
    """Return the solution at each panel's left end and points, shape (n, 1 + points)."""
    points, from_left, from_points, _ = _scheme()
    half = np.diff(panels)[:, None] / 2
    times = panels[:-1, None] + half * (1 + points)
    system = from_points + (half * rate(times))[..., None] * np.eye(len(points))
    given = np.broadcast_to(-from_left, times.shape)
    driven, response = np.moveaxis(
        np.linalg.solve(system, np.stack([half * source(times), given], axis=-1)), -1, 0
    )
    lefts = [start]
    for gain, factor in zip(driven[:-1, -1].tolist(), response[:-1, -1].tolist(), strict=True):
        lefts.append(max(min(gain + factor * lefts[-1], _LARGEST), -_LARGEST))
    left = np.array(lefts)[:, None]
    return np.hstack([left, driven + response * left])
