"""Cells of phase diagrams that their tests share."""

from dataclasses import fields

import numpy as np
from numpy.typing import ArrayLike

from simulation.mixture import FloatArray
from simulation.phase_cells import TwoGroupCells

_DEFAULTS = {
    "representation": 0.84,
    "variance_plus": 0.15,
    "variance_minus": 2.0,
    "rule_similarity": 0.76,
    "label_correlation_plus": -0.07,
    "label_correlation_minus": -0.59,
    "shift": 1.0,
    "threshold_plus": -0.04,
    "threshold_minus": -0.08,
    "learning_rate": 0.29,
    "weight_decay": 0.0,
    "batch_size": 1.0,
    "initial_norm": 0.05,
    "group_weight_plus": 1.0,
    "group_weight_minus": 1.0,
    "class_weight": 1.0,
    "initial_overlap_plus": 0.0,
    "initial_overlap_minus": 0.0,
    "initial_overlap_shift": 0.0,
}


def two_group_cells(**changes: ArrayLike) -> TwoGroupCells:
    """Cells of the double crossing, with whatever a test changes."""
    return TwoGroupCells(
        **{name: np.asarray(v, dtype=np.float64) for name, v in (_DEFAULTS | changes).items()}
    )


def values_of(cells: TwoGroupCells) -> dict[str, FloatArray]:
    """The fields of cells, to change some of them."""
    found = {field.name: getattr(cells, field.name) for field in fields(cells)}
    return {name: values for name, values in found.items() if values is not None}


def random_cells(size: int, *, seed: int) -> TwoGroupCells:
    """Any settings, inadmissible and divergent ones, resonances and edges included."""
    rng = np.random.default_rng(seed)

    def uniform(low: float, high: float) -> FloatArray:
        return rng.uniform(low, high, size)

    def mostly(usual: ArrayLike, others: ArrayLike, share: float) -> FloatArray:
        return np.where(rng.random(size) < share, usual, others)

    shift = mostly(uniform(1e-3, 2), rng.choice([0.0, 1e-12, 1e-6], size), 0.75)
    plus, minus = uniform(-1, 1), uniform(-1, 1)
    spread = np.sqrt((1 - plus**2) * (1 - minus**2))
    place = mostly(uniform(-1, 1), rng.choice([-1.0, 1.0, 1.3], size), 0.8)
    values = {
        "representation": uniform(0.02, 0.98),
        "variance_plus": 10 ** uniform(-1.3, 0.5),
        "variance_minus": 10 ** uniform(-1.3, 0.5),
        "rule_similarity": np.clip(plus * minus + place * spread, -1, 1),
        "label_correlation_plus": plus * np.sqrt(shift),
        "label_correlation_minus": minus * np.sqrt(shift),
        "shift": shift,
        "threshold_plus": mostly(uniform(-1, 1), 0.0, 0.7),
        "threshold_minus": mostly(uniform(-1, 1), 0.0, 0.7),
        "weight_decay": mostly(0.0, 10 ** uniform(-3, 0), 0.5),
        "batch_size": rng.choice([1.0, 2.0, 64.0], size),
        "initial_norm": 10 ** uniform(-2, 0.5),
        "group_weight_plus": mostly(1.0, uniform(0.1, 3), 0.5),
        "group_weight_minus": mostly(1.0, uniform(0.0, 3), 0.5),
        "class_weight": rng.choice([1.0, 0.5], size),
        "initial_overlap_plus": mostly(0.0, uniform(-0.3, 0.3), 0.6),
        "initial_overlap_minus": mostly(0.0, uniform(-0.3, 0.3), 0.6),
        "initial_overlap_shift": mostly(0.0, uniform(-0.3, 0.3) * np.sqrt(shift), 0.6),
        "sampling_plus": uniform(0.1, 0.9),
    }
    fraction = mostly(uniform(0.01, 1.2), rng.choice([0.5, 0.5 + 1e-7, 1e-6, 1.0001], size), 0.85)
    return TwoGroupCells(**values, learning_rate=fraction * stability_limit(values))


def stability_limit(values: dict[str, FloatArray]) -> FloatArray:
    """The learning rate from which on the norm diverges, 2B(Δ̄ + λ_2)/Σ π c² Δ²."""
    share = values["sampling_plus"]
    damping, noise = values["weight_decay"], np.zeros(1)
    for group, part in (("plus", share), ("minus", 1 - share)):
        weight = values[f"group_weight_{group}"] * values["class_weight"]
        variance = values[f"variance_{group}"]
        damping = damping + part * weight * variance
        noise = noise + part * (weight * variance) ** 2
    return np.asarray(2 * values["batch_size"] * damping / noise)
