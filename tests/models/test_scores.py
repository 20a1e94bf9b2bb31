"""Scores against scikit-learn, fairlearn and SciPy."""

import warnings
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn import metrics

from models.dataset import Indices
from models.scores import Score, scores, sizes, wilson_interval

GROUPS = 3


def drawn(classes: int, *, rows: int = 400) -> tuple[NDArray[np.float64], Indices, Indices]:
    """Logarithms of probabilities, a coarse grid of them, labels and groups of unequal skill."""
    random = np.random.default_rng(classes)
    group = random.choice(GROUPS, rows, p=[0.6, 0.3, 0.1]).astype(np.int32)
    labels = random.integers(0, classes, rows).astype(np.int32)
    margins = np.eye(classes)[labels] * (2 - group[:, None]) + random.normal(size=(rows, classes))
    powers = np.exp(margins.round(1))
    return np.log(powers / powers.sum(axis=1, keepdims=True)), labels, group


def parts(group: Indices) -> list[NDArray[np.bool_]]:
    return [*(group == index for index in range(GROUPS)), np.ones(group.shape, np.bool_)]


@pytest.mark.parametrize("classes", [2, 3])
def test_losses_and_shares_are_those_of_scikit_learn(classes: int) -> None:
    predicted, labels, group = drawn(classes)
    found = scores(predicted, labels=labels, group=group, groups=GROUPS)
    answers = predicted.argmax(axis=1)
    for index, rows in enumerate(parts(group)):
        probability = np.exp(predicted[rows])
        oracle: dict[Score, float] = {
            "loss": metrics.log_loss(labels[rows], probability, labels=list(range(classes))),
            "accuracy": metrics.accuracy_score(labels[rows], answers[rows]),
            "balanced accuracy": metrics.balanced_accuracy_score(labels[rows], answers[rows]),
        }
        if classes == 2:
            margin = predicted[rows, 1] - predicted[rows, 0]
            oracle["ROC AUC"] = metrics.roc_auc_score(labels[rows], margin)
        for name, value in oracle.items():
            assert found[name][index] == pytest.approx(value, rel=1e-12), name


def test_rates_by_group_are_those_of_fairlearn() -> None:
    from fairlearn.metrics import (
        MetricFrame,
        false_positive_rate,
        selection_rate,
        true_positive_rate,
    )

    predicted, labels, group = drawn(2)
    found = scores(predicted, labels=labels, group=group, groups=GROUPS)
    rates: dict[Score, Callable[..., float]] = {
        "selection rate": selection_rate,
        "true positive rate": true_positive_rate,
        "false positive rate": false_positive_rate,
    }
    frame = MetricFrame(
        metrics=rates, y_true=labels, y_pred=predicted.argmax(axis=1), sensitive_features=group
    )
    for name in rates:
        by_group = [*frame.by_group[name], frame.overall[name]]
        np.testing.assert_allclose(found[name], by_group, rtol=1e-12)


def test_the_known_example_of_two_groups() -> None:
    labels = np.array([1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1], np.int32)
    score = np.array(
        [
            *(0.9, 0.8, 0.45, 0.6, 0.3, 0.1, 0.75, 0.7, 0.4, 0.2),
            *(0.65, 0.35, 0.3, 0.25, 0.2, 0.55, 0.15, 0.1, 0.05, 0.4),
        ]
    )
    group = np.repeat(np.array([0, 1], np.int32), 10)
    found = scores(np.log([1 - score, score]).T, labels=labels, group=group, groups=2)
    np.testing.assert_allclose(found["selection rate"], [0.5, 0.2, 0.35])
    np.testing.assert_allclose(found["true positive rate"][:2], [0.8, 0.25])
    np.testing.assert_allclose(found["false positive rate"][:2], [0.2, 1 / 6])
    counted = sizes(labels, group=group, groups=2, classes=2)
    np.testing.assert_array_equal(counted["rows"], [10, 10, 20])
    np.testing.assert_allclose(counted["base rate"], [0.5, 0.4, 0.45])


def test_what_is_not_defined_is_nan_and_nothing_else_is() -> None:
    predicted = np.log([[0.2, 0.8], [0.6, 0.4], [0.3, 0.7], [0.9, 0.1]])
    labels, group = np.array([1, 1, 0, 0], np.int32), np.array([0, 0, 1, 1], np.int32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = scores(predicted, labels=labels, group=group, groups=3)
    missing = {name: np.isnan(values).tolist() for name, values in found.items()}
    assert missing == {
        "loss": [False, False, True, False],
        "accuracy": [False, False, True, False],
        "balanced accuracy": [True, True, True, False],
        "ROC AUC": [True, True, True, False],
        "selection rate": [False, False, True, False],
        "true positive rate": [False, True, True, False],
        "false positive rate": [True, False, True, False],
    }


def test_more_classes_have_no_positive_one() -> None:
    predicted, labels, group = drawn(4)
    found = scores(predicted, labels=labels, group=group, groups=GROUPS)
    assert np.isnan(sizes(labels, group=group, groups=GROUPS, classes=4)["base rate"]).all()
    defined = {name for name, values in found.items() if np.isfinite(values).all()}
    assert defined == {"loss", "accuracy", "balanced accuracy"}
    binary, labels, group = drawn(2)
    assert found.keys() == scores(binary, labels=labels, group=group, groups=GROUPS).keys()


@given(
    arrays.arrays(np.int64, st.integers(2, 30), elements=st.integers(-3, 3)),
    st.integers(0, 2**31),
)
def test_the_area_counts_pairs(margin: NDArray[np.int64], seed: int) -> None:
    labels = np.random.default_rng(seed).integers(0, 2, margin.size).astype(np.int32)
    predicted = np.stack([np.zeros(margin.size), margin.astype(np.float64)], axis=1)
    group = np.zeros(margin.size, np.int32)
    area = scores(predicted, labels=labels, group=group, groups=1)["ROC AUC"][0]
    gaps = margin[labels == 1][:, None] - margin[labels == 0][None, :]
    if gaps.size:
        assert area == pytest.approx(np.mean((gaps > 0) + 0.5 * (gaps == 0)), abs=1e-12)
    else:
        assert np.isnan(area)


@given(st.integers(1, 500), st.data())
def test_intervals_of_shares_are_those_of_scipy(rows: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, rows))
    low, high = wilson_interval(np.array([hits / rows]), np.array([float(rows)]))
    oracle = binomtest(hits, rows).proportion_ci(method="wilson")
    assert (low[0], high[0]) == pytest.approx((oracle.low, oracle.high), abs=1e-12)


def test_a_share_of_no_rows_has_no_interval() -> None:
    low, high = wilson_interval(np.array([np.nan]), np.array([0.0]))
    assert np.isnan(low[0])
    assert np.isnan(high[0])
