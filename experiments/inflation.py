"""How much more one pipeline reports than another, from the curves of both."""

import math
from dataclasses import dataclass

import numpy as np

from experiments.curves import CurveSet
from experiments.frames import OVERALL, RIGHT, WRONG, CurveName, EnsemblePoints, FloatArray, Source
from experiments.spread import interval_half_width
from experiments.views import group_label

WEIGHTS_STEP = "step of the weights"
"""Quantity that a training has once it has ended: which step's weights its last scores are of."""

_MOST_GROUPS = 3


class Ends:
    """Where the curves of trainings end.

    Parameters
    ----------
    curves
        Of one or more trainings, each told from the others by its arm and its seed.

    Attributes
    ----------
    groups
        Their names in order, ``overall`` left out.
    """

    def __init__(self, curves: CurveSet) -> None:
        self.groups = curves.groups()
        self._values = {curve.name: float(curve.value[-1]) for curve in curves}
        self._trainings = {(name.arm, name.seed) for name in self._values}

    def begun(self, arm: str) -> tuple[int, ...]:
        """List the seeds on which an arm's training has begun, in order."""
        return tuple(sorted(seed for name, seed in self._trainings if name == arm))

    def ended(self, arm: str) -> tuple[int, ...]:
        """List the seeds on which an arm was trained to its end, in order."""
        return tuple(
            seed for seed in self.begun(arm) if self.has(WEIGHTS_STEP, Source.TRAINING, arm, seed)
        )

    def has(self, quantity: str, source: Source, arm: str, seed: int) -> bool:
        """Say whether something was measured, whether or not it is defined."""
        return CurveName(quantity, OVERALL, source, arm, seed) in self._values

    def values(
        self, quantity: str, group: str, source: Source, *, arm: str, seeds: tuple[int, ...]
    ) -> FloatArray:
        """Give the last value on each seed, shape (seeds,); NaN where there is none."""
        names = (CurveName(quantity, group, source, arm, seed) for seed in seeds)
        return np.array([self._values.get(name, math.nan) for name in names])


@dataclass(frozen=True, slots=True)
class Inflation:
    """A score of the wrong pipeline minus that of the right one, each on its own rows.

    Attributes
    ----------
    mean
        Over the seeds on which both have the score.
    half_width
        Half of the 95 % interval of the mean, by Student's t of the paired differences; NaN for
        one seed.
    seeds
        How many there are, at least 1.
    """

    mean: float
    half_width: float
    seeds: int


def inflation(
    ends: Ends, quantity: str, group: str, *, source: Source = Source.VALIDATION
) -> Inflation | None:
    """Compare the ends of both arms seed by seed; None where no seed has the score in both."""
    wrong_seeds = ends.ended(WRONG)
    seeds = tuple(seed for seed in ends.ended(RIGHT) if seed in wrong_seeds)
    right, wrong = (
        ends.values(quantity, group, source, arm=arm, seeds=seeds) for arm in (RIGHT, WRONG)
    )
    if not np.isfinite(wrong - right).any():
        return None
    name = CurveName(quantity, group, source, WRONG, seeds[0])
    paired = EnsemblePoints.of(name, np.zeros(1), (wrong - right)[None, :], kept=0)
    count = int(paired.count[0])
    half = float(interval_half_width(paired)[0]) if count > 1 else math.nan
    return Inflation(float(paired.mean[0]), half, count)


def headline(ends: Ends) -> str:
    """Say what the mistake is worth in accuracy; empty until a seed has ended in both arms.

    Where rows were held out for a test, what it is worth there follows. With many groups, those
    of the largest and the smallest inflation are named.
    """
    reported = _sentence(ends, "The wrong pipeline reports", Source.VALIDATION)
    tested = _sentence(ends, "On the test rows it has", Source.TEST)
    return f"{reported} {tested}".rstrip()


def _sentence(ends: Ends, start: str, source: Source) -> str:
    overall = inflation(ends, "accuracy", OVERALL, source=source)
    if overall is None:
        return ""
    by_group = {
        group: found
        for group in ends.groups
        if (found := inflation(ends, "accuracy", group, source=source)) is not None
    }
    told = sorted(by_group, key=lambda group: by_group[group].mean, reverse=True)
    if len(told) > _MOST_GROUPS:
        told = [told[0], told[-1]]
    subjects = [(f"for {group_label(group)}", by_group[group]) for group in told]
    first, *others = [*subjects, ("overall", overall)]
    parts = [_words(*first, named=True), *(_words(*other, named=False) for other in others)]
    return f"{start} {', '.join(parts)}."


def _words(subject: str, found: Inflation, *, named: bool) -> str:
    """Tell one inflation in points; the one that is told first names what the numbers are."""
    points, half = 100 * found.mean, 100 * found.half_width
    sign, more = (1, "more") if points >= 0 else (-1, "less")
    amount = f"{abs(points):.1f} points {more}{' accuracy' if named else ''} {subject}"
    if found.seeds < 2:
        return f"{amount} (on one seed, so without an interval)" if named else amount
    interval = f"{signed(sign * points - half)} to {signed(sign * points + half)}"
    if named:
        interval = f"95 % interval {interval} over {found.seeds} seeds"
    return f"{amount} ({interval})"


def signed(number: float, digits: int = 1) -> str:
    """Write a number with a proper minus sign, and 0 without any."""
    text = f"{number:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")
