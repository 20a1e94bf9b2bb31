"""The teacher-mixture: Gaussian groups, each labelled by a rule (teacher) of its own.

Source: Sarao Mannelli et al., "Bias-inducing geometries" (arXiv 2205.15935); Jain et al.,
"Bias in Motion" (NeurIPS 2024, arXiv 2405.18296), section 2, for any number of groups.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

GRAM_TOLERANCE = 1e-10
"""Rounding allowed in the Gram matrix, relative to its largest diagonal entry."""


class InadmissibleGeometryError(ValueError):
    """The numbers describe vectors that cannot exist.

    Attributes
    ----------
    parameters
        Names of the settings to change, e.g. ``("rule_similarity",)`` or ``("gram",)``.
    """

    def __init__(self, message: str, *, parameters: tuple[str, ...]) -> None:
        super().__init__(message)
        self.parameters = parameters


@dataclass(frozen=True, eq=False, kw_only=True)
class TeacherMixture:
    """A mixture of K groups in d dimensions, known by the overlaps of its 2K directions.

    Group j has probability p_j; then x = v_j/√d + √Δ_j z with z ~ N(0, I_d), and the label is
    y = sign(T_j·x/√d + b_j).

    Attributes
    ----------
    names
        K different names of the groups.
    shares
        Representations p_j > 0, shape (K,), adding up to 1.
    variances
        Variances Δ_j > 0, shape (K,).
    thresholds
        Thresholds b_j of the labels, shape (K,).
    gram
        G[u, u'] = u·u'/d over the directions T_1..T_K (teachers), v_1..v_K (shifts);
        shape (2K, 2K), symmetric, positive semi-definite.

    Raises
    ------
    InadmissibleGeometryError
        If no such mixture exists; the message names the nearest admissible value.
    """

    names: tuple[str, ...]
    shares: FloatArray
    variances: FloatArray
    thresholds: FloatArray
    gram: FloatArray

    def __post_init__(self) -> None:
        groups = len(self.names)
        if not groups or len(set(self.names)) != groups or not all(self.names):
            raise InadmissibleGeometryError(
                f"names must be different, non-empty texts, one per group; got {self.names}",
                parameters=("names",),
            )
        for field in ("shares", "variances", "thresholds"):
            object.__setattr__(self, field, frozen_array(field, getattr(self, field), (groups,)))
        gram = frozen_array("gram", self.gram, (2 * groups, 2 * groups))
        object.__setattr__(self, "gram", gram)
        if not (np.all(self.shares > 0) and math.isclose(self.shares.sum(), 1, abs_tol=1e-9)):
            raise InadmissibleGeometryError(
                f"shares must be above 0 and add up to 1; got {self.shares.tolist()}, "
                f"which add up to {self.shares.sum():.6g}",
                parameters=("shares",),
            )
        if not np.all(self.variances > 0):
            raise InadmissibleGeometryError(
                f"variances must be above 0; got {self.variances.tolist()}",
                parameters=("variances",),
            )
        _check_gram(gram, direction_names(self.names))

    @classmethod
    def two_group(
        cls,
        *,
        representation: float,
        variance_plus: float,
        variance_minus: float,
        rule_similarity: float,
        label_correlation_plus: float,
        label_correlation_minus: float,
        shift: float,
        threshold_plus: float,
        threshold_minus: float,
    ) -> Self:
        """Build the mixture of the papers: groups "+" and "-", shifted by +v and −v.

        Parameters
        ----------
        representation
            Share ρ of the group "+", in (0, 1).
        variance_plus, variance_minus
            Δ_± > 0.
        rule_similarity
            q = T_+·T_−/d for teachers with |T_±|²/d = 1.
        label_correlation_plus, label_correlation_minus
            m_± = T_±·v/d.
        shift
            V = |v|²/d ≥ 0; without shift (0) both m_± must be 0.
        threshold_plus, threshold_minus
            b_±.

        Raises
        ------
        InadmissibleGeometryError
            If a value is out of its range or no vectors have these overlaps.
        """
        if not 0 < representation < 1:
            raise InadmissibleGeometryError(
                f"representation = {representation} must lie between 0 and 1, ends excluded",
                parameters=("representation",),
            )
        _check_two_groups(
            q=rule_similarity,
            m={
                "label_correlation_plus": label_correlation_plus,
                "label_correlation_minus": label_correlation_minus,
            },
            shift=shift,
        )
        for name, variance in (
            ("variance_plus", variance_plus),
            ("variance_minus", variance_minus),
        ):
            if not variance > 0:
                raise InadmissibleGeometryError(
                    f"{name} = {variance} must be above 0", parameters=(name,)
                )
        return cls(
            names=("+", "-"),
            shares=np.array([representation, 1 - representation]),
            variances=np.array([variance_plus, variance_minus]),
            thresholds=np.array([threshold_plus, threshold_minus]),
            gram=two_group_gram(
                rule_similarity, label_correlation_plus, label_correlation_minus, shift
            ),
        )

    @property
    def size(self) -> int:
        """Number of groups K."""
        return len(self.names)

    @cached_property
    def teacher_norms(self) -> FloatArray:
        """|T_j|²/d, shape (K,)."""
        return np.diagonal(self.gram)[: self.size]

    @cached_property
    def label_margins(self) -> FloatArray:
        """h_j = E τ_j/√Var τ_j of the label field τ_j = T_j·x/√d + b_j; shape (K,)."""
        overlaps = np.diagonal(self.gram, self.size)
        return (overlaps + self.thresholds) / np.sqrt(self.variances * self.teacher_norms)

    @property
    def positive_rates(self) -> FloatArray:
        """P(y = +1) in each group, shape (K,)."""
        from scipy.special import ndtr

        return np.asarray(ndtr(self.label_margins))

    @cached_property
    def coordinates(self) -> FloatArray:
        """Coordinates L of the 2K directions with L Lᵀ = G, shape (2K, rank of G).

        The direction u is √d times row u, along any set of orthonormal vectors.
        """
        values, vectors = np.linalg.eigh(self.gram)
        kept = values > GRAM_TOLERANCE * values[-1]
        return np.asarray(vectors[:, kept] * np.sqrt(values[kept]))

    @cached_property
    def coordinates_of_overlaps(self) -> FloatArray:
        """Matrix that takes overlaps w·u/d, shape (2K,), to coordinates of w; (rank of G, 2K)."""
        return np.asarray(np.linalg.pinv(self.coordinates), dtype=np.float64)


def two_group_gram(q: float, m_plus: float, m_minus: float, shift: float) -> FloatArray:
    """Gram matrix of T_+, T_−, v and −v, shape (4, 4), with |T_±|²/d = 1 and |v|²/d = shift."""
    return np.array(
        [
            [1.0, q, m_plus, -m_plus],
            [q, 1.0, m_minus, -m_minus],
            [m_plus, m_minus, shift, -shift],
            [-m_plus, -m_minus, -shift, shift],
        ]
    )


def direction_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the 2K directions in the order of the Gram matrix: T of each group, then v."""
    return tuple(f"{symbol}[{name}]" for symbol in "Tv" for name in names)


def frozen_array(name: str, values: ArrayLike, shape: tuple[int, ...]) -> FloatArray:
    """Return a read-only float64 copy of `values`, of the given shape and finite throughout.

    Raises
    ------
    InadmissibleGeometryError
        Naming `name`, if the shape or a value is wrong.
    """
    array = np.array(values, dtype=np.float64)
    if array.shape != shape:
        raise InadmissibleGeometryError(
            f"{name} must have the shape {shape}, following the number of groups; "
            f"got {array.shape}",
            parameters=(name,),
        )
    if not np.isfinite(array).all():
        raise InadmissibleGeometryError(f"{name} must hold finite numbers", parameters=(name,))
    array.flags.writeable = False
    return array


def _check_two_groups(*, q: float, m: dict[str, float], shift: float) -> None:
    """Refuse overlaps of T_+, T_− and v that no vectors have."""
    if not (math.isfinite(shift) and shift >= 0):
        raise InadmissibleGeometryError(
            f"shift = {shift} must be 0 or more: it is the squared length |v|²/d",
            parameters=("shift",),
        )
    limit = math.sqrt(shift)
    for name, value in m.items():
        if not abs(value) <= limit * (1 + GRAM_TOLERANCE):
            raise InadmissibleGeometryError(
                f"{name} = {value} must lie between {-limit:.6g} and {limit:.6g} "
                f"(±√shift, for shift = {shift:g})",
                parameters=(name,),
            )
    plus, minus = (value / limit if shift else 0.0 for value in m.values())
    middle = plus * minus
    spread = math.sqrt(max(1 - plus**2, 0) * max(1 - minus**2, 0))
    low, high = max(middle - spread, -1.0), min(middle + spread, 1.0)
    if not low - GRAM_TOLERANCE <= q <= high + GRAM_TOLERANCE:
        given = ", ".join(f"{name} = {value:g}" for name, value in m.items())
        raise InadmissibleGeometryError(
            f"rule_similarity = {q} must lie between {low:.6g} and {high:.6g} "
            f"for {given} and shift = {shift:g}; the nearest admissible value is "
            f"{low if q < low else high:.6g}",
            parameters=("rule_similarity",),
        )


def _check_gram(gram: FloatArray, directions: tuple[str, ...]) -> None:
    """Refuse a matrix that is not the Gram matrix of any vectors."""
    diagonal = np.diagonal(gram)
    groups = len(directions) // 2
    if not (np.all(diagonal >= 0) and np.all(diagonal[:groups] > 0)):
        raise InadmissibleGeometryError(
            "gram must have a diagonal above 0 for the teachers and of 0 or more for the "
            f"shifts; got {diagonal.tolist()}",
            parameters=("gram",),
        )
    tolerance = GRAM_TOLERANCE * float(diagonal.max())
    if not np.allclose(gram, gram.T, rtol=0, atol=tolerance):
        raise InadmissibleGeometryError("gram must be symmetric", parameters=("gram",))
    limits = np.sqrt(np.outer(diagonal, diagonal))
    row, column = np.unravel_index(np.argmax(np.abs(gram) - limits), gram.shape)
    if abs(gram[row, column]) > limits[row, column] + tolerance:
        limit = limits[row, column]
        raise InadmissibleGeometryError(
            f"gram: the overlap of {directions[row]} and {directions[column]} is "
            f"{gram[row, column]:.6g}, but their lengths allow {-limit:.6g} to {limit:.6g}",
            parameters=("gram",),
        )
    values, vectors = np.linalg.eigh(gram)
    if values[0] < -tolerance:
        nearest = (vectors * np.maximum(values, 0)) @ vectors.T
        row, column = np.unravel_index(np.argmax(np.abs(nearest - gram)), gram.shape)
        raise InadmissibleGeometryError(
            f"gram is not positive semi-definite (smallest eigenvalue {values[0]:.3g}): no "
            "vectors have these overlaps. In the nearest admissible matrix the entry that "
            f"changes most, of {directions[row]} and {directions[column]}, is "
            f"{nearest[row, column]:.6g} instead of {gram[row, column]:.6g}",
            parameters=("gram",),
        )
