"""Every bundled and generated data set: what settings say of it is what its rows are."""

import numpy as np
import pytest

from experiments.settings import (
    MixtureData,
    SettingInfo,
    TrainingSettings,
    TwoGroupMixture,
    describe,
    replace,
    value_at,
)
from experiments.training.plans import prepared_data, rows_of
from models.rows import Rows

BASES = {
    name: replace(TrainingSettings(), "data.set", name)
    for name in ("adult", "breast-cancer", "digits", "mnist", "fashion", "shapes", "signal")
} | {
    "mixture": TrainingSettings(data=MixtureData(mixture=TwoGroupMixture(shift=1.0))),
    "rotated": replace(
        replace(TrainingSettings(), "data.set", "rotated"), "data.task", "two-classes"
    ),
}
OF_SPLIT = {"data.set", "data.validation_share", "data.test_share"}


def settings_of(name: str) -> list[SettingInfo]:
    """Give what can be chosen about the rows of a data set."""
    (data,) = (section for section in describe(BASES[name]) if section.key == "data")
    return [info for info in data.settings if info.key not in OF_SPLIT]


def rows_with(name: str, key: str, value: object) -> Rows:
    changed = replace(BASES[name], key, value)
    assert isinstance(changed, TrainingSettings)
    return rows_of(changed)


def other_values(info: SettingInfo, value: float | str) -> list[object]:
    if isinstance(value, str):
        return [choice for choice in info.choices if choice != value]
    return [value + 1] if info.kind == "integer" else [0.5 * value + 0.15]


CHOICES = [
    (name, info.key, value)
    for name in BASES
    for info in settings_of(name)
    for value in other_values(info, value_at(BASES[name], info.key))
]


@pytest.mark.parametrize("name", BASES)
def test_a_set_has_the_classes_that_its_settings_know_and_can_be_split(name: str) -> None:
    settings = BASES[name]
    assert isinstance(settings, TrainingSettings)
    held_out = replace(settings, "data.test_share", 0.25)
    assert isinstance(held_out, TrainingSettings)
    dataset = prepared_data(held_out).dataset
    assert len(dataset.class_names) == settings.data.class_count
    assert dataset.test is not None
    sizes = np.array([part.y.size for part in (dataset.training, dataset.validation, dataset.test)])
    np.testing.assert_allclose(sizes / sizes.sum(), [0.5, 0.25, 0.25], atol=0.01)


@pytest.mark.parametrize(("name", "key", "value"), CHOICES)
def test_every_setting_of_a_set_changes_its_rows(name: str, key: str, value: object) -> None:
    settings = BASES[name]
    assert isinstance(settings, TrainingSettings)
    before, after = rows_of(settings), rows_with(name, key, value)
    same_columns = before.columns.equals(after.columns)
    same_groups = np.array_equal(before.group, after.group)
    assert not (same_columns and same_groups and np.array_equal(before.y, after.y))


@pytest.mark.parametrize("name", ["mixture", "rotated", "shapes", "signal"])
def test_chance_follows_the_seed(name: str) -> None:
    again, other = (rows_with(name, "seed", seed) for seed in (1, 2))
    settings = BASES[name]
    assert isinstance(settings, TrainingSettings)
    assert rows_of(settings).columns.equals(again.columns)
    assert not other.columns.equals(again.columns)


def test_a_mixture_may_have_any_number_of_groups() -> None:
    gram = tuple(map(tuple, np.diag([1.0, 1.0, 1.0, 0.5, 0.0, 1.0]).tolist()))
    rows = rows_with("mixture", "data.mixture", {"gram": gram, "names": ("a", "b", "c")})
    assert rows.group_names == ("a", "b", "c")
    shares = np.bincount(rows.group) / len(rows)
    np.testing.assert_allclose(shares, [0.5, 0.3, 0.2], atol=5 * 0.5 / np.sqrt(len(rows)))
