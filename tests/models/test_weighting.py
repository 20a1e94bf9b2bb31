"""Tests of `models.weighting` against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_class_weight

from models.weighting import ClassWeights, class_weights

NAMES = ("a", "b", "c")


@given(counts=st.lists(st.integers(1, 50), min_size=2, max_size=6))
def test_balanced_weights_are_those_of_scikit_learn_and_have_mean_one(counts: list[int]) -> None:
    labels = np.repeat(np.arange(len(counts)), counts).astype(np.int32)
    names = tuple(str(index) for index in range(len(counts)))
    weights = class_weights("balanced", labels=labels, class_names=names)
    oracle = compute_class_weight("balanced", classes=np.arange(len(counts)), y=labels)
    np.testing.assert_allclose(weights, oracle, rtol=1e-15)
    np.testing.assert_allclose(weights[labels].mean(), 1.0)


def test_no_weights_are_ones_and_custom_weights_are_kept() -> None:
    labels = np.zeros(3, np.int32)
    np.testing.assert_array_equal(class_weights("none", labels=labels, class_names=NAMES), 1.0)
    custom = class_weights((0.0, 2.5, 1.0), labels=labels, class_names=NAMES)
    np.testing.assert_array_equal(custom, [0.0, 2.5, 1.0])


@pytest.mark.parametrize(
    "choice",
    [(1.0, 2.0), (1.0, 2.0, -1.0), (1.0, float("nan"), 1.0), (1.0, float("inf"), 1.0), ()],
)
def test_custom_weights_that_do_not_fit_are_refused(choice: ClassWeights) -> None:
    message = "class_weights must be 'none', 'balanced' or 3 finite numbers >= 0, .* a, b, c"
    with pytest.raises(ValueError, match=message):
        class_weights(choice, labels=np.zeros(3, np.int32), class_names=NAMES)


def test_weights_that_silence_every_class_are_refused() -> None:
    with pytest.raises(ValueError, match="class_weights must not all be 0"):
        class_weights((0.0, 0.0, 0.0), labels=np.zeros(3, np.int32), class_names=NAMES)
