"""How strongly a column goes along with a label or a group, from counts and moments alone."""

from enum import StrEnum

import numpy as np

from models.inspection.cells import Floats


class Measure(StrEnum):
    """What a strength of association is; all are 0 where there is none and at most 1 in size."""

    POINT_BISERIAL = "point-biserial correlation"
    CORRELATION_RATIO = "correlation ratio"
    CRAMER = "Cramér's V"


def number_measure(levels: int) -> Measure:
    """Choose the measure between a number and so many classes or groups."""
    return Measure.POINT_BISERIAL if levels == 2 else Measure.CORRELATION_RATIO


def number_association(count: Floats, total: Floats, squares: Floats) -> Floats:
    """Measure how far numbers differ between levels.

    The correlation ratio is η = √(variance between levels / variance of all); with two levels it
    is the size of the point-biserial correlation, whose sign is that of the second level's mean
    minus the first's.

    Parameters
    ----------
    count, total, squares
        How many numbers each level has, their sum and sum of squares, shape (..., L).

    Returns
    -------
    array
        Shape (...); NaN where all numbers are equal or only one level has any.
    """
    everything = count.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / count
        centre = (total.sum(axis=-1) / everything)[..., np.newaxis]
        between = np.where(count > 0, count * (mean - centre) ** 2, 0.0).sum(axis=-1)
        spread = squares.sum(axis=-1) - everything * centre[..., 0] ** 2
        # What rounding leaves of numbers that are all equal is no spread.
        spread = np.where(spread > 1e-12 * squares.sum(axis=-1), spread, np.nan)
        ratio = np.sqrt(np.minimum(between / spread, 1.0))
        if count.shape[-1] == 2:
            ratio = ratio * np.where(mean[..., 1] < mean[..., 0], -1.0, 1.0)
    known = np.count_nonzero(count, axis=-1) > 1
    return np.where(known, ratio, np.nan)


def category_association(table: Floats) -> float:
    """Compute Cramér's V = √(χ² / (n (min(rows, columns) - 1))) of counts, shape (L, M).

    Rows and columns without a count are left out; NaN where one row or one column is left.
    """
    table = table[table.any(axis=1)][:, table.any(axis=0)]
    least = min(table.shape) - 1
    if least < 1:
        return float("nan")
    total = table.sum()
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / total
    chi_square = ((table - expected) ** 2 / expected).sum()
    return float(min(np.sqrt(chi_square / (total * least)), 1.0))
