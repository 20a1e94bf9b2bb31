"""Settings that change while a training goes on."""

from pydantic import Field, field_validator

from experiments.settings.base import SettingsTable
from experiments.settings.optimiser import MOST_STEPS
from models.changes import CHANGEABLE


class Change(SettingsTable):
    """From a step on, a setting has another value.

    Attributes
    ----------
    step
        Steps that have been taken by then.
    setting
        Its dotted key, one of `models.changes.CHANGEABLE`.
    value
        Its new value.
    """

    step: int = Field(ge=0, lt=MOST_STEPS)
    setting: str
    value: float | str | tuple[float, ...]

    @field_validator("setting")
    @classmethod
    def _can_change(cls, setting: str) -> str:
        if setting not in CHANGEABLE:
            known = ", ".join(CHANGEABLE)
            message = f"{setting!r} cannot be changed during a run; choose one of {known}"
            raise ValueError(message)
        return setting
