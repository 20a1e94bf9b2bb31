"""Disparities among the groups, under the names and definitions of fairlearn's metrics.

A difference is 0 and a ratio 1 where all groups have the same rate. Between groups they are the
largest rate minus the smallest, and the smallest over the largest; to overall they compare each
group with the whole population and take the largest distance, or the ratio furthest below 1 of
either to the other.
"""

from collections.abc import Callable
from typing import Final, Literal

import numpy as np

from simulation.mixture import FloatArray
from simulation.observables import Confusion

Method = Literal["between_groups", "to_overall"]

_Rate = Callable[[Confusion], FloatArray]

_RATES: Final[dict[str, tuple[_Rate, ...]]] = {
    "demographic_parity": (lambda found: found.selection_rate,),
    "equal_opportunity": (lambda found: found.true_positive_rate,),
    "equalized_odds": (
        lambda found: found.true_positive_rate,
        lambda found: found.false_positive_rate,
    ),
    "false_positive_rate": (lambda found: found.false_positive_rate,),
    "accuracy_score": (lambda found: found.accuracy,),
    "precision_score": (lambda found: found.precision,),
    "f1_score": (lambda found: found.f1,),
}
"""What each disparity compares; of two rates the one further apart counts ("worst_case")."""

DISPARITIES: Final = tuple(f"{name}_{kind}" for name in _RATES for kind in ("difference", "ratio"))
"""Names of all disparities.

``demographic_parity`` compares P(ŷ = +1), ``equal_opportunity`` P(ŷ = +1 | y = +1) (fairlearn's
``true_positive_rate`` too), ``false_positive_rate`` P(ŷ = +1 | y = −1), ``equalized_odds`` both
of these, ``accuracy_score`` P(ŷ = y), ``precision_score`` P(y = +1 | ŷ = +1) and ``f1_score``
the harmonic mean of precision and recall. fairlearn has the last two by ``make_derived_metric``.
"""


def disparities(
    found: Confusion, shares: FloatArray, method: Method = "between_groups"
) -> dict[str, FloatArray]:
    """Return every disparity of `DISPARITIES`.

    A disparity is NaN (no data) where the rate of a group is, and a ratio also where all rates
    are 0. fairlearn takes a rate among no one for 0, and where only the ratio of the false
    positive rates is 0/0 it takes equalized odds for equal opportunity.

    Parameters
    ----------
    found
        Confusion probabilities of K groups, arrays of shape (..., K).
    shares
        Shares of the groups in the population, shape (K,).
    method
        Whether groups are compared with each other or with the whole population.

    Returns
    -------
    dict
        Arrays of shape (...) by name, in the order of `DISPARITIES`.
    """
    overall = found.overall(shares)
    values: dict[str, FloatArray] = {}
    for name, rates in _RATES.items():
        compared = [
            _between_groups(rate(found))
            if method == "between_groups"
            else _to_overall(rate(found), rate(overall)[..., None])
            for rate in rates
        ]
        differences, ratios = zip(*compared, strict=True)
        values[f"{name}_difference"] = np.max(differences, axis=0)
        values[f"{name}_ratio"] = np.min(ratios, axis=0)
    return values


def _between_groups(rate: FloatArray) -> tuple[FloatArray, FloatArray]:
    low, high = rate.min(axis=-1), rate.max(axis=-1)
    return high - low, _ratio(low, high)


def _to_overall(rate: FloatArray, overall: FloatArray) -> tuple[FloatArray, FloatArray]:
    low, high = np.minimum(rate, overall), np.maximum(rate, overall)
    return (high - low).max(axis=-1), _ratio(low, high).min(axis=-1)


def _ratio(low: FloatArray, high: FloatArray) -> FloatArray:
    return np.divide(low, high, out=np.full_like(high, np.nan), where=high > 0)
