"""Which rows each training step sees, and how much each of them counts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.dataset import Indices
from models.plan import TrainingPlan

_ROWS_PER_BLOCK, _EPOCHS_PER_BLOCK = 2**15, 256


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The batches of some whole epochs, laid out one after the other.

    Attributes
    ----------
    first_step, last_step
        The steps [first_step, last_step) of the run that use this block.
    rows
        Row numbers, shape (steps * size,); short batches are filled up with row 0.
    coefficients
        Class weight over batch length, 0 for what was filled up, same shape: the loss of a batch
        is the sum of coefficient times cross-entropy, as Keras' default reduction has it.
    """

    first_step: int
    last_step: int
    rows: NDArray[np.int32]
    coefficients: NDArray[np.float32]


class Batches:
    """Blocks of batches, all of one size, drawn from a plan's seed.

    Parameters
    ----------
    plan
        Gives batch size, number of epochs and seed.
    labels
        Class indices of the training rows, shape (n,).
    weights
        Class weights, shape (K,).

    Attributes
    ----------
    size
        Rows of a batch, at most all of them.
    """

    def __init__(
        self, *, plan: TrainingPlan, labels: Indices, weights: NDArray[np.float64]
    ) -> None:
        self._plan = plan
        self._row_weights = weights[labels]
        self._steps_per_epoch = plan.steps_per_epoch(labels.size)
        self.size = min(plan.batch_size, labels.size)
        fitting = max(1, _ROWS_PER_BLOCK // labels.size)
        self._epochs = min(plan.epochs, fitting, _EPOCHS_PER_BLOCK)

    def block(self, step: int) -> Block:
        """Draw the block that holds `step`."""
        number = step // (self._epochs * self._steps_per_epoch)
        epochs = range(number * self._epochs, (number + 1) * self._epochs)
        parts = [self._epoch(epoch) for epoch in epochs]
        return Block(
            first_step=epochs.start * self._steps_per_epoch,
            last_step=epochs.stop * self._steps_per_epoch,
            rows=np.concatenate([rows for rows, _ in parts]),
            coefficients=np.concatenate([coefficients for _, coefficients in parts]),
        )

    def _epoch(self, epoch: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        size = self.size
        count = self._row_weights.size
        order = self._plan.epoch_order(epoch, rows=count)
        full = count - count % size
        lengths = np.where(np.arange(count) < full, size, count % size)
        padding = (0, self._steps_per_epoch * size - count)
        return (
            np.pad(order.astype(np.int32), padding),
            np.pad((self._row_weights[order] / lengths).astype(np.float32), padding),
        )
