"""Gaussian averages over the fields of one group, from which every learning curve follows.

In group j the student's field λ and the label's field τ are Gaussian: λ = M_j + √(Δ_j Q) a with
a ~ N(0, 1), and P(y = +1 | a) = Φ((h_j + r_j a)/√(1 − r_j²)).
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from simulation.losses import Loss, Squared
from simulation.mixture import FloatArray, TeacherMixture

_TINY = 1e-150
_ROOT = np.sqrt(2 * np.pi)
_LABELS = np.array([1.0, -1.0])

_REACH = 7.5
"""Beyond it the Gaussian's density is below 1e-13."""

_SHARPEST, _FLATTEST = 1e-6, 1e-3
"""What turns faster is taken to turn at this rate, what turns slower not at all."""

_GAUSSIAN_BREAKS = np.array([-_REACH, 0.0, _REACH])
_STEP_BREAKS = np.array([-6.4, 0.0, 6.4])
_NODES_PER_PANEL = 17

_BLOCK = 256
"""Groups whose mean losses are found together: what they need fits into the processor's cache."""


class Fields(NamedTuple):
    """Joint law of the fields λ and τ in each group; arrays of shape (..., K).

    Attributes
    ----------
    mean, deviation
        E λ = M_j and √Var λ = √(Δ_j Q).
    label_margin
        h_j = E τ/√Var τ.
    correlation
        r_j = R_j/√(Q G[T_j, T_j]); 0 for a student of length 0.
    """

    mean: FloatArray
    deviation: FloatArray
    label_margin: FloatArray
    correlation: FloatArray


class Averages(NamedTuple):
    """⟨δ⟩, ⟨∂_λδ⟩, ⟨δλ⟩, ⟨δ²⟩ and κ of each group; arrays of shape (..., K).

    κ_j = φ(h_j) ⟨δ(λ, +1) − δ(λ, −1)⟩_{λ | τ = 0} is the pull of the label's boundary.
    """

    delta: FloatArray
    d_delta: FloatArray
    delta_field: FloatArray
    delta_squared: FloatArray
    boundary: FloatArray


def fields(mixture: TeacherMixture, overlaps: FloatArray, norm: FloatArray) -> Fields:
    """Return the law of the fields for overlaps (..., 2K) and norms (...)."""
    length = np.sqrt(np.maximum(norm, 0.0))[..., None]
    teachers = overlaps[..., : mixture.size]
    correlation = teachers / np.maximum(length * np.sqrt(mixture.teacher_norms), _TINY)
    return Fields(
        mean=overlaps[..., mixture.size :],
        deviation=length * np.sqrt(mixture.variances),
        label_margin=np.full_like(teachers, mixture.label_margins),
        correlation=np.minimum(np.maximum(correlation, -1.0), 1.0),
    )


def label_moments(mixture: TeacherMixture) -> tuple[FloatArray, FloatArray]:
    """Return ȳ_j = ⟨y⟩ and κ̂_j, for which ⟨yλ⟩_j = M_j ȳ_j + κ̂_j R_j; shape (K,) each."""
    margins = mixture.label_margins
    slope = 2 * _density(margins) * np.sqrt(mixture.variances / mixture.teacher_norms)
    return 2 * ndtr(margins) - 1, slope


def averages(loss: Loss, class_weights: FloatArray, law: Fields) -> Averages:
    """Return the five averages of δ = −a_y ∂ℓ/∂λ in each group, to about 1e-10.

    With P(±|a) the probabilities of the labels and λ = M + √Var λ a, each ⟨f⟩ is
    Σ_y ∫ da φ(a) P(y|a) f(λ, y), and since τ = 0 has the density φ((h + ra)/√(1−r²))/√(1−r²)
    given a, κ = ∫ da φ(a) φ((h + ra)/√(1−r²))/√(1−r²) [δ(λ, +1) − δ(λ, −1)].

    Parameters
    ----------
    loss
        ℓ(yλ).
    class_weights
        a_y for y = +1 and −1, shape (2,).
    law
        The fields' law, shape (..., K).
    """
    if isinstance(loss, Squared):
        return _squared_averages(class_weights, law)
    margins, labels, threshold, rest = _quadrature(loss, law)
    boundary = np.exp(-0.5 * threshold**2)
    boundary *= labels[0] + labels[1]
    delta, d_delta = loss.derivatives(margins)
    weighted = labels * delta
    return Averages(
        delta=_over_labels(weighted.sum(axis=-1), class_weights * _LABELS),
        d_delta=_over_labels(np.vecdot(labels, d_delta), class_weights),
        delta_field=_over_labels(np.vecdot(weighted, margins), class_weights),
        delta_squared=_over_labels(np.vecdot(weighted, delta), class_weights**2),
        boundary=_over_labels(np.vecdot(boundary, delta), class_weights) / (_ROOT * rest),
    )


