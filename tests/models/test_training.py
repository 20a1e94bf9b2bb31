"""Tests of `models.training` against `model.fit`, scikit-learn and itself."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise, repeat
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, log_loss

from models import relay, training
from models.dataset import Dataset, Features, Indices, Split
from models.kernel import Kernel
from models.network import build, build_optimiser
from models.plan import Optimiser, TrainingPlan
from models.runtime import configure_tensorflow
from models.training import (
    Advance,
    Measurement,
    News,
    Predictions,
    Record,
    TrainingDivergedError,
    train,
)
from models.weighting import ClassWeights, class_weights

if TYPE_CHECKING:
    import keras

PLAN = TrainingPlan(
    width=6,
    depth=2,
    activation="tanh",
    dropout=0.0,
    l2=0.0,
    optimiser="adam",
    learning_rate=0.02,
    batch_size=16,
    epochs=3,
    class_weights="none",
    seed=4,
    record_points=1000,
)
GROUPS = 3

Weights = list[NDArray[np.float32]]


def toy(classes: int, *, rows: int = 60, seed: int = 0) -> Dataset:
    """Blobs, one for each class, in groups of unequal noise and size."""
    random = np.random.default_rng(seed)

    def draw(count: int) -> Split:
        y = random.integers(0, classes, count)
        group = random.choice(GROUPS, count, p=[0.6, 0.3, 0.1])
        x = np.eye(classes, 4)[y] + 0.3 * (1 + group[:, None]) * random.normal(size=(count, 4))
        return Split(x.astype(np.float32), y.astype(np.int32), group.astype(np.int32))

    return Dataset(
        name="Toy",
        training=draw(rows),
        validation=draw(rows),
        group_names=("a", "b", "c"),
        class_names=tuple(str(index) for index in range(classes)),
        feature_names=("x1", "x2", "x3", "x4"),
    )


def records_of(dataset: Dataset, plan: TrainingPlan) -> list[Record]:
    return [news for news in train(dataset=dataset, plan=plan) if isinstance(news, Record)]


def driven(
    dataset: Dataset, plan: TrainingPlan, most_steps: Iterable[int | None]
) -> Iterator[News]:
    """Iterate a run, sending the most steps to take before each next yield."""
    stream = train(dataset=dataset, plan=plan)
    yield next(stream)
    for most in most_steps:
        try:
            news = stream.send(most)
        except StopIteration:
            return
        yield news


def numbers(records: list[Record]) -> NDArray[np.float64]:
    return np.array(
        [
            [
                record.step,
                record.epoch,
                *side.loss,
                *side.accuracy,
                side.overall_loss,
                side.overall_accuracy,
            ]
            for record in records
            for side in (record.training, record.validation)
        ]
    )


def network_of(dataset: Dataset, plan: TrainingPlan) -> "keras.Sequential":
    configure_tensorflow()
    return build(
        inputs=len(dataset.feature_names),
        classes=len(dataset.class_names),
        width=plan.width,
        depth=plan.depth,
        activation=plan.activation,
        dropout=plan.dropout,
        l2=plan.l2,
        seed=plan.seed,
    )


def probabilities(weights: Weights, x: Features) -> NDArray[np.float64]:
    """Class probabilities of the tanh network with these kernels and biases, in 64 bits."""
    hidden = x.astype(np.float64)
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        hidden = np.tanh(hidden @ kernel + bias)
    logits = hidden @ weights[-2] + weights[-1]
    if logits.shape[1] == 1:
        logits = np.hstack([np.zeros_like(logits), logits])
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return shares


def assert_measured(measured: Measurement, split: Split, weights: Weights, classes: int) -> None:
    """Compare a measurement with scikit-learn's metrics on the rows of each group."""
    p = probabilities(weights, split.x)
    labels = list(range(classes))
    for index in range(GROUPS):
        rows = split.group == index
        loss = log_loss(split.y[rows], p[rows], labels=labels)
        np.testing.assert_allclose(measured.loss[index], loss, rtol=2e-5)
        accuracy = accuracy_score(split.y[rows], p[rows].argmax(axis=1))
        np.testing.assert_allclose(measured.accuracy[index], accuracy, rtol=1e-12)
    overall = log_loss(split.y, p, labels=labels)
    np.testing.assert_allclose(measured.overall_loss, overall, rtol=2e-5)
    accuracy = accuracy_score(split.y, p.argmax(axis=1))
    np.testing.assert_allclose(measured.overall_accuracy, accuracy, rtol=1e-12)


