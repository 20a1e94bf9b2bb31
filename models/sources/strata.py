"""Two groups of two classes in exact numbers, so that a small table has the shares asked for."""

import math

import numpy as np
from numpy.typing import NDArray

from models.dataset import DataUnavailableError, Indices

CLASSES = ("negative", "positive")


def strata_counts(
    rows: int, *, representation: float, positive_shares: tuple[float, float]
) -> NDArray[np.int64]:
    """Round shares to numbers of rows.

    Parameters
    ----------
    rows
        Number of all rows, n.
    representation
        Share ρ of the first group, in (0, 1).
    positive_shares
        Share of positive rows in each group, in (0, 1).

    Returns
    -------
    numpy.ndarray
        Rows by group and class, shape (2, 2), which add up to n. The first group has ρ n of them,
        and the positive rows of the first group and of all follow the shares, each to the nearest
        whole number: 100 rows with equal shares of 0.1 have 10 positive ones.
    """
    first = math.floor(representation * rows + 0.5)
    sizes = np.array([first, rows - first])
    expected = np.cumsum(sizes * np.array(positive_shares))
    positive = np.diff(np.floor(expected + 0.5).astype(np.int64), prepend=0)
    return np.stack([sizes - positive, positive], axis=1)


def shuffled_strata(
    counts: NDArray[np.int64], *, group_names: tuple[str, str], rng: np.random.Generator
) -> tuple[Indices, Indices]:
    """Give each of the rows a class and a group, in random order.

    Parameters
    ----------
    counts
        Rows by group and class, shape (2, 2).
    group_names
        What errors call the groups.
    rng
        Source of the order.

    Returns
    -------
    y, group
        Class and group of each row, shape (n,).

    Raises
    ------
    DataUnavailableError
        When a group has no row of some class.
    """
    if not counts.all():
        group, label = np.unravel_index(int(np.argmin(counts)), counts.shape)
        message = (
            f"among {counts.sum():,} rows, group {group_names[group]!r} gets none of the class "
            f"{CLASSES[label]!r}; take more rows, or shares nearer to 0.5"
        )
        raise DataUnavailableError(message)
    stratum = rng.permutation(np.repeat(np.arange(4, dtype=np.int32), counts.ravel()))
    return stratum % 2, stratum // 2
