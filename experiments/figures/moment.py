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


def state_at(run: RunView, moment: float) -> State:
    """Interpolate every exact curve at a time; empty without exact curves."""
    found: State = {}
    for curve in run.curves.select(source=Source.THEORY):
        if curve.x.size:
            value = float(np.interp(moment, curve.x, curve.value))
            found[curve.name.quantity, curve.name.group] = value
    return found


def plane(run: RunView, moment: float, choice: str | None = None) -> PlaneView | None:
    """Show the student on a plane at a time; None where there are no exact curves.

    Parameters
    ----------
    run
        A run of the solvable model.
    moment
        t = steps/d.
    choice
        A value of `simulation.plane.PlaneChoice`; None for the first.
    """
    state = state_at(run, moment)
    if ("Q", OVERALL) not in state or not isinstance(run.settings, DynamicsSettings):
        return None
    groups = run.settings.mixture.group_names
    return plane_view(
        run.settings,
        PlaneChoice(choice) if choice else PlaneChoice.SHIFT_AND_RULE,
        time=moment,
        overlaps=np.array([state[part, group] for part in ("R", "M") for group in groups]),
        norm=max(state["Q", OVERALL], 0.0),
        decision_thresholds=decision_thresholds(run.settings),
    )
