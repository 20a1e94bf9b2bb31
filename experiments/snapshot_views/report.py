"""The classification report in scikit-learn's layout, of each group."""

from dataclasses import dataclass

import numpy as np

from experiments.frames import FloatArray
from experiments.snapshot_views.confusion import Confusion, confusions
from experiments.snapshot_views.look import Group, Look


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line of a report; what is not defined is NaN.

    Attributes
    ----------
    name
        A class, or what is averaged.
    precision, recall, f1
        In [0, 1]; F1 = 2 TP / (2 TP + FP + FN).
    support
        Rows of the true class.
    """

    name: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Report:
    """A report on one group.

    Attributes
    ----------
    lines
        Of each class.
    accuracy
        Share of right answers; NaN without rows.
    macro, weighted
        Averages over the classes, plain and weighted by support; not defined where a value of a
        class that counts is not, so that no average is over fewer classes than another.
    """

    group: Group
    lines: tuple[ReportLine, ...]
    accuracy: float
    macro: ReportLine
    weighted: ReportLine

    @property
    def rows(self) -> int:
        """How many rows the group has."""
        return self.macro.support


def reports(look: Look) -> tuple[Report, ...]:
    """Report on each group of `Look.groups`."""
    return tuple(_report(each, look.classes) for each in confusions(look))


def _report(confusion: Confusion, classes: tuple[str, ...]) -> Report:
    counts = confusion.counts
    right, support, predicted = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    with np.errstate(invalid="ignore"):
        measures = np.array([right / predicted, right / support, 2 * right / (support + predicted)])
        accuracy = float(right.sum() / np.float64(support.sum()))
    total = int(support.sum())
    macro = [_average(values, np.ones(len(classes))) for values in measures]
    weighted = [_average(values, support.astype(np.float64)) for values in measures]
    return Report(
        group=confusion.group,
        lines=tuple(
            ReportLine(name, precision, recall, f1, rows)
            for name, (precision, recall, f1), rows in zip(
                classes, measures.T.tolist(), support.tolist(), strict=True
            )
        ),
        accuracy=accuracy,
        macro=ReportLine("macro avg", macro[0], macro[1], macro[2], total),
        weighted=ReportLine("weighted avg", weighted[0], weighted[1], weighted[2], total),
    )


def _average(values: FloatArray, weights: FloatArray) -> float:
    """Average what has weight; NaN where nothing has, or any of it is not defined."""
    counts = weights > 0.0
    with np.errstate(invalid="ignore"):
        return float(weights[counts] @ values[counts] / weights[counts].sum())
