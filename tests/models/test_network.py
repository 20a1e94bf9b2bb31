"""Networks of every kind: their layers, sizes, beginnings and how they train."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from training_plans import PLAN, changed

from models import relay
from models.dataset import Dataset, Split
from models.network import build, build_optimiser, operations, parameter_count
from models.plan import Activation, Initialiser, ModelPlan, OptimiserPlan
from models.runtime import configure_tensorflow
from models.training import Record, train

SHAPE = (6, 4)


def pictures(*, rows: int = 64, classes: int = 3) -> Dataset:
    """Images with a bright row whose place is their class, at a column that says nothing."""
    random = np.random.default_rng(0)

    def draw() -> Split:
        y = random.integers(0, classes, rows)
        x = 0.3 * random.normal(size=(rows, *SHAPE))
        x[np.arange(rows), 2 * y] += 1.0
        group = (np.arange(rows) % 2).astype(np.int32)
        return Split(x.reshape(rows, -1).astype(np.float32), y.astype(np.int32), group)

    return Dataset(
        name="Bars",
        training=draw(),
        validation=draw(),
        group_names=("even", "odd"),
        class_names=tuple(map(str, range(classes))),
        feature_names=tuple(map(str, range(24))),
        image_shape=SHAPE,
    )


@given(
    widths=st.lists(st.integers(1, 20), max_size=3).map(tuple),
    filters=st.lists(st.integers(1, 5), min_size=1, max_size=2).map(tuple),
    convolutional=st.booleans(),
    normalised=st.booleans(),
    biased=st.booleans(),
    classes=st.integers(2, 4),
    colours=st.sampled_from([(), (3,)]),
)
@settings(max_examples=15, deadline=None)
def test_parameters_are_counted_as_keras_counts_them(
    *,
    widths: tuple[int, ...],
    filters: tuple[int, ...],
    convolutional: bool,
    normalised: bool,
    biased: bool,
    classes: int,
    colours: tuple[int, ...],
) -> None:
    configure_tensorflow()
    plan = ModelPlan(
        network="convolutional" if convolutional else "dense",
        widths=widths,
        filters=filters,
        bias="yes" if biased else "no",
        batch_normalisation="yes" if normalised else "no",
    )
    shape = (*SHAPE, *colours)
    inputs = int(np.prod(shape))
    model = build(plan, inputs=inputs, classes=classes, image_shape=shape, seed=0)
    counted = parameter_count(plan, inputs=inputs, classes=classes, image_shape=shape)
    assert counted == sum(int(np.prod(each.shape)) for each in model.trainable_variables)
    assert model.output_shape == (None, 1 if classes == 2 else classes)
    assert operations(model) >= counted


def test_a_convolution_is_applied_at_every_pixel() -> None:
    configure_tensorflow()
    plan = ModelPlan(network="convolutional", filters=(5,))
    model = build(plan, inputs=24, classes=2, image_shape=SHAPE, seed=0)
    assert operations(model) == 24 * (9 + 1) * 5 + (3 * 2 * 5 + 1)


@pytest.mark.parametrize("activation", get_args(Activation))
def test_activations_are_those_of_keras(activation: Activation) -> None:
    configure_tensorflow()
    import keras

    plan = ModelPlan(widths=(4,), activation=activation)
    model = build(plan, inputs=3, classes=2, image_shape=None, seed=0)
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    first, first_bias, second, second_bias = model.get_weights()
    bend = keras.activations.get(activation.replace("-", "_"))
    hidden = np.asarray(bend(keras.ops.convert_to_tensor(x @ first + first_bias)))
    np.testing.assert_allclose(model(x).numpy(), hidden @ second + second_bias, 1e-4, 1e-6)


@pytest.mark.parametrize("initialiser", get_args(Initialiser))
def test_initial_weights_have_the_variance_of_their_name(initialiser: Initialiser) -> None:
    configure_tensorflow()
    plan = ModelPlan(widths=(300,), initialiser=initialiser)
    model, same, other = (
        build(plan, inputs=100, classes=2, image_shape=None, seed=seed) for seed in (0, 0, 1)
    )
    kernel, bias = model.get_weights()[:2]
    np.testing.assert_array_equal(kernel, same.get_weights()[0])
    np.testing.assert_array_equal(bias, 0.0)
    family = initialiser.partition("-")[0]
    variance = {
        "glorot": 2 / 400,
        "he": 2 / 100,
        "lecun": 1 / 100,
        "zeros": 0.0,
        "orthogonal": 1 / 300,
    }
    np.testing.assert_allclose(kernel.var(), variance[family], rtol=0.05)
    assert (initialiser == "zeros") == np.array_equal(kernel, other.get_weights()[0])


def test_zeros_leave_all_units_of_a_layer_alike() -> None:
    plan = changed(PLAN, model={"initialiser": "zeros"}, optimiser={"name": "sgd"})
    dataset = pictures(classes=2)
    losses = [
        news.training.overall_loss
        for news in train(dataset=dataset, plan=plan)
        if isinstance(news, Record)
    ]
    share = dataset.training.y.mean()
    entropy = -share * np.log(share) - (1 - share) * np.log(1 - share)
    assert losses[0] == pytest.approx(np.log(2))
    assert min(losses) > entropy - 1e-3, "only the bias of the output can learn"


@pytest.mark.parametrize("network", ["dense", "convolutional"])
def test_batch_normalisation_is_that_of_fit_where_no_batch_is_short(network: str) -> None:
    configure_tensorflow()
    import keras

    dataset = pictures()
    plan = changed(
        PLAN,
        model={"network": network, "filters": (3, 2), "widths": (5,), "batch_normalisation": "yes"},
    )
    last = [news for news in train(dataset=dataset, plan=plan) if isinstance(news, Record)][-1]
    model = build(plan.model, inputs=24, classes=3, image_shape=SHAPE, seed=plan.seed)
    model.compile(
        optimizer=build_optimiser(plan.optimiser),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    x, y = dataset.training.x, dataset.training.y
    for epoch in range(plan.optimiser.epochs):
        order = plan.epoch_order(epoch, rows=y.size)
        model.fit(x[order], y[order], batch_size=16, shuffle=False, verbose=0)
    for split, side in ((dataset.training, last.training), (dataset.validation, last.validation)):
        expected = float(model.evaluate(split.x, split.y, batch_size=64, verbose=0))
        assert side.overall_loss == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("network", ["dense", "convolutional"])
@pytest.mark.parametrize("xla", [False, True])
def test_running_means_survive_the_handover_and_any_division(
    monkeypatch: pytest.MonkeyPatch, *, network: str, xla: bool
) -> None:
    if xla:
        monkeypatch.setattr(relay, "LONG_RUN", 1)
        monkeypatch.setattr(relay, "HANDOVER", 5)
    plan = changed(
        PLAN,
        model={"network": network, "filters": (3,), "batch_normalisation": "yes"},
        optimiser={"epochs": 2, "batch_size": 10, "schedule": "cosine", "decay_steps": 10},
    )
    runs = []
    for most in (None, 1):
        stream = train(dataset=pictures(), plan=plan)
        news = [next(stream)]
        while True:
            try:
                news.append(stream.send(most))
            except StopIteration:
                break
        runs.append([each.validation.loss for each in news if isinstance(each, Record)])
    whole, cut = runs
    np.testing.assert_array_equal(whole, cut)


def test_a_convolutional_network_learns_what_is_where() -> None:
    plan = replace(
        changed(
            PLAN,
            model={"network": "convolutional", "filters": (4,), "widths": (), "activation": "relu"},
            optimiser={"epochs": 60},
        ),
        record_points=2,
    )
    last = [news for news in train(dataset=pictures(), plan=plan) if isinstance(news, Record)][-1]
    assert last.validation.overall_accuracy > 0.95


def test_momentum_is_as_set() -> None:
    configure_tensorflow()
    plain, looking_ahead = (
        build_optimiser(OptimiserPlan(name="momentum", momentum=0.7)),
        build_optimiser(OptimiserPlan(name="nesterov", momentum=0.7)),
    )
    assert (plain.momentum, plain.nesterov) == (0.7, False)
    assert (looking_ahead.momentum, looking_ahead.nesterov) == (0.7, True)
