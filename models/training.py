"""Training that streams per-group scores while it runs."""

import math
from collections.abc import Sequence
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from models.background import in_background
from models.batches import Batches
from models.changes import Change, Measure, Request
from models.dataset import Dataset
from models.evaluation import Answers, Evaluator, Measurement
from models.learning_rows import learning_counts, learning_rows
from models.news import (
    Advance,
    Changed,
    Ended,
    News,
    Predictions,
    Record,
    Refused,
    Slowed,
    Telling,
)
from models.plan import PlanError, TrainingPlan
from models.relay import Relay
from models.runtime import configure_tensorflow
from models.scores import Floats
from models.snapshots import Sample, snapshot
from models.steering import Steering
from models.stopping import EarlyStop, Plateau

if TYPE_CHECKING:
    import tensorflow as tf

__all__ = [
    "Advance",
    "Changed",
    "Ended",
    "Measurement",
    "News",
    "Predictions",
    "Record",
    "Refused",
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


def train(*, dataset: Dataset, plan: TrainingPlan, sample: Sample | None = None) -> Telling[None]:
    """Train a network and yield a `Record` at each of the steps that the plan chooses.

    `Predictions` end it. Between them it yields an `Advance` whenever about 30 ms of work have
    passed, and where the validation loss is watched, `Slowed` and `Ended`. A consumer may send the
    largest number of steps to take before the next yield. Where replays are exact, neither that
    nor the speed of the machine changes any number: the same data set and plan give the same
    records, bit for bit, on the same machine.

    A consumer may also send a `Request`. It is the same as a change planned for the step at which
    it is answered: a plan with the `Changed` of a run among its changes gives that run again. Or a
    consumer sends `Measure` for one more record, which changes no other.

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
                relay.catch_up()
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
        self._steering = Steering(plan, dataset, steps=self.total)
        self.step = 0
        self.slowing = 1.0
        self._is_asked = False

    @property
    def epoch(self) -> float:
        return self.step / self._steps_per_epoch

    def tell(self, news: News) -> Telling[None]:
        """Yield news, answer requests, and take the most steps until the next news."""
        answer = yield news
        while isinstance(answer, Request):
            try:
                change = Change(self.step, answer.setting, answer.value)
                reply: News = self._take(change, is_planned=False)
            except PlanError as error:
                reply = Refused(self.step, self.epoch, str(error))
            answer = yield reply
        if isinstance(answer, Measure):
            self._is_asked = True
            answer = None
        self._pace.resume(answer)

    def reach(self, target: int) -> Telling[None]:
        """Train until a step; raises TrainingDivergedError."""
        pace = self._pace
        while self.step < target:
            if pace.due:
                yield from self.tell(Advance(self.step, self.epoch))
            if self._is_asked:
                yield from self.record(pictured=True)
            yield from self._turn()
            if self._relay.ready(self.step, patience=SLICE):
                begun = perf_counter()
                end = min(target, self._steering.next_step)
                wanted = pace.steps(end - self.step)
                reached, loss = self._relay.advance(self.step, steps=wanted, slowing=self.slowing)
                pace.count(reached - self.step, seconds=perf_counter() - begun)
                self.step = reached
                if not math.isfinite(loss):
                    raise TrainingDivergedError(reached)

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
        if (pictured or self._is_asked) and self._sample is not None:
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
        self._is_asked = False
        yield from self.tell(record)
        return training, validation

    def finish(self, weights_step: int) -> Telling[None]:
        """Measure and predict with the weights of a step; raises TrainingDivergedError."""
        training, validation = yield from self.record(pictured=True)
        test = validation[:0]
        if self._dataset.test is not None:
            test = yield from self._ask(self._evaluator.pieces(self._dataset.test.x))
        yield Predictions(self.step, self.epoch, weights_step, training, validation, test)

    def _turn(self) -> Telling[None]:
        """Put changes of this step into effect."""
        for change in self._steering.planned(self.step):
            yield from self.tell(self._take(change, is_planned=True))
        due = self._steering.apply()
        if not due:
            return
        plan = self._steering.plan
        batches = Batches(plan=plan, rows=learning_rows(self._dataset, plan))
        if all(change.is_of_batches for change in due):
            self._relay.use(batches)
        else:
            self._relay.change(plan, batches, step=self.step)
            self._evaluator.look_at(self._relay.model)

    def _take(self, change: Change, *, is_planned: bool) -> Changed:
        """Have a change put into effect before the next step; raises PlanError."""
        before = self._steering.take(change)
        return Changed(
            self.step, self.epoch, change.setting, change.value, before, is_planned=is_planned
        )

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
