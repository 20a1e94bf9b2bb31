"""Tests of `models.sources.rotated`: which images, how they are turned, in what numbers."""

from typing import Literal, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.dataset import DataUnavailableError
from models.rows import Rows
from models.sources.images import ImageSet, read_images
from models.sources.rotated import rotate, rotated_rows

SETS: tuple[ImageSet, ...] = get_args(ImageSet)


def drawn(
    images: ImageSet = "digits",
    *,
    task: tuple[int, int] | Literal["halves"] = "halves",
    angle: float = 90.0,
    representation: float = 0.7,
    contrasts: tuple[float, float] = (1.0, 1.0),
    positive_shares: tuple[float, float] = (0.5, 0.5),
    seed: int = 6,
) -> Rows:
    return rotated_rows(
        images,
        task=task,
        angle=angle,
        representation=representation,
        contrasts=contrasts,
        positive_shares=positive_shares,
        seed=seed,
    )


def pixels_of(rows: Rows) -> NDArray[np.float32]:
    assert rows.image_shape is not None
    return rows.columns.to_numpy().reshape(-1, *rows.image_shape)


def sources(rows: Rows, images: ImageSet) -> list[int]:
    """Find the number of the image that each row shows, turned back by a quarter."""
    levels = 16 if images == "digits" else 255
    known = read_images(images).pixels
    numbers = {
        np.rint(image * levels).astype(np.uint8).tobytes(): number
        for number, image in enumerate(known)
    }
    assert len(numbers) == len(known)
    shown = np.rint(pixels_of(rows) * levels).astype(np.uint8)
    turned_back = np.where(rows.group[:, None, None] == 1, np.rot90(shown, -1, (1, 2)), shown)
    return [numbers[image.tobytes()] for image in turned_back]


@pytest.mark.parametrize("images", SETS)
def test_every_image_is_one_of_the_set_used_once_with_its_own_label(images: ImageSet) -> None:
    rows = drawn(images)
    found = sources(rows, images)
    assert len(set(found)) == len(found)
    labels = read_images(images).y[found]
    top = [0, 2, 4, 6] if images == "fashion" else [1, 3, 5, 7, 9]
    np.testing.assert_array_equal(rows.y, np.isin(labels, top))
    assert rows.class_names == (("other", "top") if images == "fashion" else ("even", "odd"))
    assert rows.has_own_scale


def test_two_classes_are_told_apart() -> None:
    rows = drawn("mnist", task=(3, 8))
    assert rows.class_names == ("3", "8")
    assert len(rows) == 1000
    labels = read_images("mnist").y[sources(rows, "mnist")]
    np.testing.assert_array_equal(labels, np.where(rows.y == 1, 8, 3))


@settings(max_examples=40, deadline=None)
@given(
    representation=st.floats(0.05, 0.95),
    upright=st.floats(0.05, 0.95),
    rotated=st.floats(0.05, 0.95),
)
def test_shares_are_those_asked_for_and_no_more_images_fit(
    representation: float, upright: float, rotated: float
) -> None:
    rows = drawn(representation=representation, positive_shares=(upright, rotated), angle=0.0)
    count = len(rows)
    assert abs(np.count_nonzero(rows.group == 0) - representation * count) <= 0.5
    for group, share in ((0, upright), (1, rotated)):
        own = rows.y[rows.group == group]
        assert abs(own.sum() - share * own.size) <= 1.5
    odd = np.isin(read_images("digits").y, [1, 3, 5, 7, 9]).sum()
    left_over = np.array([1797 - odd, odd]) - np.bincount(rows.y, minlength=2)
    assert 0 <= left_over.min() <= 3
    assert rows.notes == (f"{count:,} of 1,797 images fit the shares; each is used once.",)


@pytest.mark.parametrize(("angle", "quarters"), [(0, 0), (90, 1), (180, 2), (-90, 3), (-180, 2)])
def test_quarter_turns_are_exact(angle: float, quarters: int) -> None:
    pixels = read_images("mnist").pixels[:50]
    expected = np.rot90(pixels, quarters, axes=(1, 2))
    np.testing.assert_allclose(rotate(pixels, angle=angle), expected, atol=1e-6)


@pytest.mark.parametrize("angle", [10.0, -35.0, 120.0])
def test_turning_moves_a_spot_about_the_middle_and_keeps_its_light(angle: float) -> None:
    pixels = np.zeros((1, 41, 41), dtype=np.float32)
    pixels[0, 19:22, 31:34] = 1.0  # 12 to the right of the middle
    turned = rotate(pixels, angle=angle)[0].astype(np.float64)
    down, right = np.indices(turned.shape) - 20
    centre = np.array([(right * turned).sum(), -(down * turned).sum()]) / turned.sum()
    way = 12 * np.array([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))])
    np.testing.assert_allclose(centre, way, atol=0.1)
    assert abs(turned.sum() / 9 - 1) < 0.05
    assert turned.min() >= 0.0
    assert turned.max() <= 1.0 + 1e-6


def test_contrast_scales_the_pixels_of_each_group() -> None:
    full, faint = (drawn(contrasts=contrasts) for contrasts in ((1.0, 1.0), (0.5, 0.1)))
    factor = np.where(full.group == 0, 0.5, 0.1)[:, None]
    np.testing.assert_allclose(
        faint.columns.to_numpy(), full.columns.to_numpy() * factor, atol=1e-6
    )


def test_the_choice_follows_the_seed_and_not_the_angle() -> None:
    first, again, turned, other = (
        drawn(seed=seed, angle=angle, positive_shares=(0.3, 0.5))
        for seed, angle in ((1, 90.0), (1, 90.0), (1, 20.0), (2, 90.0))
    )
    np.testing.assert_array_equal(first.columns.to_numpy(), again.columns.to_numpy())
    upright = first.group == 0
    np.testing.assert_array_equal(
        first.columns.to_numpy()[upright], turned.columns.to_numpy()[upright]
    )
    assert not np.array_equal(first.y, other.y)


def test_what_cannot_be_drawn_is_told() -> None:
    with pytest.raises(ValueError, match="two classes must differ, but both are 3"):
        drawn(task=(3, 3))
    with pytest.raises(DataUnavailableError, match="group 'rotated' gets none of the class"):
        drawn(task=(3, 5), representation=0.99, positive_shares=(0.5, 0.001))
