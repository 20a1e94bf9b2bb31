"""A whole training: its parts, when it is measured, and the order of its rows."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.bounds import PlanError, check_bounds, check_words
from models.changes import Change
from models.dataset import Dataset
from models.plan.loss import LossPlan
from models.plan.mitigation import AugmentationPlan, MitigationPlan
from models.plan.model import ModelPlan
from models.plan.optimiser import OptimiserPlan
from models.plan.stopping import StoppingPlan
from models.trouble.seeds import generator

Replay = Literal["exact", "fast"]

_SNAPSHOTS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """A network, how it is trained and how often it is measured.

    Attributes
    ----------
    model, loss, optimiser, mitigation, augmentation, stopping
        See their types.
    seed
        Source of initial weights, order of the rows and dropout, >= 0.
    record_points
        Number of measurements asked for, >= 2: log-spaced, then evenly spaced where those would
        lie further apart; fewer where steps would coincide.
    changes
        What changes in mid-run, in rising steps; see `models.steering`.
    replay
        Whether the same plan must give the same bits again; see `models.relay`.

    Raises
    ------
    PlanError
        When a number is out of bounds, here or in a part; the message names it.
    """

    model: ModelPlan
    loss: LossPlan = field(default_factory=LossPlan)
    optimiser: OptimiserPlan = field(default_factory=OptimiserPlan)
    mitigation: MitigationPlan = field(default_factory=MitigationPlan)
    augmentation: AugmentationPlan = field(default_factory=AugmentationPlan)
    stopping: StoppingPlan = field(default_factory=StoppingPlan)
    seed: int = 0
    record_points: int = 200
    changes: tuple[Change, ...] = ()
    replay: Replay = "exact"

    def __post_init__(self) -> None:
        check_bounds(self, seed=(0, np.inf), record_points=(2, np.inf))
        check_words(self, replay=Replay)

    def check(self, dataset: Dataset) -> None:
        """Raise `PlanError` where these data cannot be learnt so, naming setting and range."""
        if self.loss.balances_two_classes and len(dataset.class_names) > 2:
            raise PlanError(
                "loss.focal_balancing: alpha weighs one of two classes, but "
                f"{dataset.name} has {len(dataset.class_names)}; choose class weights instead"
            )
        if self.model.network == "convolutional":
            self._check_images(dataset)
        self.augmentation.check(dataset)

    def _check_images(self, dataset: Dataset) -> None:
        if dataset.image_shape is None:
            raise PlanError(
                "model.network: convolutional needs images, but the columns of "
                f"{dataset.name} are no image; choose dense"
            )
        height, width = dataset.image_shape[:2]
        most = min(height, width).bit_length() - 1
        if len(self.model.filters) > most:
            raise PlanError(
                f"model.filters: each of {len(self.model.filters)} convolutions halves an image, "
                f"but one of {height} × {width} can be halved {most} times; name 1 to {most}"
            )

    def steps_per_epoch(self, rows: int) -> int:
        """Count the batches that cover `rows` training rows once."""
        return -(-rows // self.optimiser.batch_size)

    def total_steps(self, rows: int) -> int:
        """Count the steps of the whole run on `rows` training rows, if nothing stops it."""
        return self.optimiser.steps or self.optimiser.epochs * self.steps_per_epoch(rows)

    def total_epochs(self, rows: int) -> int:
        """Count the epochs that are begun in the whole run on `rows` training rows."""
        return -(-self.total_steps(rows) // self.steps_per_epoch(rows))

    def record_steps(self, rows: int) -> NDArray[np.int64]:
        """Choose the steps after which to measure, the first and the last included.

        Log-spaced ones show the beginning, evenly spaced ones the long rest.
        """
        return np.unique(np.rint(_spread(self.total_steps(rows), self.record_points)).astype(int))

    def snapshot_steps(self, rows: int) -> NDArray[np.int64]:
        """Choose some of the record steps, spread like them."""
        records = self.record_steps(rows)
        return records[np.unique(np.searchsorted(records, _spread(records[-1], _SNAPSHOTS)))]

    def check_steps(self, rows: int) -> NDArray[np.int64]:
        """List the ends of epochs, where something depends on the validation loss there."""
        if self.stopping.watch == "nothing" and self.optimiser.schedule != "reduce-on-plateau":
            return np.empty(0, np.int64)
        length = self.steps_per_epoch(rows)
        return np.arange(length, self.total_steps(rows) + 1, length)

    def epoch_order(self, epoch: int, *, rows: int) -> NDArray[np.int64]:
        """Draw the order of the training rows in one epoch, shape (rows,)."""
        return generator(self.seed, "order of rows", str(epoch)).permutation(rows)


def _spread(last: int, count: int) -> NDArray[np.float64]:
    """Give 0 and at most `count` - 1 more numbers up to the last one.

    They are log-spaced as long as these lie closer together than a fifth as many evenly spaced
    ones, which go on from there.
    """
    evenly = np.linspace(0.0, last, max(1, count // 5) + 1)
    growing = np.geomspace(last, 1.0, count + 1 - evenly.size)
    is_close = np.append(-np.diff(growing), 0.0) < evenly[1]
    return np.union1d(growing[is_close], evenly)
