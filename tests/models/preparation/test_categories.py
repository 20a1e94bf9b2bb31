"""Tests of how categories are filled in and encoded."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from prepared_rows import column, rows_in, table
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from models.dataset import DataUnavailableError
from models.preparation import Part, PreparationPlan, Prepared, categories, encoding, prepare
from models.preparation.plan import Encoding
from models.rows import Rows

ROWS = table()
PLAN = PreparationPlan(validation_share=0.25, test_share=0.15, seed=3)


def texts(prepared: Prepared, part: Part) -> np.ndarray:
    return rows_in(prepared, part)[["kind"]].astype(object).to_numpy()


def one_hot(prepared: Prepared, part: Part) -> np.ndarray:
    names = [name for name in prepared.dataset.feature_names if name.startswith("kind_")]
    return np.column_stack([column(prepared, name, part) for name in names])


def filled(prepared: Prepared) -> dict[Part, np.ndarray]:
    imputer = SimpleImputer(strategy="most_frequent").fit(texts(prepared, Part.TRAINING))
    return {part: imputer.transform(texts(prepared, part)) for part in Part}


def test_categories_are_one_hot_as_scikit_learn_has_it_by_hand() -> None:
    found = prepare(ROWS, PLAN)
    by_hand = filled(found)
    encoder = OneHotEncoder(sparse_output=False).fit(by_hand[Part.TRAINING])
    order = [f"kind_{name}" for name in encoder.categories_[0]]
    for part in Part:
        expected = encoder.transform(by_hand[part])
        for place, name in enumerate(order):
            np.testing.assert_array_equal(column(found, name, part), expected[:, place])


def test_rare_categories_become_one() -> None:
    found = prepare(ROWS, replace(PLAN, rare_share=0.1))
    by_hand = filled(found)
    shares = pd.Series(by_hand[Part.TRAINING].ravel()).value_counts(normalize=True)
    rare = set(shares.index[shares < 0.1])
    assert rare == {"c", "d"}
    names = {name for name in found.dataset.feature_names if name.startswith("kind")}
    assert names == {"kind_a", "kind_b", "kind_(rare)"}
    for part in Part:
        np.testing.assert_array_equal(
            column(found, "kind_(rare)", part), np.isin(by_hand[part].ravel(), list(rare))
        )
    assert "Rare categories of kind that became one: 2." in found.notes


@pytest.mark.parametrize("encoding", ["one-hot", "ordinal"])
def test_a_category_without_any_level_is_one_column_that_says_nothing(encoding: Encoding) -> None:
    empty = pd.Categorical([None] * len(ROWS), categories=[])
    rows = replace(ROWS, columns=ROWS.columns.assign(nothing=empty))
    found = prepare(rows, replace(PLAN, encoding=encoding))
    (place,) = [place for place, name in enumerate(found.sources) if name == "nothing"]
    name = found.dataset.feature_names[place]
    assert name == ("nothing" if encoding == "ordinal" else "nothing_(missing)")
    assert all(np.ptp(column(found, name, part)) == 0 for part in Part)


def test_a_category_that_only_held_out_rows_have_is_all_zeros_or_rare() -> None:
    parts = prepare(ROWS, PLAN).parts
    kinds = pd.Series(ROWS.columns["kind"]).cat.add_categories("new")
    new = pd.Series(pd.Categorical(["new"] * len(ROWS), categories=kinds.cat.categories))
    kinds = kinds.mask(parts == Part.TEST, new)
    rows = replace(ROWS, columns=ROWS.columns.assign(kind=kinds))
    assert not one_hot(prepare(rows, PLAN), Part.TEST).any()
    grouped = prepare(rows, replace(PLAN, rare_share=0.1))
    assert column(grouped, "kind_(rare)", Part.TEST).all()


def test_a_column_whose_training_cells_are_all_missing_is_one_category() -> None:
    parts = prepare(ROWS, PLAN).parts
    kinds = pd.Series(ROWS.columns["kind"]).mask(parts == Part.TRAINING)
    rows = replace(ROWS, columns=ROWS.columns.assign(kind=kinds))
    found = prepare(rows, PLAN)
    assert one_hot(found, Part.TRAINING).shape[1] == 1
    assert np.ptp(one_hot(found, Part.TRAINING)) == 0.0


@pytest.mark.parametrize("scaling", ["standard", "none"])
def test_ordinal_categories_are_scikit_learns_positions_scaled_like_numbers(scaling: str) -> None:
    kinds = pd.Categorical(ROWS.columns["kind"], categories=["a", "b", "c", "d"])
    rows = replace(ROWS, columns=ROWS.columns.assign(kind=kinds))
    plan = replace(PLAN, encoding="ordinal")
    found = prepare(rows, plan if scaling == "standard" else replace(plan, scaling="none"))
    by_hand = filled(found)
    encoder = OrdinalEncoder().fit(by_hand[Part.TRAINING])
    positions = {part: encoder.transform(by_hand[part]) for part in Part}
    scaler = StandardScaler(with_mean=scaling == "standard", with_std=scaling == "standard")
    scaler.fit(positions[Part.TRAINING])
    for part in Part:
        expected = scaler.transform(positions[part]).ravel()
        np.testing.assert_allclose(column(found, "kind", part), expected, rtol=1e-5, atol=1e-6)


def test_no_column_becomes_more_columns_than_is_workable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(categories, "MOST_CATEGORIES", 3)
    found = prepare(ROWS, PLAN)
    assert one_hot(found, Part.TRAINING).shape[1] == 3
    assert "Rare categories of kind that became one: 2." in found.notes


def test_ten_thousand_categories_are_grouped() -> None:
    random = np.random.default_rng(0)
    codes = random.integers(0, 10_000, 12_000).astype(np.int32)
    names = pd.Index([f"k{index}" for index in range(10_000)])
    columns = pd.DataFrame({"kind": pd.Categorical.from_codes(codes, categories=names)})
    y, group = (random.integers(0, 2, 12_000, dtype=np.int32) for _ in range(2))
    found = prepare(Rows("Wide", columns, y, group, ("no", "yes"), ("a", "b")), PLAN)
    assert found.dataset.training.x.shape[1] == categories.MOST_CATEGORIES
    np.testing.assert_array_equal(found.dataset.training.x.sum(axis=1), 1.0)


def test_what_would_not_fit_into_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "_MOST_CELLS", 1_000)
    with pytest.raises(DataUnavailableError, match="Toy: 400 rows of 8 inputs would take"):
        prepare(ROWS, PLAN)