def fit_trajectory(dataset: Dataset, plan: TrainingPlan) -> list[Weights]:
    """Weights before and after every step of `model.fit` over the plan's batches."""
    import keras

    model = network_of(dataset, plan)
    binary = len(dataset.class_names) == 2
    model.compile(
        optimizer=build_optimiser(plan.optimiser, learning_rate=plan.learning_rate),
        loss=keras.losses.BinaryCrossentropy(from_logits=True)
        if binary
        else keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    x, y = dataset.training.x, dataset.training.y
    weights = class_weights(plan.class_weights, labels=y, class_names=dataset.class_names)
    trajectory = [model.get_weights()]

    follow = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda *_, **__: trajectory.append(model.get_weights())
    )
    for epoch in range(plan.epochs):
        order = plan.epoch_order(epoch, rows=y.size)
        model.fit(
            x[order],
            y[order].astype(np.float32) if binary else y[order],
            batch_size=plan.batch_size,
            shuffle=False,
            class_weight=dict(enumerate(weights.tolist())),
            callbacks=[follow],
            verbose=0,
        )
    return trajectory


@pytest.mark.parametrize(
    ("classes", "optimiser", "learning_rate", "weights", "l2"),
    [
        (2, "adam", 0.02, "none", 0.0),
        (2, "sgd", 0.3, "balanced", 0.01),
        (3, "momentum", 0.1, (0.5, 1.0, 3.0), 0.01),
        (3, "rmsprop", 0.005, "balanced", 0.0),
        (2, "adamw", 0.02, (1.0, 4.0), 0.02),
    ],
)
def test_every_step_is_that_of_fit_and_measured_as_by_scikit_learn(
    monkeypatch: pytest.MonkeyPatch,
    *,
    classes: int,
    optimiser: Optimiser,
    learning_rate: float,
    weights: ClassWeights,
    l2: float,
) -> None:
    monkeypatch.setattr(relay, "LONG_RUN", 1)
    monkeypatch.setattr(relay, "HANDOVER", 6)
    dataset = toy(classes)
    plan = replace(
        PLAN, optimiser=optimiser, learning_rate=learning_rate, class_weights=weights, l2=l2
    )
    records = records_of(dataset, plan)
    trajectory = fit_trajectory(dataset, plan)
    assert plan.batch_size * plan.steps_per_epoch(60) > 60, "the last batch is to be a short one"
    assert [record.step for record in records] == list(range(len(trajectory)))
    for record, state in zip(records, trajectory, strict=True):
        assert record.epoch == record.step / 4
        assert_measured(record.training, dataset.training, state, classes)
        assert_measured(record.validation, dataset.validation, state, classes)


def test_traced_dropout_is_that_of_fit_where_no_batch_is_short() -> None:
    dataset = toy(2, rows=64)
    plan = replace(PLAN, dropout=0.3)
    records = records_of(dataset, plan)
    trajectory = fit_trajectory(dataset, plan)
    assert [record.step for record in records] == list(range(len(trajectory)))
    for record, state in zip(records, trajectory, strict=True):
        weights = [array for array in state if array.dtype == np.float32]
        assert_measured(record.training, dataset.training, weights, 2)


