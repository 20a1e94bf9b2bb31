"""Early stopping and plateaus against Keras' callbacks, fed with the same losses."""

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.plan import ModelPlan, OptimiserPlan, ScheduleName, StoppingPlan, TrainingPlan
from models.runtime import configure_tensorflow
from models.stopping import EarlyStop, Plateau

LOSSES = st.lists(st.integers(0, 8).map(lambda tenths: tenths / 10), min_size=1, max_size=40)


@pytest.fixture(autouse=True, scope="module")
def _configured() -> None:
    """Set TensorFlow up as every training does, before anything uses it."""
    configure_tensorflow()


class Stand:
    """A model of one weight, which is the number of the epoch."""

    def __init__(self) -> None:
        self.weights = [np.zeros(1, np.float32)]
        self.stop_training = False

    def get_weights(self) -> list[NDArray[np.float32]]:
        return [weight.copy() for weight in self.weights]

    def set_weights(self, weights: list[NDArray[np.float32]]) -> None:
        self.weights = weights


def measured(*losses: float, overall: float) -> NDArray[np.float64]:
    return np.array([*losses, overall])


@given(losses=LOSSES, patience=st.integers(1, 5), least_gain=st.sampled_from([0.0, 0.15]))
def test_a_run_ends_where_keras_ends_it_and_keeps_the_same_weights(
    losses: list[float], patience: int, least_gain: float
) -> None:
    theirs = keras.callbacks.EarlyStopping(
        "val_loss", min_delta=least_gain, patience=patience, restore_best_weights=True
    )
    model: Any = Stand()
    theirs.set_model(model)
    theirs.on_train_begin()
    plan = StoppingPlan(watch="overall", patience=patience, least_gain=least_gain)
    ours = EarlyStop(plan)
    for epoch, loss in enumerate(losses):
        model.weights = [np.full(1, epoch, np.float32)]
        ends = ours.take(10 * epoch, measured(loss, overall=loss), model)
        theirs.on_epoch_end(epoch, {"val_loss": loss})
        assert ends == model.stop_training
        if ends:
            break
    theirs.on_train_end()
    assert ours.best is not None
    assert ours.best.weights == model.weights
    assert ours.best.step == 10 * int(model.weights[0][0])
    assert ours.best.loss == losses[ours.best.step // 10]


def test_the_worst_group_is_the_one_with_the_largest_loss() -> None:
    stop = EarlyStop(StoppingPlan(watch="worst-group", patience=1))
    model: Any = Stand()
    assert not stop.take(1, measured(0.5, 0.9, overall=0.6), model)
    assert not stop.take(2, measured(0.8, 0.7, overall=0.8), model), "another group is worst"
    assert stop.take(3, measured(0.1, 0.8, overall=0.1), model)
    assert stop.best is not None
    assert (stop.best.step, stop.best.loss) == (2, 0.8)


def test_nothing_watched_never_ends() -> None:
    stop = EarlyStop(StoppingPlan(watch="nothing", patience=1))
    model: Any = Stand()
    assert not any(stop.take(step, measured(1.0, overall=1.0), model) for step in range(5))
    assert stop.best is None


@given(losses=LOSSES, patience=st.integers(1, 5), factor=st.sampled_from([0.5, 0.1]))
def test_the_rate_falls_where_keras_lowers_it(
    losses: list[float], patience: int, factor: float
) -> None:
    optimizer = SimpleNamespace(learning_rate=np.float64(1.0))
    theirs = keras.callbacks.ReduceLROnPlateau("val_loss", factor=factor, patience=patience)
    model: Any = SimpleNamespace(optimizer=optimizer)
    theirs.set_model(model)
    theirs.on_train_begin()
    plan = TrainingPlan(
        model=ModelPlan(),
        optimiser=OptimiserPlan(schedule="reduce-on-plateau", decay_rate=factor, patience=patience),
    )
    ours = Plateau(plan)
    for epoch, loss in enumerate(losses):
        before = ours.slowing
        fell = ours.take(measured(loss, overall=loss))
        theirs.on_epoch_end(epoch, {"val_loss": loss})
        assert fell == (ours.slowing < before)
        np.testing.assert_allclose(ours.slowing, optimizer.learning_rate, rtol=1e-5)


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_other_schedules_know_no_plateau(schedule: ScheduleName) -> None:
    plan = TrainingPlan(model=ModelPlan(), optimiser=OptimiserPlan(schedule=schedule, patience=1))
    plateau = Plateau(plan)
    assert not any(plateau.take(measured(1.0, overall=1.0)) for _ in range(5))
    assert plateau.slowing == 1.0
