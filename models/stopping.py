"""What a run does about its validation loss: a lower learning rate, an early end, best weights."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.plan import StoppingPlan, TrainingPlan

if TYPE_CHECKING:
    import keras

_LEAST_GAIN = 1e-4
"""By how much a loss must fall to be progress on a plateau; Keras' default."""


class Patience:
    """Counts the epochs since a value was lowest.

    Parameters
    ----------
    epochs
        How many epochs without progress are too many, >= 1.
    least_gain
        By how much a value must fall below the best one to count as progress, >= 0.
    """

    def __init__(self, epochs: int, *, least_gain: float) -> None:
        self._epochs = epochs
        self._least_gain = least_gain
        self._best = math.inf
        self._waited = 0

    def progressed(self, value: float) -> bool:
        """Take the value of an epoch, and tell whether it is the best so far."""
        if value < self._best - self._least_gain:
            self._best = value
            self._waited = 0
            return True
        self._waited += 1
        return False

    @property
    def is_lost(self) -> bool:
        """Whether it has waited too long."""
        return self._waited >= self._epochs

    def renew(self) -> None:
        """Wait anew for something better than the best so far."""
        self._waited = 0


class Plateau:
    """Lowers the learning rate where the overall validation loss no longer falls.

    As Keras' ``ReduceLROnPlateau`` does, without cooldown and without a lowest rate.

    Attributes
    ----------
    slowing
        Factor on the learning rate, in (0, 1].
    """

    def __init__(self, plan: TrainingPlan) -> None:
        self._factor = plan.optimiser.decay_rate
        self._active = plan.optimiser.schedule == "reduce-on-plateau"
        self._patience = Patience(plan.optimiser.patience, least_gain=_LEAST_GAIN)
        self.slowing = 1.0

    def take(self, losses: NDArray[np.float64]) -> bool:
        """Take an epoch's losses, (G,) and the overall one, and tell whether the rate falls."""
        if not self._active or self._patience.progressed(float(losses[-1])):
            return False
        if not self._patience.is_lost:
            return False
        self._patience.renew()
        self.slowing *= self._factor
        return True


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """The state of a network when the watched loss was lowest."""

    step: int
    loss: float
    weights: list[NDArray[np.float32]]


class EarlyStop:
    """Ends a run whose watched validation loss no longer falls, as Keras' ``EarlyStopping`` does.

    Attributes
    ----------
    best
        What to go back to; None before the first epoch, or where nothing is watched.
    """

    def __init__(self, plan: StoppingPlan) -> None:
        self._watch = plan.watch
        self._patience = Patience(plan.patience, least_gain=plan.least_gain)
        self.best: Best | None = None

    def take(self, step: int, losses: NDArray[np.float64], model: "keras.Model") -> bool:
        """Take an epoch's losses, (G,) and the overall one, and tell whether this is the end."""
        if self._watch == "nothing":
            return False
        loss = float(losses[:-1].max() if self._watch == "worst-group" else losses[-1])
        if self._patience.progressed(loss):
            self.best = Best(step, loss, model.get_weights())
        return self._patience.is_lost
