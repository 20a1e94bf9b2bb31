"""Tests of `models.weighting` against scikit-learn and by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.utils.class_weight import compute_class_weight, compute_sample_weight

from models.dataset import Indices
from models.plan import MitigationPlan, PlanError
from models.weighting import cell_weights, class_weights

NAMES = ("a", "b", "c")
PLAN = MitigationPlan(class_weighting="balanced")
REWEIGHING = MitigationPlan(group_weighting="reweighing")


def of_groups(*weights: float) -> MitigationPlan:
    return MitigationPlan(group_weighting="custom", group_weights=weights)


def custom(*weights: float) -> MitigationPlan:
    return MitigationPlan(class_weighting="custom", class_weights=weights)


def effective(beta: float, counts: list[int]) -> NDArray[np.float64]:
    names = tuple(str(index) for index in range(len(counts)))
    plan = MitigationPlan(class_weighting="effective-number", effective_beta=beta)
    return class_weights(plan, counts=np.array(counts), class_names=names)


@given(counts=st.lists(st.integers(1, 50), min_size=2, max_size=6))
def test_balanced_weights_are_those_of_scikit_learn_and_have_mean_one(counts: list[int]) -> None:
    labels = np.repeat(np.arange(len(counts)), counts).astype(np.int32)
    names = tuple(str(index) for index in range(len(counts)))
    weights = class_weights(PLAN, counts=np.array(counts), class_names=names)
    oracle = compute_class_weight("balanced", classes=np.arange(len(counts)), y=labels)
    np.testing.assert_allclose(weights, oracle, rtol=1e-15)
    np.testing.assert_allclose(weights[labels].mean(), 1.0)


@given(
    counts=st.lists(st.integers(1, 200), min_size=2, max_size=5),
    beta=st.floats(0.0, 0.9999),
)
def test_effective_numbers_are_geometric_series_and_weights_add_up_to_the_classes(
    counts: list[int], beta: float
) -> None:
    series = np.array([sum(beta**power for power in range(count)) for count in counts])
    weights = effective(beta, counts)
    np.testing.assert_allclose(weights * series, weights[0] * series[0], rtol=1e-9)
    np.testing.assert_allclose(weights.sum(), len(counts))


def test_effective_numbers_reach_from_no_weights_to_balanced_ones() -> None:
    counts = [3, 40, 500]
    np.testing.assert_array_equal(effective(0.0, counts), 1.0)
    inverse = 1 / np.array(counts)
    np.testing.assert_allclose(effective(1 - 1e-10, counts), 3 * inverse / inverse.sum(), rtol=1e-5)


@pytest.mark.parametrize(
    ("beta", "published"),
    [(0.9, (0.997, 1.003)), (0.99, (0.566, 1.434)), (0.999, (0.094, 1.906))],
)
def test_effective_numbers_of_5000_and_50_rows_are_those_known(
    beta: float, published: tuple[float, float]
) -> None:
    np.testing.assert_allclose(effective(beta, [5000, 50]), published, atol=6e-4)


def test_no_weights_are_ones_and_custom_weights_are_kept() -> None:
    ones = class_weights(MitigationPlan(), counts=np.array([3, 1, 1]), class_names=NAMES)
    np.testing.assert_array_equal(ones, np.ones(3))
    kept = class_weights(custom(0.0, 2.5, 1.0), counts=np.array([3, 1, 1]), class_names=NAMES)
    np.testing.assert_array_equal(kept, [0.0, 2.5, 1.0])


@pytest.mark.parametrize(
    "weights",
    [(1.0, 2.0), (1.0, 2.0, -1.0), (1.0, float("nan"), 1.0), (1.0, float("inf"), 1.0), ()],
)
def test_custom_weights_that_do_not_fit_are_refused(weights: tuple[float, ...]) -> None:
    message = "mitigation.class_weights: give 3 finite numbers of at least 0, .* a, b, c"
    with pytest.raises(PlanError, match=message):
        class_weights(custom(*weights), counts=np.array([3, 1, 1]), class_names=NAMES)


def test_weights_that_silence_every_class_are_refused() -> None:
    with pytest.raises(PlanError, match="one weight must be above 0"):
        class_weights(custom(0.0, 0.0, 0.0), counts=np.array([3, 1, 1]), class_names=NAMES)


cells = st.lists(st.integers(0, 5), min_size=1, max_size=60).map(
    lambda extra: np.concatenate([np.arange(6), extra]).astype(np.int32)
)
"""Cells of 3 groups and 2 classes, each with a row."""


def weighted(cell: Indices, plan: MitigationPlan) -> NDArray[np.float64]:
    counts = np.bincount(cell, minlength=6).reshape(3, 2)
    table = cell_weights(
        plan, counts=counts, group_names=("a", "b", "c"), class_names=("no", "yes")
    )
    return table.ravel()[cell]


@given(cell=cells)
def test_balanced_groups_have_the_same_total_weight_and_rows_the_mean_one(cell: Indices) -> None:
    weights = weighted(cell, MitigationPlan(group_weighting="balanced"))
    np.testing.assert_allclose(np.bincount(cell // 2, weights), cell.size / 3)
    np.testing.assert_allclose(weights, compute_sample_weight("balanced", cell // 2))


@given(cell=cells)
def test_reweighing_makes_group_and_class_independent_and_keeps_both_totals(cell: Indices) -> None:
    weights = weighted(cell, REWEIGHING)
    table = np.bincount(cell, weights).reshape(3, 2)
    plain = np.bincount(cell).reshape(3, 2)
    np.testing.assert_allclose(table.sum(axis=0), plain.sum(axis=0))
    np.testing.assert_allclose(table.sum(axis=1), plain.sum(axis=1))
    rates = table[:, 1] / table.sum(axis=1)
    np.testing.assert_allclose(rates, rates[0])


def test_reweighing_gives_the_weights_that_are_known() -> None:
    """Ten privileged rows of which 5 are positive, ten others of which 4 are."""
    weights = cell_weights(
        MitigationPlan(group_weighting="reweighing"),
        counts=np.array([[5, 5], [6, 4]]),
        group_names=("p", "u"),
        class_names=("no", "yes"),
    )
    np.testing.assert_allclose(weights, [[1.1, 0.9], [0.916667, 1.125]], atol=1e-6)


def test_reweighing_leaves_a_group_without_one_class_as_it_is() -> None:
    weights = cell_weights(
        REWEIGHING,
        counts=np.array([[8, 0], [4, 4]]),
        group_names=("a", "b"),
        class_names=("n", "y"),
    )
    assert np.isfinite(weights).all()
    np.testing.assert_allclose(weights[0, 0], 8 * 12 / (16 * 8))


@given(cell=cells)
def test_weights_of_class_and_group_multiply(cell: Indices) -> None:
    plan = replace(of_groups(0.0, 2.0, 3.0), class_weighting="custom", class_weights=(1.0, 5.0))
    found = weighted(cell, plan)
    np.testing.assert_array_equal(
        found, np.array([0.0, 2.0, 3.0])[cell // 2] * np.array([1.0, 5.0])[cell % 2]
    )


def test_reweighing_is_done_on_top_of_class_weights() -> None:
    cell = np.arange(12, dtype=np.int32) % 6
    alone = weighted(cell, REWEIGHING)
    doubled = weighted(
        cell, replace(REWEIGHING, class_weighting="custom", class_weights=(2.0, 2.0))
    )
    np.testing.assert_allclose(doubled, 2 * alone)


def test_group_weights_that_do_not_fit_are_refused() -> None:
    cell = np.arange(6, dtype=np.int32)
    message = "mitigation.group_weights: give 3 finite numbers of at least 0, .* a, b, c; got"
    with pytest.raises(PlanError, match=message):
        weighted(cell, of_groups(1.0, 2.0))
    with pytest.raises(PlanError, match=r"mitigation.group_weights: one weight must be above 0"):
        weighted(cell, of_groups(0.0, 0.0, 0.0))


def test_weights_that_together_silence_every_row_are_refused() -> None:
    cell = np.array([0, 0, 3, 3, 4], np.int32)
    plan = replace(of_groups(1.0, 0.0, 1.0), class_weighting="custom", class_weights=(0.0, 1.0))
    with pytest.raises(PlanError, match=r"mitigation.class_weights and mitigation.group_weights"):
        weighted(cell, plan)
