"""What is seen, in plain words: who is ahead, when that changes, and why."""

from dataclasses import dataclass

import numpy as np

from experiments.curves import CurveSet
from experiments.dynamics.quantities import CROSSINGS
from experiments.figures.measures import CLEAN, measure_of
from experiments.figures.run_view import RunView
from experiments.frames import EventKind, Source
from experiments.views import group_label
from simulation.crossings import VISIBLE_GAP


@dataclass(frozen=True, slots=True)
class _Ends:
    """The last values of every group."""

    quantity: str
    source: Source
    groups: tuple[str, ...]
    finals: tuple[float, ...]

    @property
    def order(self) -> list[int]:
        """The groups from the first to the last in the lead."""
        measure = measure_of(self.quantity)
        sign = -1.0 if measure is not None and measure.better >= 0 else 1.0
        return sorted(range(len(self.groups)), key=lambda index: sign * self.finals[index])

    @property
    def gap(self) -> float:
        return abs(self.finals[self.order[0]] - self.finals[self.order[-1]])


def who_is_ahead(run: RunView, quantity: str) -> str:
    """Say who is ahead at the end, and how often that changed on the way."""
    for event in run.happened(EventKind.DIVERGED):
        return f"{event.text} Try a smaller learning rate, a larger batch or more weight decay."
    ends = _ends(run.curves, quantity)
    if ends is None or ends.gap < VISIBLE_GAP:
        return lead(run, quantity)
    now = lead(run, quantity)
    if len(ends.groups) > 2 and ends.source is Source.VALIDATION:
        now = f"{now} Dotted lines are measured on the training rows."
    if quantity not in CROSSINGS or len(ends.groups) != 2:
        return now
    changes = run.happened(CROSSINGS[quantity])
    if not changes and ends.source is Source.THEORY and not run.is_dynamics:
        return now  # changes are told as they are measured
    if not changes:
        return f"{now} Who is ahead did not visibly change on the way."
    if quantity == "loss" and run.happened(EventKind.EXPLANATION):
        return now
    *earlier, last = (_moment(event.x, run) for event in changes)
    times = f"{', '.join(earlier)} and {last}" if earlier else last
    return f"Who is ahead changes at {times}. {now}"


def lead(run: RunView, quantity: str) -> str:
    """Say who is ahead at the end; empty with fewer than two groups."""
    ends = _ends(run.curves, quantity)
    if ends is None:
        return ""
    best, worst = ends.order[0], ends.order[-1]
    words = f"{_words(quantity)} ({ends.source})"
    measure = measure_of(quantity)
    if ends.gap < VISIBLE_GAP:
        return f"At the end of the curves the groups are level in {words}: {ends.finals[best]:.3g}."
    if measure is not None and not measure.better:
        return (
            f"At the end of the curves {group_label(ends.groups[best])} has the highest {words},"
            f" {ends.finals[best]:.3g}, and {group_label(ends.groups[worst])} the lowest,"
            f" {ends.finals[worst]:.3g}."
        )
    return (
        f"At the end of the curves {group_label(ends.groups[best])} is ahead of"
        f" {group_label(ends.groups[worst])} by {ends.gap:.3g} in {words}:"
        f" {ends.finals[best]:.3g} against {ends.finals[worst]:.3g}."
    )


def _words(quantity: str) -> str:
    measure = measure_of(quantity)
    words = quantity if measure is None else measure.words
    return f"{words} against the clean labels" if quantity.startswith(CLEAN) else words


def explanations(run: RunView) -> str:
    """Join the sentences that say why the lead changed."""
    return " ".join(event.text for event in run.happened(EventKind.EXPLANATION))


def _ends(curves: CurveSet, quantity: str) -> _Ends | None:
    groups = curves.groups()
    for source in (Source.VALIDATION, Source.THEORY, Source.SIMULATION):
        found = (_final(curves, quantity, group, source) for group in groups)
        finals = tuple(value for value in found if value is not None)
        if len(finals) == len(groups) > 1 and np.isfinite(finals).all():
            return _Ends(quantity, source, groups, finals)
    return None


def _final(curves: CurveSet, quantity: str, group: str, source: Source) -> float | None:
    if source is Source.SIMULATION:
        ensemble = curves.ensemble(quantity, group)
        if ensemble is None or not ensemble.x.size:
            return None
        return float(ensemble.mean[-1])
    found = [
        curve
        for curve in curves.select(quantity=quantity, source=source, group=group)
        if curve.x.size
    ]
    if not found:
        return None
    return float(np.mean([curve.value[-1] for curve in found]))


def _moment(x: float, run: RunView) -> str:
    return f"t = {x:.3g}" if run.is_dynamics else f"step {x:,.0f}"
