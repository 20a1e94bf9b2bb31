"""Strength of association against SciPy, closed forms and limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from scipy.stats.contingency import association

from models.inspection.association import (
    Measure,
    category_association,
    number_association,
    number_measure,
)
from models.inspection.cells import Floats


def moments(values: Floats, level: np.ndarray, levels: int) -> tuple[Floats, Floats, Floats]:
    members = [values[level == index] for index in range(levels)]
    count, total, squares = zip(
        *((float(each.size), each.sum(), (each**2).sum()) for each in members), strict=True
    )
    return np.array(count), np.array(total), np.array(squares)


@pytest.mark.parametrize("seed", range(4))
def test_two_levels_give_the_point_biserial_correlation(seed: int) -> None:
    generator = np.random.default_rng(seed)
    level = generator.integers(0, 2, 300)
    values = generator.normal((seed - 1.5) * level, 1.0)
    measured = number_association(*moments(values, level, 2))
    assert measured == pytest.approx(stats.pointbiserialr(level == 1, values).statistic, abs=1e-12)


@pytest.mark.parametrize("levels", [3, 5])
def test_more_levels_give_the_root_of_what_an_analysis_of_variance_explains(levels: int) -> None:
    generator = np.random.default_rng(levels)
    level = generator.integers(0, levels, 500)
    values = generator.normal(0.3 * level, 1.0)
    f = stats.f_oneway(*(values[level == index] for index in range(levels))).statistic
    explained = f * (levels - 1) / (f * (levels - 1) + (values.size - levels))
    measured = number_association(*moments(values, level, levels))
    assert measured == pytest.approx(np.sqrt(explained), abs=1e-12)


def test_numbers_that_follow_from_the_level_have_strength_one() -> None:
    level = np.array([0, 1, 1, 0, 1])
    assert number_association(*moments(3.0 - 2.0 * level, level, 2)) == pytest.approx(-1.0)
    level = np.array([0, 1, 2, 0, 1])
    assert number_association(*moments(level**2.0, level, 3)) == pytest.approx(1.0)


def test_there_is_no_strength_where_nothing_varies() -> None:
    level = np.array([0, 0, 1, 1])
    assert np.isnan(number_association(*moments(np.full(4, 0.1), level, 2)))
    assert np.isnan(number_association(*moments(np.arange(4.0), np.zeros(4, dtype=int), 2)))
    assert np.isnan(number_association(*moments(np.empty(0), np.empty(0, dtype=int), 2)))


def test_the_measure_of_numbers_depends_on_how_many_levels_there_are() -> None:
    assert number_measure(2) is Measure.POINT_BISERIAL
    assert number_measure(3) is number_measure(1) is Measure.CORRELATION_RATIO


@given(arrays(np.int64, (3, 4), elements=st.integers(0, 40)))
def test_categories_give_cramers_v(counts: np.ndarray) -> None:
    filled = counts[counts.any(axis=1)][:, counts.any(axis=0)]
    measured = category_association(counts.astype(float))
    if min(filled.shape) < 2:
        assert np.isnan(measured)
    else:
        assert measured == pytest.approx(association(filled, method="cramer"), abs=1e-9)
        assert 0.0 <= measured <= 1.0


def test_independent_categories_have_no_strength_and_equal_ones_have_one() -> None:
    independent = np.outer([1.0, 2.0, 3.0], [4.0, 5.0])
    assert category_association(independent) == pytest.approx(0.0, abs=1e-12)
    assert category_association(np.diag([3.0, 7.0, 1.0])) == pytest.approx(1.0)
