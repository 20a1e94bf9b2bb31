"""Tests of `models.trouble.sampling`."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trouble_rows import CLASSES, GROUPS, assert_rate, split, table

from models.dataset import DataUnavailableError
from models.trouble import Target, Trouble, inject

ROWS = table()
PARTS = split(ROWS)
TRAINING = PARTS == 0


@settings(deadline=None, max_examples=40)
@given(
    strength=st.floats(0.01, 0.99),
    group=st.sampled_from(["", *GROUPS]),
    label=st.sampled_from(CLASSES),
)
def test_class_imbalance_leaves_out_its_share_of_each_group(
    strength: float, group: str, label: str
) -> None:
    target = Target(strength=strength, group=group, label=label)
    parts = inject(ROWS, PARTS, trouble=Trouble(class_imbalance=target), seed=3).parts
    gone = parts == -1
    np.testing.assert_array_equal(parts[~gone], PARTS[~gone])
    assert not gone[~TRAINING].any()
    for g, name in enumerate(GROUPS):
        for y, title in enumerate(CLASSES):
            among = TRAINING & (ROWS.group == g) & (ROWS.y == y)
            struck = title == label and group in ("", name)
            expected = strength * np.count_nonzero(among) if struck else 0
            assert abs(np.count_nonzero(gone[among]) - expected) <= 0.5 + 1e-9


def test_the_rarest_class_and_the_smallest_group_are_struck_by_default() -> None:
    y = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2, 2] * 20, np.int32)
    few = table(rows=y.size)
    rows = type(few)("Toy", few.columns, y, few.group, CLASSES, GROUPS)
    parts = np.zeros(y.size, np.int8)
    imbalance, sampling = (
        inject(rows, parts, trouble=trouble, seed=3).parts == -1
        for trouble in (
            Trouble(class_imbalance=Target(strength=0.5)),
            Trouble(under_sampling=Target(strength=0.5)),
        )
    )
    assert set(y[imbalance]) == {1}
    assert set(few.group[sampling]) == {int(np.argmin(np.bincount(few.group)))}


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(under_sampling=Target(strength=0.99, group="small")),
        Trouble(class_imbalance=Target(strength=0.99, label="yes")),
    ],
)
def test_a_row_of_each_group_and_class_stays(trouble: Trouble) -> None:
    rows = table(rows=150)
    parts = np.zeros(150, np.int8)
    left = inject(rows, parts, trouble=trouble, seed=3).parts == 0
    for array in (rows.group, rows.y):
        assert set(array[left]) == set(array)


def test_a_greater_strength_leaves_out_the_same_rows_and_more() -> None:
    few, many = (
        inject(ROWS, PARTS, trouble=Trouble(under_sampling=Target(strength=s)), seed=3).parts == -1
        for s in (0.3, 0.6)
    )
    assert many[few].all()
    assert many.sum() > few.sum()


def test_an_unknown_group_is_told_with_those_there_are() -> None:
    message = r"under_sampling\.group: there is no 'tiny'; known are large, middle, small"
    trouble = Trouble(under_sampling=Target(strength=0.3, group="tiny"))
    with pytest.raises(DataUnavailableError, match=message):
        inject(ROWS, PARTS, trouble=trouble, seed=3)


@pytest.mark.parametrize("strength", [0.1, 1.0])
def test_duplicates_are_on_both_sides_of_the_split(strength: float) -> None:
    target = Target(strength=strength, group="large")
    state = inject(ROWS, PARTS, trouble=Trouble(duplicates=target), seed=3)
    copies = state.masks.duplicated
    np.testing.assert_array_equal(copies, np.arange(len(state.rows)) >= len(ROWS))
    origin = state.origin[copies]
    struck = ~TRAINING & (ROWS.group == 0)
    assert_rate(np.isin(np.flatnonzero(struck), origin), strength)
    assert struck[origin].all()
    assert np.unique(origin).size == origin.size
    assert (state.parts[copies] == 0).all()
    np.testing.assert_array_equal(state.parts[: len(ROWS)], PARTS)
    pd.testing.assert_frame_equal(
        state.rows.columns[copies].reset_index(drop=True),
        ROWS.columns.iloc[origin].reset_index(drop=True),
    )
    np.testing.assert_array_equal(state.rows.y[copies], ROWS.y[origin])
    np.testing.assert_array_equal(state.rows.group[copies], ROWS.group[origin])
