"""One cell of a map: its settings, and what the exact curves do in it."""

from decimal import ROUND_CEILING, Context, Decimal

import numpy as np

from experiments.dynamics import learning_rule
from experiments.dynamics.rule import decision_thresholds
from experiments.frames import CELL_LAYERS, FloatArray
from experiments.phase_diagram.exact import exact_layers, has_closed_form
from experiments.settings import DynamicsSettings, PhaseDiagramSettings, replace
from experiments.settings.cells import cell_settings
from experiments.settings.description import find
from simulation.closed_form import applies, time_scales
from simulation.crossings import (
    EARLIEST,
    VISIBLE_GAP,
    Measure,
    find_crossings,
    horizon,
    visible_crossings,
)
from simulation.dynamics import flow
from simulation.losses import Loss
from simulation.mixture import TeacherMixture
from simulation.observables import confusion, group_losses
from simulation.phases import is_unstable

_DIGITS = Context(prec=3, rounding=ROUND_CEILING)
_MOMENTS = 60
_CLOSER = 13
"""Moments at which the largest gap is looked for, and around the largest of these."""


def open_cell(settings: PhaseDiagramSettings, x: float, y: float) -> DynamicsSettings:
    """Give one cell as settings whose duration covers all that the map tells of it.

    With a closed form that is 20 times the slowest time-scale, at most what a duration may be.

    Raises
    ------
    SettingsError
        If there is no such cell: the message says why.
    """
    cell = cell_settings(settings, x, y)
    if not has_closed_form(settings):
        return cell
    until = horizon(time_scales(cell.mixture.teacher_mixture(), learning_rule(cell)))
    info = find(cell, "learning.duration")
    assert info.low is not None
    assert info.high is not None
    rounded = float(_DIGITS.create_decimal(Decimal(until)))
    opened = replace(cell, "learning.duration", min(max(rounded, info.low), info.high))
    assert isinstance(opened, DynamicsSettings)
    return opened


def point_layers(settings: PhaseDiagramSettings, x: float, y: float) -> FloatArray:
    """Return what a map tells of one point, in the order of `CELL_LAYERS`, shape (layers,).

    Raises
    ------
    SettingsError
        If there is no such cell.
    ArithmeticError
        If the equations cannot be integrated.
    """
    if has_closed_form(settings):
        (layers,) = exact_layers(settings, np.array([x]), np.array([y]))
        return np.asarray(layers)
    return cell_layers(cell_settings(settings, x, y), settings.map.measure)


def cell_layers(cell: DynamicsSettings, measure: Measure) -> FloatArray:
    """Return what the exact curves do up to the duration, in the order of `CELL_LAYERS`.

    The largest gap is accurate to about 0.1 %.

    Raises
    ------
    ArithmeticError
        If the equations cannot be integrated.
    """
    mixture, rule = cell.mixture.teacher_mixture(), learning_rule(cell)
    thresholds, end = decision_thresholds(cell), cell.learning.duration
    found = find_crossings(
        mixture, rule, until=end, measure=measure, decision_thresholds=thresholds
    )
    crossings = [crossing.time for crossing in visible_crossings(found)]
    solution = flow(mixture, rule, end)

    def gap(times: FloatArray) -> FloatArray:
        overlaps, norm = solution.evaluate(times)
        return gaps(
            mixture,
            rule.loss,
            measure=measure,
            thresholds=thresholds,
            overlaps=overlaps,
            norm=norm,
        )

    last = solution.diverged_at or end
    times = np.geomspace(EARLIEST * last, last, _MOMENTS)
    coarse = gap(times)
    widest = int(np.argmax(np.abs(coarse)))
    around = times[max(widest - 1, 0)], times[min(widest + 1, _MOMENTS - 1)]
    closer = gap(np.geomspace(*around, _CLOSER))
    largest = closer[np.argmax(np.abs(closer))]
    diverges = solution.diverged_at is not None or (
        applies(rule) and is_unstable(mixture, rule, end)
    )
    level = diverges or abs(coarse[-1]) < VISIBLE_GAP
    layers = {
        "admissible": 1,
        "diverges": diverges,
        "asymptotic_preference": -1 if level else coarse[-1] > 0,
        "crossings": len(crossings),
        "first_crossing": crossings[0] if crossings else np.nan,
        "last_crossing": crossings[-1] if crossings else np.nan,
        "final_gap": coarse[-1],
        "largest_gap": largest,
    }
    return np.array([layers[name] for name in CELL_LAYERS], dtype=np.float64)


def gaps(
    mixture: TeacherMixture,
    loss: Loss,
    *,
    measure: Measure,
    thresholds: FloatArray,
    overlaps: FloatArray,
    norm: FloatArray,
) -> FloatArray:
    """Return the first group's loss or error minus the second's.

    Parameters
    ----------
    mixture
        Two groups.
    loss
        What is compared if `measure` is the loss.
    measure
        Loss or error.
    thresholds
        Decision threshold of each group, shape (2,).
    overlaps, norm
        w·u/d, shape (..., 4), and Q, shape (...).

    Returns
    -------
    array
        Shape (...).
    """
    curves = (
        group_losses(mixture, loss, overlaps, norm)
        if measure == "loss"
        else confusion(mixture, overlaps, norm, thresholds).error
    )
    return np.asarray(curves[..., 0] - curves[..., 1])
