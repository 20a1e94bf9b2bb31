"""Tests of `models.batches`."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from training_plans import changed

from models.batches import Batches
from models.dataset import Indices
from models.learning_rows import LearningRows
from models.plan import Balanced, ModelPlan, Normalisation, OptimiserPlan, TrainingPlan

PLAN = TrainingPlan(
    model=ModelPlan(widths=(4,)),
    optimiser=OptimiserPlan(name="sgd", learning_rate=0.1, batch_size=8, epochs=3),
    record_points=20,
)


def learnt(
    labels: Indices,
    *,
    group: Indices | None = None,
    weights: NDArray[np.float64] | None = None,
) -> LearningRows:
    """Make rows of which only labels, groups and weights matter."""
    return LearningRows(
        x=np.zeros((labels.size, 1), np.float32),
        y=labels,
        group=np.zeros_like(labels) if group is None else group,
        weights=np.ones(labels.size) if weights is None else weights,
    )


@given(
    rows=st.integers(1, 200),
    batch_size=st.integers(1, 70),
    epochs=st.integers(1, 4),
    seed=st.integers(0, 2**40),
    at=st.floats(0, 1, exclude_max=True),
    normalisation=st.sampled_from(["batch-size", "sum-of-weights"]),
)
def test_batches_cover_each_epoch_once_and_divide_by_their_length_or_weights(
    *, rows: int, batch_size: int, epochs: int, seed: int, at: float, normalisation: Normalisation
) -> None:
    batch_size = min(batch_size, rows)
    optimiser = {"batch_size": batch_size, "epochs": epochs}
    mitigation = {"normalisation": normalisation}
    plan = replace(changed(PLAN, optimiser=optimiser, mitigation=mitigation), seed=seed)
    labels = np.random.default_rng(0).integers(0, 2, rows).astype(np.int32)
    weights = np.array([1.0, 2.0])[labels]
    batches = Batches(plan=plan, rows=learnt(labels, weights=weights))
    step = int(at * plan.total_steps(rows))
    block = batches.block(step)
    assert block.first_step <= step < block.last_step
    steps = block.last_step - block.first_step
    size = batch_size
    assert block.rows.shape == block.coefficients.shape == (steps * size,)
    start = (step - block.first_step) * size
    epoch, position = divmod(step, plan.steps_per_epoch(rows))
    order = plan.epoch_order(epoch, rows=rows)
    batch = order[position * batch_size : (position + 1) * batch_size]
    np.testing.assert_array_equal(np.sort(order), np.arange(rows))
    np.testing.assert_array_equal(block.rows[start : start + batch.size], batch)
    coefficients = block.coefficients[start : start + size]
    own = weights[batch]
    divisor = batch.size if normalisation == "batch-size" else own.sum()
    np.testing.assert_allclose(coefficients[: batch.size], own / divisor, rtol=1e-6)
    filled_up = block.rows[start + batch.size : start + size]
    np.testing.assert_array_equal(filled_up, order[: size - batch.size])
    np.testing.assert_array_equal(coefficients[batch.size :], 0.0)


def test_a_batch_without_any_weight_costs_nothing() -> None:
    plan = changed(PLAN, mitigation={"normalisation": "sum-of-weights"})
    rows = learnt(np.zeros(16, np.int32), weights=np.zeros(16))
    block = Batches(plan=plan, rows=rows).block(0)
    np.testing.assert_array_equal(block.coefficients, 0.0)


def test_every_step_has_its_learning_rate_in_every_block() -> None:
    plan = changed(PLAN, optimiser={"schedule": "inverse-time", "decay_steps": 100, "epochs": 1000})
    batches = Batches(plan=plan, rows=learnt(np.zeros(50, np.int32)))
    for step in (0, 3000, 6999):
        block = batches.block(step)
        assert block.rates.shape == (block.last_step - block.first_step,)
        rate = 0.1 / (1 + 0.5 * step / 100)
        np.testing.assert_allclose(block.rates[step - block.first_step], rate, rtol=1e-6)


@given(
    cells=st.lists(st.integers(0, 5), min_size=1, max_size=120),
    balanced=st.sampled_from(["classes", "groups", "both"]),
    extra=st.integers(0, 20),
    epochs=st.integers(1, 3),
)
def test_balanced_batches_hold_every_part_as_often_and_use_all_its_rows_before_one_again(
    *, cells: list[int], balanced: Balanced, extra: int, epochs: int
) -> None:
    group, labels = (part.astype(np.int32) for part in np.divmod(np.array(cells), 3))
    part = {"classes": labels, "groups": group, "both": np.array(cells)}[balanced]
    parts = np.unique(part)
    size = min(parts.size + extra, labels.size)
    plan = changed(
        PLAN,
        optimiser={"batch_size": size, "epochs": epochs},
        mitigation={"balanced_batches": balanced},
    )
    steps = plan.steps_per_epoch(labels.size)
    block = Batches(plan=plan, rows=learnt(labels, group=group)).block(0)
    assert block.last_step == epochs * steps
    np.testing.assert_allclose(block.coefficients, 1 / size, rtol=1e-6)
    for batch in block.rows.reshape(-1, size):
        counts = np.bincount(part[batch], minlength=parts.max() + 1)[parts]
        assert counts.max() - counts.min() <= 1
    for epoch in block.rows.reshape(epochs, -1):
        for each in parts:
            used = np.bincount(epoch[part[epoch] == each], minlength=labels.size)[part == each]
            assert used.max() - used.min() <= 1


def test_balanced_batches_are_the_same_whenever_they_are_drawn_and_others_for_other_seeds() -> None:
    labels = (np.arange(40_000) % 10 == 0).astype(np.int32)
    plan = changed(PLAN, mitigation={"balanced_batches": "classes"})
    first, again = (Batches(plan=plan, rows=learnt(labels)) for _ in range(2))
    late = first.block(12_000)
    first.block(0)
    np.testing.assert_array_equal(late.rows, again.block(12_000).rows)
    assert not np.array_equal(late.rows, again.block(0).rows)
    other = Batches(plan=replace(plan, seed=1), rows=learnt(labels)).block(12_000)
    assert not np.array_equal(late.rows, other.rows)


@pytest.mark.parametrize("normalisation", ["batch-size", "sum-of-weights"])
def test_weights_count_in_balanced_batches(normalisation: Normalisation) -> None:
    labels = np.repeat(np.array([0, 1], np.int32), [30, 10])
    plan = changed(PLAN, mitigation={"balanced_batches": "classes", "normalisation": normalisation})
    rows = learnt(labels, weights=np.array([1.0, 3.0])[labels])
    block = Batches(plan=plan, rows=rows).block(0)
    divisor = 8 if normalisation == "batch-size" else 4 * 1 + 4 * 3
    expected = np.array([1.0, 3.0])[labels[block.rows]] / divisor
    np.testing.assert_allclose(block.coefficients, expected, rtol=1e-6)
