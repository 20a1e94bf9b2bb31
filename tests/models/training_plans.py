"""A small plan of training, and changes to it, that tests share."""

from dataclasses import replace
from typing import Any

from models.plan import ModelPlan, OptimiserPlan, TrainingPlan

PLAN = TrainingPlan(
    model=ModelPlan(widths=(6, 6), activation="tanh"),
    optimiser=OptimiserPlan(learning_rate=0.02, batch_size=16, epochs=3),
    seed=4,
    record_points=1000,
)


def changed(plan: TrainingPlan, **tables: dict[str, Any]) -> TrainingPlan:
    """Change fields of the named parts of a plan."""
    parts = {name: replace(getattr(plan, name), **fields) for name, fields in tables.items()}
    return replace(plan, **parts)
