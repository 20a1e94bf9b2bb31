"""Trainings that the theory describes, which tests share."""

from typing import Any

from trained_runs import training

from experiments.settings import TrainingSettings
from experiments.training import plan_of, prepared_data
from experiments.training.theory import Theory, theory

Table = dict[str, Any]

GENERAL: Table = {
    "representation": 0.6,
    "shift": 1.0,
    "label_correlation_plus": 0.4,
    "label_correlation_minus": -0.2,
    "threshold_plus": 0.5,
}
RARE: Table = GENERAL | {"representation": 0.15, "variance_plus": 2.0}
DATA: Table = {"set": "mixture", "samples": 16_000, "dimension": 200, "validation_share": 0.5}
SGD: Table = {"name": "sgd", "learning_rate": 1.0, "batch_size": 2, "epochs": 1}
UNIT: Table = {"widths": [], "bias": "no"}


def solvable_training(
    *, mixture: Table | None = None, data: Table | None = None, **tables: Table
) -> TrainingSettings:
    """Settings of a training that the theory describes, with changes."""
    return training(
        seed=3,
        data=DATA | (data or {}) | {"mixture": mixture or GENERAL},
        model=UNIT | tables.pop("model", {}),
        optimiser=SGD | tables.pop("optimiser", {}),
        output={"points": 30},
        **tables,
    )


def theory_of(settings: TrainingSettings) -> Theory:
    return theory(settings, plan_of(settings), prepared_data(settings).dataset)
