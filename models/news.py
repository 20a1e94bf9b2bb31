"""What a training tells while it goes on, and what it may be told."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

from models.changes import Measure, Request, Value
from models.evaluation import Answers, Measurement
from models.norms import Norms
from models.snapshots import Snapshot


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


@dataclass(frozen=True, slots=True)
class Changed:
    """A setting has another value from this step on.

    Attributes
    ----------
    step, epoch
        When.
    setting, value
        What it is now.
    before
        What it was.
    is_planned
        Whether the plan says so; else it was asked for.
    """

    step: int
    epoch: float
    setting: str
    value: Value
    before: Value
    is_planned: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """A setting was not changed at this step; `reason` says why."""

    step: int
    epoch: float
    reason: str


News = Record | Advance | Slowed | Ended | Changed | Refused | Predictions

_Answer = TypeVar("_Answer")
Telling = Generator[News, int | Request | Measure | None, _Answer]
"""Yields news, takes the most steps until the next ones, and returns an answer. In place of a
number it takes requests, each of which is answered by `Changed` or `Refused` at once, or `Measure`,
which a `Record` answers soon."""
