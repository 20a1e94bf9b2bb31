"""A training in the terms of the solvable model: one linear unit on samples of a teacher-mixture.

The rows are x/√d, so the logit of a unit without bias is the theory's field λ = w·x/√d, its weights
are w, and a step of SGD on the mean loss of a batch of B rows is the theory's step at the same
learning rate η. Time is t = steps/d. The penalty l2 |w|² pulls by 2 η l2 w in a step, the theory's
weight decay by η λ_2 w/d, so λ_2 = 2 d l2. The squared loss is (1 − yλ)²/2 in both. Rows are fresh
up to the end of the first epoch.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np

from experiments.frames import FloatArray
from experiments.settings import TrainingSettings
from experiments.settings.generated_data import MixtureData
from experiments.training.plans import preparation_of
from models.dataset import Dataset
from models.network import build
from models.plan import LossPlan, OptimiserPlan, TrainingPlan
from models.resampling import cell_counts
from models.runtime import configure_tensorflow
from models.weighting import cell_weights, class_weights
from simulation.learning import LearningRule
from simulation.losses import Focal, Logistic, Loss, Squared
from simulation.mixture import TeacherMixture
from simulation.sampling import sampled_directions
from simulation.schedules import (
    CONSTANT,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    Piecewise,
    Schedule,
)

_NEEDED: Mapping[str, tuple[object, ...]] = {
    "model.network": ("dense",),
    "model.widths": ((),),
    "model.bias": ("no",),
    "model.l1": (0.0,),
    "loss.name": ("cross-entropy", "focal", "squared"),
    "loss.label_smoothing": (0.0,),
    "optimiser.name": ("sgd",),
    "optimiser.clip_norm": (0.0,),
    "optimiser.schedule": (
        *("constant", "exponential", "step", "cosine", "inverse-time", "piecewise"),
        "reduce-on-plateau",
    ),
    "mitigation.resampling": ("none",),
    "mitigation.balanced_batches": ("none", "groups"),
    "mitigation.group_weighting": ("none", "balanced", "custom"),
}
"""What the theory needs of a plan."""

_NEEDED_OF_PREPARATION: Mapping[str, tuple[object, ...]] = {
    "scaling": ("auto", "none"),
    "outliers": ("keep",),
    "leave_out": ((),),
}

_WARMED_UP = {"constant", "cosine", "reduce-on-plateau"}


@dataclass(frozen=True, slots=True, eq=False)
class Solvable:
    """A training that the theory describes.

    Attributes
    ----------
    mixture, rule
        What is learnt, and how.
    dimension
        d; t = step/d.
    steps
        How many steps see fresh rows alone, all of them in full batches.
    """

    mixture: TeacherMixture
    rule: LearningRule
    dimension: int
    steps: int


def obstacles(settings: TrainingSettings, plan: TrainingPlan) -> Iterator[str]:
    """Name each setting that the theory does not cover, what to choose, and what it is."""
    yield from _unmet(plan, _NEEDED, prefix="")
    optimiser = plan.optimiser
    if optimiser.warmup_steps and optimiser.schedule not in _WARMED_UP:
        yield _instead("optimiser.warmup_steps", 0, optimiser.warmup_steps)
    mitigation = plan.mitigation
    weighted = {mitigation.class_weighting, mitigation.group_weighting} != {"none"}
    if weighted and mitigation.normalisation != "batch-size":
        yield _instead("mitigation.normalisation", "batch-size", mitigation.normalisation)
    yield from _unmet(preparation_of(settings), _NEEDED_OF_PREPARATION, prefix="preparation.")
    for name, trouble in settings.trouble:
        if trouble.strength:
            yield _instead(f"trouble.{name}.strength", 0, trouble.strength)


def solvable(data: MixtureData, plan: TrainingPlan, dataset: Dataset) -> Solvable:
    """Translate a training without obstacles.

    Parameters
    ----------
    data
        What the rows were drawn from, by the seed of the plan.
    plan
        How they are learnt.
    dataset
        What they have become.
    """
    mixture, dimension = data.mixture.teacher_mixture(), data.dimension
    weights = _initial_weights(plan, dimension)
    directions = sampled_directions(mixture, dimension=dimension, seed=plan.seed)
    optimiser, group = plan.optimiser, dataset.training.group
    positive, negative = _class_weights(plan, dataset)
    rows, sampling = group.size, None
    if plan.mitigation.balanced_batches == "groups":
        rows = mixture.size * int(np.bincount(group).min())
        sampling = np.full(mixture.size, 1 / mixture.size)
    schedule, highest = _schedule(optimiser, dimension)
    rule = LearningRule(
        loss=_loss(plan.loss),
        learning_rate=highest * optimiser.learning_rate,
        weight_decay=2 * dimension * plan.model.l2,
        batch_size=optimiser.batch_size,
        group_weights=_group_weights(plan, dataset),
        class_weights=np.array([positive, negative]),
        initial_norm=float(weights @ weights) / dimension,
        initial_overlaps=directions @ weights / dimension,
        schedule=schedule,
        sampling=sampling,
    )
    fresh = rows // optimiser.batch_size
    return Solvable(mixture, rule, dimension, min(fresh, plan.total_steps(group.size)))


def _unmet(plan: object, needed: Mapping[str, tuple[object, ...]], *, prefix: str) -> Iterator[str]:
    for key, allowed in needed.items():
        value = attrgetter(key)(plan)
        if value not in allowed:
            yield _instead(f"{prefix}{key}", *allowed, value)


def _instead(key: str, *values: object) -> str:
    """Say what to choose, and last what it is now."""
    *allowed, now = (str(list(value)) if isinstance(value, tuple) else value for value in values)
    *others, last = map(str, allowed)
    choice = f"{', '.join(others)} or {last}" if others else last
    return f"{key} = {choice} instead of {now}"


def _initial_weights(plan: TrainingPlan, dimension: int) -> FloatArray:
    """Return the weights that training begins with, shape (d,)."""
    configure_tensorflow()
    unit = build(plan.model, inputs=dimension, classes=2, image_shape=None, seed=plan.seed)
    (kernel,) = unit.get_weights()
    return np.asarray(kernel[:, 0], dtype=np.float64)


def _loss(plan: LossPlan) -> Loss:
    if plan.name == "squared":
        return Squared()
    return Focal(gamma=plan.focal_gamma) if plan.name == "focal" else Logistic()


def _class_weights(plan: TrainingPlan, dataset: Dataset) -> tuple[float, float]:
    """Give the weights of y = +1 and y = −1, those of a balanced focal loss included."""
    negative, positive = class_weights(
        plan.mitigation, counts=np.bincount(dataset.training.y), class_names=dataset.class_names
    ).tolist()
    if plan.loss.balances_two_classes:
        negative *= 1 - plan.loss.focal_alpha
        positive *= plan.loss.focal_alpha
    return positive, negative


def _group_weights(plan: TrainingPlan, dataset: Dataset) -> FloatArray:
    of_cells = cell_weights(
        replace(plan.mitigation, class_weighting="none"),
        counts=cell_counts(dataset),
        group_names=dataset.group_names,
        class_names=dataset.class_names,
    )
    return of_cells[:, 0]


def _schedule(plan: OptimiserPlan, dimension: int) -> tuple[Schedule, float]:
    """Give the schedule over t, and its largest rate as a multiple of the one set."""
    length, warm = plan.decay_steps / dimension, plan.warmup_steps / dimension
    match plan.schedule:
        case "cosine":
            cosine = CosineDecay(decay_steps=length, alpha=plan.alpha, warmup_steps=warm)
            return cosine, 1.0
        case "exponential" | "step":
            stairs = plan.schedule == "step"
            return ExponentialDecay(
                decay_steps=length, decay_rate=plan.decay_rate, staircase=stairs
            ), 1.0
        case "inverse-time":
            return InverseTimeDecay(decay_steps=length, decay_rate=plan.decay_rate), 1.0
        case "piecewise":
            highest = max(1.0, *plan.factors)
            return Piecewise(
                boundaries=tuple((boundary + 1) / dimension for boundary in plan.boundaries),
                factors=tuple(factor / highest for factor in (1.0, *plan.factors)),
            ), highest
        case _ if warm:
            return CosineDecay(decay_steps=warm, alpha=1.0, warmup_steps=warm), 1.0
        case _:
            return CONSTANT, 1.0
