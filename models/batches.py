"""Which rows each training step sees, how much each of them counts, and the learning rate."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.dataset import Indices
from models.plan import TrainingPlan
from models.schedules import learning_rates

_ROWS_PER_BLOCK, _EPOCHS_PER_BLOCK = 2**15, 256


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The batches of some whole epochs, laid out one after the other.

    Attributes
    ----------
    first_step, last_step
        The steps [first_step, last_step) of the run that use this block.
    rows
        Row numbers, shape (steps * size,); short batches are filled up with rows of their epoch's
        beginning.
    coefficients
        Class weight over batch length or over the sum of the batch's weights, 0 for what was
        filled up, same shape: the loss of a batch is the sum of coefficient times row loss.
        Divided by the length, that is Keras' default reduction; divided by the sum, it is
        ``mean_with_sample_weight``, and the loss of a batch without any weight is 0.
    rates
        Learning rate of each step, shape (steps,).
    """

    first_step: int
    last_step: int
    rows: NDArray[np.int32]
    coefficients: NDArray[np.float32]
    rates: NDArray[np.float32]


class Batches:
    """Blocks of batches, all of one size, drawn from a plan's seed.

    Parameters
    ----------
    plan
        Gives batch size, normalisation, learning rates, number of epochs and seed.
    labels
        Class indices of the training rows, shape (n,), at least one batch.
    weights
        Class weights, shape (K,).

    Attributes
    ----------
    size
        Rows of a batch.
    """

    def __init__(
        self, *, plan: TrainingPlan, labels: Indices, weights: NDArray[np.float64]
    ) -> None:
        self._plan = plan
        self._row_weights = weights[labels]
        self._steps_per_epoch = plan.steps_per_epoch(labels.size)
        self.size = plan.optimiser.batch_size
        fitting = max(1, _ROWS_PER_BLOCK // labels.size)
        self._epochs = min(plan.total_epochs(labels.size), fitting, _EPOCHS_PER_BLOCK)

    def block(self, step: int) -> Block:
        """Draw the block that holds `step`."""
        number = step // (self._epochs * self._steps_per_epoch)
        epochs = range(number * self._epochs, (number + 1) * self._epochs)
        parts = [self._epoch(epoch) for epoch in epochs]
        first, last = (end * self._steps_per_epoch for end in (epochs.start, epochs.stop))
        return Block(
            first_step=first,
            last_step=last,
            rows=np.concatenate([rows for rows, _ in parts]),
            coefficients=np.concatenate([coefficients for _, coefficients in parts]),
            rates=learning_rates(self._plan.optimiser, np.arange(first, last)).astype(np.float32),
        )

    def _epoch(self, epoch: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        size = self.size
        count = self._row_weights.size
        order = self._plan.epoch_order(epoch, rows=count)
        weights = self._row_weights[order]
        padding = (0, self._steps_per_epoch * size - count)
        if self._plan.mitigation.normalisation == "batch-size":
            full = count - count % size
            divisors = np.where(np.arange(count) < full, float(size), float(count % size))
        else:
            sums = np.add.reduceat(weights, np.arange(0, count, size))
            divisors = np.repeat(np.where(sums > 0.0, sums, 1.0), size)[:count]
        return (
            np.pad(order.astype(np.int32), padding, mode="wrap"),
            np.pad((weights / divisors).astype(np.float32), padding),
        )
