"""What is known of a training before its first step."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from experiments.frames import OVERALL
from models.dataset import Dataset, Split
from models.learning_rows import learning_counts
from models.network import parameter_count
from models.plan import LossPlan, MitigationPlan, TrainingPlan


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Sizes of data and network.

    Attributes
    ----------
    plan
        What is trained, and how.
    group_names, class_names
        Names of the groups and of the K classes.
    parameters
        Numbers that training sets.
    steps, epoch
        Steps of the whole run, and of one pass over the rows that are learnt from.
    training, validation
        Rows of each class by group name and `experiments.frames.OVERALL`, shape (K,).
    """

    plan: TrainingPlan
    group_names: tuple[str, ...]
    class_names: tuple[str, ...]
    parameters: int
    steps: int
    epoch: int
    training: Mapping[str, tuple[int, ...]]
    validation: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, dataset: Dataset, plan: TrainingPlan) -> Self:
        """Count what a plan meets in a data set.

        Raises
        ------
        PlanError
            When the plan does not fit the data.
        """
        learnt = int(learning_counts(dataset, plan).sum())
        parameters = parameter_count(
            plan.model,
            inputs=len(dataset.feature_names),
            classes=len(dataset.class_names),
            image_shape=dataset.image_shape,
        )
        return cls(
            plan=plan,
            group_names=dataset.group_names,
            class_names=dataset.class_names,
            parameters=parameters,
            steps=plan.total_steps(learnt),
            epoch=plan.steps_per_epoch(learnt),
            training=_counts(dataset.training, dataset),
            validation=_counts(dataset.validation, dataset),
        )

    @property
    def everyone(self) -> tuple[str, ...]:
        """All rows together, then each group."""
        return (OVERALL, *self.group_names)

    @property
    def chance(self) -> float:
        """Cross-entropy of calling all classes equally likely, ln K."""
        return float(np.log(len(self.class_names)))

    @property
    def minimises_the_loss(self) -> bool:
        """Whether training minimises just the cross-entropy that is measured on its rows."""
        model = self.plan.model
        is_plain = self.plan.loss == LossPlan() and self.plan.mitigation == MitigationPlan()
        return is_plain and not (model.l1 or model.l2 or self.plan.augmentation.is_active)

    def base_rate_loss(self, group: str) -> float:
        """Cross-entropy on training rows of always answering the shares of the classes."""
        counts = np.array(self.training[group], dtype=np.float64)
        shares = counts[counts > 0] / counts.sum()
        return float(-(shares * np.log(shares)).sum())


def _counts(split: Split, dataset: Dataset) -> dict[str, tuple[int, ...]]:
    """Count the rows of each class, of each group and over all."""
    classes = len(dataset.class_names)
    found = {
        name: np.bincount(split.y[split.group == index], minlength=classes)
        for index, name in enumerate(dataset.group_names)
    } | {OVERALL: np.bincount(split.y, minlength=classes)}
    return {name: tuple(counts.tolist()) for name, counts in found.items()}
