"""The exact curves at one moment."""

import numpy as np

from experiments.dynamics.rule import decision_thresholds
from experiments.figures.run_view import RunView
from experiments.frames import OVERALL, Source
from experiments.plane import PlaneView, plane_view
from experiments.settings import DynamicsSettings
from simulation.plane import PlaneChoice

State = dict[tuple[str, str], float]
"""Values by quantity and group."""


def known_moment(run: RunView, moment: float | None) -> float | None:
    """Return the moment closest to this one that the exact curves cover; None is their end.

    Returns None where there are no exact curves.
    """
    for curve in run.curves.select(source=Source.THEORY):
        if curve.x.size:
            return float(np.clip(np.inf if moment is None else moment, curve.x[0], curve.x[-1]))
    return None


def state_at(run: RunView, moment: float) -> State:
    """Interpolate every exact curve at a time that they cover."""
    return {
        (curve.name.quantity, curve.name.group): float(np.interp(moment, curve.x, curve.value))
        for curve in run.curves.select(source=Source.THEORY)
        if curve.x.size
    }


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
    known = known_moment(run, moment)
    if known is None or not isinstance(run.settings, DynamicsSettings):
        return None
    state = state_at(run, known)
    if ("Q", OVERALL) not in state:
        return None
    groups = run.settings.mixture.group_names
    return plane_view(
        run.settings,
        PlaneChoice(choice) if choice else PlaneChoice.SHIFT_AND_RULE,
        time=known,
        overlaps=np.array([state[part, group] for part in ("R", "M") for group in groups]),
        norm=max(state["Q", OVERALL], 0.0),
        decision_thresholds=decision_thresholds(run.settings),
    )
