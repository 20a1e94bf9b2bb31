"""Which rows each training step sees, how much each of them counts, and the learning rate."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.dataset import Indices
from models.learning_rows import LearningRows
from models.plan import Balanced, TrainingPlan
from models.schedules import learning_rates
from models.trouble.seeds import generator

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
        Row weight over batch length or over the sum of the batch's weights, 0 for what was
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

    An epoch is as many batches as cover the rows once. Shuffled batches do that. Balanced ones
    take rows of all classes, groups or both in turn, so that their numbers in a batch differ by 1
    at most; rows of each are taken in random order, anew once all have been taken.

    Parameters
    ----------
    plan
        Gives batch size, balance, normalisation, learning rates, number of epochs and seed.
    rows
        What is learnt from, at least one batch.

    Attributes
    ----------
    rows
        As given.
    size
        Rows of a batch.
    """

    def __init__(self, *, plan: TrainingPlan, rows: LearningRows) -> None:
        self._plan = plan
        self.rows = rows
        self._steps_per_epoch = plan.steps_per_epoch(len(rows))
        self.size = plan.optimiser.batch_size
        fitting = max(1, _ROWS_PER_BLOCK // len(rows))
        self._epochs = min(plan.total_epochs(len(rows)), fitting, _EPOCHS_PER_BLOCK)
        balanced = plan.mitigation.balanced_batches
        self._parts = None if balanced == "none" else _parts(rows, balanced)

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
        if self._parts is None:
            order = self._plan.epoch_order(epoch, rows=len(self.rows))
        else:
            order = self._balanced_order(epoch, self._parts)
        count = order.size
        weights = self.rows.weights[order]
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

    def _balanced_order(self, epoch: int, parts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
        random = generator(self._plan.seed, "balanced batches", str(epoch))
        order = np.empty(self._steps_per_epoch * self.size, np.int64)
        for first, part in enumerate(random.permutation(len(parts)).tolist()):
            members = parts[part]
            places = range(first, order.size, len(parts))
            passes = -(-len(places) // members.size)
            drawn = [random.permutation(members) for _ in range(passes)]
            order[first :: len(parts)] = np.concatenate(drawn)[: len(places)]
        return order


def _parts(rows: LearningRows, balanced: Balanced) -> list[NDArray[np.int64]]:
    """List the rows of every class, group or group and class that has any."""
    match balanced:
        case "classes":
            part: Indices = rows.y
        case "groups":
            part = rows.group
        case "both":
            part = rows.group * (rows.y.max() + 1) + rows.y
    order = np.argsort(part, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(part[order])) + 1)
