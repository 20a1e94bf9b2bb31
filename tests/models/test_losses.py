"""Losses against NumPy by hand, Keras, the solvable model, their limits, finite differences."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.losses import RowLosses, cross_entropies, row_losses
from models.plan import LossPlan
from models.runtime import configure_tensorflow
from simulation.losses import Focal, Logistic, Squared

Array = NDArray[np.float64]
ROWS = 40


@pytest.fixture(autouse=True, scope="module")
def _configured() -> None:
    """Set TensorFlow up as every training does, before anything uses it."""
    configure_tensorflow()


def drawn(classes: int) -> tuple[NDArray[np.int32], NDArray[np.float32], Array]:
    """Labels, logits in the form of the network's, and shares of the classes."""
    random = np.random.default_rng(classes)
    y = random.integers(0, classes, ROWS).astype(np.int32)
    logits = random.normal(0, 3, (ROWS, 1 if classes == 2 else classes)).astype(np.float32)
    return y, logits, random.dirichlet(np.ones(classes))


def found(
    plan: LossPlan, y: NDArray[np.int32], logits: NDArray[np.float32], shares: Array
) -> Array:
    import tensorflow as tf

    values = row_losses(plan, shares=shares)(tf.constant(y), tf.constant(logits)).numpy()
    return np.asarray(values, dtype=np.float64)


def by_hand(plan: LossPlan, y: NDArray[np.int32], logits: NDArray[Any], shares: Array) -> Array:
    """Formulas as written in the papers, row by row, with one logit for each class."""
    classes = shares.size
    losses = []
    for label, given in zip(y, logits.astype(np.float64), strict=True):
        f = np.array([0.0, given[0]]) if classes == 2 else given
        t = np.eye(classes)[label] * (1 - plan.label_smoothing) + plan.label_smoothing / classes
        if plan.name == "squared":
            code = np.where(np.eye(classes)[label], 1.0, -1.0)
            code, f = (code[1:], f[1:]) if classes == 2 else (code, f)
            losses.append(0.5 * ((code - f) ** 2).sum())
            continue
        if plan.name == "hinge":
            others = np.delete(f, label).max()
            margin = f[label] - others
            losses.append(max(0.0, 1.0 - margin))
            continue
        if plan.name == "logit-adjusted":
            f = f + plan.adjustment * np.log(shares)
        p = np.exp(f) / np.exp(f).sum()
        gamma = plan.focal_gamma if plan.name == "focal" else 0.0
        alpha = np.ones(classes)
        if plan.name == "focal" and plan.focal_balancing == "yes":
            alpha = np.array([1 - plan.focal_alpha, plan.focal_alpha])
        losses.append(-(t * alpha * (1 - p) ** gamma * np.log(p)).sum())
    return np.array(losses)


PLANS = {
    "cross-entropy": LossPlan(),
    "smoothed": LossPlan(label_smoothing=0.2),
    "focal": LossPlan(name="focal", focal_gamma=2.0),
    "focal, blunt and smoothed": LossPlan(name="focal", focal_gamma=0.5, label_smoothing=0.1),
    "logit-adjusted": LossPlan(name="logit-adjusted", adjustment=1.5),
    "squared": LossPlan(name="squared"),
    "hinge": LossPlan(name="hinge"),
}


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("classes", [2, 3, 7])
def test_losses_are_their_formulas(name: str, classes: int) -> None:
    y, logits, shares = drawn(classes)
    expected = by_hand(PLANS[name], y, logits, shares)
    np.testing.assert_allclose(found(PLANS[name], y, logits, shares), expected, 1e-4, 2e-6)


@pytest.mark.parametrize("alpha", [0.0, 0.25, 1.0])
def test_the_balanced_focal_loss_weighs_the_second_class_by_alpha(alpha: float) -> None:
    y, logits, shares = drawn(2)
    plan = LossPlan(name="focal", focal_balancing="yes", focal_alpha=alpha)
    values = found(plan, y, logits, shares)
    np.testing.assert_allclose(values, by_hand(plan, y, logits, shares), 1e-4, 1e-6)
    plain = found(LossPlan(name="focal"), y, logits, shares)
    np.testing.assert_allclose(values, np.where(y == 1, alpha, 1 - alpha) * plain, rtol=1e-6)


@pytest.mark.parametrize("classes", [2, 5])
@pytest.mark.parametrize(
    "plan",
    [
        LossPlan(name="focal", focal_gamma=0.0),
        LossPlan(name="logit-adjusted", adjustment=0.0),
        LossPlan(label_smoothing=1e-9),
    ],
)
def test_limits_are_the_cross_entropy(plan: LossPlan, classes: int) -> None:
    import tensorflow as tf

    y, logits, shares = drawn(classes)
    expected = cross_entropies(labels=tf.constant(y), logits=tf.constant(logits)).numpy()
    np.testing.assert_allclose(found(plan, y, logits, shares), expected, rtol=1e-5, atol=1e-6)


