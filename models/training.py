"""Training that streams per-group losses and accuracies while it runs."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.dataset import Dataset
from models.plan import TrainingPlan


class TrainingDivergedError(RuntimeError):
    """The loss stopped being a finite number.

    Attributes
    ----------
    step
        Number of the step after which, or in which, it was noticed.
    """

    def __init__(self, step: int) -> None:
        self.step = step
        super().__init__(f"the loss is not finite at step {step:,}: try a smaller learning rate")


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """Unweighted performance on one whole split, without dropout and penalties.

    Attributes
    ----------
    loss, accuracy
        Mean cross-entropy (natural logarithm) and share of correct rows of each group, shape (G,).
    overall_loss, overall_accuracy
        The same over all rows.
    """

    loss: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    overall_loss: float
    overall_accuracy: float


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """What was measured after `step` steps, `epoch` (a fraction) passes over the rows."""

    step: int
    epoch: float
    training: Measurement
    validation: Measurement


@dataclass(frozen=True, slots=True)
class Advance:
    """How far training has come since the last yield; nothing was measured."""

    step: int
    epoch: float


def train(*, dataset: Dataset, plan: TrainingPlan) -> Generator[Record | Advance, int | None, None]:
    """Train a network and yield a `Record` at each of the plan's log-spaced steps.

    Between records it yields an `Advance` whenever about 40 ms have passed. A consumer may send
    the largest number of steps to take before the next yield; neither this nor the machine's speed
    changes the numbers.

    Raises
    ------
    TrainingDivergedError
        When a loss is not finite.
    """
    raise NotImplementedError
    yield Advance(0, 0.0)
