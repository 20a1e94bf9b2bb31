"""Tests of the wrong twins of `models.preparation`: they err as they say, and only so."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from prepared_rows import column, rows_in, table
from sklearn.preprocessing import StandardScaler

from models.dataset import DataUnavailableError
from models.preparation import Mistake, Part, PreparationPlan, Prepared, prepare, twin_plans
from models.trouble import LEAK_COLUMN, Leak, Trouble

ROWS = table()
PLAN = PreparationPlan(validation_share=0.25, test_share=0.15, seed=3)


def twins(mistake: Mistake, plan: PreparationPlan = PLAN) -> tuple[Prepared, Prepared]:
    right, wrong = twin_plans(plan, mistake)
    return prepare(ROWS, right), prepare(ROWS, wrong)


def test_a_right_plan_stays_as_it_is_but_for_the_mistake() -> None:
    for mistake in ("scaler", "imputer", "dropped-rows"):
        right, wrong = twin_plans(PLAN, mistake)
        assert right == PLAN
        assert wrong == replace(PLAN, mistake=mistake)


def test_the_scaler_is_learnt_from_all_rows() -> None:
    right, wrong = twins("scaler")
    np.testing.assert_array_equal(right.parts, wrong.parts)
    scaler = StandardScaler().fit(ROWS.columns[["one"]].to_numpy())
    for part in Part:
        cells = rows_in(wrong, part)[["one"]]
        known = cells["one"].notna().to_numpy()
        expected = scaler.transform(cells.to_numpy()).ravel()
        np.testing.assert_allclose(
            column(wrong, "one", part)[known], expected[known], rtol=1e-5, atol=1e-6
        )
    assert not np.array_equal(column(right, "one"), column(wrong, "one"))
    assert "Scaling was learnt from all rows, those held out among them." in wrong.notes


def test_the_imputer_is_learnt_from_all_rows() -> None:
    right, wrong = twins("imputer", replace(PLAN, scaling="none", imputation="mean"))
    np.testing.assert_array_equal(right.parts, wrong.parts)
    gaps = rows_in(wrong, Part.TRAINING)["two"].isna().to_numpy()
    every, training = ROWS.columns["two"].mean(), rows_in(right, Part.TRAINING)["two"].mean()
    np.testing.assert_allclose(column(wrong, "two")[gaps], every, rtol=1e-5)
    np.testing.assert_allclose(column(right, "two")[gaps], training, rtol=1e-5)
    np.testing.assert_array_equal(column(right, "two")[~gaps], column(wrong, "two")[~gaps])
    assert every != pytest.approx(training, rel=1e-4)


def test_the_imputers_mistake_leaves_the_scaler_right() -> None:
    right, wrong = twins("imputer")
    known = rows_in(wrong, Part.TRAINING)["two"].notna().to_numpy()
    np.testing.assert_array_equal(column(right, "two")[known], column(wrong, "two")[known])


def test_the_most_frequent_category_may_be_that_of_held_out_rows() -> None:
    parts = prepare(ROWS, PLAN).parts
    frequent = np.where(parts == Part.TRAINING, "a", "b")
    kinds = pd.Series(pd.Categorical(frequent, categories=["a", "b", "c"]))
    few = np.flatnonzero(parts == Part.TRAINING)
    kinds.iloc[few[:20]] = "b"
    kinds.iloc[few[20:140]] = np.nan
    rows = replace(ROWS, columns=ROWS.columns.assign(kind=kinds))
    right, wrong = (prepare(rows, plan) for plan in twin_plans(PLAN, "imputer"))
    gaps = rows_in(right, Part.TRAINING)["kind"].isna().to_numpy()
    assert column(right, "kind_a")[gaps].all()
    assert column(wrong, "kind_b")[gaps].all()


def test_resampling_before_the_split_puts_copies_of_training_rows_on_the_other_side() -> None:
    right, wrong = twins("resampling")
    np.testing.assert_array_equal(right.parts, wrong.parts)
    counts = np.bincount(wrong.spoiled.y)
    assert counts.min() == counts.max() == np.bincount(ROWS.y).max()
    copies = wrong.masks.resampled
    for part in Part:
        of_part = wrong.spoiled_parts[copies] == part
        share = np.mean(wrong.parts == part)
        assert abs(of_part.mean() - share) < 5 * np.sqrt(share / of_part.size)
    crossing = copies & (wrong.spoiled_parts > 0) & (wrong.parts[wrong.origin] == Part.TRAINING)
    assert crossing.any()
    assert not (right.masks.resampled & (right.spoiled_parts > 0)).any()
    np.testing.assert_array_equal(np.bincount(right.dataset.training.y).std(), 0.0)


def test_incomplete_rows_are_dropped_everywhere() -> None:
    right, wrong = twins("dropped-rows", replace(PLAN, imputation="drop"))
    incomplete = ROWS.columns.isna().any(axis=1).to_numpy()
    np.testing.assert_array_equal(wrong.parts, np.where(incomplete, -1, right.parts))
    assert (right.parts >= 0).all()
    for part in Part:
        assert not rows_in(wrong, part).isna().any(axis=None)


@pytest.mark.parametrize("injected", [False, True])
def test_the_leak_is_kept_or_left_out(injected: bool) -> None:
    leak = Trouble(leak=Leak(strength=0.9))
    plan = replace(PLAN, trouble=leak) if injected else replace(PLAN, leave_out=("one",))
    right, wrong = twins("leak", plan)
    name = LEAK_COLUMN if injected else "one"
    assert not any(column.startswith(name) for column in right.dataset.feature_names)
    assert any(column.startswith(name) for column in wrong.dataset.feature_names)
    np.testing.assert_array_equal(right.parts, wrong.parts)
    shared = column(right, "two", Part.TEST), column(wrong, "two", Part.TEST)
    np.testing.assert_array_equal(*shared)


def test_without_a_leak_there_is_none_to_keep() -> None:
    with pytest.raises(DataUnavailableError, match=r"no column leaks.*trouble\.leak\.strength"):
        twin_plans(PLAN, "leak")
