"""Knobs that can be turned while a run goes on."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models.bounds import PlanError

if TYPE_CHECKING:
    from models.plan import TrainingPlan

Value = float | str | tuple[float, ...]

_OF_BATCHES = (
    "optimiser.learning_rate",
    "mitigation.class_weighting",
    "mitigation.class_weights",
    "mitigation.group_weighting",
    "mitigation.group_weights",
    "mitigation.effective_beta",
    "mitigation.normalisation",
)
_OF_STEPS = (
    "optimiser.momentum",
    "optimiser.beta_1",
    "optimiser.beta_2",
    "optimiser.rho",
    "optimiser.epsilon",
    "optimiser.weight_decay",
    "optimiser.clip_norm",
    "loss.name",
    "loss.focal_gamma",
    "loss.focal_balancing",
    "loss.focal_alpha",
    "loss.adjustment",
    "loss.label_smoothing",
    "model.dropout",
    "model.l1",
    "model.l2",
)
CHANGEABLE = (*_OF_BATCHES, *_OF_STEPS)
"""What a change keeps the shapes of all variables of; named like the settings."""


@dataclass(frozen=True, slots=True)
class Request:
    """Asks a run to change a setting now."""

    setting: str
    value: Value


@dataclass(frozen=True, slots=True)
class Measure:
    """Asks a run to measure now, though no record is planned for this step."""


@dataclass(frozen=True, slots=True)
class Change:
    """From this step on, a setting of the plan, one of `CHANGEABLE`, has another value."""

    step: int
    setting: str
    value: Value

    @property
    def is_of_batches(self) -> bool:
        """Whether it changes what a step is given alone, and not what the step does."""
        return self.setting in _OF_BATCHES


def with_setting(plan: "TrainingPlan", change: Change) -> "TrainingPlan":
    """Change one setting of a plan.

    Raises
    ------
    PlanError
        When it cannot be changed in mid-run, or not to this value.
    """
    if change.setting not in CHANGEABLE:
        known = ", ".join(CHANGEABLE)
        raise PlanError(f"{change.setting}: cannot be changed during a run; choose one of {known}")
    table, _, name = change.setting.partition(".")
    part = getattr(plan, table)
    check_values(change.setting, value_of(plan, change.setting), change.value)
    try:
        return replace(plan, **{table: replace(part, **{name: change.value})})
    except PlanError as error:
        raise PlanError(f"{table}: {error}") from error


def check_values(setting: str, before: Value, after: Value) -> None:
    """Raise PlanError when a run cannot take a setting from one value to another."""
    if setting == "optimiser.momentum" and 0.0 in {before, after}:
        raise PlanError(
            f"{setting}: momentum of 0 keeps no velocity, so it cannot change to or from 0 "
            "during a run; choose a value above 0"
        )


def value_of(plan: "TrainingPlan", setting: str) -> Value:
    """Read one of the settings that can be changed."""
    table, _, name = setting.partition(".")
    value: Value = getattr(getattr(plan, table), name)
    return value
