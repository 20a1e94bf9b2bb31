"""Scores of a classifier per group and over all rows, from what it predicts."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.dataset import Indices

Score = Literal[
    "loss",
    "accuracy",
    "balanced accuracy",
    "precision",
    "true positive rate",
    "false positive rate",
    "F1",
    "ROC AUC",
    "calibration error",
    "selection rate",
]
Size = Literal["rows", "base rate"]
Floats = NDArray[np.float64]
Logits = NDArray[np.floating]
"""With two classes the logit of the second, (n, 1); else, up to a number for each row, the
logarithm of each class' probability, (n, K)."""

_NORMAL_QUANTILE = 1.959963984540054
"""97.5 % of a standard normal variable lie below."""

_BINS = 10


def scores(logits: Logits, *, labels: Indices, group: Indices, groups: int) -> dict[Score, Floats]:
    """Score predictions; what is not defined is NaN.

    Class 1 of two counts as positive. With more classes precision, true positive rate and F1 are
    means over the classes, each taken for the positive one in turn, and NaN where one of these is,
    so that no mean is over fewer classes than another; ROC AUC, false positive rate and selection
    rate are NaN. Equal probabilities are taken for the first class.

    Parameters
    ----------
    logits
        What the network answers for each row; two classes may have a column each.
    labels, group
        Class and group index of each row, shape (n,), n >= 1.
    groups
        Number of groups G.

    Returns
    -------
    dict
        Of each score an array (G + 1,), the last over all rows: ``loss``, the mean cross-entropy;
        ``balanced accuracy``, the mean over all classes of the share of correct rows; ``ROC
        AUC``, how often a positive row is ranked above a negative one, ties counting half (Mann
        and Whitney 1947); ``calibration error``, the mean distance between confidence, the
        probability of the predicted class, and accuracy in ten bins of confidence of equal width,
        closed on the right, weighted by their rows (Guo et al. 2017, eq. 3).
    """
    if logits.shape[1] == 2:
        logits = logits[:, 1:] - logits[:, :1]
    classes = max(2, logits.shape[1])
    predicted, confidence, losses = _answers(logits, labels)
    cells = (group.astype(np.int64) * classes + labels) * classes + predicted
    confusion = np.bincount(cells, minlength=groups * classes**2)
    table = _with_sum(confusion.reshape(groups, classes, classes).astype(np.float64))
    rows = table.sum(axis=(1, 2))
    hits = np.diagonal(table, axis1=1, axis2=2)
    labelled, answered = table.sum(axis=2), table.sum(axis=1)
    undefined = np.full(groups + 1, np.nan)
    with np.errstate(invalid="ignore"):
        recall, precision = hits / labelled, hits / answered
        f1 = 2 * hits / (labelled + answered)
        found: dict[Score, Floats] = {
            "loss": _with_sum(np.bincount(group, losses, groups)) / rows,
            "accuracy": hits.sum(axis=1) / rows,
            "balanced accuracy": recall.mean(axis=1),
            "calibration error": _miscalibration(
                confidence, predicted == labels, group, groups=groups
            )
            / rows,
        }
        if classes > 2:
            return found | {
                "precision": precision.mean(axis=1),
                "true positive rate": recall.mean(axis=1),
                "F1": f1.mean(axis=1),
                "false positive rate": undefined,
                "ROC AUC": undefined,
                "selection rate": undefined,
            }
        return found | {
            "precision": precision[:, 1],
            "true positive rate": recall[:, 1],
            "F1": f1[:, 1],
            "false positive rate": table[:, 0, 1] / labelled[:, 0],
            "ROC AUC": _areas(logits[:, 0], labels, group, groups=groups),
            "selection rate": answered[:, 1] / rows,
        }


def mean_losses(logits: Logits, *, labels: Indices, group: Indices, groups: int) -> Floats:
    """Give the ``loss`` of `scores` alone, shape (G + 1,)."""
    _, _, losses = _answers(logits, labels)
    with np.errstate(invalid="ignore"):
        return np.asarray(
            _with_sum(np.bincount(group, losses, groups))
            / _with_sum(np.bincount(group, minlength=groups))
        )


def sizes(labels: Indices, *, group: Indices, groups: int, classes: int) -> dict[Size, Floats]:
    """Count rows, and the share of positive ones, of each group and overall, (G + 1,) each.

    With other than two classes there is no positive one, and the base rate is NaN.
    """
    rows = _with_sum(np.bincount(group, minlength=groups).astype(np.float64))
    if classes != 2:
        return {"rows": rows, "base rate": np.full(groups + 1, np.nan)}
    with np.errstate(invalid="ignore"):
        return {"rows": rows, "base rate": _with_sum(np.bincount(group, labels, groups)) / rows}


