"""Scores of a classifier per group and over all rows, from what it predicts."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.dataset import Indices

Score = Literal[
    "loss",
    "accuracy",
    "balanced accuracy",
    "ROC AUC",
    "selection rate",
    "true positive rate",
    "false positive rate",
]
Size = Literal["rows", "base rate"]

_NORMAL_QUANTILE = 1.959963984540054
"""97.5 % of a standard normal variable lie below."""


def scores(
    log_probabilities: NDArray[np.float64], *, labels: Indices, group: Indices, groups: int
) -> dict[Score, NDArray[np.float64]]:
    """Score predictions; what is not defined is NaN.

    Class 1 of two counts as positive; with more classes nothing does, and the scores that need a
    positive class are NaN. Equal probabilities are taken for the first class.

    Parameters
    ----------
    log_probabilities
        Natural logarithm of each class' predicted probability, shape (n, K).
    labels, group
        Class and group index of each row, shape (n,).
    groups
        Number of groups G.

    Returns
    -------
    dict
        Of each score an array (G + 1,), the last over all rows: ``loss``, the mean cross-entropy;
        ``balanced accuracy``, the mean over all K classes of the share of correct rows; ``ROC
        AUC``, how often a positive row is ranked above a negative one, ties counting half (Mann
        and Whitney 1947).
    """
    loss = -np.take_along_axis(log_probabilities, labels[:, None], axis=1)[:, 0]
    predicted = log_probabilities.argmax(axis=1)
    correct = predicted == labels
    classes = log_probabilities.shape[1]
    found: dict[Score, NDArray[np.float64]] = {
        "loss": _means(loss, group, groups),
        "accuracy": _means(correct, group, groups),
        "balanced accuracy": np.mean(
            [_means(correct, group, groups, labels == index) for index in range(classes)], axis=0
        ),
    }
    undefined = np.full(groups + 1, np.nan)
    if classes != 2:
        names: tuple[Score, ...] = ("ROC AUC", "selection rate")
        rates: tuple[Score, ...] = ("true positive rate", "false positive rate")
        return found | dict.fromkeys((*names, *rates), undefined)
    margin = log_probabilities[:, 1] - log_probabilities[:, 0]
    members = [group == index for index in range(groups)] + [np.ones(labels.shape, np.bool_)]
    return found | {
        "ROC AUC": np.array([_area(margin[rows], labels[rows] == 1) for rows in members]),
        "selection rate": _means(predicted, group, groups),
        "true positive rate": _means(predicted, group, groups, labels == 1),
        "false positive rate": _means(predicted, group, groups, labels == 0),
    }


def sizes(
    labels: Indices, *, group: Indices, groups: int, classes: int
) -> dict[Size, NDArray[np.float64]]:
    """Count rows, and the share of positive ones, of each group and overall, (G + 1,) each.

    With other than two classes there is no positive one, and the base rate is NaN.
    """
    rows = np.bincount(group, minlength=groups).astype(np.float64)
    base_rate = _means(labels, group, groups) if classes == 2 else np.full(groups + 1, np.nan)
    return {"rows": np.append(rows, rows.sum()), "base rate": base_rate}


def wilson_interval(
    share: NDArray[np.float64], rows: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of the 95 % interval of observed shares of so many rows (Wilson 1927).

    NaN where the share is.
    """
    square = _NORMAL_QUANTILE**2
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (share + square / (2 * rows)) / (1 + square / rows)
        spread = share * (1 - share) / rows + square / (4 * rows**2)
        half = _NORMAL_QUANTILE * np.sqrt(spread) / (1 + square / rows)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def _means(
    values: NDArray[np.generic],
    group: Indices,
    groups: int,
    counted: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Average the counted rows of each group, then of all; NaN where there are none."""
    weights = np.ones(group.shape) if counted is None else counted.astype(np.float64)
    rows = np.bincount(group, weights, groups)
    sums = np.bincount(group, weights * values.astype(np.float64), groups)
    with np.errstate(invalid="ignore"):
        means: NDArray[np.float64] = np.append(sums, sums.sum()) / np.append(rows, rows.sum())
    return means


def _area(margin: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """Area under the ROC curve, from the mean ranks of the positive rows."""
    positives = int(positive.sum())
    negatives = positive.size - positives
    if not positives or not negatives:
        return float("nan")
    _, place, count = np.unique(margin, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    least = positives * (positives + 1) / 2
    return float((ranks[positive].sum() - least) / (positives * negatives))
