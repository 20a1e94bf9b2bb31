"""Bins and levels against NumPy and pandas."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from inspected_rows import LEVELS, drawn_rows

from models.inspection.histograms import BINS, bin_edges, count_levels, histogram
from models.inspection.histograms import LEVELS as SHOWN

NUMBERS = st.one_of(st.floats(-1e6, 1e6, width=32), st.just(np.nan))


@given(arrays(np.float64, st.integers(0, 60), elements=NUMBERS), st.integers(1, 4))
def test_every_number_is_in_a_bin_and_the_others_are_missing(
    values: np.ndarray, groups: int
) -> None:
    group = np.arange(values.size) % groups
    edges = bin_edges(values)
    counted = histogram(values, group, groups=groups, edges=edges)
    known = np.isfinite(values)
    for index in range(groups):
        members = known & (group == index)
        assert counted.counts[index].sum() == members.sum()
        assert counted.missing[index] == (~known & (group == index)).sum()
    if known.any():
        assert (np.diff(edges) > 0).all()
        assert edges[0] <= values[known].min()
        assert values[known].max() <= edges[-1]
    else:
        assert edges.size == 0


def test_counts_are_those_of_numpy() -> None:
    rows = drawn_rows(groups=3)
    values = rows.columns["gappy"].to_numpy()
    edges = bin_edges(values)
    assert edges.size == BINS + 1
    counted = histogram(values, rows.group, groups=3, edges=edges)
    for group in range(3):
        members = values[(rows.group == group) & np.isfinite(values)]
        np.testing.assert_array_equal(counted.counts[group], np.histogram(members, edges)[0])


def test_columns_share_bins_that_hold_them_all() -> None:
    edges = bin_edges(np.array([0.1, 0.25]), np.array([-3.03, np.nan]))
    assert (edges[0], edges[-1]) == (-3.03, 0.25)


@pytest.mark.parametrize("step", [1.0, 1 / 16, 0.1])
def test_multiples_of_a_step_get_a_bin_each(step: float) -> None:
    values = step * np.array([3.0, 5.0, 5.0, 9.0, 4.0])
    edges = bin_edges(values)
    np.testing.assert_allclose(edges, step * np.arange(2.5, 10.0), atol=1e-12)
    counted = histogram(values, np.zeros(5, dtype=int), groups=1, edges=edges)
    assert counted.counts.tolist() == [[1, 1, 2, 0, 0, 0, 1]]


def test_bins_of_many_whole_numbers_hold_equally_many_of_them() -> None:
    ages = np.arange(17.0, 91.0)
    edges = bin_edges(ages)
    assert len(edges) - 1 <= BINS
    counts = histogram(ages, np.zeros(ages.size, dtype=int), groups=1, edges=edges).counts[0]
    assert set(counts[:-1].tolist()) == {counts[0]}


def test_equal_numbers_are_in_one_bin() -> None:
    for value in (0.0, -4.0, 1e12):
        edges = bin_edges(np.full(3, value))
        assert edges.size == 2
        assert edges[0] < value < edges[1]


def test_levels_are_counted_by_group_most_frequent_first() -> None:
    rows = drawn_rows(groups=3)
    column = rows.columns["level"]
    counted = count_levels(column, rows.group, groups=3)
    assert counted.names == tuple(column.value_counts().index[:3])
    assert counted.merged == 0
    assert not counted.others.any()
    for group in range(3):
        members = column[rows.group == group]
        shown = members.value_counts()
        assert counted.counts[group].tolist() == [shown[name] for name in counted.names]
        assert counted.missing[group] == members.isna().sum()


def test_rare_levels_are_counted_together() -> None:
    names = [f"{number:02}" for number in range(20)]
    column = pd.Series(
        pd.Categorical([name for number, name in enumerate(names) for _ in range(number)])
    )
    counted = count_levels(column, np.zeros(len(column), dtype=int), groups=1)
    assert counted.names == tuple(names[: -SHOWN - 1 : -1])
    assert counted.merged == 19 - SHOWN
    assert counted.counts.sum() + counted.others.sum() == len(column)


def test_chosen_levels_are_counted_even_where_they_no_longer_occur() -> None:
    column = pd.Series(pd.Categorical(["low", "high", None], categories=LEVELS))
    group = np.array([0, 1, 1])
    counted = count_levels(column, group, groups=2, names=("gone", "high", "never"))
    assert counted.counts.tolist() == [[0, 0, 0], [0, 1, 0]]
    assert counted.others.tolist() == [1, 0]
    assert counted.merged == 1
    assert counted.missing.tolist() == [0, 1]
