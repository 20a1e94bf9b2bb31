"""Norms of weights and gradients against hand-made derivatives, and what measuring leaves alone."""

from dataclasses import replace
from itertools import chain

import numpy as np
import pytest
from training_plans import PLAN, changed

from models.dataset import Dataset, Split
from models.plan import ModelPlan, OptimiserPlan, TrainingPlan
from models.training import Record, train


def blobs(rows: int = 64) -> Dataset:
    random = np.random.default_rng(3)

    def draw() -> Split:
        y = random.integers(0, 2, rows).astype(np.int32)
        x = (random.normal(size=(rows, 3)) + y[:, None]).astype(np.float32)
        return Split(x, y, random.integers(0, 2, rows).astype(np.int32))

    return Dataset(
        name="Blobs",
        training=draw(),
        validation=draw(),
        group_names=("a", "b"),
        class_names=("no", "yes"),
        feature_names=("x1", "x2", "x3"),
    )


def records_of(plan: TrainingPlan) -> dict[int, Record]:
    news = train(dataset=blobs(), plan=plan)
    return {each.step: each for each in news if isinstance(each, Record)}


def test_the_norms_of_a_logistic_unit_are_those_of_its_derivative() -> None:
    """One batch holds all rows, so the gradient is a mean over them, with the penalty's on top."""
    l2 = 0.1
    plan = TrainingPlan(
        model=ModelPlan(l2=l2),
        optimiser=OptimiserPlan(name="sgd", learning_rate=0.5, batch_size=64, steps=4),
        record_points=1000,
    )
    records = records_of(plan)
    split = blobs().training
    x = np.hstack([split.x, np.ones((64, 1))]).astype(np.float64)
    weights = np.zeros(4)
    start = records[0].norms.weights
    weights[:3] = _start(plan, start)
    for step in range(5):
        gradient = x.T @ (1 / (1 + np.exp(-x @ weights)) - split.y) / 64
        gradient[:3] += 2 * l2 * weights[:3]
        norms = records[step].norms
        assert norms.weights == pytest.approx(np.linalg.norm(weights), rel=1e-5)
        assert norms.gradient == pytest.approx(np.linalg.norm(gradient), rel=1e-5)
        assert norms.layers == (norms.gradient,)
        weights = weights - 0.5 * gradient


def _start(plan: TrainingPlan, norm: float) -> list[float]:
    from models.network import build

    model = build(plan.model, inputs=3, classes=2, image_shape=None, seed=plan.seed)
    kernel = model.get_weights()[0][:, 0]
    assert np.linalg.norm(kernel) == pytest.approx(norm, rel=1e-6)
    return [float(value) for value in kernel]


def test_layers_are_counted_from_the_input_and_make_up_the_whole() -> None:
    plan = changed(PLAN, model={"widths": (7, 5), "batch_normalisation": "yes", "dropout": 0.4})
    for record in records_of(plan).values():
        assert len(record.norms.layers) == 3
        assert record.norms.gradient == pytest.approx(np.linalg.norm(record.norms.layers))
        assert min(record.norms.layers) > 0


def test_batch_normalisation_takes_the_batch_as_in_training() -> None:
    """A linear layer before it may be rescaled at will: its gradient is at right angles to it."""
    model = {"widths": (5,), "batch_normalisation": "yes", "activation": "linear"}
    plan = changed(PLAN, model=model, optimiser={"name": "sgd", "learning_rate": 0.0001})
    large = changed(plan, model={"initialiser": "he-normal"})
    for each in (plan, large):
        records = records_of(each)
        # at right angles, a tiny step of plain descent changes the squared norm by η² |g|² only
        first, second = records[0].norms, records[1].norms
        assert second.weights**2 - first.weights**2 < 1e-3 * first.gradient


def test_dropout_is_off() -> None:
    much, little = (
        records_of(changed(PLAN, model={"dropout": share}))[0].norms for share in (0.6, 0.1)
    )
    assert much.layers == little.layers


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_measuring_more_often_changes_nothing_of_what_is_measured(dropout: float) -> None:
    model = {"dropout": dropout, "batch_normalisation": "yes"}
    plan = changed(PLAN, model=model, optimiser={"epochs": 10})
    often, seldom = (records_of(replace(plan, record_points=points)) for points in (1000, 6))
    assert len(seldom) < len(often) / 2
    for step, record in seldom.items():
        assert record.norms == often[step].norms
        assert record.learning_rate == often[step].learning_rate
        for mine, theirs in zip(_all_scores(record), _all_scores(often[step]), strict=True):
            np.testing.assert_array_equal(mine, theirs)


def _all_scores(record: Record) -> list[list[float]]:
    sides = chain(record.training.scores.values(), record.validation.scores.values())
    return [values.tolist() for values in sides]


def test_the_learning_rate_is_that_of_the_step_to_come() -> None:
    plan = changed(PLAN, optimiser={"schedule": "step", "decay_steps": 4, "decay_rate": 0.5})
    records = records_of(plan)
    for step, record in records.items():
        assert record.learning_rate == pytest.approx(0.02 * 0.5 ** (step // 4))
