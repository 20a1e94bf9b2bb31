"""Everything that is reported of a student: what follows from its order parameters."""

import numpy as np

from experiments.frames import OVERALL, EventKind, FloatArray
from simulation.averages import fields
from simulation.decomposition import Parts
from simulation.disparities import Method, disparities
from simulation.mixture import TeacherMixture
from simulation.observables import Confusion, confusion

Quantities = dict[tuple[str, str], FloatArray]
"""Values by quantity and group."""

GAPS = {"loss": "loss_gap", "error": "error_gap"}
"""For two groups the first minus the second; for more, each one minus the overall."""

CROSSINGS = {"loss": EventKind.CROSSING, "error": EventKind.ERROR_CROSSING}
"""Events at which another of two groups gets ahead."""

_METHODS: tuple[tuple[Method, str], ...] = (
    ("between_groups", ""),
    ("to_overall", "_to_overall"),
)

PARTS = ("alignment", "norm", "shift")
"""Shares of a group's loss above that of a student who knows nothing; they add up to it."""


def quantities(
    mixture: TeacherMixture,
    *,
    losses: FloatArray,
    thresholds: FloatArray,
    overlaps: FloatArray,
    norm: FloatArray,
) -> Quantities:
    """Return every reported quantity.

    Parameters
    ----------
    mixture
        K groups.
    losses
        Expected loss of each group, shape (..., K).
    thresholds
        Decision threshold of each group, shape (K,).
    overlaps, norm
        w·u/d, shape (..., 2K), and Q, shape (...).

    Returns
    -------
    dict
        Arrays of shape (...).
    """
    size, shares = mixture.size, mixture.shares
    found = confusion(mixture, overlaps, norm, thresholds)
    by_group = {
        "loss": losses,
        **_rates(found),
        "R": overlaps[..., :size],
        "M": overlaps[..., size:],
        "cosine": fields(mixture, overlaps, norm).correlation,
    }
    values: Quantities = {
        (quantity, group): array[..., index]
        for quantity, array in by_group.items()
        for index, group in enumerate(mixture.names)
    }
    values["Q", OVERALL] = norm
    values["loss", OVERALL] = losses @ shares
    for quantity, array in _rates(found.overall(shares)).items():
        values[quantity, OVERALL] = array
    for quantity, gap in GAPS.items():
        array = by_group[quantity]
        if size == 2:
            values[gap, OVERALL] = array[..., 0] - array[..., 1]
        else:
            for index, group in enumerate(mixture.names):
                values[gap, group] = array[..., index] - values[quantity, OVERALL]
    for method, suffix in _METHODS:
        for name, array in disparities(found, shares, method).items():
            values[f"{name}{suffix}", OVERALL] = array
    return values


def _rates(found: Confusion) -> dict[str, FloatArray]:
    return {
        "error": found.error,
        "selection_rate": found.selection_rate,
        "true_positive_rate": found.true_positive_rate,
        "false_positive_rate": found.false_positive_rate,
        "precision": found.precision,
        "f1": found.f1,
    }


def part_quantities(mixture: TeacherMixture, parts: Parts) -> Quantities:
    """Name the three parts of each group's loss."""
    return {
        (part, group): np.asarray(getattr(parts, part)[..., index])
        for part in PARTS
        for index, group in enumerate(mixture.names)
    }
