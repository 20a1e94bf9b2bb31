"""The student of a run at one moment, and what follows from its order parameters."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from experiments.dynamics import has_closed_form, learning_rule
from experiments.dynamics.quantities import quantities
from experiments.dynamics.rule import decision_thresholds
from experiments.figures.run_view import RunView
from experiments.frames import OVERALL, FloatArray, Source
from experiments.plane import PlaneView, plane_view
from experiments.settings import DynamicsSettings
from simulation.dynamics import Flow, flow
from simulation.learning import spans
from simulation.observables import group_losses
from simulation.plane import PlaneChoice

_DENSE, _ACCURATE = 50, 200
"""Points from which on curves are interpolated by cubics, and keep the digits that are shown."""

_CUBIC = 4
"""Points that a cubic polynomial goes through."""

_CLOSE = 1e-6
"""Relative distance of two times below which they are taken for one."""

BoolArray = NDArray[np.bool_]

State = dict[tuple[str, str], float]
"""Values by quantity and group."""


@dataclass(frozen=True, slots=True, eq=False)
class Student:
    """The exact student at a time.

    Attributes
    ----------
    time
        t = steps/d.
    overlaps
        w·u/d with T_1..T_K, v_1..v_K, shape (2K,).
    norm
        Q = |w|²/d.
    exact
        Whether these are accurate, or only interpolated between few points.
    """

    time: float
    overlaps: FloatArray
    norm: float
    exact: bool


def student_at(run: RunView, moment: float | None) -> Student | None:
    """Return the student at the time closest to this one that the exact curves cover.

    None for the end of the curves; returns None where there are none. Where no formula gives the
    curves, the order parameters are interpolated on a log axis.
    """
    if not isinstance(run.settings, DynamicsSettings):
        return None
    groups = run.settings.mixture.group_names
    named = [(quantity, group) for quantity in ("R", "M") for group in groups]
    curves = {
        (curve.name.quantity, curve.name.group): curve
        for curve in run.curves.select(source=Source.THEORY)
    }
    found = [curves[name] for name in (*named, ("Q", OVERALL)) if name in curves]
    if len(found) <= len(named) or not found[0].x.size:
        return None
    times = found[0].x
    time = float(np.clip(np.inf if moment is None else moment, times[0], times[-1]))
    if has_closed_form(run.settings):
        (overlaps,), (norm,) = _flow(run.settings).evaluate(np.array([time]))
        return Student(time, overlaps, max(float(norm), 0.0), exact=True)
    values = np.array([curve.value for curve in found])
    state = _interpolated(run.settings, time, times, values)
    exact = times.size >= _ACCURATE or time in times
    return Student(time, state[:-1], max(float(state[-1]), 0.0), exact)


def state_of(settings: DynamicsSettings, student: Student) -> State:
    """Give every quantity of a student."""
    mixture, rule = settings.mixture.teacher_mixture(), learning_rule(settings)
    norm = np.array(student.norm)
    values = quantities(
        mixture,
        losses=group_losses(mixture, rule.loss, student.overlaps, norm),
        thresholds=decision_thresholds(settings),
        overlaps=student.overlaps,
        norm=norm,
    )
    return {name: float(value) for name, value in values.items()}


def plane(run: RunView, moment: float, choice: str | None = None) -> PlaneView | None:
    """Show the student on a plane at a time; None where there are no exact curves.

    A time that they do not cover is taken for the nearest one that they do.

    Parameters
    ----------
    run
        A run of the solvable model.
    moment
        t = steps/d.
    choice
        A value of `simulation.plane.PlaneChoice`; None for the first.
    """
    student = student_at(run, moment)
    if student is None or not isinstance(run.settings, DynamicsSettings):
        return None
    return plane_view(
        run.settings,
        PlaneChoice(choice) if choice else PlaneChoice.SHIFT_AND_RULE,
        time=student.time,
        overlaps=student.overlaps,
        norm=student.norm,
        decision_thresholds=decision_thresholds(run.settings),
    )


@lru_cache(maxsize=2)
def _flow(settings: DynamicsSettings) -> Flow:
    mixture = settings.mixture.teacher_mixture()
    return flow(mixture, learning_rule(settings), settings.learning.duration)


def _interpolated(
    settings: DynamicsSettings, time: float, times: FloatArray, values: FloatArray
) -> FloatArray:
    """Interpolate curves of shape (curves, n) over the log of time.

    Linearly between few points, which keeps overlaps and norm those of some weights; else by a
    cubic polynomial through the nearest four between the moments at which curves bend.
    """
    used = _CUBIC if times.size >= _DENSE else 2
    origin = float(times[times > 0][0]) if (times > 0).any() else 1.0
    ages, age = np.log(times + origin), np.log(time + origin)
    kept = np.append(True, np.diff(ages) > _CLOSE) | (times == time)
    if used == _CUBIC:
        kept &= _without_bend(settings, time, times)
    ages, values = ages[kept], values[:, kept]
    right = int(np.searchsorted(ages, age))
    first = min(max(right - used // 2, 0), max(ages.size - used, 0))
    near = slice(first, first + used)
    return np.asarray(values[:, near] @ _lagrange(age, ages[near]))


def _without_bend(settings: DynamicsSettings, time: float, times: FloatArray) -> BoolArray:
    """Choose the points between which the rule does not change; all if there are hardly any."""
    parts = spans(learning_rule(settings), settings.learning.duration)
    edges = np.concatenate([part.edges for part in parts])
    between = (times >= edges[edges <= time].max()) & (times <= edges[edges >= time].min())
    return np.asarray(between | (between.sum() <= _CUBIC))


def _lagrange(age: float, ages: FloatArray) -> FloatArray:
    """Return the weight of each sample in the polynomial through all of them."""
    others = ~np.eye(ages.size, dtype=bool)
    distances = np.where(others, np.subtract.outer(ages, ages), 1.0)
    return np.asarray(np.where(others, age - ages, 1.0).prod(axis=1) / distances.prod(axis=1))
