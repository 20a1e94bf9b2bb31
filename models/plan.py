"""What a training run is asked to do, in plain numbers, and the order in which it does it.

Tables and their fields are named like the settings that fill them.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.bounds import PlanError, check_bounds, check_words
from models.changes import Change
from models.dataset import Dataset
from models.mitigation_plan import (
    AugmentationPlan,
    Balanced,
    ClassWeighting,
    Flip,
    GroupWeighting,
    MitigationPlan,
    Normalisation,
    Resampling,
)
from models.trouble.seeds import generator

__all__ = [
    "MOST_UNITS",
    "Activation",
    "Answer",
    "AugmentationPlan",
    "Balanced",
    "ClassWeighting",
    "Flip",
    "GroupWeighting",
    "Initialiser",
    "LossName",
    "LossPlan",
    "MitigationPlan",
    "ModelPlan",
    "NetworkKind",
    "Normalisation",
    "OptimiserName",
    "OptimiserPlan",
    "PlanError",
    "Resampling",
    "ScheduleName",
    "StoppingPlan",
    "TrainingPlan",
    "Watched",
]

NetworkKind = Literal["dense", "convolutional"]
Activation = Literal[
    "relu",
    "leaky-relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "softplus",
    "tanh",
    "sigmoid",
    "linear",
]
Initialiser = Literal[
    "glorot-uniform",
    "glorot-normal",
    "he-uniform",
    "he-normal",
    "lecun-uniform",
    "lecun-normal",
    "orthogonal",
    "zeros",
]
Answer = Literal["no", "yes"]
LossName = Literal["cross-entropy", "focal", "logit-adjusted", "squared", "hinge"]
OptimiserName = Literal["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"]
ScheduleName = Literal[
    "constant",
    "exponential",
    "step",
    "cosine",
    "cosine-restarts",
    "inverse-time",
    "polynomial",
    "piecewise",
    "reduce-on-plateau",
]
Watched = Literal["nothing", "overall", "worst-group"]
Replay = Literal["exact", "fast"]

MOST_UNITS = 4096
"""Units of the widest layer."""

_SNAPSHOTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPlan:
    """A network.

    Attributes
    ----------
    network
        ``dense``: a multilayer perceptron. ``convolutional``: convolutions of 3 × 3 pixels with
        maxima of 2 × 2 before it, for images alone.
    widths
        Units of each hidden layer, each in [1, `MOST_UNITS`]; none for logistic regression.
    filters
        Filters of each convolution, each in [1, 512], at least one convolution.
    bias
        Whether every unit and filter adds a number of its own to its sum.
    activation
        Nonlinearity of the hidden layers.
    initialiser
        How weight matrices begin; biases begin at 0.
    batch_normalisation
        Whether what each hidden layer's nonlinearity is given has mean 0 and variance 1 over a
        batch, then a scale and shift that are learnt (Ioffe & Szegedy 2015).
    dropout
        Share of hidden units silenced at each training step, in [0, 1).
    l1, l2
        Strengths of the penalties l1 |W| and l2 |W|², summed over every weight matrix (not
        biases), >= 0.
    """

    network: NetworkKind = "dense"
    widths: tuple[int, ...] = ()
    filters: tuple[int, ...] = (8, 16)
    bias: Answer = "yes"
    activation: Activation = "relu"
    initialiser: Initialiser = "glorot-uniform"
    batch_normalisation: Answer = "no"
    dropout: float = 0.0
    l1: float = 0.0
    l2: float = 0.0

    def __post_init__(self) -> None:
        check_words(
            self,
            network=NetworkKind,
            bias=Answer,
            activation=Activation,
            initialiser=Initialiser,
            batch_normalisation=Answer,
        )
        check_bounds(self, widths=(1, MOST_UNITS), filters=(1, 512))
        check_bounds(self, dropout=(0.0, np.nextafter(1.0, 0.0)), l1=(0.0, 1e9), l2=(0.0, 1e9))
        if self.network == "convolutional" and not self.filters:
            raise PlanError("filters must name at least one convolution, e.g. (8, 16)")

    @property
    def hidden(self) -> tuple[int, ...]:
        """Units or filters of every hidden layer."""
        return (*self.filters, *self.widths) if self.network == "convolutional" else self.widths


@dataclass(frozen=True, slots=True, kw_only=True)
class LossPlan:
    """What one wrong or unsure answer costs during training; see `models.losses`.

    Attributes
    ----------
    name
        Which loss.
    focal_gamma
        Focusing of the focal loss, >= 0.
    focal_balancing, focal_alpha
        Whether the focal loss weighs the second of two classes by alpha in [0, 1], and the first
        by 1 - alpha.
    adjustment
        Strength tau of the logit adjustment, >= 0.
    label_smoothing
        Share of each label that is spread evenly over all classes, in [0, 1].
    """

    name: LossName = "cross-entropy"
    focal_gamma: float = 2.0
    focal_balancing: Answer = "no"
    focal_alpha: float = 0.25
    adjustment: float = 1.0
    label_smoothing: float = 0.0

    def __post_init__(self) -> None:
        check_words(self, name=LossName, focal_balancing=Answer)
        check_bounds(self, focal_gamma=(0.0, 100.0), focal_alpha=(0.0, 1.0))
        check_bounds(self, adjustment=(0.0, 100.0), label_smoothing=(0.0, 1.0))

    @property
    def balances_two_classes(self) -> bool:
        """Whether one of two classes is weighed by alpha."""
        return self.name == "focal" and self.focal_balancing == "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimiserPlan:
    """How a network learns, and for how long.

    Attributes
    ----------
    name
        ``momentum`` and ``nesterov`` are SGD with momentum; the others are Keras'.
    learning_rate
        Step size before any schedule, > 0.
    momentum
        Share of the last step that is taken again, in [0, 1); of momentum and nesterov.
    beta_1, beta_2
        Memory of Adam and AdamW for the gradient and its square, in [0, 1).
    rho
        Memory of RMSprop for the square of the gradient, in [0, 1).
    epsilon
        What keeps the denominator of Adam, AdamW and RMSprop above 0, > 0.
    weight_decay
        Share of learning rate times weight that AdamW takes off in each step, >= 0.
    clip_norm
        Largest norm of the whole gradient, which is shortened to it; 0 for no limit.
    schedule, decay_steps, decay_rate, alpha, power, restart_stretch, restart_height,
    boundaries, factors, warmup_steps
        See `models.schedules`.
    patience
        Epochs without progress after which ``reduce-on-plateau`` multiplies the rate by
        `decay_rate`, >= 1.
    batch_size
        Rows per step, >= 1. The last batch of an epoch has what remains.
    epochs
        Passes over the training rows, >= 1; each in a new random order.
    steps
        Number of steps in place of epochs; 0: epochs count.
    """

    name: OptimiserName = "adam"
    learning_rate: float = 1e-3
    momentum: float = 0.9
    beta_1: float = 0.9
    beta_2: float = 0.999
    rho: float = 0.9
    epsilon: float = 1e-7
    weight_decay: float = 0.004
    clip_norm: float = 0.0
    schedule: ScheduleName = "constant"
    decay_steps: int = 1000
    decay_rate: float = 0.5
    alpha: float = 0.0
    power: float = 1.0
    restart_stretch: float = 2.0
    restart_height: float = 1.0
    boundaries: tuple[int, ...] = ()
    factors: tuple[float, ...] = ()
    warmup_steps: int = 0
    patience: int = 10
    batch_size: int = 32
    epochs: int = 1
    steps: int = 0

    def __post_init__(self) -> None:
        check_words(self, name=OptimiserName, schedule=ScheduleName)
        below_1, large = np.nextafter(1.0, 0.0), 10**9
        check_bounds(self, batch_size=(1, large), epochs=(1, large), steps=(0, large))
        if not 0.0 < self.learning_rate < np.inf:
            raise PlanError(f"learning_rate must be positive, but got {self.learning_rate}")
        check_bounds(self, momentum=(0.0, below_1), rho=(0.0, below_1), epsilon=(1e-12, 1.0))
        check_bounds(self, beta_1=(0.0, below_1), beta_2=(0.0, below_1))
        check_bounds(self, weight_decay=(0.0, large), clip_norm=(0.0, large))
        check_bounds(self, decay_steps=(1, large), decay_rate=(1e-9, large), alpha=(0.0, 1.0))
        check_bounds(self, power=(1e-3, 100.0), warmup_steps=(0, large), patience=(1, large))
        check_bounds(self, restart_stretch=(1.0, 100.0), restart_height=(0.0, 1.0))
        check_bounds(self, boundaries=(1, large), factors=(0.0, large))
        if self.schedule in {"exponential", "step", "reduce-on-plateau"} and self.decay_rate > 1:
            message = f"decay_rate must be at most 1 for the schedule {self.schedule}"
            raise PlanError(f"{message}, but got {self.decay_rate}")
        if self.schedule == "piecewise":
            if list(self.boundaries) != sorted(set(self.boundaries)):
                raise PlanError(f"boundaries must ascend, but got {self.boundaries}")
            if not self.boundaries or len(self.boundaries) != len(self.factors):
                counts = f"{len(self.boundaries)} and {len(self.factors)}"
                message = "boundaries and factors must be equally many, at least one"
                raise PlanError(f"{message}, but got {counts}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppingPlan:
    """When to stop early.

    Attributes
    ----------
    watch
        The validation loss that decides at the end of each epoch: over all rows, or of the group
        for which it is largest.
    patience
        Epochs without progress after which to stop, >= 1.
    least_gain
        By how much a loss must fall below the best one to count as progress, >= 0.
    weights
        Which weights give the final scores: those with the lowest watched loss, or the last.
    """

    watch: Watched = "nothing"
    patience: int = 10
    least_gain: float = 0.0
    weights: Literal["best", "last"] = "best"

    def __post_init__(self) -> None:
        check_words(self, watch=Watched, weights=Literal["best", "last"])
        check_bounds(self, patience=(1, 10**9), least_gain=(0.0, 1e9))


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """A network, how it is trained and how often it is measured.

    Attributes
    ----------
    model, loss, optimiser, mitigation, augmentation, stopping
        See their types.
    seed
        Source of initial weights, order of the rows and dropout, >= 0.
    record_points
        Number of measurements asked for, >= 2, half of them log-spaced and half evenly spaced;
        fewer where steps would coincide.
    changes
        What changes in mid-run, in rising steps; see `models.steering`.
    replay
        Whether the same plan must give the same bits again; see `models.relay`.

    Raises
    ------
    PlanError
        When a number is out of bounds, here or in a part; the message names it.
    """

    model: ModelPlan
    loss: LossPlan = field(default_factory=LossPlan)
    optimiser: OptimiserPlan = field(default_factory=OptimiserPlan)
    mitigation: MitigationPlan = field(default_factory=MitigationPlan)
    augmentation: AugmentationPlan = field(default_factory=AugmentationPlan)
    stopping: StoppingPlan = field(default_factory=StoppingPlan)
    seed: int = 0
    record_points: int = 200
    changes: tuple[Change, ...] = ()
    replay: Replay = "exact"

    def __post_init__(self) -> None:
        check_bounds(self, seed=(0, np.inf), record_points=(2, np.inf))
        check_words(self, replay=Replay)

    def check(self, dataset: Dataset) -> None:
        """Raise `PlanError` where these data cannot be learnt so, naming setting and range."""
        if self.loss.balances_two_classes and len(dataset.class_names) > 2:
            raise PlanError(
                "loss.focal_balancing: alpha weighs one of two classes, but "
                f"{dataset.name} has {len(dataset.class_names)}; choose class weights instead"
            )
        if self.model.network == "convolutional":
            self._check_images(dataset)
        self.augmentation.check(dataset)

    def _check_images(self, dataset: Dataset) -> None:
        if dataset.image_shape is None:
            raise PlanError(
                "model.network: convolutional needs images, but the columns of "
                f"{dataset.name} are no image; choose dense"
            )
        height, width = dataset.image_shape[:2]
        most = min(height, width).bit_length() - 1
        if len(self.model.filters) > most:
            raise PlanError(
                f"model.filters: each of {len(self.model.filters)} convolutions halves an image, "
                f"but one of {height} × {width} can be halved {most} times; name 1 to {most}"
            )

    def steps_per_epoch(self, rows: int) -> int:
        """Count the batches that cover `rows` training rows once."""
        return -(-rows // self.optimiser.batch_size)

    def total_steps(self, rows: int) -> int:
        """Count the steps of the whole run on `rows` training rows, if nothing stops it."""
        return self.optimiser.steps or self.optimiser.epochs * self.steps_per_epoch(rows)

    def total_epochs(self, rows: int) -> int:
        """Count the epochs that are begun in the whole run on `rows` training rows."""
        return -(-self.total_steps(rows) // self.steps_per_epoch(rows))

    def record_steps(self, rows: int) -> NDArray[np.int64]:
        """Choose the steps after which to measure, the first and the last included.

        Log-spaced ones show the beginning, evenly spaced ones the long rest.
        """
        return np.unique(np.rint(_spread(self.total_steps(rows), self.record_points)).astype(int))

    def snapshot_steps(self, rows: int) -> NDArray[np.int64]:
        """Choose some of the record steps, spread like them."""
        records = self.record_steps(rows)
        return records[np.unique(np.searchsorted(records, _spread(records[-1], _SNAPSHOTS)))]

    def check_steps(self, rows: int) -> NDArray[np.int64]:
        """List the ends of epochs, where something depends on the validation loss there."""
        if self.stopping.watch == "nothing" and self.optimiser.schedule != "reduce-on-plateau":
            return np.empty(0, np.int64)
        length = self.steps_per_epoch(rows)
        return np.arange(length, self.total_steps(rows) + 1, length)

    def epoch_order(self, epoch: int, *, rows: int) -> NDArray[np.int64]:
        """Draw the order of the training rows in one epoch, shape (rows,)."""
        return generator(self.seed, "order of rows", str(epoch)).permutation(rows)


def _spread(last: int, count: int) -> NDArray[np.float64]:
    """Give 0, then about half log-spaced and half evenly spaced numbers up to the last one."""
    evenly = np.linspace(0.0, last, count // 2 + 1)
    return np.union1d(np.geomspace(last, 1.0, (count + 1) // 2), evenly)
