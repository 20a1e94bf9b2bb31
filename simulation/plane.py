"""Samples, rules and student of a teacher-mixture as they lie on a plane through its directions.

Of a sample everything matters but noise no vector sees: its components on the span of the
directions, and one more along the part of the weights outside that span. A plane shows two of
these; what the others do to a field λ = w·x/√d is known only on average, and as noise around it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from simulation.mixture import FloatArray, TeacherMixture
from simulation.sampling import IntArray, labels

_PARALLEL = 1e-4
"""What is left of a direction beside others counts from here, relative to the longest one."""

_ROUNDING = 1e-9


class PlaneChoice(StrEnum):
    """Which two directions span the plane."""

    SHIFT_AND_RULE = "shift and rule"
    TWO_RULES = "two rules"


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """Orthonormal axes: two of the plane, then those of everything else that matters.

    Attributes
    ----------
    mixture
        K groups.
    basis
        Axes as rows, shape (n, n) with n = rank + 1, in the coordinates of
        `TeacherMixture.coordinates` and, last, a direction of noise that no rule or shift has.
    directions
        Components of the 2K directions along the axes, shape (2K, n).
    wanted
        The two directions u that were to span the plane (0..K−1 rules, K..2K−1 shifts).
    axes
        The direction that each axis of the plane follows, as far as it is at right angles to
        the axis before; None for noise alone.
    """

    mixture: TeacherMixture
    basis: FloatArray
    directions: FloatArray
    wanted: tuple[int, int]
    axes: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Labelled samples in the coordinates of a plane's basis.

    Attributes
    ----------
    group
        j of each sample, shape (m,).
    components
        Along the axes, shape (m, n); the first two are what the plane shows.
    remainder
        Component along the part of the weights outside the directions' span, shape (m,).
    label
        −1 or +1, shape (m,).
    """

    group: IntArray
    components: FloatArray
    remainder: FloatArray
    label: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Where a field of one group changes its sign on the plane, on average over the rest.

    Attributes
    ----------
    normal
        The field rises along this vector, shape (2,).
    level
        The line is normal·x = level.
    noise
        Standard deviation of what the rest adds to the field.
    """

    normal: FloatArray
    level: float
    noise: float


@dataclass(frozen=True, slots=True, eq=False)
class Student:
    """The weights at one moment, in the coordinates of a plane's basis.

    Attributes
    ----------
    weights
        Along the axes, shape (n,).
    remainder
        Squared length P ≥ 0 of the part outside the directions' span.
    """

    plane: Plane
    weights: FloatArray
    remainder: float

    @property
    def share_in_plane(self) -> float:
        """Part of the squared length that lies in the plane, from 0 to 1."""
        squares = self.weights**2
        total = float(squares.sum()) + self.remainder
        return float(squares[:2].sum()) / total if total else 0.0

    def fields(self, samples: Samples) -> FloatArray:
        """Return λ of each sample, shape (m,)."""
        noise = np.sqrt(self.remainder) * samples.remainder
        return np.asarray(samples.components @ self.weights + noise)

    def answers(self, samples: Samples, thresholds: ArrayLike = 0.0) -> IntArray:
        """Return sign(λ − θ) of each sample as −1 or +1; θ for all groups or of shape (K,)."""
        levels = np.broadcast_to(thresholds, (self.plane.mixture.size,))
        return np.where(self.fields(samples) > levels[samples.group], 1, -1)

    def cuts(self, thresholds: ArrayLike = 0.0) -> tuple[Cut, ...]:
        """Return the decision boundary λ = θ of each group; θ for all or of shape (K,)."""
        levels = np.broadcast_to(thresholds, (self.plane.mixture.size,))
        return tuple(
            _cut(self.plane, group, self.weights, threshold=float(level), outside=self.remainder)
            for group, level in enumerate(levels)
        )


def plane_of(mixture: TeacherMixture, choice: PlaneChoice) -> Plane:
    """Choose the axes: the wanted directions, and others where those are missing or parallel.

    Parameters
    ----------
    mixture
        K groups.
    choice
        `SHIFT_AND_RULE` for v_1 and T_1, `TWO_RULES` for T_1 and T_2. In place of a missing one
        come the other rules, then the other shifts, then noise alone.
    """
    groups = mixture.size
    rules, shifts = list(range(groups)), list(range(groups, 2 * groups))
    order = rules + shifts
    if choice is PlaneChoice.SHIFT_AND_RULE:
        order = shifts[:1] + rules + shifts[1:]
    directions = np.pad(mixture.coordinates, ((0, 0), (0, 1)))
    size = directions.shape[1]
    least = _PARALLEL * float(np.linalg.norm(directions, axis=1).max())
    basis: list[FloatArray] = []
    axes: list[int | None] = []
    spare = [(None, row) for row in np.eye(size)[::-1]]
    for index, vector in [*((index, directions[index]) for index in order), *spare]:
        rest = _beside(basis, _beside(basis, vector))
        length = float(np.linalg.norm(rest))
        if length > least and len(basis) < size:
            basis.append(rest / length)
            axes.append(index)
    turned = np.array(basis)
    return Plane(mixture, turned, directions @ turned.T, (order[0], order[1]), (axes[0], axes[1]))


def distinct_choices(mixture: TeacherMixture) -> tuple[PlaneChoice, ...]:
    """Return the choices that lead to different planes."""
    shift_and_rule, two_rules = (plane_of(mixture, choice).basis[:2] for choice in PlaneChoice)
    overlap = np.linalg.det(shift_and_rule @ two_rules.T)
    same = abs(abs(overlap) - 1) < _PARALLEL**2
    return (PlaneChoice.SHIFT_AND_RULE,) if same else tuple(PlaneChoice)


def draw_samples(plane: Plane, *, count: int, least: int, seed: int) -> Samples:
    """Draw samples of all groups by their shares, but some of each.

    The same seed gives the same noise for every mixture, so that samples glide as it changes.

    Parameters
    ----------
    plane
        Whose basis the components refer to.
    count
        Samples in all, at least one for each group.
    least
        Samples of the rarest group; fewer where `count` has no room for so many of each.
    seed
        Source of the samples.
    """
    mixture, size = plane.mixture, len(plane.basis)
    counts = sample_counts(mixture.shares, count=count, least=least)
    drawn = []
    for child, number in zip(np.random.SeedSequence(seed).spawn(mixture.size), counts, strict=True):
        noise = np.random.default_rng(child).standard_normal((size + 1, count))
        drawn.append(noise[:, :number].T)
    group = np.repeat(np.arange(mixture.size), counts)
    noise = np.concatenate(drawn) * np.sqrt(mixture.variances)[group, None]
    components = noise[:, 1:] + plane.directions[mixture.size :][group]
    along_directions = (components @ plane.basis)[:, :-1]
    return Samples(group, components, noise[:, 0], labels(mixture, group, along_directions))


def sample_counts(shares: FloatArray, *, count: int, least: int) -> IntArray:
    """Divide `count` by the shares (K,), with at least `least` each as far as there is room.

    Raises
    ------
    ValueError
        If there are fewer samples than groups.
    """
    if count < len(shares):
        message = f"count = {count} must be at least the number of groups, {len(shares)}"
        raise ValueError(message)
    low = min(least, count // len(shares))
    small = np.zeros(len(shares), dtype=bool)
    while True:
        wanted = np.where(small, 0.0, shares)
        wanted *= (count - low * small.sum()) / wanted.sum()
        below = ~small & (wanted < low - _ROUNDING)
        if not below.any():
            break
        small |= below
    ends = np.floor(np.cumsum(np.where(small, low, wanted)) + 0.5 + _ROUNDING)
    return np.asarray(np.diff(ends, prepend=0), dtype=np.int64)


def student_on(plane: Plane, overlaps: FloatArray, norm: float) -> Student:
    """Place the weights with overlaps w·u/d, shape (2K,), and squared length Q = |w|²/d."""
    along = plane.mixture.coordinates_of_overlaps @ overlaps
    remainder = max(float(norm - along @ along), 0.0)
    return Student(plane, plane.basis[:, :-1] @ along, remainder)


def rule_cuts(plane: Plane) -> tuple[Cut, ...]:
    """Return the line T_j·x/√d + b_j = 0 of each group's rule."""
    mixture = plane.mixture
    return tuple(
        _cut(plane, group, plane.directions[group], threshold=-float(threshold))
        for group, threshold in enumerate(mixture.thresholds)
    )


def _cut(
    plane: Plane, group: int, weights: FloatArray, *, threshold: float, outside: float = 0.0
) -> Cut:
    """Cut the plane where weights (n,) and a squared length outside meet a threshold."""
    hidden = weights[2:]
    centre = plane.directions[plane.mixture.size + group, 2:]
    variance = plane.mixture.variances[group] * (hidden @ hidden + outside)
    return Cut(weights[:2], threshold - float(hidden @ centre), float(np.sqrt(variance)))


def _beside(basis: Sequence[FloatArray], vector: FloatArray) -> FloatArray:
    """Take away what a vector has along orthonormal ones."""
    for axis in basis:
        vector = vector - (axis @ vector) * axis
    return vector
