"""Training that streams per-group losses and accuracies while it runs."""

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from models.batches import Batches
from models.dataset import Dataset
from models.evaluation import Evaluator, Measurement, Piece, log_probabilities, measurement
from models.plan import TrainingPlan
from models.relay import Relay
from models.runtime import configure_tensorflow
from models.stopping import EarlyStop, Plateau
from models.weighting import class_weights

__all__ = [
    "Advance",
    "Ended",
    "Measurement",
    "Predictions",
    "Record",
    "Slowed",
    "TrainingDivergedError",
    "train",
]

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


@dataclass(frozen=True, slots=True)
class Slowed:
    """The learning rate of the schedule is multiplied by `factor` from this step on."""

    step: int
    epoch: float
    factor: float


@dataclass(frozen=True, slots=True)
class Ended:
    """A run whose validation loss was watched has ended.

    Attributes
    ----------
    step, epoch
        How long it was trained.
    early
        Whether it was ended for want of progress, before the planned number of steps.
    best_step, best_loss
        When the watched loss was lowest at the end of an epoch, and how low.
    restored
        Whether the weights of that step give the `Predictions`.
    """

    step: int
    epoch: float
    early: bool
    best_step: int
    best_loss: float
    restored: bool


News = Record | Advance | Slowed | Ended | Predictions

_Answer = TypeVar("_Answer")
Telling = Generator[News, int | None, _Answer]
"""Yields news, takes the most steps until the next ones, and returns an answer."""


def train(*, dataset: Dataset, plan: TrainingPlan) -> Telling[None]:
    """Train a network and yield a `Record` at each of the plan's log-spaced steps.

    `Predictions` end it. Between them it yields an `Advance` whenever about 30 ms of work have
    passed, and where the validation loss is watched, `Slowed` and `Ended`. A consumer may send the
    largest number of steps to take before the next yield. Neither that nor the speed of the
    machine changes any number: the same data set and plan give the same records, bit for bit, on
    the same machine.

    Losses and accuracies are unweighted means over whole splits, and losses are cross-entropies,
    whatever is minimised.

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
    PlanError
        When the plan does not fit the data.
    """
    plan.check(dataset)
    weights = class_weights(
        plan.mitigation, labels=dataset.training.y, class_names=dataset.class_names
    )
    configure_tensorflow()
    rows = dataset.training.y.size
    batches = Batches(plan=plan, labels=dataset.training.y, weights=weights)
    records, checks = plan.record_steps(rows), plan.check_steps(rows)
    plateau, stop = Plateau(plan), EarlyStop(plan.stopping)
    with Relay(dataset=dataset, plan=plan, batches=batches) as relay:
        run = _Run(relay, Evaluator(dataset=dataset, model=relay.model), plan.steps_per_epoch(rows))
        for target in np.union1d(records, checks).tolist():
            yield from run.reach(target, slowing=plateau.slowing)
            validation = yield from run.measure(run.evaluator.validation)
            ends = False
            if target in checks:
                if plateau.take(validation):
                    yield from run.tell(Slowed(run.step, run.epoch, plateau.slowing))
                ends = stop.take(run.step, validation, relay.model)
            if ends or target in records:
                training = yield from run.measure(run.evaluator.training)
                yield from run.tell(Record(run.step, run.epoch, training, validation))
            if ends:
                break
        if (best := stop.best) is not None:
            restored = plan.stopping.weights == "best"
            early = run.step < plan.total_steps(rows)
            yield from run.tell(Ended(run.step, run.epoch, early, best.step, best.loss, restored))
            if restored:
                relay.model.set_weights(best.weights)
                run.step = best.step
        yield (yield from run.predict())


class _Run:
    """A training under way, which yields whenever that is due.

    Attributes
    ----------
    evaluator
        Measures the network.
    step
        How many steps its weights have taken.
    """

    def __init__(self, relay: Relay, evaluator: Evaluator, steps_per_epoch: int) -> None:
        self._relay = relay
        self.evaluator = evaluator
        self._steps_per_epoch = steps_per_epoch
        self._pace = _Pace()
        self.step = 0

    @property
    def epoch(self) -> float:
        return self.step / self._steps_per_epoch

    def tell(self, news: News) -> Telling[None]:
        """Yield news, and take the most steps until the next ones."""
        self._pace.resume((yield news))

    def reach(self, target: int, *, slowing: float) -> Telling[None]:
        """Train until a step; raises TrainingDivergedError."""
        pace = self._pace
        while self.step < target:
            if self._relay.ready(self.step, patience=SLICE):
                begun = perf_counter()
                wanted = pace.steps(target - self.step)
                reached, loss = self._relay.advance(self.step, steps=wanted, slowing=slowing)
                pace.count(reached - self.step, seconds=perf_counter() - begun)
                self.step = reached
                if not math.isfinite(loss):
                    raise TrainingDivergedError(reached)
            if self.step < target and pace.due:
                yield from self.tell(Advance(self.step, self.epoch))

    def measure(self, pieces: Sequence[Piece]) -> Telling[Measurement]:
        """Measure on all pieces of a split; raises TrainingDivergedError."""
        sums = np.zeros(self.evaluator.shape)
        for piece in pieces:
            yield from self._rest()
            sums += self.evaluator.sums(self._relay.model, piece)
        if not np.isfinite(sums).all():
            raise TrainingDivergedError(self.step)
        return measurement(sums)

    def predict(self) -> Telling[Predictions]:
        """Predict every row of every split."""
        predicted = []
        classes = self._relay.model.output_shape[1]
        for pieces in (self.evaluator.training, self.evaluator.validation, self.evaluator.test):
            parts = [np.empty((0, max(classes, 2)))]
            for piece in pieces:
                yield from self._rest()
                parts.append(log_probabilities(self._relay.model, piece))
            predicted.append(np.concatenate(parts))
        return Predictions(self.step, self.epoch, *predicted)

    def _rest(self) -> Telling[None]:
        if self._pace.late:
            yield from self.tell(Advance(self.step, self.epoch))


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
