"""Tests of the settings of preparation and trouble, and of what they become."""

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, get_args

import pytest

from experiments.settings import (
    SettingInfo,
    SettingsError,
    TrainingSettings,
    find,
    from_table,
    replace,
)
from experiments.settings.description import describe
from experiments.training.plans import preparation_of
from models.preparation.plan import PreparationPlan

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SETTINGS = TrainingSettings()
SECTIONS = {section.key: section for section in describe(SETTINGS)}
INFOS = [info for key in ("trouble", "preparation") for info in SECTIONS[key].settings]


def other_value(info: SettingInfo) -> object:
    """Give an allowed value that is not the default."""
    match info.kind:
        case "choice":
            return next(choice for choice in info.choices if choice != info.default)
        case "number" | "integer":
            assert info.high is not None
            return type(info.default)(min(info.high, info.default + 1) if info.high > 1 else 0.125)
        case "text":
            return "Female"
        case _:
            return ("age",)


def leaves(plan: "DataclassInstance", path: str = "") -> dict[str, Any]:
    """Flatten nested dataclasses."""
    found: dict[str, Any] = {}
    for field in fields(plan):
        value = getattr(plan, field.name)
        if is_dataclass(value) and not isinstance(value, type):
            found |= leaves(value, f"{path}{field.name}.")
        else:
            found[path + field.name] = value
    return found


@pytest.mark.parametrize("info", INFOS, ids=[info.key for info in INFOS])
def test_every_setting_reaches_the_plan_and_changes_nothing_else(info: SettingInfo) -> None:
    value = other_value(info)
    before = leaves(preparation_of(SETTINGS))
    changed = replace(SETTINGS, info.key, value)
    assert isinstance(changed, TrainingSettings)
    after = leaves(preparation_of(changed))
    different = {key for key in before if before[key] != after[key]}
    key = info.key.removeprefix("preparation.")
    assert different == {key}
    assert after[key] == (value == "yes" if key == "indicator" else value)


def test_defaults_leave_rows_as_they_are() -> None:
    data = SETTINGS.data
    plan = PreparationPlan(
        validation_share=data.validation_share, test_share=data.test_share, seed=SETTINGS.seed
    )
    assert preparation_of(SETTINGS) == plan


@pytest.mark.parametrize("key", ["trouble", "preparation"])
def test_titles_in_a_section_are_distinct(key: str) -> None:
    titles = [info.title for info in SECTIONS[key].settings]
    assert len(set(titles)) == len(titles)


def test_choices_are_those_of_the_plan() -> None:
    hints = PreparationPlan.__annotations__
    for name in ("imputation", "scaling", "encoding", "outliers", "fences"):
        assert set(find(SETTINGS, f"preparation.{name}").choices) == set(get_args(hints[name]))


def test_a_column_cannot_be_left_out_twice() -> None:
    with pytest.raises(SettingsError, match=r"preparation\.leave_out: a column is named twice"):
        replace(SETTINGS, "preparation.leave_out", ("age", "age"))


def former(over_sampling: str, mistake: str) -> TrainingSettings:
    """Read settings as they were written when preparation could over-sample."""
    table = {
        "version": 1,
        "kind": "training",
        "preparation": {"over_sampling": over_sampling, "scaling": "robust"},
        "twin": {"mistake": mistake},
    }
    found = from_table(table)
    assert isinstance(found, TrainingSettings)
    assert table["preparation"] == {"over_sampling": over_sampling, "scaling": "robust"}
    return found


@pytest.mark.parametrize(
    ("over_sampling", "mistake"),
    [("none", "none"), ("none", "resampling"), ("classes", "resampling")],
)
def test_settings_of_old_are_read_where_over_sampling_changes_nothing(
    over_sampling: str, mistake: str
) -> None:
    found = former(over_sampling, mistake)
    assert (found.preparation.scaling, found.twin.mistake) == ("robust", mistake)


@pytest.mark.parametrize("mistake", ["none", "scaler"])
def test_settings_of_old_that_over_sample_say_what_to_write_instead(mistake: str) -> None:
    told = r'preparation\.over_sampling: .classes. is no longer .* mitigation\.resampling = "over-'
    with pytest.raises(SettingsError, match=told):
        former("classes", mistake)
