"""Tests of `models.plan` and `models.batches`."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.batches import Batches
from models.plan import TrainingPlan

PLAN = TrainingPlan(
    width=4,
    depth=1,
    activation="relu",
    dropout=0.0,
    l2=0.0,
    optimiser="sgd",
    learning_rate=0.1,
    batch_size=8,
    epochs=3,
    class_weights="none",
    seed=0,
    record_points=20,
)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 0}, "width must be at least 1, but got 0"),
        ({"depth": -1}, "depth must be at least 0"),
        ({"dropout": 1.0}, r"dropout must lie in \[0, 1\)"),
        ({"l2": -0.1}, "l2 must be at least 0"),
        ({"l2": float("nan")}, "l2 must be at least 0"),
        ({"learning_rate": 0.0}, "learning_rate must be positive"),
        ({"learning_rate": float("inf")}, "learning_rate must be positive"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
        ({"epochs": 0}, "epochs must be at least 1"),
        ({"record_points": 1}, "record_points must be at least 2"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"activation": "step"}, "activation must be one of relu, .* but got 'step'"),
        ({"optimiser": "newton"}, "optimiser must be one of sgd, .* but got 'newton'"),
    ],
)
def test_numbers_out_of_bounds_are_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(PLAN, **change)


@given(
    rows=st.integers(1, 10_000),
    batch_size=st.integers(1, 500),
    epochs=st.integers(1, 50),
    points=st.integers(2, 300),
)
def test_records_run_from_the_first_to_the_last_step_in_growing_distances(
    rows: int, batch_size: int, epochs: int, points: int
) -> None:
    plan = replace(PLAN, batch_size=batch_size, epochs=epochs, record_points=points)
    steps = plan.record_steps(rows)
    assert steps[0] == 0
    assert steps[-1] == plan.total_steps(rows) == epochs * int(np.ceil(rows / batch_size))
    assert steps.size <= points
    distances = np.diff(steps)
    assert distances.min() >= 1
    assert np.all(np.diff(distances) >= -1), "log-spaced up to rounding"


@given(
    rows=st.integers(1, 200),
    batch_size=st.integers(1, 70),
    epochs=st.integers(1, 4),
    seed=st.integers(0, 2**40),
    at=st.floats(0, 1, exclude_max=True),
)
def test_batches_cover_each_epoch_once_and_divide_by_their_length(
    rows: int, batch_size: int, epochs: int, seed: int, at: float
) -> None:
    plan = replace(PLAN, batch_size=batch_size, epochs=epochs, seed=seed)
    labels = np.random.default_rng(0).integers(0, 2, rows).astype(np.int32)
    weights = np.array([1.0, 2.0])
    batches = Batches(plan=plan, labels=labels, weights=weights)
    step = int(at * plan.total_steps(rows))
    block = batches.block(step)
    assert block.first_step <= step < block.last_step
    steps = block.last_step - block.first_step
    size = min(batch_size, rows)
    assert block.rows.shape == block.coefficients.shape == (steps * size,)
    start = (step - block.first_step) * size
    epoch, position = divmod(step, plan.steps_per_epoch(rows))
    order = plan.epoch_order(epoch, rows=rows)
    batch = order[position * batch_size : (position + 1) * batch_size]
    np.testing.assert_array_equal(np.sort(order), np.arange(rows))
    np.testing.assert_array_equal(block.rows[start : start + batch.size], batch)
    coefficients = block.coefficients[start : start + size]
    np.testing.assert_allclose(
        coefficients[: batch.size], weights[labels[batch]] / batch.size, rtol=1e-6
    )
    np.testing.assert_array_equal(coefficients[batch.size :], 0.0)


def test_each_epoch_and_seed_has_an_order_of_its_own() -> None:
    orders = {
        tuple(replace(PLAN, seed=seed).epoch_order(epoch, rows=50).tolist())
        for seed in range(3)
        for epoch in range(3)
    }
    assert len(orders) == 9
