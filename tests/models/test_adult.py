"""Tests of `models.adult` against the bundled file, read by nothing but the csv module."""

import csv
import lzma
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from models import adult
from models.adult import CATEGORIES, NUMBERS, AdultGroup, load_adult
from models.dataset import Dataset, DataUnavailableError, Split

SHARE = 0.25
SEED = 7


@pytest.fixture(scope="module")
def raw() -> list[dict[str, str]]:
    content = files("resources").joinpath("data/adult.csv.xz").read_bytes()
    return list(csv.DictReader(lzma.decompress(content).decode().splitlines()))


@pytest.fixture(scope="module", params=["gender", "race"])
def group(request: pytest.FixtureRequest) -> AdultGroup:
    name: AdultGroup = request.param
    return name


@pytest.fixture(scope="module")
def dataset(group: AdultGroup) -> Dataset:
    return load_adult(group=group, validation_share=SHARE, seed=SEED)


def columns_of(dataset: Dataset, category: str) -> list[int]:
    names = enumerate(dataset.feature_names)
    return [column for column, name in names if name.startswith(f"{category}_")]


def decoded(dataset: Dataset, split: Split, category: str) -> NDArray[np.str_]:
    """Name the category of each row; empty where all columns are zero."""
    columns = columns_of(dataset, category)
    labels = np.array([dataset.feature_names[c].removeprefix(f"{category}_") for c in columns])
    x = split.x[:, columns]
    return np.where(x.any(axis=1), labels[x.argmax(axis=1)], "")


def test_counts_by_group_and_label_are_those_of_the_file(
    raw: list[dict[str, str]], dataset: Dataset, group: AdultGroup
) -> None:
    expected = Counter((row[group], row["income"]) for row in raw)
    found: Counter[tuple[str, str]] = Counter()
    for split in (dataset.training, dataset.validation):
        found.update(
            (dataset.group_names[g], dataset.class_names[y])
            for g, y in zip(split.group.tolist(), split.y.tolist(), strict=True)
        )
    assert found == expected
    assert sum(expected.values()) == 48_842


def test_each_group_and_label_keeps_its_share_in_validation(
    raw: list[dict[str, str]], dataset: Dataset, group: AdultGroup
) -> None:
    expected = Counter((row[group], row["income"]) for row in raw)
    held_out = Counter(
        (dataset.group_names[g], dataset.class_names[y])
        for g, y in zip(
            dataset.validation.group.tolist(), dataset.validation.y.tolist(), strict=True
        )
    )
    for stratum, count in expected.items():
        assert abs(held_out[stratum] - SHARE * count) <= 1


def test_groups_are_numbered_from_the_largest(
    raw: list[dict[str, str]], dataset: Dataset, group: AdultGroup
) -> None:
    counts = Counter(row[group] for row in raw)
    assert list(dataset.group_names) == [name for name, _ in counts.most_common()]


def test_features_are_all_columns_but_the_weight_the_duplicate_and_the_label(
    raw: list[dict[str, str]], dataset: Dataset
) -> None:
    assert {*NUMBERS, *CATEGORIES} == set(raw[0]) - {"fnlwgt", "education", "income"}
    assert dataset.feature_names[: len(NUMBERS)] == NUMBERS
    assert sum(len(columns_of(dataset, name)) for name in CATEGORIES) + len(NUMBERS) == len(
        dataset.feature_names
    )
    levels = {(row["education"], row["educational-num"]) for row in raw}
    assert len(levels) == len({name for name, _ in levels}) == len({level for _, level in levels})


def test_numbers_have_mean_0_and_variance_1_over_the_training_rows_alone(
    dataset: Dataset,
) -> None:
    numbers = dataset.training.x[:, : len(NUMBERS)].astype(np.float64)
    np.testing.assert_allclose(numbers.mean(axis=0), 0.0, atol=1e-5)
    np.testing.assert_allclose(numbers.std(axis=0), 1.0, atol=1e-5)
    held_out = dataset.validation.x[:, : len(NUMBERS)].astype(np.float64)
    assert np.abs(held_out.mean(axis=0)).min() > 1e-5


def test_numbers_of_both_splits_are_the_files_on_the_training_rows_scale(
    raw: list[dict[str, str]], dataset: Dataset
) -> None:
    for column, name in enumerate(NUMBERS):
        values = np.array([float(row[name]) for row in raw])
        scaled = np.concatenate([s.x[:, column] for s in (dataset.training, dataset.validation)])
        order = np.sort(scaled.astype(np.float64))
        slope, offset = np.polyfit(order, np.sort(values), 1)
        np.testing.assert_allclose(order * slope + offset, np.sort(values), rtol=1e-4, atol=1e-2)
        training = dataset.training.x[:, column].astype(np.float64) * slope + offset
        np.testing.assert_allclose(training.mean(), offset, rtol=1e-4)


def test_each_category_is_one_hot(dataset: Dataset) -> None:
    for name in CATEGORIES:
        columns = columns_of(dataset, name)
        training, held_out = dataset.training.x[:, columns], dataset.validation.x[:, columns]
        np.testing.assert_array_equal(np.unique(training), [0.0, 1.0])
        np.testing.assert_array_equal(training.sum(axis=1), 1.0)
        assert set(np.unique(held_out.sum(axis=1))) <= {0.0, 1.0}
        assert training.any(axis=0).all(), "a column was learnt from rows outside training"


def test_missing_cells_take_the_most_frequent_category(
    raw: list[dict[str, str]], dataset: Dataset
) -> None:
    for name in CATEGORIES:
        cells = Counter(row[name] for row in raw)
        found = Counter(decoded(dataset, dataset.training, name).tolist())
        found.update(decoded(dataset, dataset.validation, name).tolist())
        missing = cells.pop("?", 0)
        cells[cells.most_common(1)[0][0]] += missing
        unseen = found.pop("", 0)
        assert sum((cells - found).values()) == unseen
        assert not found - cells


def test_the_group_stays_among_the_inputs(dataset: Dataset, group: AdultGroup) -> None:
    for split in (dataset.training, dataset.validation):
        names = [dataset.group_names[index] for index in split.group.tolist()]
        assert decoded(dataset, split, group).tolist() == names


def test_the_split_follows_the_seed() -> None:
    first, again, other = (
        load_adult(group="gender", validation_share=SHARE, seed=seed) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first.training.x, again.training.x)
    assert not np.array_equal(first.training.y, other.training.y)


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(ValueError, match="group must be 'gender' or 'race', but got 'age'"):
        load_adult(group=cast("AdultGroup", "age"), validation_share=SHARE, seed=0)


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot be read"), (b"", "is damaged"), (b"age,race\n1,2\n", "is damaged")],
)
def test_a_missing_or_damaged_file_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "adult.csv.xz").write_bytes(content)
    monkeypatch.setattr(adult, "files", lambda _: tmp_path)
    with pytest.raises(DataUnavailableError, match=f"Adult table .* {message}.*install bias-lab"):
        load_adult(group="gender", validation_share=SHARE, seed=0)
