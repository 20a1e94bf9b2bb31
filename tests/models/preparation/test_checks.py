"""Tests of `models.preparation.checks`."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from prepared_rows import table

from models.preparation import Mistake, PreparationPlan, mistakes_of
from models.rows import Rows

ROWS = table(rows=1_000)
PLAN = PreparationPlan(validation_share=0.25, seed=3)


def with_columns(**columns: Any) -> Rows:  # noqa: ANN401  (as pandas' `assign`)
    return replace(ROWS, columns=ROWS.columns.assign(**columns))


def test_nothing_is_said_where_nothing_is_suspicious() -> None:
    assert mistakes_of(ROWS, PLAN) == ()


@pytest.mark.parametrize(
    ("mistake", "words"),
    [("scaler", "Scaling is learnt from all"), ("imputer", "missing"), ("resampling", "repeated")],
)
def test_a_mistake_that_is_planned_is_named(mistake: Mistake, words: str) -> None:
    (sentence,) = mistakes_of(ROWS, replace(PLAN, mistake=mistake))
    assert words in sentence


def test_a_column_that_knows_the_label_is_named_unless_it_is_left_out() -> None:
    random = np.random.default_rng(0)
    almost = np.where(random.random(1_000) < 0.005, 1 - ROWS.y, ROWS.y)
    for told in (
        10.0 * almost + random.random(1_000),
        np.where(almost == 1, np.nan, 4.0),
        pd.Categorical.from_codes(1 - almost, categories=pd.Index(["b", "a"])),
    ):
        rows = with_columns(told=told)
        (sentence,) = mistakes_of(rows, PLAN)
        assert sentence.startswith("The column told alone tells 99 % of the labels")
        assert mistakes_of(rows, replace(PLAN, leave_out=("told",))) == ()
        assert mistakes_of(rows, replace(PLAN, leave_out=("told",), mistake="leak"))


def test_neither_identifiers_nor_half_knowledge_are_taken_for_a_leak() -> None:
    random = np.random.default_rng(0)
    half = np.where(random.random(1_000) < 0.3, 1 - ROWS.y, ROWS.y).astype(np.float64)
    names = pd.Categorical([f"row {index}" for index in range(1_000)])
    assert mistakes_of(with_columns(half=half, name=names, number=np.arange(1_000.0)), PLAN) == ()


def test_dropping_rows_tells_whom_it_hits() -> None:
    cells = np.where((ROWS.group == 1) & (np.arange(1_000) % 2 == 0), np.nan, 1.0)
    rows = replace(
        ROWS, columns=pd.DataFrame({"a": cells, "b": np.random.default_rng(9).random(1_000)})
    )
    share = np.isnan(cells[ROWS.group == 1]).mean()
    for plan, words in (
        (replace(PLAN, imputation="drop"), "Training rows"),
        (replace(PLAN, mistake="dropped-rows"), "Rows"),
    ):
        (sentence,) = mistakes_of(rows, plan)
        assert sentence.startswith(f"{words} with missing cells are left out: 0 % of first, ")
        assert f"{100 * share:.0f} % of second" in sentence


def test_duplicates_across_the_split_are_counted() -> None:
    half = np.arange(1_000) // 2 * 2
    rows = Rows(
        "Twice",
        ROWS.columns.iloc[half].reset_index(drop=True),
        ROWS.y[half],
        ROWS.group[half],
        ROWS.class_names,
        ROWS.group_names,
    )
    (sentence,) = mistakes_of(rows, PLAN)
    share = int(sentence.split("%")[0])
    # The twin of a held-out row is learnt from with probability 0.75.
    assert abs(share / 100 - 0.75) < 5 * np.sqrt(0.75 * 0.25 / 250)
    assert "equal a training row" in sentence


def test_columns_that_are_left_out_raise_no_doubts() -> None:
    half = np.arange(1_000) // 2 * 2
    copies = replace(
        ROWS,
        columns=ROWS.columns.iloc[half].reset_index(drop=True).assign(number=np.arange(1_000.0)),
        y=ROWS.y[half],
        group=ROWS.group[half],
    )
    assert mistakes_of(copies, PLAN) == ()
    (sentence,) = mistakes_of(copies, replace(PLAN, leave_out=("number",)))
    assert "equal a training row" in sentence
    plan = replace(PLAN, imputation="drop", scaling="none")
    gaps = with_columns(odd=np.where(np.arange(1_000) % 2, np.nan, 1e6 * np.arange(1_000)))
    known = set(mistakes_of(ROWS, plan))
    assert len(set(mistakes_of(gaps, plan)) - known) == 2
    assert set(mistakes_of(gaps, replace(plan, leave_out=("odd",)))) == known


def test_single_pixels_are_taken_for_no_leak() -> None:
    images = Rows(
        "Dots",
        pd.DataFrame({"a": ROWS.y.astype(float), "b": np.arange(1_000.0)}),
        ROWS.y,
        ROWS.group,
        ROWS.class_names,
        ROWS.group_names,
    )
    assert len(mistakes_of(images, PLAN)) == 1
    assert mistakes_of(replace(images, image_shape=(1, 2)), PLAN) == ()


def test_columns_on_different_scales_are_named_when_nothing_scales_them() -> None:
    rows = with_columns(two=1e6 * ROWS.columns["two"])
    assert mistakes_of(rows, PLAN) == ()
    (sentence,) = mistakes_of(rows, replace(PLAN, scaling="none"))
    assert sentence.startswith("The numbers of two spread")
    assert mistakes_of(replace(rows, has_own_scale=True), replace(PLAN, scaling="none")) == ()
