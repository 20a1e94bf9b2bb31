"""Classic two-class shapes in the plane, with a second group whose shape is turned and moved."""

from typing import Literal, assert_never

import numpy as np
from numpy.typing import NDArray

from models.dataset import Indices
from models.rows import Rows
from models.sources.strata import CLASSES, shuffled_strata, strata_counts

Shape = Literal["blobs", "moons", "circles", "xor", "spiral"]
Points = NDArray[np.float64]

GROUPS = ("A", "B")
SPIRAL_RADIUS = 1.5
SPIRAL_TURNS = 1.25


def shape_rows(
    shape: Shape,
    *,
    samples: int,
    representation: float,
    positive_share: float,
    noise: tuple[float, float],
    turn: float,
    move: tuple[float, float],
    seed: int,
) -> Rows:
    """Draw points of both groups around a shape.

    A point of group A is s + σ_A z with s on the bare shape of its class (`bare_shape`) and
    z ~ N(0, I); one of group B is R s + v + σ_B z, with the rotation R by `turn` and v = `move`.
    Nothing is standardised: the plane is learnt as it is drawn.

    Parameters
    ----------
    shape
        How the two classes lie.
    samples
        Number of points.
    representation
        Share of group A, in (0, 1).
    positive_share
        Share of positive points in both groups, in (0, 1).
    noise
        σ_A and σ_B, >= 0.
    turn
        Angle of group B in degrees, anticlockwise.
    move
        Where the origin of group B's shape lies.
    seed
        Source of the points, >= 0.

    Raises
    ------
    DataUnavailableError
        When a group would have no point of some class.
    """
    import pandas as pd

    order, places, spread = map(np.random.default_rng, np.random.SeedSequence(seed).spawn(3))
    counts = strata_counts(
        samples, representation=representation, positive_shares=(positive_share,) * 2
    )
    y, group = shuffled_strata(counts, group_names=GROUPS, rng=order)
    points = bare_shape(shape, y, places)
    cosine, sine = np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))
    second = group == 1
    points[second] = points[second] @ np.array([[cosine, sine], [-sine, cosine]]) + move
    points += np.array(noise)[group, None] * spread.standard_normal(points.shape)
    return Rows(
        name=shape.capitalize() if shape != "xor" else "XOR",
        columns=pd.DataFrame(points, columns=["x1", "x2"]),
        y=y,
        group=group,
        class_names=CLASSES,
        group_names=GROUPS,
        has_own_scale=True,
    )


def bare_shape(shape: Shape, y: Indices, rng: np.random.Generator) -> Points:
    """Draw a point without noise for each class in `y`, shape (n,); returns shape (n, 2).

    * ``blobs``: the points (−1, 0), negative, and (1, 0), positive.
    * ``moons``: two half circles of radius 1 that reach into each other, centred together.
    * ``circles``: around the origin, of radius 1, negative, and 1/2, positive.
    * ``xor``: the corners (±1, ±1); positive where both coordinates have the same sign.
    * ``spiral``: two arms r = 1.5 t at the angle 2.5 π t, t in [0, 1], one opposite the other.
    """
    side = 2.0 * y - 1.0
    along = rng.random(y.size)
    match shape:
        case "blobs":
            return np.stack([side, np.zeros(y.size)], axis=1)
        case "moons":
            arc = np.pi * along
            bow = np.stack([np.cos(arc) - 0.5, np.sin(arc) - 0.25], axis=1)
            return side[:, None] * bow
        case "circles":
            radius = np.where(y, 0.5, 1.0)
            return radius[:, None] * _directions(2 * np.pi * along)
        case "xor":
            first = np.where(along < 0.5, -1.0, 1.0)
            return np.stack([first, side * first], axis=1)
        case "spiral":
            reach = np.sqrt(along)  # even along the arm, but for its centre
            angle = 2 * np.pi * SPIRAL_TURNS * reach
            return (side * SPIRAL_RADIUS * reach)[:, None] * _directions(angle)
        case _:
            assert_never(shape)


def _directions(angle: Points) -> Points:
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)
