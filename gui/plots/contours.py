"""Lines along which a sampled function changes its sign, or samples change their class."""

import numpy as np
from numpy.typing import NDArray

from experiments.frames import FloatArray

_CORNERS = ((0, 0), (0, 1), (1, 1), (1, 0))
"""Rows and columns of the corners of a cell, around it."""


def zero_lines(values: FloatArray) -> FloatArray:
    """Find the zero line of samples on a grid, by marching squares.

    Parameters
    ----------
    values
        Shape (rows, columns), interpolated linearly along the edges between neighbours.

    Returns
    -------
    array
        Segments, shape (n, 2, 2): two ends with their column and row in units of the grid. Where
        four neighbours change their sign crosswise, both pieces turn round the same corners.
    """
    rows, columns = values.shape[0] - 1, values.shape[1] - 1
    corner = np.stack([values[r : r + rows, c : c + columns] for r, c in _CORNERS])
    following = np.roll(corner, -1, axis=0)
    crossed = (corner > 0) != (following > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(crossed, corner / (corner - following), np.nan)
    row, column = np.mgrid[:rows, :columns]
    ends = np.empty((4, rows, columns, 2))
    for edge, (start, stop) in enumerate(zip(_CORNERS, (*_CORNERS[1:], _CORNERS[0]), strict=True)):
        ends[edge, ..., 0] = column + start[1] + share[edge] * (stop[1] - start[1])
        ends[edge, ..., 1] = row + start[0] + share[edge] * (stop[0] - start[0])
    order = np.argsort(~crossed, axis=0, kind="stable")
    sorted_ends = np.take_along_axis(ends, order[..., np.newaxis], axis=0)
    count = crossed.sum(axis=0)
    segments = [
        np.stack((sorted_ends[first][cells], sorted_ends[first + 1][cells]), axis=1)
        for first, cells in ((0, count >= 2), (2, count == 4))
    ]
    return np.concatenate(segments)


def class_borders(classes: NDArray[np.int32]) -> FloatArray:
    """Find the sides between samples of different classes.

    Parameters
    ----------
    classes
        Shape (rows, columns).

    Returns
    -------
    array
        Segments, shape (n, 2, 2), as above: each half a cell away from two samples.
    """
    row, column = np.nonzero(classes[:, 1:] != classes[:, :-1])
    upright = np.stack(
        (
            np.stack((column + 0.5, row - 0.5), axis=-1),
            np.stack((column + 0.5, row + 0.5), axis=-1),
        ),
        axis=1,
    )
    row, column = np.nonzero(classes[1:] != classes[:-1])
    level = np.stack(
        (
            np.stack((column - 0.5, row + 0.5), axis=-1),
            np.stack((column + 0.5, row + 0.5), axis=-1),
        ),
        axis=1,
    )
    return np.concatenate((upright, level))