def test_depth_0_is_logistic_regression_and_finds_its_optimum() -> None:
    from sklearn.linear_model import LogisticRegression

    dataset = toy(2, rows=300)
    plan = replace(
        PLAN,
        depth=0,
        optimiser="sgd",
        learning_rate=1.0,
        batch_size=300,
        epochs=800,
        record_points=2,
    )
    last = records_of(dataset, plan)[-1]
    x, y = dataset.training.x.astype(np.float64), dataset.training.y
    optimum = LogisticRegression(C=np.inf, tol=1e-10).fit(x, y)
    best = log_loss(y, optimum.predict_proba(x))
    np.testing.assert_allclose(last.training.overall_loss, best, rtol=1e-4)


@pytest.mark.parametrize(("classes", "where"), [(2, "training"), (3, "validation")])
def test_flipped_labels_are_measured_beside_the_clean_ones(classes: int, where: str) -> None:
    clean = toy(classes)

    def with_labels(y: Indices, clean_y: Indices | None) -> Dataset:
        if where == "training":
            return replace(clean, training=replace(clean.training, y=y, clean_y=clean_y))
        return replace(clean, validation=replace(clean.validation, y=y, clean_y=clean_y))

    truth = (clean.training if where == "training" else clean.validation).y
    flips = np.random.default_rng(1).random(truth.size) < 0.3
    recorded = np.where(flips, (truth + 1) % classes, truth)
    dataset, plain = with_labels(recorded, truth), with_labels(recorded, None)
    records = records_of(dataset, PLAN)
    trajectory = fit_trajectory(dataset, PLAN)
    for record, state in zip(records, trajectory, strict=True):
        for side, split, true_split in (
            (record.training, dataset.training, clean.training),
            (record.validation, dataset.validation, clean.validation),
        ):
            assert side.clean is not None
            assert side.clean.clean is None
            assert_measured(side, split, state, classes)
            assert_measured(side.clean, true_split, state, classes)
    alone = records_of(plain, PLAN)
    np.testing.assert_array_equal(numbers(records), numbers(alone))
    assert alone[0].training.clean is alone[0].validation.clean is None


@pytest.mark.parametrize("classes", [2, 3])
def test_every_row_is_predicted_once_with_the_last_weights(classes: int) -> None:
    dataset = replace(toy(classes), test=toy(classes, rows=35, seed=1).training)
    *before, last = train(dataset=dataset, plan=PLAN)
    assert isinstance(last, Predictions)
    assert not any(isinstance(news, Predictions) for news in before)
    assert (last.step, last.epoch) == (12, 3.0)
    weights = fit_trajectory(dataset, PLAN)[-1]
    assert dataset.test is not None
    for split, predicted in (
        (dataset.training, last.training),
        (dataset.validation, last.validation),
        (dataset.test, last.test),
    ):
        expected = np.log(probabilities(weights, split.x))
        np.testing.assert_allclose(predicted, expected, rtol=1e-4, atol=1e-5)
    *_, last = train(dataset=toy(classes), plan=PLAN)
    assert isinstance(last, Predictions)
    assert last.test.shape == (0, classes)


def test_group_means_add_up_to_the_overall_mean() -> None:
    dataset = toy(3)
    for record in records_of(dataset, PLAN):
        for split, side in (
            (dataset.training, record.training),
            (dataset.validation, record.validation),
        ):
            shares = np.bincount(split.group) / split.group.size
            np.testing.assert_allclose(shares @ side.loss, side.overall_loss, rtol=1e-12)
            np.testing.assert_allclose(shares @ side.accuracy, side.overall_accuracy, rtol=1e-12)


def test_dropout_is_off_while_measuring_and_on_while_training() -> None:
    dataset = toy(2)
    plan = replace(PLAN, dropout=0.5)
    with_dropout, without = records_of(dataset, plan), records_of(dataset, PLAN)
    initial = network_of(dataset, plan).get_weights()[:6]
    assert_measured(with_dropout[0].training, dataset.training, initial, 2)
    assert with_dropout[-1].training.overall_loss != without[-1].training.overall_loss


