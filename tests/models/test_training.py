"""Tests of `models.training` against `model.fit`, scikit-learn and itself."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise, repeat
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, log_loss
from training_plans import PLAN, changed

from models import relay, training
from models.changes import Measure
from models.dataset import Dataset, Features, Indices, Split
from models.kernel import Kernel
from models.network import build, build_optimiser
from models.plan import MitigationPlan, ModelPlan, OptimiserPlan, PlanError, TrainingPlan
from models.runtime import configure_tensorflow
from models.training import (
    Advance,
    Ended,
    Measurement,
    News,
    Predictions,
    Record,
    Slowed,
    TrainingDivergedError,
    train,
)
from models.weighting import class_weights

if TYPE_CHECKING:
    import keras

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
                record.learning_rate,
                record.norms.weights,
                *record.norms.layers,
                *(score for scores in side.scores.values() for score in scores),
            ]
            for record in records
            for side in (record.training, record.validation)
        ]
    )


def network_of(dataset: Dataset, plan: TrainingPlan) -> "keras.Sequential":
    configure_tensorflow()
    return build(
        plan.model,
        inputs=len(dataset.feature_names),
        classes=len(dataset.class_names),
        image_shape=dataset.image_shape,
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
    optimiser = build_optimiser(plan.optimiser)
    if plan.optimiser.schedule == "cosine":
        rate, length = plan.optimiser.learning_rate, plan.optimiser.decay_steps
        optimiser.learning_rate = keras.optimizers.schedules.CosineDecay(rate, length)
    model.compile(
        optimizer=optimiser,
        loss=keras.losses.BinaryCrossentropy(from_logits=True)
        if binary
        else keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    x, y = dataset.training.x, dataset.training.y
    counts = np.bincount(y)
    weights = class_weights(plan.mitigation, counts=counts, class_names=dataset.class_names)
    trajectory = [model.get_weights()]

    follow = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda *_, **__: trajectory.append(model.get_weights())
    )
    for epoch in range(plan.optimiser.epochs):
        order = plan.epoch_order(epoch, rows=y.size)
        model.fit(
            x[order],
            y[order].astype(np.float32) if binary else y[order],
            batch_size=plan.optimiser.batch_size,
            shuffle=False,
            class_weight=dict(enumerate(weights.tolist())),
            callbacks=[follow],
            verbose=0,
        )
    return trajectory


BALANCED = MitigationPlan(class_weighting="balanced")


def weighted(*weights: float) -> MitigationPlan:
    return MitigationPlan(class_weighting="custom", class_weights=weights)


@pytest.mark.parametrize(
    ("classes", "optimiser", "mitigation", "model"),
    [
        (2, {"name": "adam"}, MitigationPlan(), {}),
        (2, {"name": "sgd", "schedule": "cosine", "decay_steps": 9}, BALANCED, {"l2": 0.01}),
        (3, {"name": "momentum", "learning_rate": 0.1}, weighted(0.5, 1.0, 3.0), {"l1": 0.01}),
        (3, {"name": "nesterov", "learning_rate": 0.1, "clip_norm": 0.2}, BALANCED, {}),
        (3, {"name": "rmsprop", "learning_rate": 0.005, "rho": 0.8}, BALANCED, {}),
        (
            2,
            {"name": "adamw", "weight_decay": 0.1, "beta_1": 0.5},
            weighted(1.0, 4.0),
            {"l2": 0.02},
        ),
    ],
)
def test_every_step_is_that_of_fit_and_measured_as_by_scikit_learn(
    monkeypatch: pytest.MonkeyPatch,
    *,
    classes: int,
    optimiser: dict[str, Any],
    mitigation: MitigationPlan,
    model: dict[str, Any],
) -> None:
    monkeypatch.setattr(relay, "LONG_RUN", 1)
    monkeypatch.setattr(relay, "HANDOVER", 6)
    dataset = toy(classes)
    plan = replace(changed(PLAN, optimiser=optimiser, model=model), mitigation=mitigation)
    records = records_of(dataset, plan)
    trajectory = fit_trajectory(dataset, plan)
    assert plan.optimiser.batch_size * plan.steps_per_epoch(60) > 60, (
        "the last batch is to be a short one"
    )
    assert [record.step for record in records] == list(range(len(trajectory)))
    for record, state in zip(records, trajectory, strict=True):
        assert record.epoch == record.step / 4
        assert_measured(record.training, dataset.training, state, classes)
        assert_measured(record.validation, dataset.validation, state, classes)


def test_traced_dropout_is_that_of_fit_where_no_batch_is_short() -> None:
    dataset = toy(2, rows=64)
    plan = changed(PLAN, model={"dropout": 0.3})
    records = records_of(dataset, plan)
    trajectory = fit_trajectory(dataset, plan)
    assert [record.step for record in records] == list(range(len(trajectory)))
    for record, state in zip(records, trajectory, strict=True):
        weights = [array for array in state if array.dtype == np.float32]
        assert_measured(record.training, dataset.training, weights, 2)


def test_no_hidden_layer_is_logistic_regression_and_finds_its_optimum() -> None:
    from sklearn.linear_model import LogisticRegression

    dataset = toy(2, rows=300)
    plan = TrainingPlan(
        model=ModelPlan(),
        optimiser=OptimiserPlan(name="sgd", learning_rate=1.0, batch_size=300, epochs=800),
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
        logits = np.hstack([np.zeros_like(predicted), predicted]) if classes == 2 else predicted
        powers = np.exp(logits.astype(np.float64))
        found = powers / powers.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(found, probabilities(weights, split.x), rtol=1e-4, atol=1e-5)
    *_, last = train(dataset=toy(classes), plan=PLAN)
    assert isinstance(last, Predictions)
    assert last.test.shape == (0, 1 if classes == 2 else classes)


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
    plan = changed(PLAN, model={"dropout": 0.5})
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
    plan = replace(
        changed(PLAN, model={"dropout": 0.3}, optimiser={"epochs": 10}), record_points=12
    )
    first = records_of(dataset, plan)
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
    plan = replace(changed(PLAN, optimiser={"epochs": 10}), record_points=8)
    steps = [record.step for record in records_of(toy(2), plan)]
    assert steps == plan.record_steps(60).tolist()


def test_single_steps_stop_at_each_step_also_where_an_epoch_is_checked() -> None:
    plan = replace(changed(PLAN, stopping={"watch": "worst-group"}), record_points=2)
    news = driven(toy(2), plan, repeat(1))
    steps = dict.fromkeys(each.step for each in news)
    assert list(steps) == list(range(plan.total_steps(60) + 1))


def test_a_measure_that_is_asked_for_is_one_more_record_and_changes_no_other() -> None:
    dataset = toy(2)
    plan = replace(changed(PLAN, model={"dropout": 0.3}), record_points=3)
    planned = records_of(dataset, plan)
    asked = train(dataset=dataset, plan=plan, sample=None)
    news: list[News] = [next(asked)]
    with suppress(StopIteration):
        while True:
            last = news[-1]
            is_due = isinstance(last, Advance) and last.step in {2, 4}
            news.append(asked.send(Measure() if is_due else 1))
    records = {each.step: each for each in news if isinstance(each, Record)}
    assert records.keys() - {each.step for each in planned} == {2, 4}
    np.testing.assert_array_equal(
        numbers([records[each.step] for each in planned]), numbers(planned)
    )
    often = {each.step: each for each in records_of(dataset, replace(plan, record_points=1000))}
    for step in (2, 4):
        np.testing.assert_array_equal(numbers([records[step]]), numbers([often[step]]))


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
    optimiser = {"name": "sgd", "learning_rate": 300.0, "epochs": 100}
    plan = replace(
        changed(PLAN, optimiser=optimiser, model={"activation": "linear"}), record_points=5
    )
    stopped: list[int] = []
    for most in (None, 1):
        seen: list[News] = []
        with pytest.raises(TrainingDivergedError, match="try a smaller learning rate") as raised:
            seen.extend(driven(toy(2), plan, repeat(most)))
        stopped.append(raised.value.step)
        records = [news for news in seen if isinstance(news, Record)]
        assert records[0].step == 0
        for side in (side for record in records for side in (record.training, record.validation)):
            assert np.isfinite(side.scores["loss"]).all()
    assert stopped[0] == stopped[1] > 1


def test_closing_a_run_early_ends_it() -> None:
    stream = train(dataset=toy(2), plan=PLAN)
    next(stream)
    stream.close()
    assert next(stream, None) is None


def test_class_weights_that_do_not_fit_are_refused_before_anything_is_built() -> None:
    with pytest.raises(ValueError, match="class_weights"):
        next(train(dataset=toy(3), plan=replace(PLAN, mitigation=weighted(1.0, 2.0))))


def test_a_smaller_share_of_the_plan_decides_where_a_run_ends() -> None:
    news = list(train(dataset=toy(2), plan=changed(PLAN, optimiser={"steps": 7})))
    assert isinstance(news[-1], Predictions)
    assert (news[-1].step, news[-1].epoch) == (7, 1.75)


OVERFITTING = replace(
    changed(
        PLAN,
        optimiser={"epochs": 60, "learning_rate": 0.1},
        stopping={"watch": "overall", "patience": 3},
    ),
    record_points=10,
)


@pytest.mark.parametrize("weights", ["best", "last"])
@pytest.mark.parametrize("watch", ["overall", "worst-group"])
def test_a_run_without_progress_ends_early_and_predicts_with_the_best_weights(
    watch: str, weights: str
) -> None:
    dataset = toy(2)
    plan = changed(OVERFITTING, stopping={"watch": watch, "weights": weights})
    news = list(train(dataset=dataset, plan=plan))
    *_, ended, record, predictions = (each for each in news if not isinstance(each, Advance))
    assert isinstance(record, Record)
    assert isinstance(ended, Ended)
    assert isinstance(predictions, Predictions)
    assert ended.early
    assert record.step == ended.step == ended.best_step + 3 * 4 < plan.total_steps(60)
    assert ended.restored == (weights == "best")
    assert predictions.step == ended.step
    assert predictions.weights_step == (ended.best_step if ended.restored else ended.step)
    y, group = dataset.validation.y, dataset.validation.group
    losses = np.logaddexp(0.0, np.where(y == 1, -1, 1) * predictions.validation[:, 0])
    worst = max(losses[group == index].mean() for index in range(GROUPS))
    found = losses.mean() if watch == "overall" else worst
    np.testing.assert_allclose(losses.mean(), record.validation.overall_loss, rtol=1e-5)
    correct = (predictions.training[:, 0] > 0) == dataset.training.y
    assert record.training.overall_accuracy == pytest.approx(correct.mean())
    if ended.restored:
        np.testing.assert_allclose(found, ended.best_loss, rtol=1e-5)
    else:
        assert found > ended.best_loss


def test_watching_changes_no_number_before_the_end() -> None:
    dataset = toy(2)
    watched = records_of(dataset, OVERFITTING)
    unwatched = records_of(dataset, changed(OVERFITTING, stopping={"watch": "nothing"}))
    both = {record.step: record for record in unwatched}
    *before, _ = watched
    assert len(before) >= 3
    shared = [both[record.step] for record in before]
    np.testing.assert_array_equal(numbers(before), numbers(shared))


def test_a_watched_run_that_keeps_its_plan_says_so() -> None:
    plan = changed(PLAN, stopping={"watch": "overall", "patience": 50})
    *_, ended, _, _ = train(dataset=toy(2), plan=plan)
    assert isinstance(ended, Ended)
    assert not ended.early
    assert ended.step == plan.total_steps(60)


def test_a_plateau_slows_learning_from_its_step_on_however_the_run_is_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(relay, "LONG_RUN", 1)
    monkeypatch.setattr(relay, "HANDOVER", 30)
    dataset = toy(2)
    optimiser = {"schedule": "reduce-on-plateau", "decay_rate": 0.01, "patience": 2}
    plan = replace(
        changed(OVERFITTING, optimiser=optimiser | {"epochs": 30}, stopping={"watch": "nothing"}),
        record_points=1000,
    )
    whole = list(train(dataset=dataset, plan=plan))
    slowed = [news for news in whole if isinstance(news, Slowed)]
    assert [news.factor for news in slowed[:2]] == pytest.approx([1e-2, 1e-4])
    first = slowed[0].step
    records = [news for news in whole if isinstance(news, Record)]
    constant = changed(plan, optimiser={"schedule": "constant"})
    plain = {record.step: record for record in records_of(dataset, constant)}
    for record in records:
        same = plain[record.step].training.overall_loss == record.training.overall_loss
        assert same == (record.step <= first)
    cut = list(driven(dataset, plan, repeat(1)))
    assert [news for news in cut if isinstance(news, Slowed)] == slowed
    again = [news for news in cut if isinstance(news, Record)]
    np.testing.assert_array_equal(numbers(records), numbers(again))


def test_dividing_by_weights_makes_their_scale_disappear() -> None:
    dataset = toy(2)
    single, double = (
        records_of(
            dataset,
            replace(PLAN, mitigation=replace(weighted(*factors), normalisation="sum-of-weights")),
        )
        for factors in ((1.0, 3.0), (2.0, 6.0))
    )
    np.testing.assert_array_equal(numbers(single), numbers(double))
    by_rows = records_of(dataset, replace(PLAN, mitigation=weighted(1.0, 3.0)))
    assert by_rows[-1].training.overall_loss != single[-1].training.overall_loss


def test_the_first_step_of_each_loss_follows_its_own_gradient() -> None:
    dataset = toy(2)
    after = {
        name: records_of(
            dataset, changed(PLAN, loss={"name": name}, optimiser={"name": "sgd", "steps": 1})
        )[-1].training.overall_loss
        for name in ("cross-entropy", "focal", "logit-adjusted", "squared", "hinge")
    }
    assert len(set(after.values())) == len(after)


def test_data_that_do_not_fit_are_refused_before_anything_is_built() -> None:
    with pytest.raises(PlanError, match=r"optimiser\.batch_size"):
        next(train(dataset=toy(3), plan=changed(PLAN, optimiser={"batch_size": 61})))
