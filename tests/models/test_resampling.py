"""Tests of `models.resampling` against imbalanced-learn, exact counts and geometry."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from cell_data import cell_data
from hypothesis import given, settings
from hypothesis import strategies as st
from imblearn.over_sampling import SMOTE, SMOTENC
from numpy.typing import NDArray

from models.bounds import PlanError
from models.dataset import Dataset, Split
from models.plan import Balanced, MitigationPlan, Resampling
from models.resampling import cell_counts, resampled, target_counts
from models.trouble.seeds import generator


def plan(resampling: Resampling, by: Balanced = "classes", neighbours: int = 5) -> MitigationPlan:
    return MitigationPlan(resampling=resampling, resampling_by=by, neighbours=neighbours)


def counted(rows: Split, dataset: Dataset) -> NDArray[np.int64]:
    return cell_counts(replace(dataset, training=rows))


tables = st.lists(
    st.lists(st.integers(0, 30), min_size=2, max_size=2), min_size=1, max_size=3
).filter(lambda table: np.sum(table, axis=0).all() and np.sum(table, axis=1).all())


@settings(max_examples=60)
@given(
    table=tables,
    way=st.sampled_from(["over-sampling", "under-sampling"]),
    by=st.sampled_from(["classes", "groups", "both"]),
)
def test_all_that_is_balanced_is_equally_frequent_and_shares_within_it_stay(
    table: list[list[int]], way: Resampling, by: Balanced
) -> None:
    counts = np.array(table)
    if way == "under-sampling" and by != "both":
        counts += 31  # so that none is lost
    dataset, mitigation = cell_data(counts), plan(way, by)
    target = target_counts(dataset, mitigation)
    np.testing.assert_array_equal(counted(resampled(dataset, mitigation, seed=1), dataset), target)
    if by == "both":
        sums, found = counts[counts > 0], target[counts > 0]
        assert not target[counts == 0].any()
    else:
        if by == "groups":
            counts, target = counts.T, target.T
        sums, found = counts.sum(axis=0), target.sum(axis=0)
        assert np.abs(target - counts * found / sums).max() < 1
    assert set(found.tolist()) == {sums.max() if way == "over-sampling" else sums.min()}


def rows_as_set(rows: Split) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for x, y, group in zip(rows.x, rows.y, rows.group, strict=True):
        key = x.tobytes() + bytes([y, group])
        found[key] = found.get(key, 0) + 1
    return found


def test_over_sampling_keeps_every_row_and_repeats_none_but_rows_of_the_cell() -> None:
    dataset = cell_data([[40, 7], [5, 3]])
    rows = resampled(dataset, plan("over-sampling", "both"), seed=3)
    found, known = rows_as_set(rows), rows_as_set(dataset.training)
    assert found.keys() == known.keys()
    np.testing.assert_array_equal(rows.x[: dataset.training.y.size], dataset.training.x)
    assert max(found.values()) > 1


def test_under_sampling_takes_no_row_twice_and_keeps_their_order() -> None:
    dataset = cell_data([[40, 7], [5, 3]])
    rows = resampled(dataset, plan("under-sampling", "both"), seed=3)
    assert set(rows_as_set(rows).values()) == {1}
    places = [np.flatnonzero((dataset.training.x == x).all(axis=1))[0] for x in rows.x]
    assert places == sorted(places)


def test_smote_of_one_group_is_that_of_imbalanced_learn() -> None:
    dataset = cell_data([[60, 9, 20]])
    seed = int(generator(5, "resampling").integers(2**31))
    x, y = SMOTE(k_neighbors=4, random_state=seed).fit_resample(
        dataset.training.x, dataset.training.y
    )
    rows = resampled(dataset, plan("smote", neighbours=4), seed=5)
    np.testing.assert_array_equal(rows.x, x)
    np.testing.assert_array_equal(rows.y, y)


def test_smote_of_categories_is_smotenc_of_imbalanced_learn() -> None:
    blocks = ((1, 2, 3), (5,))
    dataset = cell_data([[50, 12]], columns=6, blocks=blocks)
    codes = 2 - dataset.training.x[:, 1:4].argmax(axis=1)
    mark = (np.arange(62) % 3 == 0).astype(np.float32)
    encoded = dataset.training.x.copy()
    encoded[:, 5] = mark
    dataset = replace(
        dataset,
        training=Split(x=encoded, y=dataset.training.y, group=dataset.training.group),
    )
    table = np.column_stack([encoded[:, [0, 4]], codes, mark]).astype(np.float32)
    seed = int(generator(2, "resampling").integers(2**31))
    x, y = SMOTENC([2, 3], k_neighbors=5, random_state=seed).fit_resample(table, dataset.training.y)
    rows = resampled(dataset, plan("smote"), seed=2)
    np.testing.assert_array_equal(rows.y, y)
    np.testing.assert_allclose(rows.x[:, [0, 4]], x[:, :2], rtol=1e-6)
    np.testing.assert_array_equal(rows.x[:, 1:4], np.eye(3)[2 - x[:, 2].astype(int)])
    np.testing.assert_array_equal(rows.x[:, 5], x[:, 3])


@pytest.mark.parametrize("by", ["classes", "groups", "both"])
def test_new_rows_of_smote_lie_between_two_rows_of_their_own_group_and_class(by: Balanced) -> None:
    dataset = cell_data([[30, 12], [20, 8]], columns=2)
    old = dataset.training
    rows = resampled(dataset, plan("smote", by), seed=0)
    np.testing.assert_array_equal(counted(rows, dataset), target_counts(dataset, plan("smote", by)))
    assert rows.y.size > old.y.size
    np.testing.assert_array_equal(rows.x[: old.y.size], old.x)
    for x, y, group in zip(rows.x, rows.y, rows.group, strict=True):
        own = old.x[(old.y == y) & (old.group == group)].astype(np.float64)
        to = own - x
        across = to[:, None, 0] * to[None, :, 1] - to[:, None, 1] * to[None, :, 0]
        along = to @ to.T
        assert (along[np.abs(across) < 1e-5] < 1e-5).any()


@pytest.mark.parametrize("way", ["over-sampling", "under-sampling", "smote"])
def test_the_same_seed_gives_the_same_rows_and_another_seed_others(way: Resampling) -> None:
    dataset = cell_data([[40, 9], [30, 20]])
    first, again, other = (resampled(dataset, plan(way), seed=seed) for seed in (4, 4, 5))
    np.testing.assert_array_equal(first.x, again.x)
    assert not np.array_equal(first.x, other.x)


@pytest.mark.parametrize("way", ["none", "over-sampling", "under-sampling", "smote"])
def test_what_is_balanced_already_stays_as_it_is(way: Resampling) -> None:
    dataset = cell_data([[7, 7], [7, 7]])
    rows = resampled(dataset, plan(way, "both"), seed=0)
    np.testing.assert_array_equal(rows.x, dataset.training.x)


@pytest.mark.parametrize(
    ("dataset", "mitigation", "message"),
    [
        (
            cell_data([[40, 5], [9, 9]]),
            plan("smote"),
            r"mitigation.neighbours: SMOTE with 5 neighbours needs 6 rows, but group g0, class c1"
            r" has 5 training rows; choose 1 to 4, or over-sampling",
        ),
        (cell_data([[40, 1], [9, 9]]), plan("smote", "both"), "has 1 training row; choose over-sa"),
        (
            cell_data([[40, 9]], columns=2, blocks=((0, 1),)),
            plan("smote"),
            "mitigation.resampling: SMOTE needs a column of numbers, .*; choose over-sampling",
        ),
        (
            cell_data([[400, 4], [2, 0]]),
            plan("under-sampling"),
            "mitigation.resampling_by: classes: no row of the group g1 would be left",
        ),
    ],
)
def test_rows_that_cannot_be_resampled_are_named_with_what_can(
    dataset: Dataset, mitigation: MitigationPlan, message: str
) -> None:
    with pytest.raises(PlanError, match=message):
        target_counts(dataset, mitigation)


def test_rows_that_would_not_fit_in_memory_are_refused_before_they_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dataset = cell_data([[40, 10]])
    target_counts(dataset, plan("over-sampling"))
    monkeypatch.setattr("models.resampling._MOST_NUMBERS", 239)
    with pytest.raises(PlanError, match=r"80 rows would take .* choose under-sampling, weights"):
        target_counts(dataset, plan("over-sampling"))


def test_a_data_set_knows_which_columns_encode_a_category() -> None:
    import pandas as pd

    from models.preparation import PreparationPlan, prepare
    from models.rows import Rows

    random = np.random.default_rng(0)
    table: dict[str, Any] = {
        "age": random.normal(size=60),
        "job": pd.Categorical(random.choice(["x", "y", "z"], 60)),
        "town": pd.Categorical(random.choice(["p", "q"], 60)),
    }
    table["age"][::7] = np.nan
    rows = Rows(
        name="People",
        columns=pd.DataFrame(table),
        y=(np.arange(60) % 2).astype(np.int32),
        group=(np.arange(60) // 2 % 2).astype(np.int32),
        class_names=("no", "yes"),
        group_names=("a", "b"),
    )
    shares = PreparationPlan(validation_share=0.3, seed=0, indicator=True)
    dataset = prepare(rows, shares).dataset
    names = [[dataset.feature_names[column] for column in b] for b in dataset.category_blocks]
    assert names == [["job_x", "job_y", "job_z"], ["town_p", "town_q"], ["age is missing"]]
    for block in dataset.category_blocks[:2]:
        np.testing.assert_array_equal(dataset.training.x[:, list(block)].sum(axis=1), 1.0)
    ordinal = prepare(rows, replace(shares, encoding="ordinal", indicator=False)).dataset
    assert ordinal.category_blocks == ((1,), (2,))
