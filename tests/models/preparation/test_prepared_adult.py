"""Tests of how the Adult table is prepared, against the bundled file read by the csv module."""

import csv
import lzma
from collections import Counter
from importlib.resources import files

import numpy as np
import pytest
from numpy.typing import NDArray

from models.dataset import Dataset, Split
from models.preparation import PreparationPlan, prepare
from models.sources.adult import CATEGORIES, NUMBERS, adult_rows

SHARE = 0.25


@pytest.fixture(scope="module")
def raw() -> list[dict[str, str]]:
    content = files("resources").joinpath("data/adult.csv.xz").read_bytes()
    return list(csv.DictReader(lzma.decompress(content).decode().splitlines()))


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return prepare(adult_rows("race"), PreparationPlan(validation_share=SHARE, seed=7)).dataset


def columns_of(dataset: Dataset, category: str) -> list[int]:
    names = enumerate(dataset.feature_names)
    return [column for column, name in names if name.startswith(f"{category}_")]


def decoded(dataset: Dataset, split: Split, category: str) -> NDArray[np.str_]:
    """Name the category of each row; empty where all columns are zero."""
    columns = columns_of(dataset, category)
    labels = np.array([dataset.feature_names[c].removeprefix(f"{category}_") for c in columns])
    x = split.x[:, columns]
    return np.where(x.any(axis=1), labels[x.argmax(axis=1)], "")


def strata(dataset: Dataset, split: Split) -> Counter[tuple[str, str]]:
    pairs = zip(split.group.tolist(), split.y.tolist(), strict=True)
    return Counter((dataset.group_names[group], dataset.class_names[y]) for group, y in pairs)


def test_counts_by_group_and_label_are_those_of_the_file(
    raw: list[dict[str, str]], dataset: Dataset
) -> None:
    expected = Counter((row["race"], row["income"]) for row in raw)
    held_out = strata(dataset, dataset.validation)
    assert strata(dataset, dataset.training) + held_out == expected
    for stratum, count in expected.items():
        assert abs(held_out[stratum] - SHARE * count) <= 0.5


def test_features_are_the_numbers_and_each_category(dataset: Dataset) -> None:
    assert dataset.feature_names[: len(NUMBERS)] == NUMBERS
    assert sum(len(columns_of(dataset, name)) for name in CATEGORIES) + len(NUMBERS) == len(
        dataset.feature_names
    )


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


def test_the_group_stays_among_the_inputs(dataset: Dataset) -> None:
    for split in (dataset.training, dataset.validation):
        names = [dataset.group_names[index] for index in split.group.tolist()]
        assert decoded(dataset, split, "race").tolist() == names
