"""Weights that only move the boundary, because the network has nothing else to move."""

from experiments.findings import Fault, Finding
from experiments.frames import OVERALL, Source
from experiments.training.watch.seen import Seen

_POOR = 0.75
"""Area under the ROC curve on training rows below which rows are ranked badly, whatever the
threshold."""
_ROWS_PER_PARAMETER = 10
"""Training rows per parameter from which a network with hidden layers counts as small."""


def idle_weights(seen: Seen) -> Finding | None:
    """Find weights or sampling on a small network that ranks even its training rows badly."""
    if not seen.late or not _is_weighted(seen) or len(seen.facts.class_names) != 2:
        return None
    rows = sum(seen.facts.training[OVERALL])
    if seen.facts.plan.model.hidden and seen.facts.parameters * _ROWS_PER_PARAMETER > rows:
        return None
    area = seen.level("ROC AUC", source=Source.TRAINING)
    if not area <= _POOR:
        return None
    found, wrong = (seen.level(name) for name in ("true positive rate", "false positive rate"))
    if not found - wrong <= 2 * _POOR - 1:
        return None
    return Finding(
        Fault.IDLE_WEIGHTS,
        seen.step,
        "weights or sampling only move the boundary: so small a network does not tell the classes"
        " apart.",
        f"{seen.facts.parameters:,} parameters for {rows:,} training rows; ROC AUC on them is"
        f" {area:.2f}, whatever the weights. Of the positive validation rows a share of"
        f" {found:.2f} is found, at the cost of {wrong:.2f} of the negative ones.",
        "a hidden layer or more units first, then weights; if that does not help, inputs that tell"
        " more.",
    )


def _is_weighted(seen: Seen) -> bool:
    plan = seen.facts.plan.mitigation
    ways = (plan.class_weighting, plan.group_weighting, plan.resampling, plan.balanced_batches)
    return any(way != "none" for way in ways)
