"""How probabilities of a class are spread, and what a threshold on them would do."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.frames import FloatArray
from experiments.snapshot_views.look import Group, Look, bins_of, probability

BINS = 40


@dataclass(frozen=True, slots=True)
class Rates:
    """What a threshold does to a group; what is not defined is NaN.

    Attributes
    ----------
    rows
        How many rows the group has.
    selection_rate
        Share of rows taken for the class.
    true_positive_rate, false_positive_rate
        The same of rows that are of the class, and of those that are not.
    precision
        Share of the class among the rows taken for it.
    accuracy
        Share of rows that are rightly taken for the class, or rightly not.
    """

    group: Group
    rows: int
    selection_rate: float
    true_positive_rate: float
    false_positive_rate: float
    precision: float
    accuracy: float


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """How the probability of the class is spread in a group.

    Attributes
    ----------
    positive, negative
        Rows of the class, and other ones, in each bin, closed on the right, shape (bins,).
    """

    group: Group
    positive: NDArray[np.int64]
    negative: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Sorted:
    """Log odds of the rows of a group, rising: those of the class, and the others."""

    group: Group
    positive: FloatArray
    negative: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Thresholds:
    """Probabilities of one class, ready for any threshold.

    Attributes
    ----------
    positive
        The class.
    edges
        Of the bins of the histograms, shape (bins + 1,).
    """

    positive: int
    positive_name: str
    edges: FloatArray
    histograms: tuple[Histogram, ...]
    x_label: str
    _sorted: tuple[_Sorted, ...]

    def at(self, threshold: float) -> tuple[Rates, ...]:
        """Give the rates of each group if rows above a probability were taken for the class."""
        level = _level(threshold)
        return tuple(_rates(each, level) for each in self._sorted)


def thresholds(look: Look, positive: int | None = None) -> Thresholds:
    """Sort the rows of each group of `Look.groups` by the probability of a class."""
    positive = look.first_class if positive is None else positive
    odds, is_positive = look.log_odds(positive), look.truth == positive
    parts = tuple(
        _Sorted(group, np.sort(odds[members & is_positive]), np.sort(odds[members & ~is_positive]))
        for group in look.groups
        for members in (look.members(group),)
    )
    name = look.classes[positive]
    return Thresholds(
        positive=positive,
        positive_name=name,
        edges=np.linspace(0.0, 1.0, BINS + 1),
        histograms=tuple(
            Histogram(part.group, _counts(part.positive), _counts(part.negative)) for part in parts
        ),
        x_label=f"probability given to {name}",
        _sorted=parts,
    )


def _counts(odds: FloatArray) -> NDArray[np.int64]:
    return np.bincount(bins_of(probability(odds), BINS), minlength=BINS)


def _level(threshold: float) -> float:
    if threshold <= 0.0:
        return -math.inf
    return math.inf if threshold >= 1.0 else math.log(threshold) - math.log1p(-threshold)


def _rates(part: _Sorted, level: float) -> Rates:
    positives, negatives = part.positive.size, part.negative.size
    true = positives - int(np.searchsorted(part.positive, level, side="right"))
    false = negatives - int(np.searchsorted(part.negative, level, side="right"))
    rows = positives + negatives
    return Rates(
        group=part.group,
        rows=rows,
        selection_rate=_share(true + false, rows),
        true_positive_rate=_share(true, positives),
        false_positive_rate=_share(false, negatives),
        precision=_share(true, true + false),
        accuracy=_share(true + negatives - false, rows),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan
