"""Labelled samples of the teacher-mixture in a finite dimension."""

import numpy as np
from numpy.typing import NDArray

from simulation.mixture import FloatArray, TeacherMixture

IntArray = NDArray[np.int64]


def sample(
    mixture: TeacherMixture, *, dimension: int, count: int, seed: int
) -> tuple[FloatArray, IntArray, IntArray]:
    """Draw independent samples, with directions that have the mixture's Gram matrix exactly.

    Parameters
    ----------
    mixture
        K groups.
    dimension
        d, at least the number of independent directions.
    count
        Number of samples n.
    seed
        Source of the directions and of the samples.

    Returns
    -------
    x, y, group
        Inputs x = v_j/√d + √Δ_j z, shape (n, d); labels −1 or +1 and groups j, shape (n,).

    Raises
    ------
    ValueError
        If the dimension is too small for the mixture's directions.
    """
    directions = mixture.coordinates
    basis = _basis(mixture, dimension=dimension, seed=seed)
    _, group_seed, noise_seed = np.random.SeedSequence(seed).spawn(3)
    group = draw_groups(mixture.shares, np.random.default_rng(group_seed).random(count))
    x = np.random.default_rng(noise_seed).standard_normal((count, dimension))
    x *= np.sqrt(mixture.variances)[group, None]
    x += (directions[mixture.size :] @ basis.T)[group]
    return x, labels(mixture, group, x @ basis), group


def sampled_directions(mixture: TeacherMixture, *, dimension: int, seed: int) -> FloatArray:
    """Return the teachers T_1..T_K and shifts v_1..v_K of what `sample` draws, shape (2K, d)."""
    basis = _basis(mixture, dimension=dimension, seed=seed)
    return np.asarray(np.sqrt(dimension) * mixture.coordinates @ basis.T)


def _basis(mixture: TeacherMixture, *, dimension: int, seed: int) -> FloatArray:
    """Draw orthonormal vectors along which the directions are laid, shape (d, rank of G)."""
    rank = mixture.coordinates.shape[1]
    check_dimension(dimension, needed=rank)
    basis_seed = np.random.SeedSequence(seed).spawn(1)[0]
    return np.linalg.qr(np.random.default_rng(basis_seed).standard_normal((dimension, rank))).Q


def draw_groups(shares: FloatArray, uniform: FloatArray) -> IntArray:
    """Turn numbers uniform in [0, 1) into groups drawn with these probabilities."""
    group = np.zeros(uniform.shape, dtype=np.int64)
    for boundary in np.cumsum(shares)[:-1]:
        group += uniform >= boundary
    return group


def labels(mixture: TeacherMixture, group: IntArray, components: FloatArray) -> IntArray:
    """Return y = sign(T_j·x/√d + b_j) as −1 or +1.

    Parameters
    ----------
    mixture
        K groups.
    group
        j of each sample, shape (...).
    components
        Of x along the orthonormal vectors of `TeacherMixture.coordinates`, shape (..., rank).
    """
    field = mixture.thresholds.take(group)
    for axis, teachers in enumerate(mixture.coordinates[: mixture.size].T):
        field += teachers.take(group) * components[..., axis]
    return 2 * (field > 0) - 1


def check_dimension(dimension: int, *, needed: int) -> None:
    """Refuse a space too small for the vectors in it.

    Raises
    ------
    ValueError
        If `dimension` is below `needed`.
    """
    if dimension < needed:
        message = (
            f"dimension = {dimension} must be at least {needed}, the number of independent "
            "directions of this mixture and its student"
        )
        raise ValueError(message)
