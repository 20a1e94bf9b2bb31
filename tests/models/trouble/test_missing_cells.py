"""Tests of `models.trouble.missing`."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trouble_rows import assert_rate, split, table

from models.dataset import DataUnavailableError
from models.trouble import Mechanism, MissingCells, State, Trouble, inject

ROWS = table()
PARTS = split(ROWS)
TRAINING = PARTS == 0
NAMES = list(ROWS.columns.columns)
FOUND = ROWS.columns.notna().to_numpy()


def emptied(strike: MissingCells, *, seed: int = 3) -> State:
    return inject(ROWS, PARTS, trouble=Trouble(missing=strike), seed=seed)


@settings(deadline=None, max_examples=25)
@given(
    strength=st.floats(1e-6, 1.0),
    mechanism=st.sampled_from(["at-random", "by-group", "by-value"]),
    group=st.sampled_from(["", "small"]),
    column=st.sampled_from(["", *NAMES]),
)
def test_the_mask_tells_exactly_which_cells_were_emptied(
    strength: float, mechanism: Mechanism, group: str, column: str
) -> None:
    state = emptied(
        MissingCells(strength=strength, mechanism=mechanism, group=group, column=column)
    )
    gone = state.rows.columns.isna().to_numpy() & FOUND
    np.testing.assert_array_equal(gone, state.masks.missing)
    assert not gone[~TRAINING].any()
    if column:
        assert not np.delete(gone, NAMES.index(column), axis=1).any()
    for place, name in enumerate(NAMES):
        kept = ~gone[:, place]
        pd.testing.assert_series_equal(state.rows.columns[name][kept], ROWS.columns[name][kept])


@pytest.mark.parametrize("strength", [0.05, 0.5, 0.9])
def test_at_random_all_cells_are_alike_whatever_their_group_and_value(strength: float) -> None:
    gone = emptied(MissingCells(strength=strength)).masks.missing
    for place in range(len(NAMES)):
        for group in range(3):
            assert_rate(gone[TRAINING & FOUND[:, place] & (ROWS.group == group), place], strength)
    values = ROWS.columns["normal"].to_numpy()[TRAINING]
    lost = values[gone[TRAINING, 0]]
    assert abs(lost.mean() - values.mean()) < 5 * values.std() / np.sqrt(lost.size)
    above = ROWS.columns["skewed"].to_numpy() > ROWS.columns["skewed"].median()
    assert_rate(gone[TRAINING & above, 1], strength)


def test_by_group_other_groups_lose_a_fifth_as_many() -> None:
    named = emptied(MissingCells(strength=0.5, mechanism="by-group", group="middle")).masks.missing
    smallest = emptied(MissingCells(strength=0.5, mechanism="by-group")).masks.missing
    for group in range(3):
        rows = TRAINING & (ROWS.group == group)
        assert_rate(named[rows, 0], 0.5 if group == 1 else 0.1)
        assert_rate(smallest[rows, 0], 0.5 if group == 2 else 0.1)


@pytest.mark.parametrize("strength", [0.1, 0.4, 0.8])
@pytest.mark.parametrize("name", ["normal", "skewed"])
def test_by_value_the_rates_follow_the_rank(strength: float, name: str) -> None:
    gone = emptied(MissingCells(strength=strength, mechanism="by-value")).masks.missing
    place = NAMES.index(name)
    struck = TRAINING & FOUND[:, place]
    values = ROWS.columns[name].to_numpy()
    middle = np.median(values[struck])
    assert_rate(gone[struck, place], strength)
    # The integral of r^((1-s)/s) over the lower half of the ranks is s 2^(-1/s).
    below = 2 * strength * 0.5 ** (1 / strength)
    assert_rate(gone[struck & (values < middle), place], below)
    assert_rate(gone[struck & (values > middle), place], 2 * strength - below)


def test_by_value_rare_categories_go_first() -> None:
    gone = emptied(MissingCells(strength=0.2, mechanism="by-value")).masks.missing[:, 3]
    kinds = ROWS.columns["kind"].to_numpy()
    usual, other, rare = (
        gone[TRAINING & (kinds == kind)].mean() for kind in ("usual", "other", "rare")
    )
    assert usual < other < rare


def test_equal_numbers_are_ranked_by_chance() -> None:
    gone = emptied(MissingCells(strength=0.3, mechanism="by-value", column="count")).masks.missing
    assert_rate(gone[TRAINING, 2], 0.3)
    values = ROWS.columns["count"].to_numpy()
    middle = np.flatnonzero(TRAINING & (values == 1.0))
    first, second = np.array_split(gone[middle, 2], 2)
    assert abs(first.mean() - second.mean()) < 5 * np.sqrt(0.25 * 2 / first.size)


def test_an_unknown_column_is_told_with_those_there_are() -> None:
    message = "trouble.missing.column: there is no 'age'; known are normal, skewed, count, kind"
    with pytest.raises(DataUnavailableError, match=message):
        emptied(MissingCells(strength=0.3, column="age"))
