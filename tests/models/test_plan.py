"""Tests of `models.plan`."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from training_plans import changed

from models.dataset import Dataset, Split
from models.plan import ModelPlan, OptimiserPlan, PlanError, TrainingPlan

PLAN = TrainingPlan(
    model=ModelPlan(widths=(4,)),
    optimiser=OptimiserPlan(name="sgd", learning_rate=0.1, batch_size=8, epochs=3),
    record_points=20,
)


@pytest.mark.parametrize(
    ("part", "change", "message"),
    [
        ("model", {"widths": (3, 0)}, r"widths must be at least 1 .* but got \(3, 0\)"),
        ("model", {"widths": (1_000_000,)}, "widths must be at least 1 and at most 4096"),
        ("model", {"network": "convolutional", "filters": ()}, "filters must name at least one"),
        ("model", {"dropout": 1.0}, "dropout must be at least 0 and at most 1, but got 1.0"),
        ("model", {"l1": -0.1}, "l1 must be at least 0"),
        ("model", {"l2": float("nan")}, "l2 must be at least 0"),
        ("model", {"activation": "stairs"}, "activation must be one of relu, .* but got 'stairs'"),
        ("model", {"initialiser": "ones"}, "initialiser must be one of glorot-uniform, "),
        ("loss", {"name": "error"}, "name must be one of cross-entropy, .* but got 'error'"),
        ("loss", {"label_smoothing": 1.5}, "label_smoothing must be at least 0 and at most 1"),
        ("loss", {"focal_gamma": -1.0}, "focal_gamma must be at least 0"),
        ("optimiser", {"learning_rate": 0.0}, "learning_rate must be positive"),
        ("optimiser", {"learning_rate": float("inf")}, "learning_rate must be positive"),
        ("optimiser", {"batch_size": 0}, "batch_size must be at least 1"),
        ("optimiser", {"epochs": 0}, "epochs must be at least 1"),
        ("optimiser", {"steps": -1}, "steps must be at least 0"),
        ("optimiser", {"name": "newton"}, "name must be one of sgd, .* but got 'newton'"),
        ("optimiser", {"schedule": "step", "decay_rate": 2.0}, "decay_rate must be at most 1"),
        ("optimiser", {"schedule": "piecewise"}, "equally many, at least one, but got 0 and 0"),
        (
            "optimiser",
            {"schedule": "piecewise", "boundaries": (5, 2), "factors": (1.0, 2.0)},
            "boundaries must ascend",
        ),
        ("mitigation", {"effective_beta": 1.0}, "effective_beta must be at least 0"),
        ("mitigation", {"normalisation": "none"}, "normalisation must be one of batch-size, "),
        ("mitigation", {"neighbours": 0}, "neighbours must be at least 1 and at most 1000"),
        ("mitigation", {"resampling": "more"}, "resampling must be one of none, over-sampling, "),
        ("mitigation", {"balanced_batches": "all"}, "balanced_batches must be one of none, cl"),
        ("mitigation", {"group_weighting": "all"}, "group_weighting must be one of none, "),
        ("augmentation", {"rotation": 181.0}, "rotation must be at least 0 and at most 180"),
        ("augmentation", {"zoom": 1.0}, "zoom must be at least 0 and at most 1, but got 1.0"),
        ("augmentation", {"flip": "over"}, "flip must be one of none, horizontal, "),
        ("stopping", {"patience": 0}, "patience must be at least 1"),
        ("stopping", {"watch": "me"}, "watch must be one of nothing, overall, worst-group"),
    ],
)
def test_numbers_out_of_bounds_are_named(part: str, change: dict[str, Any], message: str) -> None:
    with pytest.raises(PlanError, match=message):
        changed(PLAN, **{part: change})


@pytest.mark.parametrize(
    ("change", "name"), [({"record_points": 1}, "record_points"), ({"seed": -1}, "seed")]
)
def test_seed_and_points_out_of_bounds_are_named(change: dict[str, Any], name: str) -> None:
    with pytest.raises(PlanError, match=name):
        replace(PLAN, **change)


def images(*, classes: int = 2, image_shape: tuple[int, ...] | None = (5, 4)) -> Dataset:
    y = np.arange(24) % classes
    split = Split(np.ones((24, 20), np.float32), y.astype(np.int32), np.zeros(24, np.int32))
    return Dataset(
        name="Pictures",
        training=split,
        validation=split,
        group_names=("all",),
        class_names=tuple(map(str, range(classes))),
        feature_names=tuple(map(str, range(20))),
        image_shape=image_shape,
    )


CONVOLUTIONAL = {"network": "convolutional", "filters": (2, 2)}


@pytest.mark.parametrize(
    ("tables", "dataset", "message"),
    [
        ({"model": CONVOLUTIONAL}, images(image_shape=None), "model.network: .* choose dense"),
        (
            {"model": CONVOLUTIONAL | {"filters": (2, 2, 2)}},
            images(),
            r"model.filters: .* 5 × 4 can be halved 2 times; name 1 to 2",
        ),
        (
            {"loss": {"name": "focal", "focal_balancing": "yes"}},
            images(classes=3),
            "loss.focal_balancing: .* has 3; choose class weights",
        ),
    ],
)
def test_data_that_do_not_fit_are_named_with_what_does(
    tables: dict[str, Any], dataset: Dataset, message: str
) -> None:
    with pytest.raises(PlanError, match=message):
        changed(PLAN, **tables).check(dataset)


def test_images_that_can_just_be_halved_often_enough_are_taken() -> None:
    changed(PLAN, model=CONVOLUTIONAL).check(images())


def test_steps_count_in_place_of_epochs() -> None:
    plan = changed(PLAN, optimiser={"steps": 10})
    assert plan.total_steps(30) == plan.record_steps(30)[-1] == 10
    assert plan.total_epochs(30) == 3, "four batches each"
    assert plan.total_epochs(80) == 1


def test_validation_is_looked_at_after_each_whole_epoch_where_it_decides() -> None:
    assert PLAN.check_steps(30).size == 0
    for part, change in (
        ("stopping", {"watch": "overall"}),
        ("optimiser", {"schedule": "reduce-on-plateau"}),
    ):
        plan = changed(PLAN, **{part: change})
        assert plan.check_steps(30).tolist() == [4, 8, 12]
        assert changed(plan, optimiser={"steps": 11}).check_steps(30).tolist() == [4, 8]


@given(
    rows=st.integers(1, 10_000),
    batch_size=st.integers(1, 500),
    epochs=st.integers(1, 50),
    points=st.integers(2, 300),
)
def test_records_run_from_the_first_to_the_last_step_and_leave_no_large_part_unseen(
    rows: int, batch_size: int, epochs: int, points: int
) -> None:
    plan = replace(
        changed(PLAN, optimiser={"batch_size": batch_size, "epochs": epochs}),
        record_points=points,
    )
    steps = plan.record_steps(rows)
    assert steps[0] == 0
    assert steps[-1] == plan.total_steps(rows) == epochs * int(np.ceil(rows / batch_size))
    assert steps.size <= points
    last, each = steps[-1], max(1, points // 5)
    distances = np.diff(steps)
    assert distances.min() >= 1
    assert distances.max() <= last / each + 1, "evenly spaced ones"
    if points > 3:
        ratio = last ** (1 / (points - each - 1))
        assert np.all(steps[2:] <= ratio * (steps[1:-1] + 0.5) + 0.5), "log-spaced up to rounding"


def test_each_epoch_and_seed_has_an_order_of_its_own() -> None:
    orders = {
        tuple(replace(PLAN, seed=seed).epoch_order(epoch, rows=50).tolist())
        for seed in range(3)
        for epoch in range(3)
    }
    assert len(orders) == 9
