"""How simulated runs compare with the theory: misfit, and forecast against measured crossings."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from experiments.crossings import middle_sign_change
from experiments.curves import Curve
from experiments.dynamics.quantities import CROSSINGS, GAPS
from experiments.figures.run_view import RunView
from experiments.frames import OVERALL, EnsemblePoints, FloatArray, Source
from experiments.settings import DynamicsSettings, Settings
from simulation.misfit import Misfit, misfit

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
    resolved
        Whether the recorded moments are close enough to tell.
    """

    forecast: float
    runs: int
    crossed: int
    median: float = np.nan
    low: float = np.nan
    high: float = np.nan
    resolved: bool = True


def misfit_of(run: RunView) -> Misfit | None:
    """Compare the runs' mean losses with the exact ones, once they have left their start.

    None without simulated runs, and where no exact curve was reported at their moments.
    """
    ensembles: list[EnsemblePoints] = []
    theory: list[Curve] = []
    for group in run.curves.groups():
        ensemble = run.curves.ensemble("loss", group)
        curves = run.curves.select(quantity="loss", group=group, source=Source.THEORY)
        if ensemble is None or not curves:
            return None
        ensembles.append(ensemble)
        theory.append(curves[0])
    if not ensembles:
        return None
    times, runs, exact = np.intersect1d(ensembles[0].x, theory[0].x, return_indices=True)
    runs, exact = runs[times > 0], exact[times > 0]
    return misfit(
        times=times[times > 0],
        mean=np.array([ensemble.mean[runs] for ensemble in ensembles]),
        deviation=np.array([ensemble.deviation[runs] for ensemble in ensembles]),
        runs=np.array([ensemble.count[runs] for ensemble in ensembles]),
        exact=np.array([curve.value[exact] for curve in theory]),
        discreteness=_half_a_step(run.settings, theory, times[times > 0]),
    )


def _half_a_step(
    settings: Settings, theory: Sequence[Curve], times: FloatArray
) -> FloatArray | float:
    """Return what half a step changes: by that much steps lag behind a learning rate that moves."""
    if not isinstance(settings, DynamicsSettings) or settings.learning.schedule == "constant":
        return 0.0
    before = np.maximum(times - 0.5 / settings.simulation.dimension, 0.0)
    return np.array(
        [
            np.abs(np.interp(times, curve.x, curve.value) - np.interp(before, curve.x, curve.value))
            for curve in theory
        ]
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


def forecasts_and_measured(run: RunView, measure: str) -> tuple[MeasuredCrossing, ...]:
    """Compare each crossing that theory forecasts with those of the single runs.

    Parameters
    ----------
    run
        Two groups; without simulated runs, nothing is measured.
    measure
        ``loss`` or ``error``.
    """
    forecasts = [event.x for event in run.happened(CROSSINGS[measure])]
    ensemble = run.curves.ensemble(GAPS[measure], OVERALL)
    theory = run.curves.select(quantity=GAPS[measure], source=Source.THEORY)
    if not forecasts or ensemble is None or not theory or not (ensemble.x > 0).any():
        return tuple(MeasuredCrossing(forecast, 0, 0) for forecast in forecasts)
    x, gaps, exact = _refined(ensemble, theory[0])
    edges = _edges(forecasts, x)
    return tuple(
        _measured(forecast, x, gaps, exact, between=between)
        for forecast, between in zip(forecasts, edges, strict=True)
    )


def _refined(ensemble: EnsemblePoints, theory: Curve) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give x, the gaps of single runs there, shape (runs, n), and the exact one.

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
    return x, exact + (1 - share) * away[:, left] + share * away[:, right], exact


def _edges(forecasts: Sequence[float], x: FloatArray) -> list[tuple[float, float]]:
    """Give each forecast the stretch of x up to half-way to its neighbours, on a log axis."""
    at = np.array(forecasts)
    middles = np.sqrt(at[1:] * at[:-1]).tolist()
    return list(pairwise([float(x[0]), *middles, float(x[-1])]))


def _measured(
    forecast: float,
    x: FloatArray,
    gaps: FloatArray,
    exact: FloatArray,
    *,
    between: tuple[float, float],
) -> MeasuredCrossing:
    """Collect the moments at which single runs cross within a stretch of x.

    Moments are interpolated between points; what that does to the exact curve is taken off again.
    """
    reached = np.isfinite(gaps[:, np.searchsorted(x, forecast) :]).any(axis=1)
    runs = int(reached.sum())
    inside = (x >= between[0]) & (x <= between[1])
    x, own = x[inside], middle_sign_change(x[inside], exact[inside])
    if own is None:
        return MeasuredCrossing(forecast, runs, 0, resolved=False)
    found = [
        crossed.x / own.x * forecast
        for gap in gaps[reached][:, inside]
        if (crossed := middle_sign_change(x, gap, rising=own.rising)) is not None
    ]
    if not found:
        return MeasuredCrossing(forecast, runs, 0)
    low, median, high = np.percentile(found, _CENTRAL).tolist()
    return MeasuredCrossing(forecast, runs, len(found), median, low, high)
