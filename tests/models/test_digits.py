"""Tests of `models.digits`."""

from typing import cast

import numpy as np
import pytest
from sklearn import datasets

from models.dataset import Dataset
from models.digits import DigitsGroup, load_digits


def both(dataset: Dataset) -> np.ndarray:
    return np.concatenate([dataset.training.x, dataset.validation.x])


def test_every_image_is_in_one_split_and_scaled_to_the_unit_interval() -> None:
    pixels = datasets.load_digits().data / 16
    x = both(load_digits(group="ink", validation_share=0.25, seed=3))
    np.testing.assert_array_equal(x[np.lexsort(x.T)], pixels[np.lexsort(pixels.T)])
    assert x.min() == 0.0
    assert x.max() == 1.0


def test_digits_as_groups_are_the_classes() -> None:
    dataset = load_digits(group="digit", validation_share=0.25, seed=3)
    assert dataset.group_names == dataset.class_names == tuple("0123456789")
    for split in (dataset.training, dataset.validation):
        np.testing.assert_array_equal(split.y, split.group)


def test_ink_splits_the_training_images_in_halves_and_uses_their_median_for_all() -> None:
    dataset = load_digits(group="ink", validation_share=0.25, seed=3)
    ink, held_out = (s.x.mean(axis=1) for s in (dataset.training, dataset.validation))
    heaviest_thin = ink[dataset.training.group == 0].max()
    lightest_heavy = ink[dataset.training.group == 1].min()
    assert heaviest_thin < lightest_heavy
    assert np.mean(ink < heaviest_thin) <= 0.5 <= np.mean(ink <= heaviest_thin)
    np.testing.assert_array_equal(dataset.validation.group[held_out <= heaviest_thin], 0)
    np.testing.assert_array_equal(dataset.validation.group[held_out >= lightest_heavy], 1)


def test_ink_is_not_the_label() -> None:
    training = load_digits(group="ink", validation_share=0.25, seed=3).training
    for digit in range(10):
        assert set(training.group[training.y == digit]) == {0, 1}


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(ValueError, match="group must be 'digit' or 'ink', but got 'size'"):
        load_digits(group=cast("DigitsGroup", "size"), validation_share=0.25, seed=0)
