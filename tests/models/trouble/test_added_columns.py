"""Tests of `models.trouble.columns`."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from trouble_rows import GROUPS, split, table

from models.dataset import DataUnavailableError
from models.rows import Rows
from models.trouble import LEAK_COLUMN, PROXY_COLUMN, Leak, Strike, Target, Trouble, inject

ROWS = table()
PARTS = split(ROWS)
TWO = table(rows=20_000, classes=("no", "yes"))
TWO_PARTS = split(TWO)


def correlation(left: np.ndarray, right: np.ndarray) -> float:
    return float(np.corrcoef(left, right)[0, 1])


def test_noise_is_standard_normal_and_knows_nothing() -> None:
    state = inject(ROWS, PARTS, trouble=Trouble(noise=Target(strength=120)), seed=8)
    added = state.rows.columns.iloc[:, 4:]
    assert added.shape == (len(ROWS), 120)
    assert state.rows.columns.columns.is_unique
    pd.testing.assert_frame_equal(state.rows.columns.iloc[:, :4], ROWS.columns)
    error = 5 / np.sqrt(len(ROWS))
    assert np.abs(added.mean()).max() < error
    assert np.abs(added.var() - 1).max() < np.sqrt(2) * error
    assert np.abs(np.corrcoef(added.T) - np.eye(120)).max() < error
    assert max(abs(correlation(added[name].to_numpy(), ROWS.y)) for name in added) < error
    assert state.masks.missing.shape == state.rows.columns.shape


def test_noise_of_one_group_and_class_is_the_same_there_and_none_elsewhere() -> None:
    target = Target(strength=2, group="small", label="yes")
    everywhere, one = (
        inject(ROWS, PARTS, trouble=Trouble(noise=noise), seed=8)
        for noise in (Target(strength=2), target)
    )
    struck = (ROWS.group == 2) & (ROWS.y == 2)
    assert 0 < struck.sum() < len(ROWS)
    for name in ("injected noise 1", "injected noise 2"):
        cells = one.rows.columns[name].to_numpy()
        np.testing.assert_array_equal(cells[struck], everywhere.rows.columns[name][struck])
        assert not cells[~struck].any()
    assert f"{struck.sum():,} rows, 0 in the others" in one.notes[0]
    with pytest.raises(DataUnavailableError, match=r"noise\.label: there is no 'perhaps'"):
        inject(ROWS, PARTS, trouble=Trouble(noise=replace(target, label="perhaps")), seed=8)


@pytest.mark.parametrize("strength", [0.2, 0.7, 1.0])
@pytest.mark.parametrize("group", [0, 2])
def test_a_proxy_correlates_with_being_in_the_group_as_stated(strength: float, group: int) -> None:
    trouble = Trouble(proxy=Target(strength=strength, group=GROUPS[group]))
    proxy = inject(ROWS, PARTS, trouble=trouble, seed=8).rows.columns[PROXY_COLUMN].to_numpy()
    found = correlation(proxy, ROWS.group == group)
    error = (1 - strength**2) / np.sqrt(len(ROWS))
    assert abs(found - strength) <= 5 * error + 1e-9
    assert abs(proxy.var() - 1) < 0.1


def test_a_proxy_tells_the_last_group_by_default() -> None:
    state = inject(ROWS, PARTS, trouble=Trouble(proxy=Target(strength=1.0)), seed=8)
    assert correlation(state.rows.columns[PROXY_COLUMN].to_numpy(), ROWS.group == 2) > 0.999


@pytest.mark.parametrize("strength", [0.4, 1.0])
def test_a_proxy_of_one_class_is_noise_in_the_others(strength: float) -> None:
    target = Target(strength=strength, group="small", label="yes")
    state = inject(ROWS, PARTS, trouble=Trouble(proxy=target), seed=8)
    proxy, member, struck = state.rows.columns[PROXY_COLUMN], ROWS.group == 2, ROWS.y == 2
    for rows, expected in ((struck, strength), (~struck, 0.0)):
        error = (1 - expected**2) / np.sqrt(rows.sum())
        found = correlation(proxy[rows].to_numpy(), member[rows])
        assert abs(found - expected) <= 5 * error + 1e-9
        assert abs(proxy[rows].mean()) < 5 / np.sqrt(rows.sum())
    assert "in rows of class yes" in state.notes[0]


def test_a_proxy_needs_two_groups() -> None:
    rows = Rows(
        "One", ROWS.columns, ROWS.y, np.zeros(len(ROWS), np.int32), ROWS.class_names, ("a",)
    )
    with pytest.raises(DataUnavailableError, match="all rows are in 'a'"):
        inject(rows, PARTS, trouble=Trouble(proxy=Target(strength=0.5)), seed=0)


@pytest.mark.parametrize("strength", [0.3, 0.9])
def test_a_leak_correlates_with_the_label_until_the_test(strength: float) -> None:
    state = inject(TWO, TWO_PARTS, trouble=Trouble(leak=Leak(strength=strength)), seed=8)
    leak = (state.rows.columns[LEAK_COLUMN] == "yes").to_numpy()
    for part, expected in ((0, strength), (1, strength), (2, 0.0)):
        rows = np.equal(TWO_PARTS, part)
        error = 5 / np.sqrt(np.count_nonzero(rows))
        assert abs(correlation(leak[rows], TWO.y[rows]) - expected) < error


def test_a_full_leak_is_the_label_as_recorded_in_the_rows_that_know_it() -> None:
    trouble = Trouble(leak=Leak(strength=1.0, where="training"), label_flips=Strike(strength=0.5))
    state = inject(ROWS, PARTS, trouble=trouble, seed=8)
    names = np.array(ROWS.class_names)[state.rows.y]
    known = (state.rows.columns[LEAK_COLUMN] == names).to_numpy()
    assert known[PARTS == 0].all()
    assert state.masks.flipped.any()
    assert abs(known[PARTS > 0].mean() - 1 / 3) < 0.1


def test_a_leak_may_be_known_everywhere_and_for_one_group() -> None:
    trouble = Trouble(leak=Leak(strength=1.0, where="everywhere", group="small", label="yes"))
    leak = inject(ROWS, PARTS, trouble=trouble, seed=8).rows.columns[LEAK_COLUMN]
    struck = (ROWS.group == 2) & (ROWS.y == 2)
    assert (leak[struck] == "yes").all()
    assert abs((leak[~struck] == "yes").mean() - 1 / 3) < 0.1


def test_added_columns_end_an_image_and_clash_with_none() -> None:
    pixels = pd.DataFrame(np.zeros((60, 4)), columns=["a", "b", "c", PROXY_COLUMN])
    index = np.arange(60, dtype=np.int32)
    rows = Rows("Images", pixels, index % 2, index % 3, ("no", "yes"), GROUPS, image_shape=(2, 2))
    parts = np.zeros(60, np.int8)
    assert (
        inject(rows, parts, trouble=Trouble(noise=Target(strength=1)), seed=0).rows.image_shape
        is None
    )
    with pytest.raises(DataUnavailableError, match="already has a column 'injected proxy'"):
        inject(rows, parts, trouble=Trouble(proxy=Target(strength=0.5)), seed=0)
