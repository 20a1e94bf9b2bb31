"""What a training run is asked to do, in plain numbers, and the order in which it does it."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from models.weighting import ClassWeights

Activation = Literal["relu", "tanh", "sigmoid", "gelu", "elu", "linear"]
Optimiser = Literal["sgd", "momentum", "rmsprop", "adam", "adamw"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """A network, how it is trained and how often it is measured.

    Attributes
    ----------
    width, depth
        Units of each hidden layer, >= 1, and number of hidden layers, >= 0; depth 0 is logistic
        regression.
    activation
        Nonlinearity of the hidden layers.
    dropout
        Share of hidden units silenced at each training step, in [0, 1).
    l2
        Strength of the penalty l2 * |W|^2 on every weight matrix (not on biases), >= 0.
    optimiser
        ``momentum`` is SGD with momentum 0.9; the others are Keras' with their defaults.
    learning_rate
        Step size, > 0.
    batch_size
        Rows per step, >= 1. The last batch of an epoch has what remains.
    epochs
        Passes over the training rows, >= 1; each in a new random order.
    class_weights
        See `models.weighting.class_weights`.
    seed
        Source of initial weights, order of the rows and dropout, >= 0.
    record_points
        Number of log-spaced measurements asked for, >= 2; fewer where steps would coincide.

    Raises
    ------
    ValueError
        When a number is out of bounds; the message names it.
    """

    width: int
    depth: int
    activation: Activation
    dropout: float
    l2: float
    optimiser: Optimiser
    learning_rate: float
    batch_size: int
    epochs: int
    class_weights: ClassWeights
    seed: int
    record_points: int

    def __post_init__(self) -> None:
        bounds = {"width": 1, "depth": 0, "batch_size": 1, "epochs": 1, "record_points": 2}
        for name, low in {**bounds, "l2": 0.0, "seed": 0}.items():
            if not low <= getattr(self, name) < np.inf:
                raise ValueError(f"{name} must be at least {low}, but got {getattr(self, name)}")
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(f"dropout must lie in [0, 1), but got {self.dropout}")
        if not 0.0 < self.learning_rate < np.inf:
            raise ValueError(f"learning_rate must be positive, but got {self.learning_rate}")
        for name, choices in (("activation", Activation), ("optimiser", Optimiser)):
            if getattr(self, name) not in get_args(choices):
                message = f"{name} must be one of {', '.join(get_args(choices))}"
                raise ValueError(f"{message}, but got {getattr(self, name)!r}")

    def steps_per_epoch(self, rows: int) -> int:
        """Count the batches that cover `rows` training rows once."""
        return -(-rows // self.batch_size)

    def total_steps(self, rows: int) -> int:
        """Count the steps of the whole run on `rows` training rows."""
        return self.epochs * self.steps_per_epoch(rows)

    def record_steps(self, rows: int) -> NDArray[np.int64]:
        """Choose the steps after which to measure: 0, then log-spaced, the last step included."""
        spaced = np.geomspace(self.total_steps(rows), 1, self.record_points - 1)
        return np.unique(np.append(np.rint(spaced).astype(np.int64), 0))

    def epoch_order(self, epoch: int, *, rows: int) -> NDArray[np.int64]:
        """Draw the order of the training rows in one epoch, shape (rows,)."""
        return np.random.default_rng([self.seed, epoch]).permutation(rows)
