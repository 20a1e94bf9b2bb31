"""Training that streams per-group losses and accuracies while it runs."""

import math
from collections.abc import Generator
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from models.batches import Batches
from models.dataset import Dataset
from models.evaluation import Evaluator, Measurement, log_probabilities, measurement
from models.plan import TrainingPlan
from models.relay import Relay
from models.runtime import configure_tensorflow
from models.weighting import class_weights

__all__ = ["Advance", "Measurement", "Predictions", "Record", "TrainingDivergedError", "train"]

SLICE = 0.015
"""Seconds of work in one call, and after which to yield; so two slices pass between yields."""


class TrainingDivergedError(RuntimeError):
    """The loss stopped being a finite number.

    Attributes
    ----------
    step
        The step whose loss is not finite.
    """

    def __init__(self, step: int) -> None:
        self.step = step
        super().__init__(f"the loss is not finite at step {step:,}: try a smaller learning rate")


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """What was measured after `step` steps, that is after `epoch` passes over the rows."""

    step: int
    epoch: float
    training: Measurement
    validation: Measurement


@dataclass(frozen=True, slots=True)
class Advance:
    """How far training has come since the last yield; nothing was measured."""

    step: int
    epoch: float


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """What the trained network says of every row.

    Attributes
    ----------
    step, epoch
        How long it was trained.
    training, validation, test
        Logarithm of each class' probability, shape (n, K). This is the only look that is ever
        taken at the rows for testing; there may be none.
    """

    step: int
    epoch: float
    training: NDArray[np.float64]
    validation: NDArray[np.float64]
    test: NDArray[np.float64]


News = Record | Advance | Predictions


def train(*, dataset: Dataset, plan: TrainingPlan) -> Generator[News, int | None, None]:
    """Train a network and yield a `Record` at each of the plan's log-spaced steps.

    `Predictions` end it. Between them it yields an `Advance` whenever about 30 ms of work have
    passed. A consumer may send the largest number of steps to take before the next yield. Neither
    that nor the speed of the machine changes any number: the same data set and plan give the same
    records, bit for bit, on the same machine.

    Losses and accuracies are unweighted means over whole splits, whatever the class weights.

    Parameters
    ----------
    dataset
        What to learn.
    plan
        Network, optimiser, number of epochs, seed.

    Raises
    ------
    TrainingDivergedError
        When a loss is not finite.
    ValueError
        When the class weights do not fit the classes.
    """
    weights = class_weights(
        plan.class_weights, labels=dataset.training.y, class_names=dataset.class_names
    )
    configure_tensorflow()
    rows = dataset.training.y.size
    steps_per_epoch = plan.steps_per_epoch(rows)
    batches = Batches(plan=plan, labels=dataset.training.y, weights=weights)
    with Relay(dataset=dataset, plan=plan, batches=batches) as relay:
        evaluator = Evaluator(dataset=dataset, model=relay.model)
        pace = _Pace()
        step = 0
        for target in plan.record_steps(rows).tolist():
            while step < target:
                if relay.ready(step, patience=SLICE):
                    begun = perf_counter()
                    reached, loss = relay.advance(step, steps=pace.steps(target - step))
                    pace.count(reached - step, seconds=perf_counter() - begun)
                    step = reached
                    if not math.isfinite(loss):
                        raise TrainingDivergedError(step)
                if step < target and pace.due:
                    pace.resume((yield Advance(step, step / steps_per_epoch)))
            sides = []
            for pieces in (evaluator.training, evaluator.validation):
                sums = np.zeros(evaluator.shape)
                for piece in pieces:
                    if pace.late:
                        pace.resume((yield Advance(step, step / steps_per_epoch)))
                    sums += evaluator.sums(relay.model, piece)
                if not np.isfinite(sums).all():
                    raise TrainingDivergedError(step)
                sides.append(measurement(sums))
            training, validation = sides
            pace.resume((yield Record(step, step / steps_per_epoch, training, validation)))
        predicted = []
        for pieces in (evaluator.training, evaluator.validation, evaluator.test):
            parts = [np.empty((0, len(dataset.class_names)))]
            for piece in pieces:
                if pace.late:
                    pace.resume((yield Advance(step, step / steps_per_epoch)))
                parts.append(log_probabilities(relay.model, piece))
            predicted.append(np.concatenate(parts))
        yield Predictions(step, step / steps_per_epoch, *predicted)


class _Pace:
    """How many steps to take per call, and when to yield."""

    def __init__(self) -> None:
        self._quota = 1
        self._left = math.inf
        self._since = perf_counter()

    def resume(self, most_steps: int | None) -> None:
        """Start anew after a yield, with the most steps to take before the next one."""
        self._left = math.inf if most_steps is None else most_steps
        self._since = perf_counter()

    @property
    def late(self) -> bool:
        return perf_counter() - self._since >= SLICE

    @property
    def due(self) -> bool:
        return self._left <= 0 or self.late

    def steps(self, wanted: int) -> int:
        """Give the number of steps for one call: at most `wanted`, about a slice of work."""
        return int(min(wanted, self._quota, self._left))

    def count(self, steps: int, *, seconds: float) -> None:
        """Note that a call took `steps` steps in `seconds`, to size the next one by it."""
        self._left -= steps
        self._quota = max(1, min(2 * self._quota, int(steps * SLICE / seconds)))