def mean_loss(loss: Loss, law: Fields) -> FloatArray:
    """Return ⟨ℓ⟩ in each group, without class weights; shape (..., K)."""
    if isinstance(loss, Squared):
        part = law.deviation * law.correlation
        label = 2 * ndtr(law.label_margin) - 1
        field_label = law.mean * label + 2 * _density(law.label_margin) * part
        return np.asarray(0.5 * (1 - 2 * field_label + law.mean**2 + law.deviation**2))
    return _mean(loss, law, power=1)


def mean_square_loss(loss: Loss, law: Fields) -> FloatArray:
    """Return ⟨ℓ²⟩ in each group, without class weights; shape (..., K)."""
    return _mean(loss, law, power=2)


def _mean(loss: Loss, law: Fields, *, power: int) -> FloatArray:
    """Return ⟨ℓ^power⟩ by quadrature, in blocks; shape (..., K)."""
    flat = [values.reshape(-1) for values in law]
    result = np.empty(law.mean.size)
    for first in range(0, result.size, _BLOCK):
        block = slice(first, first + _BLOCK)
        margins, labels, *_ = _quadrature(loss, Fields(*(values[block] for values in flat)))
        result[block] = np.vecdot(labels, loss.value(margins) ** power).sum(axis=0)
    return result.reshape(law.mean.shape)


def _squared_averages(class_weights: FloatArray, law: Fields) -> Averages:
    """Averages of δ = a_y (y − λ), from the moments ⟨λⁿ⟩ of each label's part of the Gaussian."""
    mean, deviation, h, r = (values[..., None] for values in law)
    part, density = deviation * r, _density(h)
    zeroth = ndtr(_LABELS * h)
    first = mean * zeroth + _LABELS * part * density
    second = (mean**2 + deviation**2) * zeroth + _LABELS * part * density * (2 * mean - h * part)
    return Averages(
        delta=(_LABELS * zeroth - first) @ class_weights,
        d_delta=-zeroth @ class_weights,
        delta_field=(_LABELS * first - second) @ class_weights,
        delta_squared=(zeroth - 2 * _LABELS * first + second) @ class_weights**2,
        boundary=density[..., 0] * ((1 - _LABELS * (mean - part * h)) @ class_weights),
    )


def _quadrature(loss: Loss, law: Fields) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return margins, weights, thresholds and the width that they are in units of.

    Margins yλ for y = +1, −1 and the weights φ(a) P(y|a) da of the N nodes have the shape
    (2, ..., K, N), the thresholds (h + ra)/√(1 − r²) the shape (..., K, N) and their unit
    √(1 − r²) the shape (..., K).

    It is a composite Gauss-Legendre rule whose panels end wherever an integrand turns: the
    Gaussian at a = 0 over a width 1, the label at a = −h/r over a width √(1 − r²)/|r|, and the
    loss at its breaks.
    """
    mean, deviation, h, r = (values[..., None] for values in law)
    rest = np.maximum(np.sqrt((1 - r) * (1 + r)), _SHARPEST)
    slope = np.copysign(np.maximum(np.abs(r), _FLATTEST), r)
    breaks = loss.breaks
    edges = np.empty((*law.mean.shape, 6 + len(breaks)))
    edges[..., :3] = _GAUSSIAN_BREAKS
    edges[..., 3:6] = (rest * _STEP_BREAKS - h) / slope
    edges[..., 6:] = (breaks - mean) / np.maximum(deviation, _FLATTEST)
    np.maximum(edges, -_REACH, out=edges)
    np.minimum(edges, _REACH, out=edges)
    edges.sort(axis=-1)

    to_nodes, to_weights = _composite_rule(edges.shape[-1])
    standard = edges @ to_nodes
    gaussian = np.exp(-0.5 * standard**2)
    gaussian *= edges @ to_weights
    threshold = h / rest + r / rest * standard

    margins, labels = np.empty((2, 2, *standard.shape))
    np.add(mean, deviation * standard, out=margins[0])
    np.negative(margins[0], out=margins[1])
    np.multiply(gaussian, ndtr(threshold), out=labels[0])
    np.subtract(gaussian, labels[0], out=labels[1])
    return margins, labels, threshold, rest[..., 0]


@lru_cache
def _composite_rule(edges: int) -> tuple[FloatArray, FloatArray]:
    """Return the matrices that take the edges of panels to nodes, and to weights over √(2π).

    Both have the shape (edges, N).
    """
    nodes, weights = np.polynomial.legendre.leggauss(_NODES_PER_PANEL)
    lower, upper = np.eye(edges)[:, :-1], np.eye(edges)[:, 1:]
    return (
        np.kron(lower, (1 - nodes) / 2) + np.kron(upper, (1 + nodes) / 2),
        np.kron(upper - lower, weights / (2 * _ROOT)),
    )


def _over_labels(parts: FloatArray, weights: FloatArray) -> FloatArray:
    """Return Σ_y weights_y parts_y, with y the first axis of both."""
    return np.asarray((parts.T @ weights).T)


def _density(x: FloatArray) -> FloatArray:
    """Return the standard normal density φ."""
    return np.asarray(np.exp(-0.5 * x**2) / _ROOT)
