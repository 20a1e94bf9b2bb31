"""Trainings that differ in their seed alone, taken together."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from experiments.curves import Curve, CurveSet
from experiments.frames import CurveName, EnsemblePoints, FloatArray


def over_seeds(curves: CurveSet) -> Iterator[EnsemblePoints]:
    """Take together the curves of which only the seed differs, where there are several.

    Positions are those of the longest; curves that were measured at others are interpolated on a
    logarithmic axis, and reach no further than they do.

    Yields
    ------
    EnsemblePoints
        Named by the lowest seed; with every curve as a trace, in the order of the seeds.
    """
    families: dict[CurveName, list[Curve]] = {}
    for curve in curves:
        families.setdefault(replace(curve.name, seed=0), []).append(curve)
    for family in families.values():
        if len(family) > 1:
            family.sort(key=lambda curve: curve.name.seed)
            x = max((curve.x for curve in family), key=len)
            values = np.stack([_at(x, curve) for curve in family], axis=1)
            yield EnsemblePoints.of(family[0].name, x, values, kept=len(family))


def _at(x: FloatArray, curve: Curve) -> FloatArray:
    """Give the values of a curve at other positions; NaN behind its end."""
    if np.array_equal(x, curve.x):
        return curve.value
    return np.interp(np.log1p(x), np.log1p(curve.x), curve.value, right=np.nan)


def with_means(curves: CurveSet) -> CurveSet:
    """Add to curves the ensembles that they are together, without traces."""
    means = (replace(each, traces=each.traces[:, :0]) for each in over_seeds(curves))
    return CurveSet(curves, (*curves.ensembles, *means))


def typical(curves: CurveSet) -> CurveSet:
    """Keep the first of several arms, and the mean of curves that differ in their seed alone."""
    first = next((curve.name.arm for curve in curves), "")
    chosen = CurveSet(curves.select(arm=first))
    means = {
        replace(each.name, seed=0): Curve(each.name, each.x, each.mean)
        for each in over_seeds(chosen)
    }
    singles = (curve for curve in chosen if replace(curve.name, seed=0) not in means)
    return CurveSet((*singles, *means.values()), curves.ensembles)
