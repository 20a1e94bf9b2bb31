"""Tests of `models.preparation.splitting`."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.dataset import DataUnavailableError
from models.preparation import Part
from models.preparation.splitting import split_parts
from models.rows import Rows


def rows_with(counts: dict[tuple[int, int], int]) -> Rows:
    """Make rows of so many of each (group, class), without any column."""
    group, y = (
        np.concatenate([np.full(n, key[place], np.int32) for key, n in counts.items()])
        for place in (0, 1)
    )
    columns = pd.DataFrame(index=range(y.size))
    names = ("a", "b", "c", "d")
    return Rows("Toy", columns, y, group, names[: y.max() + 1], names[: group.max() + 1])


@settings(deadline=None)
@given(
    counts=st.dictionaries(
        st.tuples(st.integers(0, 3), st.integers(0, 2)), st.integers(0, 60), max_size=8
    ),
    shares=st.tuples(st.floats(0.05, 0.6), st.sampled_from([0.0, 0.05, 0.35])),
    seed=st.integers(0, 2**70),
)
def test_every_stratum_keeps_its_shares(
    counts: dict[tuple[int, int], int], shares: tuple[float, float], seed: int
) -> None:
    anchors = dict.fromkeys([(3, 0), (2, 1), (1, 2), (0, 0)], 3)
    counts = anchors | {key: n for key, n in counts.items() if key not in anchors}
    rows = rows_with(counts)
    parts = split_parts(rows, validation_share=shares[0], test_share=shares[1], seed=seed)
    used = {Part.TRAINING: 1.0 - sum(shares), Part.VALIDATION: shares[0], Part.TEST: shares[1]}
    assert set(np.unique(parts)) == {part for part, share in used.items() if share}
    for (group, y), total in counts.items():
        found = parts[(rows.group == group) & (rows.y == y)]
        assert found.size == total
        for part, share in used.items():
            count = np.count_nonzero(found == part)
            if not share:
                assert not count
            elif total >= 3:
                assert count >= 1
            if total > 2 / 0.05:
                assert abs(count - share * total) <= 1.0 + 1e-9
        if total:
            assert (found == Part.TRAINING).any()


def test_the_split_follows_its_seed() -> None:
    rows = rows_with({(0, 0): 50, (1, 1): 50})
    first, again, other = (
        split_parts(rows, validation_share=0.3, test_share=0.1, seed=seed) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_every_row_is_as_likely_to_be_held_out() -> None:
    rows = rows_with({(0, 0): 40, (1, 1): 10})
    held_out = np.mean(
        [
            split_parts(rows, validation_share=0.2, test_share=0.0, seed=seed) == Part.VALIDATION
            for seed in range(400)
        ],
        axis=0,
    )
    assert np.abs(held_out - 0.2).max() < 5 * np.sqrt(0.2 * 0.8 / 400)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.5, 1.5, float("nan")])
def test_validation_shares_outside_the_range_are_refused(share: float) -> None:
    with pytest.raises(ValueError, match=r"validation_share must lie in \(0, 1\)"):
        split_parts(rows_with({(0, 0): 9}), validation_share=share, test_share=0.0, seed=0)


@pytest.mark.parametrize("share", [-0.1, 0.75, 1.0, float("nan")])
def test_test_shares_that_leave_nothing_are_refused(share: float) -> None:
    with pytest.raises(ValueError, match=r"test_share must lie in \[0, 0.75\)"):
        split_parts(rows_with({(0, 0): 9}), validation_share=0.25, test_share=share, seed=0)


def test_a_stratum_too_small_for_a_part_is_no_matter_while_its_group_and_class_are_there() -> None:
    rows = rows_with({(0, 0): 50, (0, 1): 50, (1, 0): 20, (1, 1): 1})
    parts = split_parts(rows, validation_share=0.25, test_share=0.0, seed=0)
    assert parts[-1] == Part.TRAINING


@pytest.mark.parametrize(
    ("counts", "test_share", "message"),
    [
        ({(0, 0): 9, (0, 1): 9, (1, 0): 1}, 0.0, "group 'b' has one row, so the validation part"),
        ({(0, 0): 9, (1, 0): 9, (0, 1): 1}, 0.0, "class 'b' has one row, so the validation part"),
        ({(0, 0): 9, (0, 1): 9, (1, 0): 2}, 0.1, "group 'b' has 2 rows, so the test part gets"),
        ({(0, 0): 9, (0, 1): 9, (2, 0): 9}, 0.0, "group 'b' has 0 rows, so the training part"),
    ],
)
def test_a_group_or_class_too_small_for_the_parts_is_named_with_its_rows(
    counts: dict[tuple[int, int], int], test_share: float, message: str
) -> None:
    with pytest.raises(DataUnavailableError, match=f"Toy: {message}.*take more rows, hold fewer"):
        split_parts(rows_with(counts), validation_share=0.25, test_share=test_share, seed=0)
