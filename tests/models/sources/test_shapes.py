"""Tests of `models.sources.shapes` against the geometry of each shape."""

from typing import get_args

import numpy as np
import pytest
from scipy.special import ndtr

from models.dataset import DataUnavailableError, Indices
from models.rows import Rows
from models.sources.shapes import Shape, shape_rows
from simulation.mixture import FloatArray

SHAPES: tuple[Shape, ...] = get_args(Shape)


def drawn(
    shape: Shape,
    *,
    samples: int = 4000,
    representation: float = 0.7,
    positive_share: float = 0.4,
    noise: tuple[float, float] = (0.0, 0.0),
    turn: float = 0.0,
    move: tuple[float, float] = (0.0, 0.0),
    seed: int = 4,
) -> Rows:
    return shape_rows(
        shape,
        samples=samples,
        representation=representation,
        positive_share=positive_share,
        noise=noise,
        turn=turn,
        move=move,
        seed=seed,
    )


def distances(shape: Shape, points: FloatArray, y: Indices) -> FloatArray:
    """How far each point lies from the curve or the corners of its class."""
    x1: FloatArray = points[:, 0]
    x2: FloatArray = points[:, 1]
    side = np.where(y == 1, 1.0, -1.0)
    match shape:
        case "blobs":
            return np.asarray(np.hypot(x1 - side, x2))
        case "moons":
            reached = np.maximum(0.0, -(side * x2 + 0.25))  # below its half of the circle
            off = np.abs(np.hypot(side * x1 + 0.5, side * x2 + 0.25) - 1.0)
            return np.asarray(off + reached)
        case "circles":
            return np.asarray(np.abs(np.hypot(x1, x2) - np.where(y == 1, 0.5, 1.0)))
        case "xor":
            off = np.hypot(np.abs(x1) - 1, np.abs(x2) - 1)
            return np.asarray(off + (np.sign(x1 * x2) != side))
        case "spiral":
            radius = np.hypot(x1, x2)
            angle = 2.5 * np.pi * radius / 1.5 + np.where(y == 1, 0.0, np.pi)
            off = np.hypot(x1 - radius * np.cos(angle), x2 - radius * np.sin(angle))
            return np.asarray(off + (radius > 1.5 + 1e-9))


@pytest.mark.parametrize("shape", SHAPES)
def test_without_noise_points_lie_on_the_shape_and_reach_all_of_it(shape: Shape) -> None:
    rows = drawn(shape)
    points = rows.columns.to_numpy()
    np.testing.assert_allclose(distances(shape, points, rows.y), 0.0, atol=1e-12)
    for label in (0, 1):
        own = points[rows.y == label]
        if shape in {"moons", "circles", "spiral"}:
            assert len(np.unique(own, axis=0)) == len(own)
            assert np.ptp(np.arctan2(own[:, 1], own[:, 0])) > 0.9 * np.pi
        else:
            assert len(np.unique(own, axis=0)) == (1 if shape == "blobs" else 2)


@pytest.mark.parametrize("shape", SHAPES)
def test_group_b_has_the_shape_turned_and_moved(shape: Shape) -> None:
    angle, move = np.deg2rad(30.0), (2.0, -1.0)
    rows = drawn(shape, turn=30.0, move=move)
    points = rows.columns.to_numpy()
    complex_points = points[:, 0] + 1j * points[:, 1]
    back = (complex_points - complex(*move)) * np.exp(-1j * angle)
    undone = np.where(rows.group == 1, back, complex_points)
    np.testing.assert_allclose(
        distances(shape, np.stack([undone.real, undone.imag], axis=1), rows.y), 0.0, atol=1e-12
    )
    assert distances(shape, points, rows.y)[rows.group == 1].mean() > 0.5


@pytest.mark.parametrize("shape", SHAPES)
def test_shares_are_exact_and_the_group_is_not_the_label(shape: Shape) -> None:
    rows = drawn(shape, samples=1000)
    for group, size in ((0, 700), (1, 300)):
        assert np.count_nonzero(rows.group == group) == size
        assert np.count_nonzero(rows.y[rows.group == group]) == 0.4 * size


@pytest.mark.parametrize("shape", SHAPES)
def test_each_group_has_its_noise(shape: Shape) -> None:
    bare, noisy = (drawn(shape, samples=40_000, noise=noise) for noise in ((0, 0), (0.1, 0.8)))
    np.testing.assert_array_equal(bare.group, noisy.group)
    difference = noisy.columns.to_numpy() - bare.columns.to_numpy()
    for group, sigma in ((0, 0.1), (1, 0.8)):
        own = difference[noisy.group == group]
        assert abs(own.var() / sigma**2 - 1) < 5 * np.sqrt(2 / own.size)
        assert (np.abs(own.mean(axis=0)) < 5 * sigma / np.sqrt(len(own))).all()


@pytest.mark.parametrize("shape", ["blobs", "xor"])
def test_the_best_rule_errs_as_theory_says(shape: Shape) -> None:
    sigma = 0.8
    rows = drawn(shape, samples=100_000, positive_share=0.5, noise=(sigma, sigma))
    x1, x2 = rows.columns.to_numpy().T
    tail = ndtr(-1 / sigma)
    expected = tail if shape == "blobs" else 2 * tail * (1 - tail)
    error = np.mean(((x1 if shape == "blobs" else x1 * x2) > 0) != rows.y)
    assert abs(error - expected) < 5 * np.sqrt(expected * (1 - expected) / len(rows))


def test_points_follow_the_seed() -> None:
    first, again, other = (drawn("moons", seed=seed).columns.to_numpy() for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.isin(first[:, 0], other[:, 0]).any()


def test_a_group_without_a_class_is_told() -> None:
    with pytest.raises(DataUnavailableError, match="group 'B' gets none of the class 'positive'"):
        drawn("xor", samples=20, representation=0.95, positive_share=0.1)
