"""Settings of a training as changes in mid-run alter them."""

from experiments.settings.document import from_table, replace, to_table
from experiments.settings.training import TrainingSettings


def with_change(
    settings: TrainingSettings, *, step: int, setting: str, value: object
) -> TrainingSettings:
    """Have a setting change at a step, after the changes that the settings hold up to then.

    Raises
    ------
    SettingsError
        If it cannot be changed in mid-run, or not to this value; the message is for the user.
    """
    table = to_table(settings)
    place = sum(change.step <= step for change in settings.changes)
    table["changes"].insert(place, {"step": step, "setting": setting, "value": value})
    changed = from_table(table)
    assert isinstance(changed, TrainingSettings)
    return changed


def settings_at(settings: TrainingSettings, step: int) -> TrainingSettings:
    """Give what the settings stand at after `step` steps, all changes put in place."""
    present = settings.model_copy(update={"changes": ()})
    for change in settings.changes:
        if change.step <= step:
            changed = replace(present, change.setting, change.value)
            assert isinstance(changed, TrainingSettings)
            present = changed
    return present
