"""Tests of `models.trouble.cells`."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trouble_rows import assert_rate, split, table

from models.dataset import DataUnavailableError
from models.rows import Rows
from models.trouble import Outliers, Shift, Trouble, Units, inject

ROWS = table()
PARTS = split(ROWS)
TRAINING = PARTS == 0
NUMBERS = ROWS.columns[ROWS.numbers].to_numpy(np.float64)
KNOWN = ~np.isnan(NUMBERS)


def numbers_of(rows: Rows) -> np.ndarray:
    return rows.columns[ROWS.numbers].to_numpy(np.float64)


@settings(deadline=None, max_examples=40)
@given(
    strength=st.floats(-10, 10).filter(lambda s: abs(s) > 1e-6), group=st.sampled_from([0, 1, 2])
)
def test_a_shift_moves_means_by_standard_deviations(strength: float, group: int) -> None:
    strike = Shift(strength=strength, group=ROWS.group_names[group])
    state = inject(ROWS, PARTS, trouble=Trouble(shift=strike), seed=0)
    struck = ~TRAINING & (ROWS.group == group)
    moved = numbers_of(state.rows)
    deviations = np.nanstd(NUMBERS[TRAINING], axis=0)
    steps = np.nanmean(moved[struck], axis=0) - np.nanmean(NUMBERS[struck], axis=0)
    np.testing.assert_allclose(steps, strength * deviations, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(moved[~struck], NUMBERS[~struck])
    np.testing.assert_array_equal(state.masks.shifted[:, :3], KNOWN & struck[:, None])
    assert not state.masks.shifted[:, 3].any()


def test_a_shift_of_one_column_leaves_the_others() -> None:
    strike = Shift(strength=1.0, column="skewed", where="training")
    moved = numbers_of(inject(ROWS, PARTS, trouble=Trouble(shift=strike), seed=0).rows)
    np.testing.assert_array_equal(moved[:, [0, 2]], NUMBERS[:, [0, 2]])
    np.testing.assert_array_equal(moved[~TRAINING], NUMBERS[~TRAINING])
    assert np.nanmin(moved[TRAINING, 1] - NUMBERS[TRAINING, 1]) > 0


@pytest.mark.parametrize("size", [3.0, 50.0])
def test_outliers_lie_as_far_off_the_mean_as_asked_for_on_both_sides(size: float) -> None:
    strike = Outliers(strength=0.2, size=size)
    state = inject(ROWS, PARTS, trouble=Trouble(outliers=strike), seed=5)
    mask, values = state.masks.outliers[:, :3], numbers_of(state.rows)
    np.testing.assert_array_equal(values[~mask], NUMBERS[~mask])
    mean, deviation = (f(NUMBERS[TRAINING], axis=0) for f in (np.nanmean, np.nanstd))
    for column in range(3):
        hit = values[mask[:, column], column]
        np.testing.assert_allclose(np.abs(hit - mean[column]), size * deviation[column])
        assert_rate(hit > mean[column], 0.5)
        assert_rate(mask[TRAINING & KNOWN[:, column], column], 0.2)
    assert not mask[~TRAINING].any()
    assert not mask[~KNOWN].any()


def test_a_constant_column_has_no_outliers_and_is_not_shifted() -> None:
    rows = table(rows=200)
    columns = rows.columns.assign(count=1.0)
    constant = Rows("Toy", columns, rows.y, rows.group, rows.class_names, rows.group_names)
    trouble = Trouble(outliers=Outliers(strength=1.0, column="count"), shift=Shift(strength=2.0))
    state = inject(constant, split(constant), trouble=trouble, seed=0)
    assert (state.rows.columns["count"] == 1.0).all()
    assert not state.masks.outliers.any()
    assert not state.masks.shifted[:, 2].any()


@settings(deadline=None, max_examples=40)
@given(strength=st.integers(-9, 9).filter(bool))
def test_other_units_multiply_the_first_column_everywhere(strength: int) -> None:
    state = inject(ROWS, PARTS, trouble=Trouble(units=Units(strength=strength)), seed=0)
    values = numbers_of(state.rows)
    np.testing.assert_allclose(values[:, 0], NUMBERS[:, 0] * 10.0**strength, rtol=1e-12)
    np.testing.assert_array_equal(values[:, 1:], NUMBERS[:, 1:])
    assert state.masks.rescaled[:, 0].all()
    assert not state.masks.rescaled[:, 1:].any()


def test_other_units_in_one_group_and_column() -> None:
    strike = Units(strength=3.0, column="skewed", group="small", where="training")
    state = inject(ROWS, PARTS, trouble=Trouble(units=strike), seed=0)
    struck = TRAINING & (ROWS.group == 2) & KNOWN[:, 1]
    np.testing.assert_array_equal(state.masks.rescaled[:, 1], struck)
    values = numbers_of(state.rows)
    np.testing.assert_allclose(values[struck, 1], NUMBERS[struck, 1] * 1000, rtol=1e-12)
    np.testing.assert_array_equal(values[~struck], NUMBERS[~struck])


def test_numbers_that_would_become_infinite_are_told() -> None:
    huge = ROWS.columns["normal"] * 1e300
    rows = replace(ROWS, columns=ROWS.columns.assign(normal=huge))
    with pytest.raises(DataUnavailableError, match=r"units: numbers of the column 'normal' become"):
        inject(rows, PARTS, trouble=Trouble(units=Units(strength=9.0)), seed=0)


def test_a_table_without_numbers_is_told() -> None:
    columns = ROWS.columns[["kind"]]
    rows = Rows("Words", columns, ROWS.y, ROWS.group, ROWS.class_names, ROWS.group_names)
    with pytest.raises(DataUnavailableError, match=r"trouble\.shift: Words has no column of numb"):
        inject(rows, PARTS, trouble=Trouble(shift=Shift(strength=1.0)), seed=0)


def test_a_column_of_categories_is_no_column_of_numbers() -> None:
    trouble = Trouble(outliers=Outliers(strength=0.5, column="kind"))
    with pytest.raises(DataUnavailableError, match=r"outliers\.column: there is no 'kind'; known"):
        inject(ROWS, PARTS, trouble=trouble, seed=0)