def test_equal_shares_leave_nothing_to_adjust() -> None:
    y, logits, _ = drawn(4)
    even = np.full(4, 0.25)
    adjusted = found(LossPlan(name="logit-adjusted"), y, logits, even)
    np.testing.assert_allclose(adjusted, found(LossPlan(), y, logits, even), rtol=1e-5)


def test_complete_smoothing_asks_for_every_class_alike() -> None:
    y, logits, shares = drawn(3)
    plan = LossPlan(label_smoothing=1.0)
    values = found(plan, y, logits, shares)
    np.testing.assert_allclose(values, found(plan, (y + 1) % 3, logits, shares), rtol=1e-6)


@pytest.mark.parametrize(
    ("plan", "classes", "oracle"),
    [
        (
            PLANS["smoothed"],
            2,
            lambda k: k.BinaryCrossentropy(from_logits=True, label_smoothing=0.2),
        ),
        (
            PLANS["smoothed"],
            4,
            lambda k: k.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2),
        ),
        (PLANS["focal"], 2, lambda k: k.BinaryFocalCrossentropy(gamma=2.0, from_logits=True)),
        (
            LossPlan(name="focal", focal_gamma=1.5, focal_balancing="yes", focal_alpha=0.3),
            2,
            lambda k: k.BinaryFocalCrossentropy(True, 0.3, 1.5, from_logits=True),
        ),
        (
            PLANS["focal"],
            4,
            lambda k: k.CategoricalFocalCrossentropy(alpha=1.0, gamma=2.0, from_logits=True),
        ),
        (PLANS["hinge"], 2, lambda k: k.Hinge()),
    ],
)
def test_keras_has_the_same_mean(
    plan: LossPlan, classes: int, oracle: Callable[[Any], Any]
) -> None:
    import keras

    y, logits, shares = drawn(classes)
    logits = np.clip(logits, -4, 4)  # Keras clips probabilities near 0 and 1
    truth = y[:, None] if classes == 2 else np.eye(classes)[y]
    expected = float(oracle(keras.losses)(truth.astype(np.float32), logits))
    assert found(plan, y, logits, shares).mean() == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("plan", "theirs"),
    [
        (LossPlan(), Logistic()),
        (PLANS["squared"], Squared()),
        (PLANS["focal"], Focal(gamma=2.0)),
    ],
)
def test_a_single_unit_has_the_losses_of_the_solvable_model(
    plan: LossPlan, theirs: Logistic | Squared | Focal
) -> None:
    y, logits, shares = drawn(2)
    margin = np.where(y == 1, 1.0, -1.0) * logits[:, 0].astype(np.float64)
    np.testing.assert_allclose(
        found(plan, y, logits, shares), theirs.value(margin), rtol=1e-4, atol=1e-6
    )


def gradient(loss: RowLosses, y: NDArray[np.int32], logits: NDArray[np.float32]) -> Array:
    import tensorflow as tf

    given = tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(given)
        value = tf.reduce_sum(loss(tf.constant(y), given))
    return np.asarray(tape.gradient(value, given).numpy(), dtype=np.float64)


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("classes", [2, 3])
def test_gradients_are_finite_differences(name: str, classes: int) -> None:
    y, logits, shares = drawn(classes)
    plan = PLANS[name]
    slopes = gradient(row_losses(plan, shares=shares), y, logits)
    width = 1e-5
    for column in range(logits.shape[1]):
        move = np.zeros_like(slopes)
        move[:, column] = width
        ahead = by_hand(plan, y, logits + move, shares)
        behind = by_hand(plan, y, logits - move, shares)
        np.testing.assert_allclose(slopes[:, column], (ahead - behind) / (2 * width), 1e-3, 1e-5)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("gamma", [0.0, 0.3, 1.0, 5.0])
def test_answers_beyond_doubt_have_finite_losses_and_gradients(classes: int, gamma: float) -> None:
    logits = np.zeros((2, 1 if classes == 2 else classes), np.float32)
    logits[:, -1] = 200.0
    y = np.array([classes - 1, 0], np.int32)
    shares = np.full(classes, 1 / classes)
    plan = LossPlan(name="focal", focal_gamma=gamma)
    right, wrong = found(plan, y, logits, shares)
    assert right == pytest.approx(0.0, abs=1e-6)
    assert wrong == pytest.approx(200.0, rel=1e-3)
    slopes = gradient(row_losses(plan, shares=shares), y, logits)
    assert np.isfinite(slopes).all()
    np.testing.assert_allclose(slopes[0], 0.0, atol=1e-5)
    assert slopes[1, -1] == pytest.approx(1.0, rel=1e-3)
