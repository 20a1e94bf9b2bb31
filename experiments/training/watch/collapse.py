"""Collapse: everybody, or everybody of a group, gets the same answer."""

import numpy as np

from experiments.findings import Fault, Finding
from experiments.frames import OVERALL
from experiments.training.watch.seen import Seen
from experiments.views import group_label

_LASTING = 1.25
"""Over which factor of steps all answers must have been alike: a boundary that just passes by is no
collapse."""
_LEAST_SHARE = 0.1
"""Share of each class in a group below which answering the other one throughout is to be expected;
the detector of accuracies that mislead tells of that."""
_LEAST_ROWS = 20
"""Validation rows that a group needs: a handful may well be alike."""


def collapse(seen: Seen) -> Finding | None:
    """Find that all answers are one class, on validation rows."""
    if not seen.late:
        return None
    if len(seen.facts.class_names) > 2:
        return _of_many_classes(seen)
    for group in seen.facts.everyone:
        counts = seen.facts.validation[group]
        if sum(counts) < _LEAST_ROWS:
            continue
        if group != OVERALL and min(counts) < _LEAST_SHARE * sum(counts):
            continue
        rates = _lately(seen, "selection rate", group)
        if rates.size > 1 and (np.all(rates == 0.0) or np.all(rates == 1.0)):
            return _of_two_classes(seen, group, answer=int(rates[-1]))
    return None


def _of_two_classes(seen: Seen, group: str, *, answer: int) -> Finding:
    counts = seen.facts.validation[group]
    missed = seen.facts.class_names[1 - answer]
    whose = "every row" if group == OVERALL else f"every row of {group_label(group)}"
    area = seen.level("ROC AUC", group)
    ranks = "" if np.isnan(area) else f" ROC AUC {area:.2f}: {_ranking(area)}."
    return Finding(
        Fault.COLLAPSE,
        seen.step,
        f"{whose} gets the same answer, {seen.facts.class_names[answer]}.",
        f"Selection rate {answer} at step {seen.step:,.0f}, while {counts[1 - answer]:,} of"
        f" {sum(counts):,} validation rows are {missed}.{ranks}",
        "another threshold where the ROC AUC is high; else class weights or balanced batches, a"
        " smaller learning rate, or inputs that tell the classes apart.",
    )


def _ranking(area: float) -> str:
    return "rows are still ranked, only the threshold is off" if area > 0.65 else "near chance"


def _of_many_classes(seen: Seen) -> Finding | None:
    chance = 1.0 / len(seen.facts.class_names)
    recalls = _lately(seen, "balanced accuracy", OVERALL)
    if recalls.size < 2 or not np.allclose(recalls, chance, rtol=0.0, atol=1e-9):
        return None
    return Finding(
        Fault.COLLAPSE,
        seen.step,
        "every row gets the same answer.",
        f"Balanced accuracy exactly one in {len(seen.facts.class_names)} at step"
        f" {seen.step:,.0f}: one class is always found, no other ever is.",
        "a smaller learning rate, another initialiser or activation, or standardised inputs.",
    )


def _lately(seen: Seen, quantity: str, group: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return seen.trace(quantity, group).since(seen.step / _LASTING)
