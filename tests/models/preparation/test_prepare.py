"""Tests of `models.preparation.prepare`: what holds whatever is planned."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prepared_rows import rows_in, table

from models.dataset import DataUnavailableError
from models.preparation import Part, PreparationPlan, prepare
from models.preparation.plan import Encoding, Fences, Imputation, OutlierTreatment, Scaling
from models.rows import Rows
from models.trouble import MissingCells, Strike, Target, Trouble

ROWS = table(rows=200)
PLAN = PreparationPlan(validation_share=0.25, test_share=0.15, seed=3)
PLANS = st.builds(
    PreparationPlan,
    validation_share=st.floats(0.2, 0.4),
    test_share=st.sampled_from([0.0, 0.2]),
    seed=st.integers(0, 2**40),
    imputation=st.sampled_from(get_args(Imputation)),
    indicator=st.booleans(),
    scaling=st.sampled_from(get_args(Scaling)),
    encoding=st.sampled_from(get_args(Encoding)),
    rare_share=st.sampled_from([0.0, 0.1]),
    outliers=st.sampled_from(get_args(OutlierTreatment)),
    fences=st.sampled_from(get_args(Fences)),
    outlier_reach=st.just(3.0),
    over_sampling=st.booleans(),
    leave_out=st.sampled_from([(), ("one",), ("kind", "full")]),
    trouble=st.builds(
        Trouble,
        label_flips=st.builds(Strike, strength=st.sampled_from([0.0, 0.3])),
        missing=st.builds(MissingCells, strength=st.sampled_from([0.0, 0.1])),
        duplicates=st.builds(Target, strength=st.sampled_from([0.0, 0.5])),
        noise=st.builds(Target, strength=st.sampled_from([0.0, 2.0])),
    ),
)
ONCE = settings(deadline=None, max_examples=25)


@ONCE
@given(plan=PLANS)
def test_every_row_of_the_data_set_is_traced_to_one_that_was_found(plan: PreparationPlan) -> None:
    found = prepare(ROWS, plan)
    dataset, n = found.dataset, len(ROWS)
    assert found.rows is ROWS
    np.testing.assert_array_equal(found.origin[:n], np.arange(n))
    np.testing.assert_array_equal(found.parts, found.spoiled_parts[:n])
    assert len(found.spoiled) == found.origin.size == found.spoiled_parts.size
    copies = found.masks.duplicated | found.masks.resampled
    np.testing.assert_array_equal(copies, np.arange(len(found.spoiled)) >= n)
    clean = ROWS.y[found.origin]
    np.testing.assert_array_equal(found.spoiled.y != clean, found.masks.flipped)
    for part, split in zip(Part, (dataset.training, dataset.validation, dataset.test), strict=True):
        chosen = found.spoiled_parts == part
        if split is None:
            assert not chosen.any()
            continue
        assert split.x.dtype == np.float32
        assert split.x.shape == (np.count_nonzero(chosen), len(dataset.feature_names))
        np.testing.assert_array_equal(split.y, found.spoiled.y[chosen])
        np.testing.assert_array_equal(split.group, ROWS.group[found.origin[chosen]])
        if split.clean_y is None:
            assert not found.masks.flipped.any()
        else:
            np.testing.assert_array_equal(split.clean_y, clean[chosen])
    assert not set(plan.leave_out) & {name.split("_")[0] for name in dataset.feature_names}
    assert all(note.endswith(".") for note in found.notes)


@ONCE
@given(plan=PLANS)
def test_the_same_plan_gives_the_same_numbers(plan: PreparationPlan) -> None:
    first, again = prepare(ROWS, plan), prepare(ROWS, plan)
    np.testing.assert_array_equal(first.dataset.training.x, again.dataset.training.x)
    np.testing.assert_array_equal(first.dataset.validation.x, again.dataset.validation.x)
    assert first.notes == again.notes


@ONCE
@given(plan=PLANS, factor=st.sampled_from([-3.0, 100.0]))
def test_nothing_is_learnt_from_held_out_rows(plan: PreparationPlan, factor: float) -> None:
    plan = replace(plan, trouble=replace(plan.trouble, duplicates=Target()))
    found = prepare(ROWS, plan)
    held_out = found.parts > 0
    columns = ROWS.columns.copy()
    for name in ROWS.numbers:
        columns[name] = np.where(held_out, columns[name] * factor + 1.0, columns[name])
    columns["kind"] = columns["kind"].where(~held_out, "c")
    changed = prepare(replace(ROWS, columns=columns), plan)
    assert changed.dataset.feature_names == found.dataset.feature_names
    np.testing.assert_array_equal(changed.dataset.training.x, found.dataset.training.x)
    np.testing.assert_array_equal(changed.dataset.training.y, found.dataset.training.y)
    assert not np.array_equal(changed.dataset.validation.x, found.dataset.validation.x)


def test_over_sampling_makes_training_classes_alike_and_leaves_held_out_rows() -> None:
    plain, found = prepare(ROWS, PLAN), prepare(ROWS, replace(PLAN, over_sampling=True))
    counts = np.bincount(found.dataset.training.y)
    assert counts.min() == counts.max() == np.bincount(plain.dataset.training.y).max()
    np.testing.assert_array_equal(found.parts, plain.parts)
    np.testing.assert_array_equal(found.dataset.validation.y, plain.dataset.validation.y)
    copies = found.origin[found.masks.resampled]
    assert set(plain.parts[copies]) == {Part.TRAINING}
    pd.testing.assert_frame_equal(
        found.spoiled.columns[found.masks.resampled].reset_index(drop=True),
        ROWS.columns.iloc[copies].reset_index(drop=True),
    )


def test_columns_that_are_left_out_must_exist_and_leave_some() -> None:
    message = r"preparation\.leave_out: there is no 'age'; known are one, two, three, kind, full"
    with pytest.raises(DataUnavailableError, match=message):
        prepare(ROWS, replace(PLAN, leave_out=("age",)))
    with pytest.raises(DataUnavailableError, match="no column of Toy is left"):
        prepare(ROWS, replace(PLAN, leave_out=tuple(ROWS.columns.columns)))


def test_images_stay_images_until_a_column_comes_or_goes() -> None:
    pixels = pd.DataFrame(np.random.default_rng(0).random((80, 6)), columns=list("abcdef"))
    index = np.arange(80, dtype=np.int32)
    rows = Rows(
        "Images",
        pixels,
        index % 2,
        index // 2 % 2,
        ("no", "yes"),
        ("a", "b"),
        image_shape=(2, 3),
        has_own_scale=True,
    )
    image = prepare(rows, PLAN)
    assert image.dataset.image_shape == (2, 3)
    expected = rows_in(image, Part.TRAINING).to_numpy(np.float32)
    np.testing.assert_array_equal(image.dataset.training.x, expected)
    for plan in (
        replace(PLAN, leave_out=("a",)),
        replace(PLAN, trouble=Trouble(noise=Target(strength=1))),
    ):
        assert prepare(rows, plan).dataset.image_shape is None
