"""Training that streams per-group scores while it runs."""

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from models.background import in_background
from models.batches import Batches
from models.dataset import Dataset
from models.evaluation import Answers, Evaluator, Measurement
from models.learning_rows import learning_counts, learning_rows
from models.norms import Norms
from models.plan import TrainingPlan
from models.relay import Relay
from models.runtime import configure_tensorflow
from models.scores import Floats
from models.snapshots import Sample, Snapshot, snapshot
from models.stopping import EarlyStop, Plateau

if TYPE_CHECKING:
    import tensorflow as tf

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
    """What was measured after `step` steps, that is after `epoch` passes over the rows.

    Attributes
    ----------
    training, validation
        How good the network is on each split.
    learning_rate
        That of the step to come.
    norms
        Of the weights, and of the gradient on the batch to come.
    snapshot
        What the network says of a sample of rows, at some of the records.
    """

    step: int
    epoch: float
    training: Measurement
    validation: Measurement
    learning_rate: float
    norms: Norms
    snapshot: Snapshot | None = None


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
    weights_step
        The step whose weights it has: an earlier one where the best weights were restored.
    training, validation
        Logits, shape (n, 1) for two classes or (n, K) for more; the last `Record` scores them.
    test
        The same of the rows for testing, of which this is the only look that is ever taken; of
        shape (0, 1) or (0, K) where there are none.
    """

    step: int
    epoch: float
    weights_step: int
    training: Answers
    validation: Answers
    test: Answers


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
        Whether the weights of that step give the last `Record` and the `Predictions`.
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


def train(*, dataset: Dataset, plan: TrainingPlan, sample: Sample | None = None) -> Telling[None]:
    """Train a network and yield a `Record` at each of the plan's log-spaced steps.

    `Predictions` end it. Between them it yields an `Advance` whenever about 30 ms of work have
    passed, and where the validation loss is watched, `Slowed` and `Ended`. A consumer may send the
    largest number of steps to take before the next yield. Neither that nor the speed of the
    machine changes any number: the same data set and plan give the same records, bit for bit, on
    the same machine.

    Scores are unweighted and over whole splits, and losses are cross-entropies, whatever is
    minimised.

    Parameters
    ----------
    dataset
        What to learn.
    plan
        Network, optimiser, number of epochs, seed.
    sample
        What snapshots are of; None for none.

    Raises
    ------
    TrainingDivergedError
        When a loss is not finite.
    PlanError
        When the plan does not fit the data.
    """
    plan.check(dataset)
    learning_counts(dataset, plan)
    work = partial(learning_rows, dataset, plan)
    learnt = yield from in_background(work, Advance(0, 0.0))
    configure_tensorflow()
    rows = len(learnt)
    batches = Batches(plan=plan, rows=learnt)
    records, checks = set(plan.record_steps(rows).tolist()), set(plan.check_steps(rows).tolist())
    pictured = set(plan.snapshot_steps(rows).tolist())
    plateau, stop = Plateau(plan), EarlyStop(plan.stopping)
    with Relay(dataset=dataset, plan=plan, batches=batches) as relay:
        run = _Run(relay, dataset, plan, rows=rows, sample=sample)
        for target in sorted(records | checks):
            yield from run.reach(target)
            if target in checks:
                losses = yield from run.validation_losses()
                if plateau.take(losses):
                    run.slowing = plateau.slowing
                    yield from run.tell(Slowed(run.step, run.epoch, run.slowing))
                if stop.take(run.step, losses, relay.model):
                    break
            if target in records and target < run.total:
                yield from run.record(pictured=target in pictured)
        weights_step = run.step
        if (best := stop.best) is not None:
            restored = plan.stopping.weights == "best"
            early = run.step < run.total
            yield from run.tell(Ended(run.step, run.epoch, early, best.step, best.loss, restored))
            if restored:
                relay.model.set_weights(best.weights)
                weights_step = best.step
        yield from run.finish(weights_step)


class _Run:
    """A training under way, which yields whenever that is due.

    Attributes
    ----------
    step
        How many steps were taken.
    total
        How many are planned.
    slowing
        Factor on the learning rates of the plan's schedule.
    """

    def __init__(
        self,
        relay: Relay,
        dataset: Dataset,
        plan: TrainingPlan,
        *,
        rows: int,
        sample: Sample | None,
    ) -> None:
        self._relay = relay
        self._dataset = dataset
        self._sample = sample
        self._evaluator = Evaluator(dataset=dataset, model=relay.model)
        self._validation = self._evaluator.pieces(dataset.validation.x)
        both = np.concatenate([dataset.training.x, dataset.validation.x])
        self._both = self._evaluator.pieces(both)
        plane = None if sample is None else sample.plane
        self._boundary = [] if plane is None else self._evaluator.pieces(plane.inputs)
        self._steps_per_epoch = plan.steps_per_epoch(rows)
        self._pace = _Pace()
        self.total = plan.total_steps(rows)
        self.step = 0
        self.slowing = 1.0

    @property
    def epoch(self) -> float:
        return self.step / self._steps_per_epoch

    def tell(self, news: News) -> Telling[None]:
        """Yield news, and take the most steps until the next ones."""
        self._pace.resume((yield news))

    def reach(self, target: int) -> Telling[None]:
        """Train until a step; raises TrainingDivergedError."""
        pace = self._pace
        while self.step < target:
            if self._relay.ready(self.step, patience=SLICE):
                begun = perf_counter()
                wanted = pace.steps(target - self.step)
                reached, loss = self._relay.advance(self.step, steps=wanted, slowing=self.slowing)
                pace.count(reached - self.step, seconds=perf_counter() - begun)
                self.step = reached
                if not math.isfinite(loss):
                    raise TrainingDivergedError(reached)
            if self.step < target and pace.due:
                yield from self.tell(Advance(self.step, self.epoch))

    def validation_losses(self) -> Telling[Floats]:
        """Give the validation loss of every group, then over all rows, shape (G + 1,)."""
        answers = yield from self._ask(self._validation)
        return self._evaluator.losses(answers, self._dataset.validation)

    def record(self, *, pictured: bool) -> Telling[tuple[Answers, Answers]]:
        """Measure on training and validation rows, and tell; raises TrainingDivergedError."""
        training, validation = np.split(
            (yield from self._ask(self._both)), [self._dataset.training.y.size]
        )
        picture = None
        if pictured and self._sample is not None:
            boundary = yield from self._ask(self._boundary)
            picture = snapshot(validation[self._sample.rows], boundary)
        record = Record(
            step=self.step,
            epoch=self.epoch,
            training=self._evaluator.measurement(training, self._dataset.training),
            validation=self._evaluator.measurement(validation, self._dataset.validation),
            learning_rate=self.slowing * self._relay.rate(self.step),
            norms=self._relay.norms(self.step),
            snapshot=picture,
        )
        yield from self.tell(record)
        return training, validation

    def finish(self, weights_step: int) -> Telling[None]:
        """Measure and predict with the weights of a step; raises TrainingDivergedError."""
        training, validation = yield from self.record(pictured=True)
        test = validation[:0]
        if self._dataset.test is not None:
            test = yield from self._ask(self._evaluator.pieces(self._dataset.test.x))
        yield Predictions(self.step, self.epoch, weights_step, training, validation, test)

    def _ask(self, pieces: "Sequence[tf.Tensor]") -> Telling[Answers]:
        """Have all pieces answered; raises TrainingDivergedError."""
        self._relay.catch_up()
        parts = [np.empty((0, self._evaluator.columns), np.float32)]
        for piece in pieces:
            yield from self._rest()
            parts.append(self._evaluator.answers(piece))
        answers = np.concatenate(parts)
        if not np.isfinite(answers).all():
            raise TrainingDivergedError(self.step)
        return answers

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
