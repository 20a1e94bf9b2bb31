"""How a network learns, and for how long."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.bounds import PlanError, check_bounds, check_words

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
