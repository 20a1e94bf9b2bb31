"""Tests of `models.augmentation`: what images become, whose, and that it can be repeated."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from cell_data import cell_data
from numpy.typing import NDArray
from training_plans import PLAN, changed

from models.augmentation import Augmenter
from models.dataset import Dataset
from models.plan import AugmentationPlan, Flip, PlanError
from models.runtime import configure_tensorflow
from models.training import Predictions, Record, train

SHAPE = (6, 5)


def images(shape: tuple[int, ...] = SHAPE) -> Dataset:
    """Give random images in [-1, 2], 2 groups × 2 classes."""
    dataset = cell_data([[20, 10], [12, 6]], columns=int(np.prod(shape)))
    pixels = np.random.default_rng(3).uniform(-1, 2, dataset.training.x.shape)
    return replace(
        dataset,
        training=replace(dataset.training, x=pixels.astype(np.float32)),
        image_shape=shape,
    )


def augmented(
    plan: AugmentationPlan, dataset: Dataset, *, batches: int = 1, seed: int = 1
) -> NDArray[np.float32]:
    """Change all training images several times, shape (batches, n, p)."""
    import tensorflow as tf

    configure_tensorflow()
    augmenter = Augmenter(plan, dataset=dataset, seed=seed)
    rows = dataset.training
    tensors = (tf.constant(rows.x), tf.constant(rows.y), tf.constant(rows.group))
    found = [augmenter(tensors[0], y=tensors[1], group=tensors[2]) for _ in range(batches)]
    return np.stack([each.numpy() for each in found])


@pytest.mark.parametrize(
    ("flip", "axes"), [("horizontal", [(2,)]), ("vertical", [(1,)]), ("both", [(1,), (2,), (1, 2)])]
)
def test_a_flip_mirrors_each_image_or_leaves_it(flip: Flip, axes: list[tuple[int, ...]]) -> None:
    dataset = images()
    plain = dataset.training.x.reshape(-1, *SHAPE)
    found = augmented(AugmentationPlan(flip=flip), dataset)[0].reshape(-1, *SHAPE)
    kinds = [plain, *(np.flip(plain, axis) for axis in axes)]
    matches = np.array([(found == kind).all(axis=(1, 2)) for kind in kinds])
    assert (matches.sum(axis=0) == 1).all()
    assert matches.any(axis=1).all(), "with 48 images each kind is among them"


def test_a_shift_moves_what_is_in_the_middle_by_no_more_than_its_share() -> None:
    shape = (21, 21)
    dataset = images(shape)
    dot = np.zeros((48, *shape), np.float32)
    dot[:, 10, 10] = 1.0
    dataset = replace(dataset, training=replace(dataset.training, x=dot.reshape(48, -1)))
    found = augmented(AugmentationPlan(shift=0.2), dataset, batches=4).reshape(-1, *shape)
    mass = found.sum(axis=(1, 2))
    np.testing.assert_allclose(mass, 1.0, atol=1e-4)
    places = np.arange(21.0)
    rows = (found.sum(axis=2) @ places) / mass - 10
    columns = (found.sum(axis=1) @ places) / mass - 10
    for moved in (rows, columns):
        assert 0.2 * 21 * 0.9 < np.abs(moved).max() <= 0.2 * 21 + 1e-3
        assert moved.min() < 0 < moved.max()


def test_a_rotation_turns_about_the_centre_by_no_more_than_its_angle() -> None:
    shape = (41, 41)
    dataset = images(shape)
    arm = np.zeros((48, *shape), np.float32)
    arm[:, 20, 30:36] = 1.0
    dataset = replace(dataset, training=replace(dataset.training, x=arm.reshape(48, -1)))
    found = augmented(AugmentationPlan(rotation=30.0), dataset, batches=4).reshape(-1, *shape)
    y, x = np.mgrid[-20:21, -20:21]
    angles = np.degrees(np.arctan2((found * y).sum(axis=(1, 2)), (found * x).sum(axis=(1, 2))))
    assert 27 < np.abs(angles).max() < 30.5
    assert angles.min() < -20 < 20 < angles.max()


def test_zoom_changes_areas_within_its_share() -> None:
    shape = (41, 41)
    dataset = images(shape)
    square = np.zeros((48, *shape), np.float32)
    square[:, 15:26, 15:26] = 1.0
    dataset = replace(dataset, training=replace(dataset.training, x=square.reshape(48, -1)))
    found = augmented(AugmentationPlan(zoom=0.3), dataset, batches=4)
    sides = np.sqrt(found.sum(axis=2) / 11**2)
    assert 1 / 1.3 - 0.03 < sides.min() < 0.85
    assert 1.2 < sides.max() < 1 / 0.7 + 0.03


def test_contrast_keeps_means_and_scales_the_distance_from_them() -> None:
    dataset = images()
    wide = np.array(dataset.training.x)
    wide[0, 0], wide[0, 1] = -100.0, 100.0
    dataset = replace(dataset, training=replace(dataset.training, x=wide))
    found = augmented(AugmentationPlan(contrast=0.5), dataset)[0][1:]
    plain = dataset.training.x[1:]
    np.testing.assert_allclose(found.mean(axis=1), plain.mean(axis=1), atol=1e-5)
    scale = found.std(axis=1) / plain.std(axis=1)
    exact = (plain - plain.mean(axis=1, keepdims=True)) * scale[:, None]
    np.testing.assert_allclose(found - found.mean(axis=1, keepdims=True), exact, atol=1e-4)
    assert 0.5 - 1e-4 <= scale.min() < 0.7
    assert 1.3 < scale.max() <= 1.5 + 1e-4


EVERYTHING = AugmentationPlan(flip="both", rotation=20.0, shift=0.2, zoom=0.2, contrast=0.4)


@pytest.mark.parametrize(
    "chosen", [{"only_class": "c1"}, {"only_group": "g1"}, {"only_class": "c0", "only_group": "g1"}]
)
def test_only_the_chosen_images_change(chosen: dict[str, Any]) -> None:
    dataset = images()
    rows = dataset.training
    found = augmented(replace(EVERYTHING, **chosen), dataset)[0]
    meant = np.ones(rows.y.shape, np.bool_)
    if "only_class" in chosen:
        meant &= rows.y == int(chosen["only_class"][1])
    if "only_group" in chosen:
        meant &= rows.group == int(chosen["only_group"][1])
    np.testing.assert_array_equal((found != rows.x).any(axis=1), meant)


@pytest.mark.parametrize("shape", [(5, 6), (5, 2, 3)])
def test_every_batch_has_changes_of_its_own_that_its_seed_repeats(shape: tuple[int, ...]) -> None:
    dataset = images(shape)
    first, again, other = (
        augmented(EVERYTHING, dataset, batches=3, seed=seed) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first[0], first[1])
    low, high = dataset.training.x.min(), dataset.training.x.max()
    assert low <= first.min() <= first.max() <= high


def trained(dataset: Dataset, *, chunk: int | None, **tables: dict[str, Any]) -> Predictions:
    plan = changed(PLAN, optimiser={"batch_size": 16, "steps": 25}, **tables)
    run = train(dataset=dataset, plan=plan)
    news = next(run)
    while not isinstance(news, Predictions):
        news = run.send(chunk)
    return news


def test_a_run_is_the_same_bit_for_bit_however_it_is_divided() -> None:
    dataset = images()
    augmentation = {"flip": "horizontal", "rotation": 20.0, "only_class": "c1"}
    whole = trained(dataset, chunk=None, augmentation=augmentation)
    for chunk in (1, 3):
        divided = trained(dataset, chunk=chunk, augmentation=augmentation)
        np.testing.assert_array_equal(divided.training, whole.training)
    plain = trained(dataset, chunk=None)
    assert not np.array_equal(plain.training, whole.training)


def test_images_are_measured_as_they_are() -> None:
    dataset = images()
    records = {
        strength: next(
            news
            for news in train(
                dataset=dataset, plan=changed(PLAN, augmentation={"contrast": strength})
            )
            if isinstance(news, Record)
        )
        for strength in (0.0, 1.0)
    }
    assert records[0.0].step == records[1.0].step == 0
    np.testing.assert_array_equal(records[0.0].training.loss, records[1.0].training.loss)


@pytest.mark.parametrize(
    ("dataset", "augmentation", "message"),
    [
        (cell_data([[9, 9]]), {"flip": "both"}, "augmentation: only images .* choose flip none"),
        (images(), {"zoom": 0.1, "only_class": "7"}, "augmentation.only_class: .* '7'; leave it"),
        (images(), {"zoom": 0.1, "only_group": "c0"}, "only_group: .* or choose g0, g1"),
    ],
)
def test_what_cannot_be_changed_is_named_before_training(
    dataset: Dataset, augmentation: dict[str, Any], message: str
) -> None:
    with pytest.raises(PlanError, match=message):
        next(train(dataset=dataset, plan=changed(PLAN, augmentation=augmentation)))
