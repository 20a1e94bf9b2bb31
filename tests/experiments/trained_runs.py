"""Small trainings, and curves as trainings stream them, that tests share."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from experiments.curves import CurveSet
from experiments.figures import RunView
from experiments.frames import BASE, OVERALL, CurveName, Event, Frame, Points, Source
from experiments.inflation import WEIGHTS_STEP
from experiments.settings import TrainingSettings, from_table
from experiments.training import run_training

SMALL: dict[str, Any] = {
    "data": {"set": "mixture", "samples": 240, "dimension": 6, "test_share": 0.2},
    "model": {"widths": []},
    "optimiser": {"epochs": 4, "batch_size": 32, "learning_rate": 0.02},
    "output": {"points": 8},
}
"""A logistic regression on a few samples of the mixture."""


def training(**tables: object) -> TrainingSettings:
    """Settings of a small training unless the tables say otherwise."""
    settings = from_table({"version": 1, "kind": "training"} | SMALL | tables)
    assert isinstance(settings, TrainingSettings)
    return settings


def frames_of(settings: TrainingSettings) -> list[Frame]:
    return list(run_training(settings))


def view_of(settings: TrainingSettings, frames: Iterable[Frame]) -> RunView:
    """See what frames have streamed."""
    curves, events = CurveSet(), list[Event]()
    end = None
    for frame in frames:
        curves.extend(frame.points)
        events += frame.events
        if frame.progress is not None:
            end = float(frame.progress.longest or frame.progress.total_steps)
    return RunView("trained", settings, curves, tuple(events), end)


def ends_of(
    values: Mapping[tuple[str, str], float], *, arm: str = BASE, seed: int = 1
) -> list[Points]:
    """Single points of validation curves by quantity and group, of a training that has ended."""
    scored = [
        (CurveName(quantity, group, Source.VALIDATION, arm, seed), value)
        for (quantity, group), value in (
            {("balanced accuracy", OVERALL): 0.5} | dict(values)
        ).items()
    ]
    scored.append((CurveName(WEIGHTS_STEP, OVERALL, Source.TRAINING, arm, seed), 9.0))
    return [Points(name, np.array([9.0]), np.array([value])) for name, value in scored]
