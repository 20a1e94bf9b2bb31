"""The exact curves of settings, with what happens along them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from experiments.dynamics.events import theory_events
from experiments.dynamics.quantities import part_quantities, quantities
from experiments.dynamics.rule import decision_thresholds, learning_rule
from experiments.frames import CurveName, Event, FloatArray, Points, Source
from experiments.run import RunFailedError
from experiments.settings import DynamicsSettings
from simulation.decomposition import decompose
from simulation.dynamics import Trajectory, answers_at_once, solve

ARM = "base"
SIMULATED_POINTS = 40
"""Reported steps of a simulated run, even on a log axis."""


@dataclass(frozen=True, slots=True, eq=False)
class Theory:
    """The exact curves of some settings, as points, with what happens along them."""

    points: tuple[Points, ...]
    events: tuple[Event, ...]


def theory(settings: DynamicsSettings) -> Theory:
    """Compute the exact curves.

    Raises
    ------
    RunFailedError
        When the equations cannot be integrated.
    """
    mixture = settings.mixture.teacher_mixture()
    thresholds = decision_thresholds(settings)
    try:
        trajectory = solve(mixture, learning_rule(settings), report_times(settings))
        points = tuple(_points(trajectory, thresholds, settings.seed))
        events = theory_events(trajectory, thresholds, duration=settings.learning.duration)
        return Theory(points, tuple(events))
    except ArithmeticError as error:
        message = f"The equations could not be integrated: {error}"
        raise RunFailedError(message) from error


def has_closed_form(settings: DynamicsSettings) -> bool:
    """Say whether the exact curves come from formulas and so in no time."""
    return answers_at_once(learning_rule(settings))


def report_times(settings: DynamicsSettings) -> FloatArray:
    """Choose the times of the theory curves.

    As set, else 0, then even on a log axis; and the times at which simulated runs are reported, so
    that both can be compared there.
    """
    end = settings.learning.duration
    if settings.output.times:
        chosen = np.array(settings.output.times)
    else:
        even = np.geomspace(end, _first_time(end), settings.output.points - 1)[::-1]
        chosen = np.append(0.0, even)
    if not settings.simulation.runs:
        return chosen
    simulated = np.array(record_steps(settings)) / settings.simulation.dimension
    return np.union1d(chosen, simulated[simulated <= end])


def record_steps(settings: DynamicsSettings) -> tuple[int, ...]:
    """Choose the steps at which simulated runs are reported, in ascending order.

    None lies past the duration, unless that is shorter than one step.
    """
    dimension, end = settings.simulation.dimension, settings.learning.duration
    total = round(end * dimension)
    if total / dimension > end:
        total -= 1
    total = max(1, total)
    if settings.output.times:
        wanted = np.minimum(np.rint(np.array(settings.output.times) * dimension), total)
    else:
        first = min(max(1.0, _first_time(end) * dimension), total)
        wanted = np.rint(np.geomspace(first, total, SIMULATED_POINTS))
    return tuple(int(step) for step in np.unique(wanted))


def _first_time(end: float) -> float:
    return min(1e-2, 1e-3 * end)


def _points(trajectory: Trajectory, thresholds: FloatArray, seed: int) -> Iterator[Points]:
    """Give every curve that follows from the order parameters."""
    mixture, loss = trajectory.mixture, trajectory.rule.loss
    overlaps, norm = trajectory.overlaps, trajectory.norm
    parts = decompose(mixture, loss, overlaps, norm)
    values = quantities(
        mixture,
        losses=loss.value(np.zeros(1)) + sum(parts),
        thresholds=thresholds,
        overlaps=overlaps,
        norm=norm,
    )
    values |= part_quantities(mixture, parts)
    for (quantity, group), array in values.items():
        yield Points(CurveName(quantity, group, Source.THEORY, ARM, seed), trajectory.times, array)