def wilson_interval(share: Floats, rows: Floats) -> tuple[Floats, Floats]:
    """Return the ends of the 95 % interval of observed shares of so many rows (Wilson 1927).

    NaN where the share is.
    """
    square = _NORMAL_QUANTILE**2
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (share + square / (2 * rows)) / (1 + square / rows)
        spread = share * (1 - share) / rows + square / (4 * rows**2)
        half = _NORMAL_QUANTILE * np.sqrt(spread) / (1 + square / rows)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def _answers(logits: Logits, labels: Indices) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Give each row's predicted class, its probability, and the cross-entropy, (n,) each."""
    values = logits.astype(np.float64)
    if values.shape[1] == 1:
        margin = values[:, 0]
        power = np.exp(-np.abs(margin))
        right = np.where(labels == 1, margin, -margin)
        losses = np.maximum(-right, 0.0) + np.log1p(power)
        return (margin > 0).astype(np.int64), 1.0 / (1.0 + power), losses
    predicted = values.argmax(axis=1)
    every = np.arange(len(values))
    values -= values[every, predicted][:, None]
    total = np.exp(values).sum(axis=1)
    return predicted, 1.0 / total, np.log(total) - values[every, labels]


def _with_sum(by_group: NDArray[np.generic]) -> Floats:
    """Append the sum over all groups, the first axis."""
    values = by_group.astype(np.float64)
    return np.concatenate([values, values.sum(axis=0, keepdims=True)])


def _miscalibration(
    confidence: Floats, correct: NDArray[np.bool_], group: Indices, *, groups: int
) -> Floats:
    """Add up |hits - confidence| of all bins, shape (G + 1,)."""
    bins = np.maximum(np.ceil(confidence * _BINS).astype(np.int64) - 1, 0)
    excess = np.bincount(group * _BINS + bins, correct - confidence, groups * _BINS)
    return np.asarray(np.abs(_with_sum(excess.reshape(groups, _BINS))).sum(axis=1))


def _areas(margin: Logits, labels: Indices, group: Indices, *, groups: int) -> Floats:
    """Give the areas under the ROC curves of all groups and over all rows, after one sort."""
    low = labels.astype(np.uint64) << np.uint64(31) | group.astype(np.uint64)
    keys = np.sort(_ranks(margin) << np.uint64(32) | low)
    member = (keys & np.uint64(2**31 - 1)).astype(np.min_scalar_type(groups))
    by_group = keys[np.argsort(member, kind="stable")]
    ends = np.cumsum(np.bincount(group, minlength=groups))
    return np.concatenate([_sorted_areas(by_group, ends), _sorted_areas(keys, ends[-1:])])


def _ranks(margin: Logits) -> NDArray[np.uint64]:
    """Give whole numbers below 2³² that have the same order and the same ties."""
    if margin.dtype != np.float32:
        return np.unique(margin, return_inverse=True)[1].astype(np.uint64)
    bits = (margin + np.float32(0.0)).view(np.uint32)  # -0 becomes 0
    flipped = np.where(bits >> np.uint32(31), ~bits, bits | np.uint32(1 << 31))
    return flipped.astype(np.uint64)


def _sorted_areas(keys: NDArray[np.uint64], ends: NDArray[np.int64]) -> Floats:
    """Give the areas of stretches with these ends, each sorted by rank and then by label."""
    positive = (keys >> np.uint64(31) & np.uint64(1)).astype(np.int64)
    below = np.concatenate([[0], np.cumsum(1 - positive)])
    won = np.concatenate([[0], np.cumsum(positive * below[1:])])
    starts = np.concatenate([[0], ends[:-1]])
    negatives = below[ends] - below[starts]
    positives = ends - starts - negatives
    pairs = won[ends] - won[starts] - positives * below[starts]
    ranks = keys >> np.uint64(32)
    same = ranks[1:] == ranks[:-1]
    inner = starts[(starts > 0) & (starts < keys.size)]
    same[inner - 1] = False
    first, last = np.flatnonzero(np.diff(same, prepend=False, append=False)).reshape(-1, 2).T
    among = below[last + 1] - below[first]
    ties = among * (last + 1 - first - among)
    stretch = np.searchsorted(ends, first, side="right")
    halves = np.bincount(stretch, ties, ends.size) / 2
    return np.asarray((pairs - halves) / (positives * negatives))
