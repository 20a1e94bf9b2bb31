"""How a training compares with the theory that is drawn over it."""

import numpy as np

from experiments.curves import Curve
from experiments.figures.run_view import RunView
from experiments.frames import EventKind, FloatArray, Source
from experiments.settings import TrainingSettings
from experiments.training.theory import LOSS_DEVIATION, SCATTERED
from simulation.misfit import Misfit, single_misfit

_STEPWISE = {"constant", "step", "piecewise", "reduce-on-plateau"}
"""Schedules under which the learning rate stands still during a step in theory as well."""


def misfit_of(run: RunView) -> Misfit | None:
    """Compare the validation losses with the exact ones; times are steps.

    Once a setting has been changed in mid-run, the theory is of another training. None where
    nothing can be compared.
    """
    changed = min((event.x for event in run.happened(EventKind.CHANGE)), default=np.inf)
    found = [
        [run.curves.select(quantity=quantity, source=source, group=group) for group in _groups(run)]
        for quantity, source in (
            ("loss", Source.VALIDATION),
            ("loss", Source.THEORY),
            (LOSS_DEVIATION, Source.THEORY),
        )
    ]
    if not all(len(curves) == 1 for side in found for curves in side):
        return None
    measured, exact, deviation = ([curves[0] for curves in side] for side in found)
    if not exact:
        return None
    steps = np.intersect1d(measured[0].x, exact[0].x)
    steps = steps[(steps > 0) & (steps <= changed)]
    scatter = _at(deviation, steps)
    return single_misfit(
        times=steps,
        run=np.where(np.isfinite(scatter), _at(measured, steps), np.nan),
        deviation=scatter,
        runs=SCATTERED,
        exact=_at(exact, steps),
        discreteness=_half_a_step(run, exact, steps),
    )


def agreement(run: RunView) -> str:
    """Say whether a training agrees with the theory; empty where none is drawn."""
    found = misfit_of(run)
    if found is None:
        return ""
    off = (
        f"{found.standard_errors:.1f} standard deviations of single runs"
        f" ({found.absolute:.2g} in loss at step {found.time:,.0f})"
    )
    if found.agrees:
        verdict = f"This run agrees with theory: it is off by at most {off}."
    else:
        verdict = (
            f"This run departs from theory: it is off by {off}, where chance allows"
            f" {found.allowed:.1f}. Theory is exact for many inputs: raise data.dimension, or lower"
            " the learning rate."
        )
    if run.happened(EventKind.CHANGE):
        verdict += " That holds up to the first change on the way, which theory goes on without."
    return verdict


def _groups(run: RunView) -> tuple[str, ...]:
    return tuple(
        curve.name.group
        for curve in run.curves.select(quantity=LOSS_DEVIATION, source=Source.THEORY)
    )


def _at(curves: list[Curve], steps: FloatArray) -> FloatArray:
    """Give the values of curves at some of their positions, shape (curves, n)."""
    return np.array([curve.value[np.searchsorted(curve.x, steps)] for curve in curves])


def _half_a_step(run: RunView, exact: list[Curve], steps: FloatArray) -> FloatArray | float:
    """Return what half a step changes: by that much steps lag behind a rate that moves."""
    assert isinstance(run.settings, TrainingSettings)
    optimiser = run.settings.optimiser
    if optimiser.schedule in _STEPWISE and not optimiser.warmup_steps:
        return 0.0
    before = np.array([np.interp(steps - 0.5, curve.x, curve.value) for curve in exact])
    lag: FloatArray = np.abs(_at(exact, steps) - before)
    return lag
