"""Tests of `models.learning_rows`."""

import numpy as np
import pytest
from cell_data import cell_data
from training_plans import PLAN, changed

from models.learning_rows import learning_counts, learning_rows
from models.plan import Balanced, PlanError, Resampling


@pytest.mark.parametrize("way", ["none", "over-sampling", "under-sampling", "smote"])
@pytest.mark.parametrize("by", ["classes", "groups", "both"])
def test_counts_are_known_before_rows_are_drawn(way: Resampling, by: Balanced) -> None:
    dataset = cell_data([[40, 9], [30, 20]])
    plan = changed(PLAN, mitigation={"resampling": way, "resampling_by": by})
    rows = learning_rows(dataset, plan)
    counts = learning_counts(dataset, plan)
    np.testing.assert_array_equal(np.bincount(rows.group * 2 + rows.y, minlength=4), counts.ravel())
    assert len(rows) == counts.sum()


def test_weights_are_of_the_rows_that_are_learnt_from() -> None:
    dataset = cell_data([[40, 10], [20, 4]])
    balanced = {"class_weighting": "balanced"}
    alone = learning_rows(dataset, changed(PLAN, mitigation=balanced))
    np.testing.assert_allclose(alone.weights, np.array([74 / 120, 74 / 28])[alone.y])
    both = balanced | {"resampling": "over-sampling"}
    after = learning_rows(dataset, changed(PLAN, mitigation=both))
    np.testing.assert_allclose(after.weights, 1.0, rtol=1e-15)


@pytest.mark.parametrize(
    ("mitigation", "size", "message"),
    [
        ({}, 75, r"optimiser.batch_size: 75 rows .* only 74 are there .*; choose 1 to 74"),
        (
            {"resampling": "under-sampling"},
            29,
            "optimiser.batch_size: 29 rows .* choose 1 to 28",
        ),
        (
            {"balanced_batches": "both"},
            3,
            "optimiser.batch_size: a batch of 3 cannot hold all 4 groups and classes; choose 4 to"
            " 74, or mitigation.balanced_batches: none",
        ),
        ({"balanced_batches": "groups"}, 1, "a batch of 1 cannot hold all 2 groups; choose 2 to"),
    ],
)
def test_batches_that_cannot_be_filled_are_named_with_what_can(
    mitigation: dict[str, object], size: int, message: str
) -> None:
    dataset = cell_data([[40, 10], [20, 4]])
    plan = changed(PLAN, mitigation=mitigation, optimiser={"batch_size": size})
    with pytest.raises(PlanError, match=message):
        learning_counts(dataset, plan)


def test_batches_of_just_all_parts_or_all_rows_are_taken() -> None:
    dataset = cell_data([[40, 10], [20, 4]])
    for mitigation, size in (({"balanced_batches": "both"}, 4), ({}, 74)):
        plan = changed(PLAN, mitigation=mitigation, optimiser={"batch_size": size})
        assert learning_counts(dataset, plan).sum() == 74
