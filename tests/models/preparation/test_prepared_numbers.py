"""Tests of how numbers are filled in, scaled and fenced in, against scikit-learn by hand."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from prepared_rows import column, rows_in, table
from sklearn.experimental import enable_iterative_imputer  # noqa: F401  (it enables the next)
from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, RobustScaler, StandardScaler

from models.dataset import DataUnavailableError
from models.preparation import Part, PreparationPlan, Prepared, prepare
from models.preparation.plan import Imputation, Scaling
from models.rows import Rows

ROWS = table()
PLAN = PreparationPlan(validation_share=0.25, test_share=0.15, seed=3)
NUMBERS = ["one", "two", "three", "full"]
SCALERS: dict[Scaling, Any] = {
    "auto": StandardScaler,
    "standard": StandardScaler,
    "min-max": MinMaxScaler,
    "robust": RobustScaler,
    "none": FunctionTransformer,
}


def prepared(**changes: Any) -> Prepared:  # noqa: ANN401  (as `replace`)
    return prepare(ROWS, replace(PLAN, **changes))


def numbers(given: Prepared, part: Part) -> np.ndarray:
    return np.column_stack([column(given, name, part) for name in NUMBERS])


def scaled(
    given: Prepared, scaler: StandardScaler | MinMaxScaler | RobustScaler
) -> dict[Part, np.ndarray]:
    scaler.fit(rows_in(given, Part.TRAINING)[NUMBERS].to_numpy())
    return {
        part: scaler.transform(rows_in(given, part)[NUMBERS].to_numpy()).astype(np.float32)
        for part in Part
    }


@pytest.mark.parametrize("scaling", list(SCALERS))
@pytest.mark.parametrize("imputation", ["mean", "median", "most-frequent", "knn"])
def test_numbers_are_what_scikit_learn_makes_of_them_by_hand(
    scaling: Scaling, imputation: Imputation
) -> None:
    found = prepared(scaling=scaling, imputation=imputation)
    by_hand = scaled(found, SCALERS[scaling]())
    imputers: dict[Imputation, Any] = {
        "mean": SimpleImputer(strategy="mean"),
        "median": SimpleImputer(strategy="median"),
        "most-frequent": SimpleImputer(strategy="most_frequent"),
        "knn": KNNImputer(n_neighbors=5),
    }
    imputer = imputers[imputation].fit(by_hand[Part.TRAINING])
    for part in Part:
        expected = imputer.transform(by_hand[part])
        np.testing.assert_allclose(numbers(found, part), expected, rtol=1e-5, atol=1e-6)


def test_iterative_imputation_is_scikit_learns() -> None:
    found = prepared(imputation="iterative", scaling="standard")
    by_hand = scaled(found, StandardScaler())
    imputer = IterativeImputer(skip_complete=True).fit(by_hand[Part.TRAINING])
    for part in Part:
        expected = imputer.transform(by_hand[part])
        np.testing.assert_allclose(numbers(found, part), expected, rtol=1e-3, atol=1e-4)
    assert not any("settled" in note for note in found.notes)


def test_iterative_imputation_that_does_not_settle_is_told() -> None:
    rows = table()
    columns = rows.columns.copy()
    size, copies = np.random.default_rng(0).normal(size=(2, len(rows)))
    for number in range(4):
        cells = size + 1e-3 * copies * number
        cells[number::2] = np.nan
        columns[f"size {number}"] = cells
    found = prepare(replace(rows, columns=columns), replace(PLAN, imputation="iterative"))
    assert any("settled" in note for note in found.notes)


def test_scaled_training_numbers_have_mean_0_and_variance_1_and_held_out_ones_have_not() -> None:
    rows = table(missing=0.0)
    found = prepare(rows, PLAN)
    training = numbers(found, Part.TRAINING).astype(np.float64)
    np.testing.assert_allclose(training.mean(axis=0), 0.0, atol=1e-6)
    np.testing.assert_allclose(training.std(axis=0), 1.0, atol=1e-6)
    assert np.abs(numbers(found, Part.VALIDATION).mean(axis=0)).min() > 1e-4


def test_rows_with_a_scale_of_their_own_keep_it() -> None:
    rows = replace(table(missing=0.0), has_own_scale=True)
    found = prepare(rows, PLAN)
    expected = rows_in(found, Part.VALIDATION)[NUMBERS].to_numpy(np.float32)
    np.testing.assert_array_equal(numbers(found, Part.VALIDATION), expected)
    assert found.dataset.training.x.dtype == np.float32


def test_dropping_leaves_training_rows_with_missing_cells_out_and_no_others() -> None:
    found = prepared(imputation="drop", scaling="none")
    incomplete = ROWS.columns.isna().any(axis=1).to_numpy()
    whole = prepared().parts
    expected = np.where((whole == Part.TRAINING) & incomplete, -1, whole)
    np.testing.assert_array_equal(found.parts, expected)
    medians = rows_in(found, Part.TRAINING)[NUMBERS].median()
    filled = rows_in(found, Part.TEST)[NUMBERS].fillna(medians)
    np.testing.assert_allclose(numbers(found, Part.TEST), filled, rtol=1e-6)


def test_what_is_in_a_column_that_is_left_out_drops_no_row() -> None:
    most = np.where(np.arange(len(ROWS)) % 3, np.nan, 10.0 ** (np.arange(len(ROWS)) % 30))
    rows = replace(ROWS, columns=ROWS.columns.assign(gaps=most))
    for plan in (replace(PLAN, imputation="drop"), replace(PLAN, outliers="remove")):
        assert not np.array_equal(prepare(rows, plan).parts, prepare(ROWS, plan).parts)
        found = prepare(rows, replace(plan, leave_out=("gaps",)))
        np.testing.assert_array_equal(found.parts, prepare(ROWS, plan).parts)


def test_dropping_all_training_rows_is_told() -> None:
    rows = replace(ROWS, columns=ROWS.columns.assign(one=np.nan))
    problem = "every training row of Toy has a missing cell"
    with pytest.raises(DataUnavailableError, match=f"{problem}; choose another preparation"):
        prepare(rows, replace(PLAN, imputation="drop"))
    with pytest.raises(DataUnavailableError, match=f"{problem}; .*choose another mistake"):
        prepare(rows, replace(PLAN, mistake="dropped-rows"))


def test_marks_say_which_cells_were_missing() -> None:
    found = prepared(indicator=True)
    names = ["one", "two", "three", "kind"]
    for part in Part:
        gaps = rows_in(found, part).isna()
        for name in names:
            marks = column(found, f"{name} is missing", part)
            np.testing.assert_array_equal(marks, gaps[name].to_numpy(np.float32))
    assert "full is missing" not in found.dataset.feature_names
    assert set(prepared().dataset.feature_names) == {
        name for name in found.dataset.feature_names if not name.endswith("is missing")
    }


def tukey(cells: pd.Series, reach: float) -> tuple[float, float]:
    first, last = cells.quantile(0.25), cells.quantile(0.75)
    return float(first - reach * (last - first)), float(last + reach * (last - first))


@pytest.mark.parametrize("reach", [0.5, 1.5])
def test_clipping_moves_numbers_onto_tukeys_fences_of_the_training_rows(reach: float) -> None:
    found = prepared(outliers="clip", outlier_reach=reach, scaling="none", imputation="mean")
    training = rows_in(found, Part.TRAINING)
    for name in NUMBERS:
        low, high = tukey(training[name], reach)
        for part in Part:
            cells = rows_in(found, part)[name]
            known = cells.notna().to_numpy()
            expected = cells[known].clip(low, high)
            np.testing.assert_allclose(column(found, name, part)[known], expected, rtol=1e-6)
    assert (training["two"] > tukey(training["two"], reach)[1]).any()


def test_clipping_at_quantiles_cuts_that_share_off() -> None:
    found = prepared(outliers="clip", fences="quantiles", outlier_share=0.05, scaling="none")
    training = rows_in(found, Part.TRAINING)["two"]
    low, high = training.quantile(0.05), training.quantile(0.95)
    values = column(found, "two")
    np.testing.assert_allclose([values.min(), values.max()], [low, high], rtol=1e-6)


def test_removal_leaves_extreme_training_rows_out_and_keeps_held_out_ones() -> None:
    found, whole = prepared(outliers="remove"), prepared()
    training = rows_in(whole, Part.TRAINING)
    fences = {name: tukey(training[name], 1.5) for name in NUMBERS}
    extreme = np.any(
        [((ROWS.columns[name] < low) | (ROWS.columns[name] > high)).to_numpy()
         for name, (low, high) in fences.items()],
        axis=0,
    )  # fmt: skip
    gone = (whole.parts == Part.TRAINING) & extreme
    assert gone.any()
    np.testing.assert_array_equal(found.parts, np.where(gone, -1, whole.parts))


def test_tukeys_fences_leave_a_column_alone_whose_middle_half_is_one_number() -> None:
    mostly = np.where(np.arange(len(ROWS)) % 10 == 0, 100.0 + np.arange(len(ROWS)), 0.0)
    rows = replace(ROWS, columns=ROWS.columns.assign(two=mostly))
    found = prepare(rows, replace(PLAN, outliers="clip", scaling="none"))
    np.testing.assert_array_equal(column(found, "two"), rows_in(found, Part.TRAINING)["two"])


def test_a_column_that_no_training_row_knows_becomes_0() -> None:
    parts = prepared().parts
    cells = np.where(parts == Part.TRAINING, np.nan, 7.0)
    rows = replace(ROWS, columns=ROWS.columns.assign(one=cells))
    for imputation in ("median", "mean", "most-frequent", "knn", "iterative"):
        found = prepare(rows, replace(PLAN, imputation=imputation))
        for part in Part:
            assert not column(found, "one", part).any()
        assert any("without any number" in note for note in found.notes)


def test_numbers_too_large_to_learn_are_told_by_column() -> None:
    huge = np.random.default_rng(0).standard_normal(len(ROWS)) * 1e300
    rows = replace(ROWS, columns=ROWS.columns.assign(two=huge))
    for scaling in ("none", "standard", "robust", "min-max"):
        plan = replace(PLAN, scaling=scaling)
        if scaling in {"robust", "min-max"}:
            assert np.isfinite(prepare(rows, plan).dataset.training.x).all()
            continue
        with pytest.raises(DataUnavailableError, match=r"column 'two' are too large"):
            prepare(rows, plan)


def test_slow_imputers_learn_from_a_sample_and_say_so() -> None:
    rows = table(rows=3_000)
    found = prepare(rows, replace(PLAN, imputation="knn"))
    assert any("at most 1,000 training rows" in note for note in found.notes)
    again = prepare(rows, replace(PLAN, imputation="knn"))
    np.testing.assert_array_equal(found.dataset.training.x, again.dataset.training.x)


def test_a_table_of_categories_alone_and_one_of_numbers_alone() -> None:
    for names in (["kind"], NUMBERS):
        rows = Rows("Toy", ROWS.columns[names], ROWS.y, ROWS.group, ROWS.class_names, ("a", "b"))
        for imputation in ("median", "knn", "iterative", "drop"):
            found = prepare(rows, replace(PLAN, imputation=imputation, outliers="clip"))
            assert found.dataset.training.x.shape[1] == 4
