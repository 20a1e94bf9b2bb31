"""Runs with baselines: their scores beside the network's, and that they hold nothing up."""

from collections.abc import Sequence
from multiprocessing import active_children
from time import perf_counter, sleep

import numpy as np
import psutil
import pytest
from sklearn.linear_model import LogisticRegression
from trained_runs import frames_of, training, view_of

from experiments.curves import CurveSet
from experiments.figures import LEARNING, LOSSES, figure, numbers
from experiments.figures.measures import LOSS, SCORES
from experiments.frames import BASE, OVERALL, Frame, Source
from experiments.settings import TrainingSettings
from experiments.training import baselines as module
from experiments.training import prepared_data, run_training
from models.background import in_background
from models.baselines import BASELINES, Baseline, BaselineError, Fitted, fit
from models.dataset import Features
from models.learning_rows import LearningRows

ALL = {"baselines": {"logistic_regression": "yes", "linear_svm": "yes", "rbf_svm": "yes"}}


def curves_of(frames: list[Frame]) -> CurveSet:
    return CurveSet(points for frame in frames for points in frame.points)


@pytest.fixture(scope="module")
def settings() -> TrainingSettings:
    return training(**ALL)


@pytest.fixture(scope="module")
def frames(settings: TrainingSettings) -> list[Frame]:
    return frames_of(settings)


@pytest.mark.parametrize("source", [Source.TRAINING, Source.VALIDATION, Source.TEST])
@pytest.mark.parametrize("baseline", BASELINES)
def test_every_score_of_the_network_has_one_of_each_baseline(
    frames: list[Frame], baseline: str, source: Source
) -> None:
    curves = curves_of(frames)
    rows = {"rows", "base rate"}
    of_network = {
        (name.quantity, name.group)
        for name in curves.names
        if (name.source, name.arm) == (source, BASE) and name.quantity not in rows
    }
    found = {
        (curve.name.quantity, curve.name.group): float(curve.value[-1])
        for curve in curves.select(source=source, arm=baseline)
    }
    assert found.keys() == {
        (quantity, group)
        for quantity, group in of_network
        if quantity in {score.quantity for score in (LOSS, *SCORES)}
    }
    assert len(found) == 10 * 3
    no_probability = baseline != "logistic regression"
    for (quantity, _), value in found.items():
        assert np.isnan(value) == (no_probability and quantity in {"loss", "calibration error"})


def test_the_logistic_regression_is_that_of_scikit_learn(
    settings: TrainingSettings, frames: list[Frame]
) -> None:
    dataset = prepared_data(settings).dataset
    model = LogisticRegression(max_iter=1000).fit(dataset.training.x, dataset.training.y)
    (curve,) = curves_of(frames).select(
        quantity="accuracy", group=OVERALL, source=Source.TEST, arm="logistic regression"
    )
    assert dataset.test is not None
    assert curve.value[-1] == pytest.approx(model.score(dataset.test.x, dataset.test.y))


def test_the_network_is_the_same_with_and_without_baselines(frames: list[Frame]) -> None:
    alone = curves_of(frames_of(training()))
    beside = curves_of(frames)
    for name in alone.names:
        np.testing.assert_array_equal(alone[name].value, beside[name].value)
    assert {name.arm for name in set(beside.names) - set(alone.names)} == set(BASELINES)


def test_numbers_hold_them_beside_the_network_and_figures_do_not_draw_them(
    settings: TrainingSettings, frames: list[Frame]
) -> None:
    view = view_of(settings, frames)
    tables = {table.title: table.numbers for table in numbers(view, None)}
    labels = [number.label for number in tables["Scores on test rows"]]
    place = labels.index("Accuracy")
    assert labels[place : place + 4] == ["Accuracy", *(f"Accuracy, {name}" for name in BASELINES)]
    alone = view_of(training(), frames_of(training()))
    for title in (LOSSES, *(measure.title for measure in SCORES), LEARNING):
        drawn, expected = (
            [(panel.key, len(panel.curves)) for panel in figure(each, title).panels]
            for each in (view, alone)
        )
        assert drawn == expected


def test_weights_and_resampling_are_those_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "in_process", in_background)  # is faster

    def loss(**mitigation: object) -> float:
        chosen = {"baselines": {"logistic_regression": "yes"}, "mitigation": mitigation}
        (curve,) = curves_of(frames_of(training(**chosen))).select(
            quantity="loss",
            group=OVERALL,
            source=Source.TRAINING,
            arm="logistic regression",
        )
        return float(curve.value[-1])

    plain = loss()
    heavy = {"class_weighting": "custom", "class_weights": [1.0, 50.0]}
    assert loss(**heavy) > plain + 0.1
    assert loss(group_weighting="custom", group_weights=[0.0, 1.0]) > plain
    assert loss(resampling="under-sampling", resampling_by="both") > plain


def slow(*_: object, **__: object) -> None:
    """Stand for a fit that takes long, also in the process that is to do it."""
    sleep(600)


def picky(
    baseline: Baseline,
    rows: LearningRows,
    *,
    inputs: Sequence[Features],
    classes: int,
    seed: int,
) -> Fitted:
    if baseline == "linear SVM":
        raise BaselineError("a class has no row of any weight to learn from")
    return fit(baseline, rows, inputs=inputs, classes=classes, seed=seed)


def test_a_long_fit_neither_blocks_nor_keeps_a_run_from_being_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "fit", slow)
    run = run_training(training(baselines={"rbf_svm": "yes"}))
    frame = next(run)
    while frame.progress is None or frame.progress.steps < frame.progress.total_steps:
        frame = next(run)
    waits = []
    for _ in range(5):
        begun = perf_counter()
        assert next(run).progress == frame.progress
        waits.append(perf_counter() - begun)
    assert sorted(waits)[2] < 0.5
    (pid,) = (process.pid for process in active_children())
    begun = perf_counter()
    run.close()
    assert perf_counter() - begun < 1
    assert pid is not None
    assert not psutil.pid_exists(pid)


def test_a_baseline_that_cannot_be_fitted_is_told_and_the_next_one_follows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "fit", picky)
    two = {"linear_svm": "yes", "rbf_svm": "yes"}
    frames = frames_of(training(baselines=two))
    texts = [event.text for frame in frames for event in frame.events]
    expected = "Linear SVM was not fitted: a class has no row of any weight to learn from."
    assert expected in texts
    assert {name.arm for name in curves_of(frames).names} == {BASE, "RBF SVM"}


def test_what_the_network_alone_has_is_told_once(
    frames: list[Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "in_process", in_background)  # is faster
    balanced = frames_of(
        training(
            baselines={"logistic_regression": "yes", "linear_svm": "yes"},
            mitigation={"balanced_batches": "groups"},
        )
    )
    texts = [event.text for frame in balanced for event in frame.events]
    found = [text for text in texts if text.startswith("The network alone has balanced batches: ")]
    assert len(found) == 1
    assert not any("network alone" in event.text for frame in frames for event in frame.events)
