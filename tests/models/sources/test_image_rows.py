"""Tests of `models.sources.images` against the arrays that the files hold."""

from importlib.resources import files
from typing import Any, cast, get_args

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn import datasets

from models.rows import Rows
from models.sources.images import GARMENTS, ImageSet, image_rows, pixel_rows, read_images

SETS: tuple[ImageSet, ...] = get_args(ImageSet)


def raw(images: ImageSet) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Pixels as brightness, shape (n, p), and classes."""
    if images == "digits":
        found = datasets.load_digits()
        return found.data / 16, found.target
    file = files("resources").joinpath(f"data/{images}5k.npz")
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
        x, y = arrays["x"], arrays["y"]
    return x.reshape(len(x), -1) / 255, y.astype(np.int64)


@pytest.fixture(scope="module", params=SETS)
def images(request: pytest.FixtureRequest) -> ImageSet:
    name: ImageSet = request.param
    return name


@pytest.fixture(scope="module")
def by_ink(images: ImageSet) -> Rows:
    return image_rows(read_images(images), group="ink")


def test_pixels_are_those_of_the_file_as_brightness(images: ImageSet, by_ink: Rows) -> None:
    pixels, y = raw(images)
    np.testing.assert_allclose(by_ink.columns.to_numpy(), pixels, atol=1e-7)
    np.testing.assert_array_equal(by_ink.y, y)
    assert (pixels.min(), pixels.max()) == (0.0, 1.0)
    side = 8 if images == "digits" else 28
    assert by_ink.image_shape == (side, side)
    assert by_ink.columns.columns[side + 2] == "pixel 1,2"
    assert by_ink.has_own_scale
    assert not by_ink.categories


def test_no_image_occurs_twice(images: ImageSet) -> None:
    pixels, _ = raw(images)
    assert len(np.unique(pixels, axis=0)) == len(pixels)


def test_classes_as_groups_are_the_classes(images: ImageSet) -> None:
    rows = image_rows(read_images(images), group="class")
    names = GARMENTS if images == "fashion" else tuple("0123456789")
    assert rows.group_names == rows.class_names == names
    np.testing.assert_array_equal(rows.y, rows.group)


def test_ink_splits_the_images_in_halves(images: ImageSet, by_ink: Rows) -> None:
    pixels, _ = raw(images)
    ink = pixels.mean(axis=1)
    assert by_ink.group_names == ("thin", "heavy")
    assert ink[by_ink.group == 0].max() < ink[by_ink.group == 1].min()
    heaviest_thin = ink[by_ink.group == 0].max()
    assert np.mean(ink < heaviest_thin) <= 0.5 <= np.mean(ink <= heaviest_thin)


def test_ink_is_not_the_label(by_ink: Rows) -> None:
    for label in range(10):
        assert set(by_ink.group[by_ink.y == label]) == {0, 1}


def test_colours_become_columns_of_their_own() -> None:
    pixels = np.random.default_rng(1).random((4, 2, 3, 3)).astype(np.float32)
    rows = pixel_rows(
        pixels,
        name="colours",
        y=np.array([0, 1, 0, 1], dtype=np.int32),
        group=np.zeros(4, dtype=np.int32),
        class_names=("a", "b"),
        group_names=("all",),
    )
    assert rows.image_shape == (2, 3, 3)
    np.testing.assert_array_equal(rows.columns["pixel 1,0,2"], pixels[:, 1, 0, 2])


def test_unknown_sets_and_groups_are_refused() -> None:
    with pytest.raises(ValueError, match=r"images must be one of digits, .* but got 'faces'"):
        read_images(cast("ImageSet", "faces"))
    with pytest.raises(ValueError, match="group must be 'class' or 'ink', but got 'size'"):
        image_rows(read_images("digits"), group=cast("Any", "size"))
