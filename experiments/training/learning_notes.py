"""What is learnt from, where that differs from the training rows, in sentences."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from models.dataset import Dataset
from models.learning_rows import learning_counts
from models.plan import MitigationPlan, TrainingPlan

_MOST_CELLS = 8
_WAYS = {
    "over-sampling": "rows were repeated at random",
    "under-sampling": "rows were left out at random",
}
_BALANCED = {"classes": "classes", "groups": "groups", "both": "groups and classes"}


def learning_notes(dataset: Dataset, plan: TrainingPlan) -> Iterator[str]:
    """Tell what is done to the training rows, and what is not.

    Raises
    ------
    PlanError
        When the plan does not fit the data.
    """
    counts = learning_counts(dataset, plan)
    mitigation = plan.mitigation
    balanced = mitigation.balanced_batches
    if mitigation.resampling != "none":
        parts = _BALANCED[mitigation.resampling_by]
        yield (
            f"The network learns from {counts.sum():,} rows: {_way(dataset, mitigation)} until"
            f" {parts} were equally frequent{_cells(dataset, counts)}."
            " Curves measure the training rows as they are."
        )
    if balanced != "none":
        yield f"Each batch draws its rows evenly over {_BALANCED[balanced]}."
        if {mitigation.class_weighting, mitigation.group_weighting} != {"none"}:
            yield "Rows are weighed as well, so what is rare may be corrected for twice."
    if plan.augmentation.is_active:
        yield f"{_whose(plan)} are changed at random while learnt from, and measured as they are."


def _way(dataset: Dataset, plan: MitigationPlan) -> str:
    if plan.resampling != "smote":
        return _WAYS[plan.resampling]
    if not dataset.category_blocks:
        return "SMOTE invented rows between neighbours of the same group and class"
    return (
        "SMOTENC, as there are categories, invented rows between neighbours of the same group and"
        " class, with their most frequent categories,"
    )


def _cells(dataset: Dataset, counts: NDArray[np.int64]) -> str:
    """Count the rows of each group and class, where there are few enough to read."""
    if counts.size > _MOST_CELLS:
        return ""
    groups = []
    for group, row in zip(dataset.group_names, counts, strict=True):
        sizes = zip(dataset.class_names, row, strict=True)
        groups.append(f"{group}: {', '.join(f'{name} {size:,}' for name, size in sizes)}")
    return f" ({'; '.join(groups)})"


def _whose(plan: TrainingPlan) -> str:
    chosen = (("class", plan.augmentation.only_class), ("group", plan.augmentation.only_group))
    of = " and ".join(f"the {what} {name}" for what, name in chosen if name)
    return f"Images of {of}" if of else "Images"
