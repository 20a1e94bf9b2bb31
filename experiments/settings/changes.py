"""Settings that change while a training goes on."""

from collections.abc import Mapping

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_core.core_schema import ValidatorFunctionWrapHandler

from experiments.settings.base import SettingsTable
from experiments.settings.errors import from_validation, shown
from experiments.settings.loss import Loss
from experiments.settings.mitigation_training import Mitigation
from experiments.settings.network import Network
from experiments.settings.optimiser import MOST_STEPS, USED_BY, Optimiser
from models.changes import CHANGEABLE, Value, check_values

_TABLES: Mapping[str, type[SettingsTable]] = {
    "optimiser": Optimiser,
    "mitigation": Mitigation,
    "loss": Loss,
    "model": Network,
}


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

    @field_validator("value", mode="wrap")
    @classmethod
    def _is_a_value(
        cls, value: object, handler: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> Value:
        """Say of what is no value at all what the setting allows."""
        try:
            known: Value = handler(value)
        except ValidationError:
            if "setting" in info.data:
                table = _TABLES[info.data["setting"].partition(".")[0]]
                _replaced(table(), info.data["setting"], value)
            message = "it must be a number, a text or an array of numbers"
            raise ValueError(f"{shown(value)} is not allowed; {message}") from None
        return known

    def applied(self, held: SettingsTable) -> SettingsTable:
        """Change the table that holds the setting.

        Raises
        ------
        ValueError
            If it cannot take the value or has no effect; the message names step and setting.
        """
        name = self.setting.partition(".")[2]
        try:
            self._check_effect(held)
            changed = _replaced(held, self.setting, self.value)
            check_values(self.setting, getattr(held, name), self.value)
        except ValueError as error:
            raise ValueError(f"step {self.step:,}: {error}") from None
        return changed

    def _check_effect(self, held: SettingsTable) -> None:
        """Refuse what only other optimisers use: the optimiser stays the same during a run."""
        users = USED_BY.get(self.setting.partition(".")[2])
        if users and isinstance(held, Optimiser) and held.name not in users:
            raise ValueError(
                f"{self.setting}: it has no effect, for optimiser.name is {shown(held.name)}; "
                f"it belongs to {', '.join(users)}"
            )


def _replaced(held: SettingsTable, setting: str, value: object) -> SettingsTable:
    table, _, name = setting.partition(".")
    try:
        return type(held).model_validate(dict(held) | {name: value})
    except ValidationError as error:
        problem = from_validation(error, settings_type=type(held)).problems[0]
        raise ValueError(f"{table}.{problem}") from None
