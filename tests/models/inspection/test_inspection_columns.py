"""Summaries of columns against pandas and SciPy."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from inspected_rows import LEVELS, drawn_rows
from scipy import stats
from scipy.stats.contingency import association

from models.inspection.association import Measure
from models.inspection.cells import count_parts
from models.inspection.columns import ColumnSummary, summarise
from models.rows import Rows


def summary(rows: Rows, name: str) -> ColumnSummary:
    found = {each.name: each for each in summarise(rows)}
    assert list(found) == [str(column) for column in rows.columns]
    return found[name]


@pytest.mark.parametrize("groups", [1, 2, 4])
@pytest.mark.parametrize("offset", [0.0, 1e9])
def test_moments_of_numbers_are_those_of_pandas(groups: int, offset: float) -> None:
    rows = drawn_rows(groups=groups, offset=offset)
    for name in ("size", "gappy"):
        by_group = rows.columns[name].groupby(rows.group)
        found = summary(rows, name)
        assert found.is_number
        np.testing.assert_allclose(found.mean, by_group.mean(), rtol=1e-12)
        spread = by_group.std()
        np.testing.assert_allclose(found.deviation, spread, rtol=1e-6)
        np.testing.assert_allclose(found.missing, by_group.agg(lambda each: each.isna().mean()))


def test_levels_are_counted_without_missing_ones() -> None:
    rows = drawn_rows(groups=3)
    found = summary(rows, "level")
    assert not found.is_number
    assert found.levels == 3
    assert found.label_measure is found.group_measure is Measure.CRAMER
    for group in range(3):
        column = rows.columns["level"][rows.group == group]
        shares = column.value_counts(normalize=True)
        assert shares[found.most_frequent[group]] == found.share[group] == shares.max()
        assert found.missing[group] == pytest.approx(column.isna().mean())


@pytest.mark.parametrize("classes", [2, 3])
def test_associations_leave_missing_cells_out(classes: int) -> None:
    rows = drawn_rows(classes=classes, groups=2)
    found, values = summary(rows, "gappy"), rows.columns["gappy"].to_numpy()
    known = np.isfinite(values)
    with_group = stats.pointbiserialr(rows.group[known], values[known]).statistic
    assert found.with_group == pytest.approx(with_group)
    if classes == 2:
        with_label = stats.pointbiserialr(rows.y[known], values[known]).statistic
        assert found.with_label == pytest.approx(with_label)
    else:
        groups = [values[known & (rows.y == index)] for index in range(classes)]
        f = stats.f_oneway(*groups).statistic * (classes - 1)
        ratio = math.sqrt(f / (f + known.sum() - classes))
        assert found.with_label == pytest.approx(ratio)
    table = pd.crosstab(rows.columns["level"], rows.y)
    with_label = association(table.to_numpy(), method="cramer")
    assert summary(rows, "level").with_label == pytest.approx(with_label)


def test_a_constant_column_goes_along_with_nothing() -> None:
    found = summary(drawn_rows(), "constant")
    assert found.mean == (2.5, 2.5)
    assert found.deviation == (0.0, 0.0)
    assert math.isnan(found.with_label)
    assert math.isnan(found.with_group)


def test_groups_without_rows_or_values_have_no_numbers() -> None:
    rows = drawn_rows(rows=50)
    columns = rows.columns.copy()
    columns.loc[rows.group == 1, ["size", "level"]] = None
    more = dataclasses.replace(rows, columns=columns, group_names=("group 0", "group 1", "empty"))
    size, level = summary(more, "size"), summary(more, "level")
    assert size.missing[:2] == (0.0, 1.0)
    assert math.isnan(size.missing[2])
    for found in (size.mean[1], size.mean[2], size.deviation[1], level.share[1], level.share[2]):
        assert math.isnan(found)
    assert level.most_frequent[1:] == ("", "")


def test_a_column_may_be_missing_altogether_and_one_row_is_enough() -> None:
    rows = drawn_rows(rows=1)
    columns = rows.columns.assign(gappy=np.nan, level=pd.Categorical([None], categories=LEVELS))
    alone = dataclasses.replace(rows, columns=columns)
    group = int(alone.group[0])
    assert summary(alone, "size").mean[group] == rows.columns["size"].iloc[0]
    assert math.isnan(summary(alone, "size").deviation[group])
    assert summary(alone, "gappy").missing[group] == summary(alone, "level").missing[group] == 1.0
    assert summary(alone, "level").levels == 0


def test_rows_are_counted_by_part_group_and_class() -> None:
    rows = drawn_rows(groups=3, classes=2)
    parts = np.random.default_rng(1).integers(-1, 2, len(rows)).astype(np.int8)
    counts = count_parts(rows, parts, number=3)
    assert counts.shape == (3, 3, 2)
    for part, group, label in np.ndindex(counts.shape):
        chosen = (parts == part) & (rows.group == group) & (rows.y == label)
        assert counts[part, group, label] == chosen.sum()
    assert counts[2].sum() == 0
