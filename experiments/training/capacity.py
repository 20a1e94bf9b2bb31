"""What a network could learn, judged by its size before training begins."""

import numpy as np

from models.dataset import Dataset
from models.network import parameter_count
from models.plan import TrainingPlan


def capacity(dataset: Dataset, plan: TrainingPlan) -> str:
    """Compare the parameters with the training rows, of the smallest group too, in a sentence."""
    parameters = parameter_count(
        plan.model,
        inputs=len(dataset.feature_names),
        classes=len(dataset.class_names),
        image_shape=dataset.image_shape,
    )
    rows = dataset.training.y.size
    of_groups = np.bincount(dataset.training.group, minlength=len(dataset.group_names))
    smallest = int(of_groups.argmin())
    name, few = dataset.group_names[smallest], int(of_groups[smallest])
    sizes = f"The network has {parameters:,} parameters for {rows:,} training rows"
    if not plan.model.hidden:
        return f"{sizes}, and no hidden layer: its boundary is straight, and weights only move it."
    if parameters >= rows:
        return f"{sizes}: enough to learn rows by heart, so compare with validation."
    if parameters >= few:
        return (
            f"{sizes}, but the smallest group, {name}, has {few:,} of them: enough to learn these"
            " by heart, so compare its validation."
        )
    return f"{sizes}, {few:,} of them of the smallest group, {name}."
