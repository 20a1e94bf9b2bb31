"""What is seen, in plain words: who is ahead, when that changes, and why."""

from collections.abc import Sequence

import numpy as np

from experiments.curves import CurveSet
from experiments.dynamics.quantities import CROSSINGS
from experiments.figures.run_view import RunView
from experiments.frames import EventKind, Source
from experiments.views import group_label
from simulation.crossings import VISIBLE_GAP

_HIGHER_IS_BETTER = {"accuracy", "clean accuracy"}
_WORDS = {
    "clean loss": "loss against the clean labels",
    "clean accuracy": "accuracy against the clean labels",
}


def who_is_ahead(run: RunView, quantity: str) -> str:
    """Say who is ahead at the end, and how often that changed on the way."""
    for event in run.happened(EventKind.DIVERGED):
        return f"{event.text} Try a smaller learning rate, a larger batch or more weight decay."
    groups = run.curves.groups()
    for source in (Source.THEORY, Source.VALIDATION, Source.SIMULATION):
        finals = [
            value
            for group in groups
            if (value := _final(run.curves, quantity, group, source)) is not None
        ]
        if len(finals) == len(groups) > 1:
            return _lead(run, quantity, groups, finals, source)
    return ""


def explanations(run: RunView) -> str:
    """Join the sentences that say why the lead changed."""
    return " ".join(event.text for event in run.happened(EventKind.EXPLANATION))


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


def _lead(
    run: RunView, quantity: str, groups: Sequence[str], finals: Sequence[float], source: Source
) -> str:
    sign = -1.0 if quantity in _HIGHER_IS_BETTER else 1.0
    order = sorted(range(len(groups)), key=lambda index: sign * finals[index])
    best, worst = order[0], order[-1]
    words = f"{_WORDS.get(quantity, quantity)} ({source})"
    if abs(finals[best] - finals[worst]) < VISIBLE_GAP:
        return f"At the end of the curves the groups are level in {words}: {finals[best]:.3g}."
    now = (
        f"At the end of the curves {group_label(groups[best])} is ahead of"
        f" {group_label(groups[worst])} by {abs(finals[best] - finals[worst]):.3g} in {words}:"
        f" {finals[best]:.3g} against {finals[worst]:.3g}."
    )
    if len(groups) > 2 and source is Source.VALIDATION:
        now = f"{now} Dotted lines are measured on the training rows."
    if quantity not in CROSSINGS or len(groups) != 2:
        return now
    changes = run.happened(CROSSINGS[quantity])
    if not changes:
        return f"{now} Who is ahead did not visibly change on the way."
    if quantity == "loss" and run.happened(EventKind.EXPLANATION):
        return now
    *earlier, last = (_moment(event.x, run) for event in changes)
    times = f"{', '.join(earlier)} and {last}" if earlier else last
    return f"Who is ahead changes at {times}. {now}"


def _moment(x: float, run: RunView) -> str:
    return f"t = {x:.3g}" if run.is_dynamics else f"step {x:,.0f}"
