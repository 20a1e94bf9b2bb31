"""ROC curves: what rates of true and false positives each threshold would give."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.frames import FloatArray
from experiments.snapshot_views.look import Group, Look

_WIDTH = 1 / 1000
"""A thinned curve stays this close to the exact one, well below a pixel."""


@dataclass(frozen=True, slots=True, eq=False)
class RocCurve:
    """The exact ROC curve of a group.

    Attributes
    ----------
    area
        How often a row of the class is ranked above another one, ties counting half.
    false_positive_rate, true_positive_rate
        Its corners from (0, 0) to (1, 1), shape (m,); empty where the group lacks rows of the
        class or other ones.
    log_odds
        log(p / (1 − p)) at or above which a row is taken for the class at each corner, (m,); the
        first is infinite.
    """

    group: Group
    area: float
    false_positive_rate: FloatArray
    true_positive_rate: FloatArray
    log_odds: FloatArray

    @property
    def measured(self) -> str:
        """The area in words."""
        return "no data" if math.isnan(self.area) else f"AUC {self.area:.3f}"

    @property
    def label(self) -> str:
        """Legend text."""
        return f"{self.group.label}: {self.measured}"

    @property
    def drawn(self) -> tuple[FloatArray, FloatArray]:
        """Fewer corners for drawing, the same to the eye: at most 4,000."""
        if not self.log_odds.size:
            return self.false_positive_rate, self.true_positive_rate
        along = ((self.false_positive_rate + self.true_positive_rate) / _WIDTH).astype(np.int64)
        new = np.diff(along) > 0
        kept = np.append(True, new) | np.append(new, True)
        return self.false_positive_rate[kept], self.true_positive_rate[kept]


@dataclass(frozen=True, slots=True, eq=False)
class Roc:
    """The ROC curves of one class against the rest; false positive rates run to the right."""

    positive: int
    curves: tuple[RocCurve, ...]
    x_label: str
    y_label: str


def roc(look: Look, positive: int | None = None) -> Roc:
    """Draw the curve of each group of `Look.groups`, for a class against the rest."""
    positive = look.first_class if positive is None else positive
    odds, is_positive = look.log_odds(positive), look.truth == positive
    name = look.classes[positive]
    return Roc(
        positive=positive,
        curves=tuple(
            _curve(group, odds[members], is_positive[members])
            for group in look.groups
            for members in (look.members(group),)
        ),
        x_label=f"false positive rate: taken for {name}, of the rows that are not",
        y_label=f"true positive rate: taken for {name}, of the rows that are",
    )


def _curve(group: Group, odds: FloatArray, is_positive: NDArray[np.bool_]) -> RocCurve:
    positives = int(is_positive.sum())
    negatives = is_positive.size - positives
    if not positives or not negatives:
        none = np.empty(0)
        return RocCurve(group, math.nan, none, none, none)
    order = np.argsort(-odds, kind="stable")
    odds, is_positive = odds[order], is_positive[order]
    ends = np.append(odds[1:] != odds[:-1], True)
    true = np.append(0, np.cumsum(is_positive)[ends])
    false = np.append(0, np.cumsum(~is_positive)[ends])
    levels = np.append(np.inf, odds[ends])
    area = float(np.diff(false) @ (true[1:] + true[:-1])) / (2 * positives * negatives)
    corners = np.append(True, _turns(false, true))
    corners = np.append(corners, True)
    return RocCurve(
        group=group,
        area=area,
        false_positive_rate=false[corners] / negatives,
        true_positive_rate=true[corners] / positives,
        log_odds=levels[corners],
    )


def _turns(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell where a path of n points changes its direction, shape (n − 2,)."""
    right, up = np.diff(x), np.diff(y)
    return np.asarray(right[1:] * up[:-1] != right[:-1] * up[1:])
