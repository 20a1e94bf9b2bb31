"""Tests of `models.dataset`."""

import re

import numpy as np
import pytest

from models.dataset import Dataset, DataUnavailableError, Split


def split(y: list[int], group: list[int], *, columns: int = 2) -> Split:
    return Split(
        np.ones((len(y), columns), np.float32), np.array(y, np.int32), np.array(group, np.int32)
    )


def dataset(training: Split, validation: Split) -> Dataset:
    return Dataset(
        name="Toy",
        training=training,
        validation=validation,
        group_names=("left", "right"),
        class_names=("no", "yes"),
        feature_names=("a", "b"),
    )


GOOD = split([0, 1, 1], [0, 1, 1])


def test_split_holds_read_only_copies() -> None:
    x = np.zeros((1, 2), np.float32)
    held = Split(x, np.zeros(1, np.int32), np.zeros(1, np.int32))
    x[0, 0] = 1.0
    assert held.x[0, 0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        held.x[0, 0] = 1.0


@pytest.mark.parametrize(
    ("x", "y", "group"),
    [
        (np.zeros(3), np.zeros(3), np.zeros(3)),
        (np.zeros((2, 2)), np.zeros(3), np.zeros(3)),
        (np.zeros((3, 2)), np.zeros(3), np.zeros(2)),
        (np.zeros((3, 2)), np.zeros((3, 1)), np.zeros(3)),
    ],
)
def test_split_refuses_arrays_of_other_shapes(
    x: np.ndarray, y: np.ndarray, group: np.ndarray
) -> None:
    with pytest.raises(ValueError, match=r"shapes \(n, p\).*got"):
        Split(x.astype(np.float32), y.astype(np.int32), group.astype(np.int32))


def test_split_refuses_missing_numbers() -> None:
    x = np.array([[np.nan]], np.float32)
    with pytest.raises(ValueError, match="finite"):
        Split(x, np.zeros(1, np.int32), np.zeros(1, np.int32))


def test_dataset_accepts_splits_that_fit_its_names() -> None:
    assert dataset(GOOD, GOOD).training is GOOD


@pytest.mark.parametrize(
    ("training", "validation", "message"),
    [
        (split([0, 1], [0, 1], columns=3), GOOD, "Toy, training split: 3 columns for 2"),
        (GOOD, split([0, 2], [0, 1]), "Toy, validation split: class indices must lie in [0, 1]"),
        (GOOD, split([0, 1], [-1, 1]), "Toy, validation split: group indices must lie in [0, 1]"),
    ],
)
def test_dataset_refuses_what_its_names_do_not_cover(
    training: Split, validation: Split, message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dataset(training, validation)


@pytest.mark.parametrize(
    ("training", "message"),
    [
        (split([0, 1], [0, 0]), "training split: group 'right' has no row"),
        (split([1, 1], [0, 1]), "training split: class 'no' has no row"),
        (split([], []), "training split: class 'no' has no row"),
    ],
)
def test_dataset_refuses_a_split_without_some_group_or_class(training: Split, message: str) -> None:
    with pytest.raises(DataUnavailableError, match=message):
        dataset(training, GOOD)


def test_dataset_refuses_a_single_class() -> None:
    with pytest.raises(ValueError, match="class_names must name two classes"):
        Dataset(
            name="Toy",
            training=GOOD,
            validation=GOOD,
            group_names=("left", "right"),
            class_names=("no",),
            feature_names=("a", "b"),
        )
