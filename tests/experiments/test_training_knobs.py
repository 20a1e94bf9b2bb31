"""Runs whose settings turn the knobs of network, loss, optimiser and stopping."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from trained_runs import frames_of, training

from experiments.curves import CurveSet
from experiments.frames import OVERALL, Event, Frame, Source
from experiments.run import RunFailedError
from experiments.settings import SettingsError, TrainingSettings, dump_toml, parse_toml
from experiments.training import plan_of, prepared_data, run_training
from experiments.training.capacity import capacity
from models.dataset import Dataset, Split
from models.plan import ModelPlan, TrainingPlan

DIGITS: dict[str, Any] = {
    "data": {"set": "digits"},
    "optimiser": {"epochs": 1, "batch_size": 64},
    "output": {"points": 2},
}


def curves_of(frames: list[Frame]) -> CurveSet:
    return CurveSet(points for frame in frames for points in frame.points)


def events_of(frames: list[Frame]) -> list[Event]:
    return [event for frame in frames for event in frame.events]


def last_loss(**tables: object) -> float:
    curves = curves_of(frames_of(training(**tables)))
    (curve,) = curves.select(quantity="loss", group=OVERALL, source=Source.VALIDATION)
    return float(curve.value[-1])


EVERYTHING: dict[str, Any] = {
    "model": {
        "widths": [5, 4],
        "activation": "leaky-relu",
        "initialiser": "he-normal",
        "batch_normalisation": "yes",
        "dropout": 0.1,
        "l1": 1e-4,
        "l2": 1e-3,
    },
    "loss": {"name": "focal", "focal_gamma": 1.0, "focal_balancing": "yes", "focal_alpha": 0.4},
    "optimiser": {
        "name": "nesterov",
        "momentum": 0.8,
        "schedule": "piecewise",
        "boundaries": [5, 9],
        "factors": [0.5, 0.1],
        "warmup_steps": 2,
        "clip_norm": 1.0,
        "batch_size": 32,
        "steps": 12,
    },
    "mitigation": {
        "resampling": "over-sampling",
        "resampling_by": "groups",
        "neighbours": 3,
        "balanced_batches": "both",
        "class_weighting": "effective-number",
        "group_weighting": "reweighing",
        "normalisation": "sum-of-weights",
    },
    "stopping": {"watch": "worst-group", "patience": 1},
}


def test_every_setting_reaches_the_plan_and_survives_a_file() -> None:
    settings = training(**EVERYTHING)
    again = parse_toml(dump_toml(settings))
    assert isinstance(again, TrainingSettings)
    assert again == settings
    plan = plan_of(again)
    for part, fields in EVERYTHING.items():
        for name, value in fields.items():
            found = getattr(getattr(plan, part), name)
            assert (list(found) if isinstance(found, tuple) else found) == value
    for part in ("model", "loss", "optimiser", "mitigation", "augmentation", "stopping"):
        table = getattr(settings, part)
        assert {name: getattr(getattr(plan, part), name) for name in dict(table)} == dict(table)


def test_everything_at_once_trains_and_ends_at_its_steps() -> None:
    frames = frames_of(training(**EVERYTHING | {"stopping": {}}))
    last = frames[-1].progress
    assert last is not None
    assert last.steps == last.total_steps == 12
    assert np.isfinite([point for curve in curves_of(frames) for point in curve.value]).all()


@pytest.mark.parametrize(
    "tables",
    [
        {"loss": {"name": "hinge"}},
        {"loss": {"label_smoothing": 0.3}},
        {"optimiser": {"schedule": "cosine", "decay_steps": 5, "batch_size": 32}},
        {"optimiser": {"clip_norm": 0.01, "name": "sgd", "batch_size": 32}},
        {"model": {"widths": [], "l1": 0.5}},
        {"model": {"widths": [], "initialiser": "zeros"}},
    ],
)
def test_knobs_change_what_is_learnt(tables: dict[str, Any]) -> None:
    assert last_loss(**tables) != last_loss()


def test_whole_numbers_may_be_typed_as_any_numbers() -> None:
    settings = training(model={"widths": (8.0, 4.0)})
    assert settings.model.widths == (8, 4)
    assert all(isinstance(width, int) for width in settings.model.widths)


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"model": {"widths": [64, 0]}}, "model.widths: 0 is not allowed; .* at least 1 and at"),
        ({"model": {"widths": [1_000_000]}}, "model.widths: 1000000 is not .* at most 4096"),
        ({"model": {"widths": [2] * 21}}, "model.widths: 21 layers; there may be at most 20"),
        ({"model": {"widths": [2.5]}}, "model.widths.*whole number"),
        (
            {"data": {"set": "digits"}, "model": {"network": "convolutional", "filters": []}},
            "model.filters: name the filters of at least one convolution",
        ),
        (
            {"model": {"network": "convolutional"}},
            "model.network: convolutional needs images, but mixture is a table; choose dense",
        ),
        (
            {"data": {"set": "digits"}, "loss": {"name": "focal", "focal_balancing": "yes"}},
            "loss.focal_balancing: it is for two classes, but digits has 10",
        ),
        ({"optimiser": {"learning_rate": 0.0}}, "optimiser.learning_rate: 0.0 is not allowed"),
        ({"optimiser": {"learning_rate": 1e30}}, "optimiser.learning_rate: .* at most 100"),
        ({"optimiser": {"epochs": 0}}, "optimiser.epochs: 0 is not allowed; .* at least 1"),
        (
            {"optimiser": {"schedule": "step", "decay_rate": 2.0}},
            "optimiser.decay_rate, optimiser.schedule: 2 must be at most 1",
        ),
        (
            {"optimiser": {"schedule": "piecewise", "boundaries": [5]}},
            "optimiser.boundaries, optimiser.factors: 1 boundaries and 0 factors",
        ),
        ({"optimiser": {"boundaries": [5, 2]}}, "optimiser.boundaries: .* ascend"),
        ({"mitigation": {"class_weights": [0.0, 0.0]}}, "mitigation.class_weights: one weight"),
        ({"stopping": {"watch": "women"}}, "stopping.watch: .* 'nothing', 'overall' or 'worst"),
    ],
)
def test_what_cannot_be_is_told_with_its_key_and_what_can(
    tables: dict[str, Any], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        training(**tables)


@pytest.mark.parametrize("twin", [{}, {"mistake": "scaler", "seeds": 2}])
@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"optimiser": {"batch_size": 5000}}, r"optimiser.batch_size: 5,000 .* choose 1 to \d+$"),
        (
            {
                "data": {"set": "digits"},
                "model": {"network": "convolutional", "filters": [2, 2, 2, 2]},
            },
            "model.filters: .* 8 × 8 can be halved 3 times; name 1 to 3",
        ),
        (
            {
                "data": {"set": "digits"},
                "model": {"network": "convolutional"},
                "trouble": {"noise": {"strength": 2}},
            },
            "model.network: convolutional needs images",
        ),
    ],
)
def test_what_does_not_fit_the_data_is_told_before_training(
    tables: dict[str, Any], message: str, twin: dict[str, Any]
) -> None:
    with pytest.raises(RunFailedError, match=message):
        next(run_training(training(**tables, twin=twin)))


def test_a_small_convolutional_network_learns_digits_of_every_group() -> None:
    tables = DIGITS | {
        "model": {"network": "convolutional", "filters": [8], "widths": []},
        "optimiser": {"epochs": 6, "batch_size": 32, "learning_rate": 0.01},
    }
    curves = curves_of(frames_of(training(**tables)))
    for curve in curves.select(quantity="accuracy", source=Source.VALIDATION):
        assert curve.value[-1] > 0.85


@pytest.mark.parametrize("twin", [{}, {"mistake": "scaler", "seeds": 2}])
def test_an_early_end_is_told_and_ends_the_curves(twin: dict[str, Any]) -> None:
    settings = training(
        model={"widths": [32]},
        optimiser={"epochs": 50, "batch_size": 16, "learning_rate": 0.1},
        stopping={"watch": "overall", "patience": 2},
        twin=twin,
    )
    frames = frames_of(settings)
    ended = [event for event in events_of(frames) if event.text.startswith("Stopped early")]
    assert len(ended) == (4 if twin else 1)
    total = frames[0].progress
    assert total is not None
    curves = curves_of(frames)
    ends = {
        curve.x[-1]
        for curve in curves.select(quantity="loss", group=OVERALL, source=Source.VALIDATION)
    }
    assert ends == {event.x for event in ended}
    assert max(ends) < total.total_steps
    assert "These weights give the scores at the end." in ended[0].text


def test_a_plateau_is_told() -> None:
    settings = training(
        optimiser={
            "epochs": 30,
            "batch_size": 32,
            "learning_rate": 0.3,
            "schedule": "reduce-on-plateau",
            "patience": 2,
            "decay_rate": 0.1,
        }
    )
    told = [event for event in events_of(frames_of(settings)) if "stands still" in event.text]
    assert "0.1 times the one set" in told[0].text
    assert told[0].x > 0


@pytest.mark.parametrize("name", ["cross-entropy", "focal"])
def test_what_curves_show_is_told_where_another_loss_is_minimised(name: str) -> None:
    first = next(run_training(training(loss={"name": name})))
    told = [event.text for event in first.events if "curves show" in event.text]
    assert len(told) == (name != "cross-entropy")
    assert all("focal" in text for text in told)


def test_capacity_is_judged_against_all_rows_and_the_smallest_group() -> None:
    prepared = prepared_data(training())
    rows = prepared.dataset.training.y.size
    texts = [
        capacity(prepared.dataset, TrainingPlan(model=ModelPlan(widths=widths)))
        for widths in ((), (300,))
    ]
    assert "The network has 7 parameters for" in texts[0]
    assert "no hidden layer" in texts[0]
    assert f"{rows:,} training rows: enough to learn rows by heart" in texts[1]
    group = (np.arange(100) < 10).astype(np.int32)
    split = Split(np.zeros((100, 3), np.float32), np.arange(100, dtype=np.int32) % 2, group)
    unequal = Dataset(
        name="Unequal",
        training=split,
        validation=split,
        group_names=("many", "few"),
        class_names=("no", "yes"),
        feature_names=("a", "b", "c"),
    )
    plan = TrainingPlan(model=ModelPlan(widths=(2,)))  # (3 + 1) 2 + (2 + 1) parameters
    assert "11 parameters for 100 training rows, but the smallest group, few, has 10" in capacity(
        unequal, plan
    )
    plan = replace(plan, model=ModelPlan(widths=(1,)))
    assert capacity(unequal, plan).endswith(
        "100 training rows, 10 of them of the smallest group, few."
    )
