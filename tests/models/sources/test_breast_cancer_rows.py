"""Tests of `models.sources.breast_cancer`."""

from typing import cast

import numpy as np
import pytest
from sklearn import datasets

from models.sources.breast_cancer import BreastCancerGroup, breast_cancer_rows


def test_rows_are_those_of_the_table() -> None:
    table = datasets.load_breast_cancer()
    rows = breast_cancer_rows("size")
    np.testing.assert_array_equal(rows.columns.to_numpy(), table.data)
    assert rows.numbers == table.feature_names.tolist()
    assert [rows.class_names[label] for label in rows.y] == table.target_names[
        table.target
    ].tolist()
    assert not rows.has_own_scale


def test_size_halves_the_table_by_radius_and_is_not_the_label() -> None:
    rows = breast_cancer_rows("size")
    radius = rows.columns["mean radius"].to_numpy()
    assert rows.group_names == ("small", "large")
    assert radius[rows.group == 0].max() < radius[rows.group == 1].min()
    assert abs(rows.group.mean() - 0.5) < 0.005
    for group in (0, 1):
        assert set(rows.y[rows.group == group]) == {0, 1}


def test_diagnoses_as_groups_are_the_classes() -> None:
    rows = breast_cancer_rows("diagnosis")
    assert rows.group_names == rows.class_names == ("malignant", "benign")
    np.testing.assert_array_equal(rows.y, rows.group)


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(ValueError, match="group must be 'size' or 'diagnosis', but got 'age'"):
        breast_cancer_rows(cast("BreastCancerGroup", "age"))