@pytest.mark.parametrize("xla", [False, True])
def test_same_plan_same_numbers_bit_for_bit_however_the_run_is_cut(
    monkeypatch: pytest.MonkeyPatch, *, xla: bool
) -> None:
    if xla:
        monkeypatch.setattr(relay, "LONG_RUN", 1)
        monkeypatch.setattr(relay, "HANDOVER", 5)
    dataset = toy(3)
    plan = replace(PLAN, dropout=0.3, epochs=10, record_points=12)
    first, again = records_of(dataset, plan), records_of(dataset, plan)
    np.testing.assert_array_equal(numbers(first), numbers(again))

    random = np.random.default_rng(0)
    most = random.integers(1, 4, 10_000).tolist()
    cut = list(driven(dataset, plan, most))
    taken = [after.step - before.step for before, after in pairwise(cut)]
    assert all(steps <= cap for steps, cap in zip(taken, most, strict=False))
    assert any(isinstance(news, Advance) for news in cut)
    records = [news for news in cut if isinstance(news, Record)]
    np.testing.assert_array_equal(numbers(first), numbers(records))

    monkeypatch.setattr(training, "SLICE", 0.0)
    single = list(train(dataset=dataset, plan=plan))
    assert {after.step - before.step for before, after in pairwise(single)} == {0, 1}
    records = [news for news in single if isinstance(news, Record)]
    np.testing.assert_array_equal(numbers(first), numbers(records))


def test_another_seed_gives_other_numbers() -> None:
    dataset = toy(2)
    first, other = (records_of(dataset, replace(PLAN, seed=seed)) for seed in (1, 2))
    assert first[0].training.overall_loss != other[0].training.overall_loss


def test_records_come_at_the_planned_steps() -> None:
    plan = replace(PLAN, epochs=10, record_points=8)
    steps = [record.step for record in records_of(toy(2), plan)]
    assert steps == plan.record_steps(60).tolist()


def test_a_run_without_xla_goes_on_as_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    configure_tensorflow()
    import tensorflow as tf

    dataset = toy(2)
    expected = records_of(dataset, PLAN)
    monkeypatch.setattr(relay, "LONG_RUN", 1)
    monkeypatch.setattr(relay, "HANDOVER", 3)

    outcomes = iter([None, tf.errors.UnimplementedError(None, None, "no XLA here")])

    def prepare(_: Kernel) -> None:
        if error := next(outcomes):
            raise error

    monkeypatch.setattr(Kernel, "prepare", prepare)
    np.testing.assert_array_equal(numbers(expected), numbers(records_of(dataset, PLAN)))
    assert next(outcomes, "both were asked for") == "both were asked for"


@pytest.mark.parametrize("xla", [False, True])
def test_divergence_is_told_with_its_step_and_no_number_is_lost_or_wrong(
    monkeypatch: pytest.MonkeyPatch, *, xla: bool
) -> None:
    if xla:
        monkeypatch.setattr(relay, "LONG_RUN", 1)
        monkeypatch.setattr(relay, "HANDOVER", 1)
    plan = replace(
        PLAN, optimiser="sgd", activation="linear", learning_rate=300.0, epochs=100, record_points=5
    )
    stopped: list[int] = []
    for most in (None, 1):
        seen: list[News] = []
        with pytest.raises(TrainingDivergedError, match="try a smaller learning rate") as raised:
            seen.extend(driven(toy(2), plan, repeat(most)))
        stopped.append(raised.value.step)
        records = [news for news in seen if isinstance(news, Record)]
        assert records[0].step == 0
        assert np.isfinite(numbers(records)).all()
    assert stopped[0] == stopped[1] > 1


def test_closing_a_run_early_ends_it() -> None:
    stream = train(dataset=toy(2), plan=PLAN)
    next(stream)
    stream.close()
    assert next(stream, None) is None


def test_class_weights_that_do_not_fit_are_refused_before_anything_is_built() -> None:
    with pytest.raises(ValueError, match="class_weights"):
        next(train(dataset=toy(3), plan=replace(PLAN, class_weights=(1.0, 2.0))))
