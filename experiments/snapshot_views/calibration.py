"""Calibration curves: how often a class is true where it is given some probability."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.frames import FloatArray
from experiments.snapshot_views.look import Group, Look, bins_of, probability
from models.scores import wilson_interval

BINS = 10


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationCurve:
    """The calibration of a group, in ten bins of equal width, closed on the right.

    Attributes
    ----------
    error
        Expected calibration error (ECE): the distance between the two below, averaged over the
        rows (Naeini et al. 2015); NaN without rows. The score ``calibration error`` is of the
        answer given, whichever class that is.
    rows
        Rows in each bin, shape (10,).
    mean_probability, share
        Mean probability given to the class in each bin, and share of rows of that class, (10,);
        NaN in empty bins.
    low, high
        Ends of the 95 % interval of the share (Wilson 1927), shape (10,).
    """

    group: Group
    error: float
    rows: NDArray[np.int64]
    mean_probability: FloatArray
    share: FloatArray
    low: FloatArray
    high: FloatArray

    @property
    def measured(self) -> str:
        """The error in words."""
        return "no data" if math.isnan(self.error) else f"ECE {self.error:.3f}"

    @property
    def label(self) -> str:
        """Legend text."""
        return f"{self.group.label}: {self.measured}"


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The calibration curves of one class; probabilities run to the right."""

    positive: int
    curves: tuple[CalibrationCurve, ...]
    x_label: str
    y_label: str


def calibration(look: Look, positive: int | None = None) -> Calibration:
    """Bin the rows of each group of `Look.groups` by the probability of a class."""
    positive = look.first_class if positive is None else positive
    given, is_positive = probability(look.log_odds(positive)), look.truth == positive
    name = look.classes[positive]
    return Calibration(
        positive=positive,
        curves=tuple(
            _curve(group, given[members], is_positive[members])
            for group in look.groups
            for members in (look.members(group),)
        ),
        x_label=f"probability given to {name}, mean of each bin",
        y_label=f"share of {name}",
    )


def _curve(group: Group, given: FloatArray, is_positive: NDArray[np.bool_]) -> CalibrationCurve:
    place = bins_of(given, BINS)
    rows = np.bincount(place, minlength=BINS)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(place, given, BINS) / rows
        share = np.bincount(place, is_positive, BINS) / rows
    low, high = wilson_interval(share, rows.astype(np.float64))
    filled = rows > 0
    error = math.nan
    if given.size:
        error = float(rows[filled] @ np.abs(mean - share)[filled]) / given.size
    return CalibrationCurve(group, error, rows, mean, share, low, high)
