"""The rows that a network learns from, and how much each of them counts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.dataset import Dataset, Features, Indices
from models.plan import PlanError, TrainingPlan
from models.resampling import resampled, target_counts
from models.weighting import Counts, cell_weights


@dataclass(frozen=True, slots=True, eq=False)
class LearningRows:
    """What is learnt from; performance is measured on the training rows as they are.

    Attributes
    ----------
    x, y, group
        Inputs (m, p), class and group indices (m,).
    weights
        How much each row counts, shape (m,), >= 0.
    """

    x: Features
    y: Indices
    group: Indices
    weights: NDArray[np.float64]

    def __len__(self) -> int:
        return self.y.size


def learning_counts(dataset: Dataset, plan: TrainingPlan) -> Counts:
    """Count the rows of each group and class that are learnt from, without drawing them.

    Returns
    -------
    NDArray
        Counts, shape (G, K).

    Raises
    ------
    PlanError
        When these rows cannot be drawn, not in such batches, or not be weighed so.
    """
    counts = target_counts(dataset, plan.mitigation)
    rows, size = int(counts.sum()), plan.optimiser.batch_size
    if size > rows:
        raise PlanError(
            f"optimiser.batch_size: {size:,} rows are asked for, but only "
            f"{rows:,} are there for training; choose 1 to {rows:,}"
        )
    balanced = plan.mitigation.balanced_batches
    parts = {
        "none": 0,
        "classes": len(dataset.class_names),
        "groups": len(dataset.group_names),
        "both": int(np.count_nonzero(counts)),
    }[balanced]
    if size < parts:
        what = "groups and classes" if balanced == "both" else balanced
        message = f"a batch of {size} cannot hold all {parts} {what}"
        raise PlanError(
            f"optimiser.batch_size: {message}; choose {parts} to {rows:,}, or"
            " mitigation.balanced_batches: none"
        )
    _cell_weights(dataset, plan, counts)
    return counts


def learning_rows(dataset: Dataset, plan: TrainingPlan) -> LearningRows:
    """Resample the training rows as planned, then weigh what came of it.

    Raises
    ------
    PlanError
        When the plan does not fit the data; the message names a setting and what is possible.
    """
    counts = learning_counts(dataset, plan)
    rows = resampled(dataset, plan.mitigation, seed=plan.seed)
    weights = _cell_weights(dataset, plan, counts)[rows.group, rows.y]
    return LearningRows(x=rows.x, y=rows.y, group=rows.group, weights=weights)


def _cell_weights(dataset: Dataset, plan: TrainingPlan, counts: Counts) -> NDArray[np.float64]:
    return cell_weights(
        plan.mitigation,
        counts=counts,
        group_names=dataset.group_names,
        class_names=dataset.class_names,
    )
