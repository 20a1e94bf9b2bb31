"""Gaussian averages over the fields of one group, from which every learning curve follows.

In group j the student's field λ and the label's field τ are Gaussian: λ = M_j + √(Δ_j Q) a with
a ~ N(0, 1), and P(y = +1 | a) = Φ((h_j + r_j a)/√(1 − r_j²)).
"""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from simulation.losses import Loss, Squared
from simulation.mixture import FloatArray, TeacherMixture

_TINY = 1e-150
_REACH = 8.0
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(14)
_GAUSSIAN_BREAKS = np.array([-_REACH, -2.3, 2.3, _REACH])
_STEP_BREAKS = np.array([-6.5, -2.0, 2.0, 6.5])
_SIGMOID_BREAKS = np.array([-27.0, -9.0, -3.0, 0.0, 3.0, 9.0, 27.0])


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
        label_margin=np.broadcast_to(mixture.label_margins, teachers.shape),
        correlation=np.clip(correlation, -1.0, 1.0),
    )


def label_moments(mixture: TeacherMixture) -> tuple[FloatArray, FloatArray]:
    """Return ȳ_j = ⟨y⟩ and κ̂_j, for which ⟨yλ⟩_j = M_j ȳ_j + κ̂_j R_j; shape (K,) each."""
    margins = mixture.label_margins
    slope = 2 * _density(margins) * np.sqrt(mixture.variances / mixture.teacher_norms)
    return 2 * ndtr(margins) - 1, slope


def averages(loss: Loss, class_weights: FloatArray, law: Fields) -> Averages:
    """Return the five averages of δ = −a_y ∂ℓ/∂λ in each group, to about 1e-11.

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
    nodes, weights = _label_quadrature(law)
    delta = _deltas(loss, class_weights, nodes)
    curvature = (weights * loss.d_delta(_margins(nodes))).sum(axis=-1)
    boundary_nodes, boundary_weights = _boundary_quadrature(law)
    positive, negative = _deltas(loss, class_weights, boundary_nodes)
    jump = (boundary_weights * (positive - negative)).sum(axis=-1)
    return Averages(
        delta=_total(weights, delta),
        d_delta=np.tensordot(class_weights, curvature, axes=1),
        delta_field=_total(weights, delta * nodes),
        delta_squared=_total(weights, delta**2),
        boundary=_density(law.label_margin) * jump,
    )


def mean_loss(loss: Loss, law: Fields) -> FloatArray:
    """Return ⟨ℓ⟩ in each group, without class weights; shape (..., K)."""
    if isinstance(loss, Squared):
        field_label = _mean_label(law) * law.mean + _slope(law) * law.deviation * law.correlation
        return np.asarray(0.5 * (1 - 2 * field_label + law.mean**2 + law.deviation**2))
    nodes, weights = _label_quadrature(law)
    return _total(weights, loss.value(_margins(nodes)))


def _squared_averages(class_weights: FloatArray, law: Fields) -> Averages:
    """Averages of δ = (ā + ây)(y − λ): polynomials of the fields' moments."""
    mean_weight = class_weights.sum() / 2
    contrast = (class_weights[0] - class_weights[1]) / 2
    mean, h = law.mean, law.label_margin
    part = law.deviation * law.correlation
    label, slope = _mean_label(law), _slope(law)
    square = mean**2 + law.deviation**2
    label_field = mean * label + slope * part
    label_square = label * square + slope * part * (2 * mean - h * part)
    return Averages(
        delta=mean_weight * (label - mean) + contrast * (1 - label_field),
        d_delta=-(mean_weight + contrast * label),
        delta_field=mean_weight * (label_field - square) + contrast * (mean - label_square),
        delta_squared=(mean_weight**2 + contrast**2) * (1 - 2 * label_field + square)
        + 2 * mean_weight * contrast * (label - 2 * mean + label_square),
        boundary=slope * (mean_weight - contrast * (mean - part * h)),
    )


def _deltas(loss: Loss, class_weights: FloatArray, nodes: FloatArray) -> FloatArray:
    """δ at the fields `nodes` for y = +1 and −1, shape (2, ...)."""
    positive, negative = class_weights
    deltas = loss.delta(_margins(nodes))
    deltas[0] *= positive
    deltas[1] *= -negative
    return deltas


def _margins(nodes: FloatArray) -> FloatArray:
    """Margins yλ for y = +1 and −1, shape (2, ...)."""
    return np.stack([nodes, -nodes])


def _label_quadrature(law: Fields) -> tuple[FloatArray, FloatArray]:
    """Nodes λ (..., K, N) and weights (2, ..., K, N) of the averages over λ with y = +1, −1.

    The panels are split where the label turns from one sign to the other (at a = −h/r, over a
    width √(1 − r²)/|r|) and where the loss bends (at λ = 0, over a width 1/√Var λ).
    """
    h, r = law.label_margin, law.correlation
    rest = np.sqrt((1 - r) * (1 + r))
    steepness = np.copysign(np.maximum(np.abs(r), 1e-3), r)
    standard, weights = _gaussian_quadrature(
        _around(-h / steepness, rest / np.abs(steepness), _STEP_BREAKS),
        _bends(law.mean, law.deviation),
    )
    argument = (h[..., None] + r[..., None] * standard) / np.maximum(rest, _TINY)[..., None]
    nodes = law.mean[..., None] + law.deviation[..., None] * standard
    return nodes, weights * ndtr(np.stack([argument, -argument]))


def _boundary_quadrature(law: Fields) -> tuple[FloatArray, FloatArray]:
    """Nodes λ and weights, shape (..., K, N), of the average over λ given τ = 0."""
    part = law.deviation * law.correlation
    mean = law.mean - part * law.label_margin
    deviation = np.sqrt((law.deviation - part) * (law.deviation + part))
    standard, weights = _gaussian_quadrature(_bends(mean, deviation))
    return mean[..., None] + deviation[..., None] * standard, weights


def _bends(mean: FloatArray, deviation: FloatArray) -> FloatArray:
    width = 1 / np.maximum(deviation, 1e-3)
    return _around(-mean * width, width, _SIGMOID_BREAKS)


def _around(centre: FloatArray, width: FloatArray, breaks: FloatArray) -> FloatArray:
    return np.clip(centre[..., None] + width[..., None] * breaks, -_REACH, _REACH)


def _gaussian_quadrature(*breaks: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Composite Gauss-Legendre nodes and weights for N(0, 1), split at all the breaks."""
    fixed = np.broadcast_to(_GAUSSIAN_BREAKS, (*breaks[0].shape[:-1], _GAUSSIAN_BREAKS.size))
    edges = np.sort(np.concatenate([fixed, *breaks], axis=-1), axis=-1)
    half = np.diff(edges)[..., None] / 2
    nodes = edges[..., :-1, None] + half * (1 + _NODES)
    weights = half * _NODE_WEIGHTS * _density(nodes)
    shape = (*edges.shape[:-1], -1)
    return nodes.reshape(shape), weights.reshape(shape)


def _total(weights: FloatArray, values: FloatArray) -> FloatArray:
    """Sum over the two labels (first axis) and the nodes (last axis)."""
    return np.asarray((weights * values).sum(axis=(0, -1)))


def _mean_label(law: Fields) -> FloatArray:
    return np.asarray(2 * ndtr(law.label_margin) - 1)


def _slope(law: Fields) -> FloatArray:
    return 2 * _density(law.label_margin)


def _density(x: FloatArray) -> FloatArray:
    """Return the standard normal density φ."""
    return np.asarray(np.exp(-0.5 * x**2) / np.sqrt(2 * np.pi))
