"""What a network could learn, judged by its size before training begins."""

from models.dataset import Dataset
from models.network import parameter_count
from models.plan import TrainingPlan


def capacity(dataset: Dataset, plan: TrainingPlan) -> str:
    """Compare the number of parameters with the number of training rows, in a sentence or two."""
    parameters = parameter_count(
        plan.model,
        inputs=len(dataset.feature_names),
        classes=len(dataset.class_names),
        image_shape=dataset.image_shape,
    )
    rows = dataset.training.y.size
    sizes = f"{parameters:,} parameters, {rows:,} training rows"
    if not plan.model.hidden:
        return (
            f"{sizes}: without a hidden layer the boundary is straight, and weights only move it."
        )
    if parameters >= rows:
        return f"{sizes}: enough to learn rows by heart, small groups first. Compare validation."
    return f"{sizes}: one parameter for every {_count(rows / parameters)} rows."


def _count(number: float) -> str:
    return f"{number:.1f}" if number < 10 else f"{number:,.0f}"
