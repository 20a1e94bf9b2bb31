"""Which rows are drawn, principal components against NumPy, and images."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from inspected_rows import drawn_rows as some_rows

from models.inspection.images import image_sets
from models.inspection.sampling import drawn_rows, principal_components


def test_all_rows_are_drawn_where_there_is_room() -> None:
    chosen = drawn_rows(np.zeros(50, dtype=int), groups=1, at_most=50, at_least=5, seed=1)
    assert chosen.tolist() == list(range(50))


def test_rows_are_drawn_once_in_proportion_and_small_groups_are_seen() -> None:
    group = np.repeat([0, 1, 2], [60_000, 39_990, 10])
    chosen = drawn_rows(group, groups=3, at_most=2_000, at_least=30, seed=1)
    assert np.unique(chosen).size == chosen.size
    assert (np.diff(chosen) > 0).all()
    drawn = np.bincount(group[chosen])
    assert drawn[2] == 10
    share, spread = 0.6, np.sqrt(0.6 * 0.4 / 2_000)
    assert abs(drawn[0] / 2_000 - share) < 5 * spread
    again = drawn_rows(group, groups=3, at_most=2_000, at_least=30, seed=1)
    other = drawn_rows(group, groups=3, at_most=2_000, at_least=30, seed=2)
    assert chosen.tolist() == again.tolist() != other.tolist()


def test_every_row_is_as_likely_as_any_other() -> None:
    group = np.repeat([0, 1], [80, 20])
    counts = np.zeros(100)
    for seed in range(400):
        counts[drawn_rows(group, groups=2, at_most=50, at_least=0, seed=seed)] += 1
    spread = np.sqrt(400 * 0.25)
    assert np.abs(counts - 200).max() < 5 * spread


def test_components_are_those_of_a_singular_value_decomposition() -> None:
    generator = np.random.default_rng(0)
    x = (generator.normal(size=(300, 6)) * [5, 3, 1, 1, 0.5, 0.1] + 7.0).astype(np.float32)
    found = principal_components(x, seed=1)
    centred = x.astype(float) - x.mean(axis=0, dtype=float)
    _, values, directions = np.linalg.svd(centred, full_matrices=False)
    np.testing.assert_allclose(found.share, (values**2 / (values**2).sum())[:2], rtol=1e-6)
    for number in range(2):
        along = found.place(x)[:, number]
        expected = centred @ directions[number]
        sign = np.sign(along @ expected)
        np.testing.assert_allclose(along, sign * expected, atol=1e-4)
        largest = np.abs(found.directions[:, number]).argmax()
        assert found.directions[largest, number] > 0


def test_components_of_many_rows_are_learnt_from_some_of_them() -> None:
    generator = np.random.default_rng(0)
    x = (generator.normal(size=(20_000, 3)) * [4, 2, 1]).astype(np.float32)
    found = principal_components(x, seed=1)
    np.testing.assert_allclose(np.abs(found.directions), np.eye(3)[:, :2], atol=0.1)
    assert found.place(x).shape == (20_000, 2)


def test_one_input_has_one_component() -> None:
    x = np.arange(10, dtype=np.float32)[:, np.newaxis]
    assert principal_components(x, seed=1).place(x).shape == (10, 1)
    constant = principal_components(np.ones((10, 2), dtype=np.float32), seed=1)
    assert constant.share.tolist() == [0.0, 0.0]


def test_images_of_every_group_and_class_that_occurs() -> None:
    rows = some_rows(rows=60, groups=2, classes=2)
    pixels = np.random.default_rng(0).random((60, 6))
    label = np.where(rows.group == 1, 0, rows.y)  # no row of the second group has class 1
    columns = pd.DataFrame(pixels, columns=[f"pixel {index}" for index in range(6)])
    images = dataclasses.replace(rows, columns=columns, y=label, image_shape=(2, 3))
    sets = image_sets(images, each=3, seed=1)
    assert [(each.group, each.label) for each in sets] == [(0, 0), (0, 1), (1, 0)]
    seen = pixels[np.concatenate([each.rows for each in sets])]
    scaled = (pixels - seen.min()) / (seen.max() - seen.min()) * 255
    for each in sets:
        members = (images.group == each.group) & (images.y == each.label)
        assert each.count == members.sum()
        assert members[each.rows].all()
        assert each.pixels.dtype == np.uint8
        expected = scaled[each.rows].reshape(-1, 2, 3)
        np.testing.assert_allclose(each.pixels, expected, atol=0.5 + 1e-9)
        assert len(each.rows) == min(3, each.count)


def test_tables_have_no_images() -> None:
    with pytest.raises(ValueError, match="no images"):
        image_sets(some_rows(), each=3, seed=1)
