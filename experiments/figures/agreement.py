"""How simulated runs compare with the theory: misfit, and forecast against measured crossings."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from experiments.curves import Curve
from experiments.dynamics.quantities import GAPS
from experiments.figures.run_view import RunView
from experiments.frames import OVERALL, EnsemblePoints, EventKind, FloatArray, Source
from simulation.misfit import Misfit, misfit

_KINDS = {"loss": EventKind.CROSSING, "error": EventKind.ERROR_CROSSING}
_CENTRAL = (2.5, 50.0, 97.5)


@dataclass(frozen=True, slots=True)
class MeasuredCrossing:
    """A crossing that theory forecasts, and what simulated runs did.

    Attributes
    ----------
    forecast
        Moment t by the exact curves.
    runs, crossed
        Runs that got that far, and how many of them changed the lead there the same way.
    median, low, high
        Of their moments: the middle one, and between which 95 % of them lie; NaN if none crossed.
    """

    forecast: float
    runs: int
    crossed: int
    median: float
    low: float
    high: float


def misfit_of(run: RunView) -> Misfit | None:
    """Compare the runs' mean losses with the exact ones; None without simulated runs."""
    ensembles: list[EnsemblePoints] = []
    exact: list[FloatArray] = []
    for group in run.curves.groups():
        ensemble = run.curves.ensemble("loss", group)
        curves = run.curves.select(quantity="loss", group=group, source=Source.THEORY)
        if ensemble is None or not ensemble.x.size or not curves or not curves[0].x.size:
            return None
        ensembles.append(ensemble)
        exact.append(np.interp(ensemble.x, curves[0].x, curves[0].value))
    if not ensembles:
        return None
    covered = np.isin(ensembles[0].x, curves[0].x)
    return misfit(
        times=ensembles[0].x[covered],
        mean=np.array([ensemble.mean[covered] for ensemble in ensembles]),
        deviation=np.array([ensemble.deviation[covered] for ensemble in ensembles]),
        runs=np.array([ensemble.count[covered] for ensemble in ensembles]),
        exact=np.array(exact)[:, covered],
    )


def agreement(run: RunView) -> str:
    """Say whether the runs agree with the theory; empty without runs."""
    found = misfit_of(run)
    if found is None:
        return ""
    where = f"{found.absolute:.2g} in loss at t = {found.time:.3g}"
    if found.agrees is None:
        return "A single run cannot tell whether it agrees with the theory: simulate two or more."
    largest = f"largest misfit {found.standard_errors:.1f} standard errors ({where})"
    if found.agrees:
        return f"Runs agree with theory: {largest}."
    return (
        f"Runs depart from theory: {largest}, where chance allows {found.allowed:.1f}. Theory is"
        " exact for many dimensions: raise the dimension."
    )


def measured_crossings(run: RunView, measure: str) -> tuple[MeasuredCrossing, ...]:
    """Compare each crossing that theory forecasts with those of the single runs.

    Parameters
    ----------
    run
        Two groups; without simulated runs, nothing is measured.
    measure
        ``loss`` or ``error``.
    """
    forecasts = [event.x for event in run.happened(_KINDS[measure])]
    ensemble = run.curves.ensemble(GAPS[measure], OVERALL)
    theory = run.curves.select(quantity=GAPS[measure], source=Source.THEORY)
    if not forecasts or ensemble is None or not theory or not (ensemble.x > 0).any():
        return tuple(
            MeasuredCrossing(forecast, 0, 0, np.nan, np.nan, np.nan) for forecast in forecasts
        )
    log_x, gaps, exact = _refined(ensemble, theory[0])
    edges = _edges(forecasts, log_x)
    return tuple(
        _measured(forecast, log_x, gaps, exact, between=between)
        for forecast, between in zip(forecasts, edges, strict=True)
    )


def _refined(ensemble: EnsemblePoints, theory: Curve) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give log x, the gaps of single runs there, shape (runs, n), and the exact one.

    Between recorded points the distance of a run from the exact curve, which changes slowly, is
    interpolated.
    """
    late = ensemble.x > 0
    recorded = np.log(ensemble.x[late])
    away = ensemble.traces[late].T - np.interp(ensemble.x[late], theory.x, theory.value)
    x = np.union1d(theory.x, ensemble.x[late])
    x = x[(x >= ensemble.x[late][0]) & (x <= ensemble.x[-1])]
    log_x, exact = np.log(x), np.interp(x, theory.x, theory.value)
    right = np.searchsorted(recorded, log_x)
    left = np.maximum(right - 1, 0)
    width = recorded[right] - recorded[left]
    share = np.divide(log_x - recorded[left], width, out=np.ones_like(log_x), where=width > 0)
    return log_x, exact + (1 - share) * away[:, left] + share * away[:, right], exact


def _edges(forecasts: Sequence[float], log_x: FloatArray) -> list[tuple[float, float]]:
    """Give each forecast the stretch of log x up to half-way to its neighbours."""
    at = np.log(forecasts)
    middles = ((at[1:] + at[:-1]) / 2).tolist()
    return list(pairwise([float(log_x[0]), *middles, float(log_x[-1])]))


def _measured(
    forecast: float,
    log_x: FloatArray,
    gaps: FloatArray,
    exact: FloatArray,
    *,
    between: tuple[float, float],
) -> MeasuredCrossing:
    """Collect the moments at which single runs cross within a stretch of log x.

    Moments are interpolated between points; what that does to the exact curve is taken off again.
    """
    reached = np.isfinite(gaps[:, np.searchsorted(log_x, np.log(forecast)) :]).any(axis=1)
    inside = (log_x >= between[0]) & (log_x <= between[1])
    own = _moment(log_x[inside], exact[inside], rising=None)
    if own is None:
        return MeasuredCrossing(forecast, int(reached.sum()), 0, np.nan, np.nan, np.nan)
    moment, rising = own
    found = [
        np.exp(crossed[0] - moment) * forecast
        for gap in gaps[reached][:, inside]
        if (crossed := _moment(log_x[inside], gap, rising=rising)) is not None
    ]
    low, median, high = np.percentile(found, _CENTRAL) if found else (np.nan,) * 3
    return MeasuredCrossing(
        forecast, int(reached.sum()), len(found), float(median), float(low), float(high)
    )


def _moment(
    log_x: FloatArray, gap: FloatArray, *, rising: bool | None
) -> tuple[float, bool] | None:
    """Find the middle one of the sign changes in one direction, and that direction."""
    known = np.isfinite(gap)
    log_x, gap = log_x[known], gap[known]
    changes = np.flatnonzero(np.sign(gap[1:]) * np.sign(gap[:-1]) < 0)
    if rising is not None:
        changes = changes[(gap[changes + 1] > 0) == rising]
    if not changes.size:
        return None
    left = int(changes[changes.size // 2])
    share = gap[left] / (gap[left] - gap[left + 1])
    moment = float(log_x[left] + share * (log_x[left + 1] - log_x[left]))
    return moment, bool(gap[left + 1] > 0)
