"""Accuracies that are high because a class is rare, not because it is found."""

import numpy as np

from experiments.findings import Fault, Finding
from experiments.frames import OVERALL
from experiments.training.watch.seen import Seen
from experiments.views import group_label

_HIGH = 0.8
"""Accuracy that looks like success."""
_MISSED = 0.2
"""Share of a class that is found, at most, for it to count as missed."""
_FAR_BELOW = 0.25
"""How far the balanced accuracy of more than two classes lies below the accuracy."""
_LEAST_ROWS = 5
"""Validation rows of the missed class: fewer say little."""


def misleading_accuracy(seen: Seen) -> Finding | None:
    """Find a high validation accuracy, of all rows or else of a group, with a class missed."""
    if not seen.late:
        return None
    if len(seen.facts.class_names) > 2:
        return _of_many_classes(seen)
    for group in seen.facts.everyone:
        for label, found in enumerate(_recalls(seen, group)):
            counts = seen.facts.validation[group]
            accuracy = seen.level("accuracy", group)
            if accuracy >= _HIGH and found <= _MISSED and counts[label] >= _LEAST_ROWS:
                return _of_two_classes(seen, group, label=label, found=found)
    return None


def _recalls(seen: Seen, group: str) -> tuple[float, float]:
    """Give the shares of negative and positive rows that are found."""
    return (
        1.0 - seen.level("false positive rate", group),
        seen.level("true positive rate", group),
    )


def _of_two_classes(seen: Seen, group: str, *, label: int, found: float) -> Finding:
    counts = seen.facts.validation[group]
    accuracy, missed = seen.level("accuracy", group), seen.facts.class_names[label]
    other = counts[1 - label] / sum(counts)
    area = seen.level("ROC AUC", group)
    ranks = "" if np.isnan(area) else f" ROC AUC {area:.2f}."
    whose = "" if group == OVERALL else f" of {group_label(group)}"
    return Finding(
        Fault.MISLEADING_ACCURACY,
        seen.step,
        f"the accuracy{whose} is {accuracy:.2f}, yet of the class {missed} a share of"
        f" {found:.2f} is found.",
        f"Never saying {missed} is right in a share of {other:.2f} of the validation rows{whose}:"
        f" {counts[label]:,} of {sum(counts):,} are {missed}.{ranks}",
        "read recall, balanced accuracy and ROC AUC instead; then balanced class weights, balanced"
        " batches or another threshold.",
    )


def _of_many_classes(seen: Seen) -> Finding | None:
    accuracy, balanced = seen.level("accuracy"), seen.level("balanced accuracy")
    if not (accuracy >= _HIGH and balanced <= accuracy - _FAR_BELOW):
        return None
    return Finding(
        Fault.MISLEADING_ACCURACY,
        seen.step,
        f"the accuracy is {accuracy:.2f}, yet classes are found in a share of {balanced:.2f} on"
        " average.",
        "The balanced accuracy counts every class alike; frequent classes carry the accuracy.",
        "read recall and the confusion matrix; then balanced class weights or balanced batches.",
    )
