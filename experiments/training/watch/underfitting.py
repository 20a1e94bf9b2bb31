"""Underfitting: the training loss stands still where knowing nothing of the inputs would be."""

import numpy as np

from experiments.findings import Fault, Finding
from experiments.frames import OVERALL, Source
from experiments.training.watch.seen import Seen
from experiments.views import group_label

_STILL = 0.02
"""Change of the training loss since half as many steps, as a share of the loss of base rates, that
still counts as standing still."""
_NEAR = 0.9
"""Share of the loss of base rates above which a loss says that next to nothing was learnt."""
_CHANCE_AREA = 0.65
"""Area under the ROC curve on training rows that is near chance: a few noise columns fitted to some
hundred rows reach it, and weights and thresholds do not change it."""
_CHANCE_RECALL = 1.3
"""The same for the balanced accuracy of more than two classes, in units of chance."""
_LEAST_ROWS = 50
"""Training rows that a group needs before one says that it is not learnt."""
_CAUSES = {
    Fault.RATE_TOO_HIGH,
    Fault.RATE_TOO_LOW,
    Fault.VANISHING_GRADIENT,
    Fault.IDLE_WEIGHTS,
}
"""Faults that already say why the loss stands still."""


def underfitting(seen: Seen) -> Finding | None:
    """Find that nothing is learnt, of all rows or else of one group."""
    if not seen.late or seen.told & _CAUSES:
        return None
    for group in seen.facts.everyone:
        if _is_stuck(seen, group):
            return _finding(seen, group)
    return None


def _is_stuck(seen: Seen, group: str) -> bool:
    loss = seen.trace("loss", group, Source.TRAINING)
    baseline = seen.facts.base_rate_loss(group)
    if loss.x.size < 6 or sum(seen.facts.training[group]) < _LEAST_ROWS or not baseline:
        return False
    now = loss.level()
    earlier = loss.level(seen.step / 2)
    # written so that what is not known counts as not stuck
    return (
        now >= _NEAR * baseline
        and abs(now - earlier) <= _STILL * seen.facts.base_rate_loss(OVERALL)
        and _skill(seen, group) <= 1.0
    )


def _skill(seen: Seen, group: str) -> float:
    """Compare what is told apart with what counts as near chance; NaN where it is not known."""
    classes = len(seen.facts.class_names)
    if classes == 2:
        return seen.level("ROC AUC", group, Source.TRAINING) / _CHANCE_AREA
    recall = seen.level("balanced accuracy", group, Source.TRAINING)
    return recall * classes / _CHANCE_RECALL


def _finding(seen: Seen, group: str) -> Finding:
    loss = seen.level("loss", group, Source.TRAINING)
    baseline = seen.facts.base_rate_loss(group)
    area = seen.level("ROC AUC", group, Source.TRAINING)
    skill = "" if np.isnan(area) else f" ROC AUC on training rows: {area:.2f}; chance is 0.5."
    of_whom = "" if group == OVERALL else f" of {group_label(group)}"
    hidden = seen.facts.plan.model.hidden
    larger = "more units or layers" if hidden else "a hidden layer"
    return Finding(
        Fault.UNDERFITTING,
        seen.step,
        f"the training loss{of_whom} stands still, no better than what the base rates alone give.",
        f"It is {loss:.3g} at step {seen.step:,.0f}; always answering the shares of the classes"
        f" gives {baseline:.3g}.{skill}",
        f"{larger}, another activation, less L1, L2 or dropout, or a larger rate; if none helps,"
        f" the inputs tell little of the label{of_whom}.",
    )
