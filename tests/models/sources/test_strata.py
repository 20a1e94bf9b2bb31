"""Tests of `models.sources.strata`."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.dataset import DataUnavailableError
from models.sources.strata import shuffled_strata, strata_counts

shares = st.floats(0.001, 0.999)


@given(
    rows=st.integers(1, 1_000_000),
    representation=st.floats(0.01, 0.99),
    positive=st.tuples(shares, shares),
)
def test_counts_add_up_and_are_the_nearest_to_the_shares(
    rows: int, representation: float, positive: tuple[float, float]
) -> None:
    counts = strata_counts(rows, representation=representation, positive_shares=positive)
    assert counts.sum() == rows
    assert counts.min() >= 0
    sizes = counts.sum(axis=1)
    assert abs(sizes[0] - representation * rows) <= 0.5
    expected = sizes * np.array(positive)
    assert abs(counts[0, 1] - expected[0]) <= 0.5 + 1e-6
    assert abs(counts[:, 1].sum() - expected.sum()) <= 0.5 + 1e-6


@pytest.mark.parametrize("representation", [0.5, 0.7, 0.75, 0.83])
@pytest.mark.parametrize(
    ("rows", "share", "positive"), [(10, 0.5, 5), (100, 0.1, 10), (1000, 0.1, 100), (100, 0.15, 15)]
)
def test_equal_shares_give_the_whole_table_its_share(
    rows: int, representation: float, share: float, positive: int
) -> None:
    counts = strata_counts(rows, representation=representation, positive_shares=(share, share))
    assert counts[:, 1].sum() == positive


def test_rows_have_the_counts_in_an_order_by_chance() -> None:
    counts = np.array([[30, 5], [7, 8]])
    y, group = shuffled_strata(counts, group_names=("A", "B"), rng=np.random.default_rng(3))
    for g in (0, 1):
        for label in (0, 1):
            assert np.count_nonzero((group == g) & (y == label)) == counts[g, label]
    assert len(set(group[:20].tolist())) == 2
    assert len(set(y[:20].tolist())) == 2


def test_a_group_without_a_class_is_told() -> None:
    with pytest.raises(DataUnavailableError, match="group 'B' gets none of the class 'negative'"):
        shuffled_strata(
            np.array([[3, 3], [0, 4]]), group_names=("A", "B"), rng=np.random.default_rng(0)
        )
