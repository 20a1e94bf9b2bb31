"""Whether the means of simulated runs agree with exact curves, given how the runs scatter.

Each mean is held against its curve in standard errors, and the largest of these must be one that
chance allows: Student's t quantile, for a false alarm over all n comparisons together in 1 % of
ensembles that follow the curves (Bonferroni). Neighbouring points of a curve are correlated, but
that hardly makes them fewer. Scatter divided by its own size wanders over log t like an
Ornstein-Uhlenbeck process with correlation e^{−|ln t − ln s|/2}, and such a process exceeds a high
level u somewhere in a stretch of length l as often as u²l/2 independent numbers do (Pickands 1969):
about 8 per factor e in time at u = 4, which is as dense as curves are recorded, and more once the
runs have forgotten their start. So every point counts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from simulation.mixture import FloatArray

_FALSE_ALARMS = 0.01

_ACCURACY = 1e-9
"""Of the exact curves, relative to their size where that is above 1."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """Where the mean of the runs is farthest from an exact curve.

    Attributes
    ----------
    agrees
        Whether chance allows that distance; None if no point has more than one run.
    standard_errors
        The distance in standard errors of the mean; NaN if `agrees` is None.
    absolute
        The distance itself.
    time, curve_index
        When, and on which curve.
    allowed
        Standard errors that chance allows there; NaN if `agrees` is None.
    """

    agrees: bool | None
    standard_errors: float
    absolute: float
    time: float
    curve_index: int
    allowed: float


def misfit(
    *,
    times: FloatArray,
    mean: FloatArray,
    deviation: FloatArray,
    runs: FloatArray,
    exact: FloatArray,
    discreteness: FloatArray | float = 0.0,
) -> Misfit | None:
    """Find the point at which runs and theory disagree most.

    "Most" is in standard errors, as a multiple of those allowed; for single runs, by distance.

    Parameters
    ----------
    times
        Recorded moments, shape (n,).
    mean, deviation
        Over the runs, of each curve: sample standard deviation, with runs − 1 in its denominator;
        shape (curves, n). Points whose mean or exact value is not finite are left out.
    runs
        How many runs each of these is taken over, shape (curves, n).
    exact
        The exact curves at the same moments, not interpolated: they must be far more accurate than
        the standard errors; shape (curves, n).
    discreteness
        How far steps of finite length may stand off the curves, of which each is drawn for steps
        without length; shape (curves, n).

    Returns
    -------
        None if there is no point to compare.
    """
    distance = np.abs(mean - exact)
    known = np.isfinite(distance)
    if not known.any():
        return None
    tested = known & (runs >= 2)
    comparisons = np.count_nonzero(tested)
    if not comparisons:
        curve, moment = _largest(distance, known)
        return Misfit(
            agrees=None,
            standard_errors=np.nan,
            absolute=float(distance[curve, moment]),
            time=float(times[moment]),
            curve_index=curve,
            allowed=np.nan,
        )
    count = np.where(tested, runs, 2.0)
    accuracy = _ACCURACY * np.maximum(1.0, np.abs(exact)) + discreteness
    scores = distance / np.hypot(deviation / np.sqrt(count), accuracy)
    allowed = -stdtrit(count - 1, _FALSE_ALARMS / (2 * comparisons))
    curve, moment = _largest(scores / allowed, tested)
    return Misfit(
        agrees=bool(scores[curve, moment] <= allowed[curve, moment]),
        standard_errors=float(scores[curve, moment]),
        absolute=float(distance[curve, moment]),
        time=float(times[moment]),
        curve_index=curve,
        allowed=float(allowed[curve, moment]),
    )


def single_misfit(
    *,
    times: FloatArray,
    run: FloatArray,
    deviation: FloatArray,
    runs: int,
    exact: FloatArray,
    discreteness: FloatArray | float = 0.0,
) -> Misfit | None:
    """Hold one run against exact curves, by the scatter of other runs of the same law.

    Parameters
    ----------
    times, exact, discreteness
        As in `misfit`.
    run
        Curves of the run, shape (curves, n).
    deviation
        Of such runs, with their number − 1 in its denominator; shape (curves, n).
    runs
        How many of them, at least 2, the deviations are taken over.
    """
    return misfit(
        times=times,
        mean=run,
        deviation=deviation * np.sqrt(runs),
        runs=np.full(run.shape, float(runs)),
        exact=exact,
        discreteness=discreteness,
    )


def _largest(values: FloatArray, among: NDArray[np.bool_]) -> tuple[int, int]:
    curve, moment = np.unravel_index(np.argmax(np.where(among, values, -1.0)), values.shape)
    return int(curve), int(moment)
