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
from models.scores import Score, mean_losses, scores, sizes, wilson_interval

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


def calibration_error(probability: NDArray[np.float64], labels: NDArray[np.integer]) -> float:
    """Guo et al. (2017), eq. 3, bin by bin."""
    confidence, correct = probability.max(axis=1), probability.argmax(axis=1) == labels
    error = 0.0
    for index in range(10):
        inside = (confidence > index / 10) & (confidence <= (index + 1) / 10)
        if inside.any():
            distance = abs(correct[inside].mean() - confidence[inside].mean())
            error += distance * inside.sum() / labels.size
    return error


@pytest.mark.parametrize("classes", [2, 3])
def test_scores_are_those_of_scikit_learn(classes: int) -> None:
    predicted, labels, group = drawn(classes)
    found = scores(predicted, labels=labels, group=group, groups=GROUPS)
    answers = predicted.argmax(axis=1)
    for index, rows in enumerate(parts(group)):
        probability = np.exp(predicted[rows])
        y, answer = labels[rows], answers[rows]
        average = "binary" if classes == 2 else "macro"
        oracle: dict[Score, float] = {
            "loss": metrics.log_loss(y, probability, labels=list(range(classes))),
            "accuracy": metrics.accuracy_score(y, answer),
            "balanced accuracy": metrics.balanced_accuracy_score(y, answer),
            "precision": metrics.precision_score(y, answer, average=average),
            "true positive rate": metrics.recall_score(y, answer, average=average),
            "F1": metrics.f1_score(y, answer, average=average),
            "calibration error": calibration_error(probability, y),
        }
        if classes == 2:
            margin = predicted[rows, 1] - predicted[rows, 0]
            oracle["ROC AUC"] = metrics.roc_auc_score(y, margin)
        for name, value in oracle.items():
            assert found[name][index] == pytest.approx(value, rel=1e-12), name


def test_one_logit_says_as_much_as_two_probabilities() -> None:
    predicted, labels, group = drawn(2)
    two = scores(predicted, labels=labels, group=group, groups=GROUPS)
    margin = predicted[:, 1:] - predicted[:, :1]
    one = scores(margin, labels=labels, group=group, groups=GROUPS)
    for name, values in one.items():
        np.testing.assert_array_equal(values, two[name])
    losses = mean_losses(margin, labels=labels, group=group, groups=GROUPS)
    np.testing.assert_array_equal(losses, one["loss"])


def test_a_shift_of_all_logits_of_a_row_changes_nothing() -> None:
    predicted, labels, group = drawn(3)
    shift = np.arange(len(labels))[:, None] % 7
    found, shifted = (
        scores(logits, labels=labels, group=group, groups=GROUPS)
        for logits in (predicted, predicted + shift)
    )
    for name, values in found.items():
        np.testing.assert_allclose(values, shifted[name], rtol=1e-9)


def test_extreme_logits_cost_what_they_should() -> None:
    labels, group = np.array([0, 1], np.int32), np.zeros(2, np.int32)
    found = scores(np.array([[800.0], [-900.0]]), labels=labels, group=group, groups=1)
    assert found["loss"].tolist() == [850.0, 850.0]
    three = np.array([[0.0, 800.0, 0.0], [900.0, 0.0, 0.0]])
    assert scores(three, labels=labels, group=group, groups=1)["loss"][0] == 850.0
    assert found["calibration error"][0] == 1.0


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
        "precision": [False, False, True, False],
        "F1": [False, False, True, False],
        "calibration error": [False, False, True, False],
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
    undefined: set[Score] = {"ROC AUC", "false positive rate", "selection rate"}
    assert defined == found.keys() - undefined
    for name in undefined:
        assert np.isnan(found[name]).all()
    binary, labels, group = drawn(2)
    assert found.keys() == scores(binary, labels=labels, group=group, groups=GROUPS).keys()


def test_without_a_predicted_or_labelled_positive_there_is_no_precision_or_f1() -> None:
    group = np.array([0, 0, 1, 1], np.int32)
    labels = np.array([1, 0, 0, 0], np.int32)
    found = scores(np.full((4, 1), -1.0), labels=labels, group=group, groups=2)
    np.testing.assert_array_equal(found["precision"], [np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(found["F1"], [0.0, np.nan, 0.0])


@given(
    arrays.arrays(np.int64, st.integers(2, 30), elements=st.integers(-3, 3)),
    st.integers(0, 2**31),
)
def test_the_areas_count_the_pairs_of_each_group(margin: NDArray[np.int64], seed: int) -> None:
    random = np.random.default_rng(seed)
    labels = random.integers(0, 2, margin.size).astype(np.int32)
    group = random.integers(0, GROUPS, margin.size).astype(np.int32)
    logits = margin.astype(np.float64)[:, None]
    areas = scores(logits, labels=labels, group=group, groups=GROUPS)["ROC AUC"]
    for area, rows in zip(areas, parts(group), strict=True):
        gaps = margin[rows & (labels == 1)][:, None] - margin[rows & (labels == 0)][None, :]
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
