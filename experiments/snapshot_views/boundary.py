"""Where the network changes its decision, on a plane through its inputs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.frames import FloatArray
from experiments.snapshot_views.look import Group, Look, log_odds, predicted_class, probability
from experiments.snapshots import Floats, Indices
from models.trouble.seeds import generator

_DRAWN = 1500
_AT_LEAST = 30
"""Rows drawn of a group that is too small for its share of the rows to be seen."""


@dataclass(frozen=True, slots=True, eq=False)
class Boundary:
    """Decisions on a plane, and rows on top of them.

    Attributes
    ----------
    low, high
        Lower left and upper right corner of the cells.
    decided
        Class decided for in each cell, shape (cells, cells), from below and from the left.
    probability
        Of the second of two classes in each cell, in [0, 1]; of the class decided for where
        there are more; shape (cells, cells).
    points
        Where the rows lie that are drawn, shape (m, 2).
    group, truth, predicted
        Group, true class and class decided for of each, shape (m,).
    caption
        What is seen, in plain sentences.
    """

    x_label: str
    y_label: str
    low: tuple[float, float]
    high: tuple[float, float]
    decided: Indices
    probability: FloatArray
    points: Floats
    group: Indices
    truth: Indices
    predicted: Indices
    groups: tuple[Group, ...]
    classes: tuple[str, ...]
    caption: str

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Whether each row drawn is answered wrong, shape (m,)."""
        return np.asarray(self.truth != self.predicted)


def boundary(look: Look) -> Boundary | str:
    """Show the plane; the same rows are drawn at every step."""
    plane = look.rows.plane
    if plane is None:
        return "A boundary needs inputs of two columns or more."
    scores = look.snapshot.boundary
    shape = (plane.cells, plane.cells)
    decided = predicted_class(scores)
    if len(look.classes) == 2:
        given = probability(log_odds(scores, 1))
    else:
        given = np.exp(scores.max(axis=1).astype(np.float64))
    chosen = _chosen(look)
    return Boundary(
        x_label=plane.axes[0],
        y_label=plane.axes[1],
        low=plane.low,
        high=plane.high,
        decided=decided.reshape(shape),
        probability=given.reshape(shape),
        points=plane.points[chosen],
        group=look.rows.group[chosen],
        truth=look.truth[chosen],
        predicted=look.predicted[chosen],
        groups=tuple(group for group in look.groups if group.index is not None) or look.groups,
        classes=look.classes,
        caption=" ".join((look.moment, _plane_sentence(exact=plane.exact), _drawn(look, chosen))),
    )


def _chosen(look: Look) -> NDArray[np.intp]:
    """Choose rows at random, some of every group, in rising order."""
    group = look.rows.group
    order = generator(look.rows.seed, "rows on the boundary").permutation(group.size)
    kept = np.zeros(group.size, np.bool_)
    kept[order[:_DRAWN]] = True
    for index in range(len(look.rows.group_names)):
        kept[order[group[order] == index][:_AT_LEAST]] = True
    return np.flatnonzero(kept)


def _plane_sentence(*, exact: bool) -> str:
    if exact:
        return "The inputs have two columns, so the boundary is exact."
    return (
        "The inputs have more columns than these two axes: decisions are those on the plane"
        " itself, and rows off it may lie on the other side of the boundary than they seem to."
    )


def _drawn(look: Look, chosen: NDArray[np.intp]) -> str:
    if chosen.size == look.truth.size:
        return "All of them are drawn."
    return f"{chosen.size:,} of them are drawn, at random, some of every group."
