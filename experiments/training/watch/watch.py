"""Looks at what a training measures, and tells each fault once, or again when it is far graver."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from time import perf_counter

from experiments.findings import Fault, Finding
from experiments.frames import Event, EventKind, Frame, Progress
from experiments.run import SteeredGenerator
from experiments.snapshots import Snapshot, SnapshotRows
from experiments.training.stream import changed
from experiments.training.watch.accuracy import misleading_accuracy
from experiments.training.watch.collapse import collapse
from experiments.training.watch.facts import Facts
from experiments.training.watch.gradients import vanishing_gradient
from experiments.training.watch.groups import small_group, unsure_lead
from experiments.training.watch.learning_rate import not_finite, rate_too_high, rate_too_low
from experiments.training.watch.overfitting import overfitting
from experiments.training.watch.seen import Seen
from experiments.training.watch.too_short import too_short
from experiments.training.watch.underfitting import underfitting
from experiments.training.watch.weights import idle_weights
from models.training import TrainingDivergedError

_DETECTORS: dict[Fault, Callable[[Seen], Finding | None]] = {
    Fault.SMALL_GROUP: small_group,
    Fault.RATE_TOO_HIGH: rate_too_high,
    Fault.RATE_TOO_LOW: rate_too_low,
    Fault.TOO_SHORT: too_short,
    Fault.VANISHING_GRADIENT: vanishing_gradient,
    Fault.OVERFITTING: overfitting,
    Fault.COLLAPSE: collapse,
    Fault.MISLEADING_ACCURACY: misleading_accuracy,
    Fault.IDLE_WEIGHTS: idle_weights,
    Fault.UNDERFITTING: underfitting,
}
"""In the order in which they look; the last one is silent where an earlier one says why."""

_STRIDE = 1.25
"""By which factor steps grow from one look to the next, so that long runs cost few looks."""
_GRAVER = 3.0
"""How many times as grave as told a fault must be to be told once more."""


def watched(frames: SteeredGenerator, watch: "Watch") -> SteeredGenerator:
    """Yield the frames of one training with what is wrong with it.

    Raises
    ------
    TrainingDivergedError
        When the loss stops being finite, once that has been told.
    """
    try:
        yield from changed(frames, watch.watch)
    except TrainingDivergedError as error:
        yield watch.diverged(error.step)
        raise
    yield from watch.end()


class Watch:
    """Adds to the frames of one training what is wrong with it.

    Parameters
    ----------
    facts
        What is known of the training before its first step.
    rows
        Of what its snapshots are.

    Attributes
    ----------
    seconds
        How long it has looked.
    """

    def __init__(self, facts: Facts, rows: SnapshotRows) -> None:
        self._seen = Seen(facts)
        self._gravity: dict[Fault, float] = {}
        self._done: set[Fault] = set()  # faults that will not be told again
        self._progress: Progress | None = None
        self._next_look = 1.0
        self._rows = rows
        self._snapshot: Snapshot | None = None
        self._crossing: float | None = None
        self.seconds = 0.0

    def watch(self, frame: Frame) -> Frame:
        """Take what has been measured, and tell what is wrong."""
        begun = perf_counter()
        self._progress = frame.progress or self._progress
        events = (*self._of_lead(frame), *self._of_curves(frame))
        self.seconds += perf_counter() - begun
        return replace(frame, events=(*frame.events, *events)) if events else frame

    def end(self) -> Iterator[Frame]:
        """Tell what can be said once nothing more is measured."""
        self._seen.end()
        if events := tuple(self._look()):
            yield Frame(events=events, progress=self._progress)

    def diverged(self, step: int) -> Frame:
        """Tell that the loss is not finite at a step."""
        return Frame(events=(not_finite(self._seen, step).event(),), progress=self._progress)

    def _of_curves(self, frame: Frame) -> Iterator[Event]:
        if not frame.points:
            return
        self._seen.take(frame.points)
        if self._seen.step >= self._next_look:
            self._next_look = _STRIDE * self._seen.step
            yield from self._look()

    def _look(self) -> Iterator[Event]:
        for fault, detector in _DETECTORS.items():
            if fault not in self._done and (finding := detector(self._seen)) is not None:
                yield from self._told(finding)

    def _of_lead(self, frame: Frame) -> Iterator[Event]:
        """Judge the first change of the lead by the first snapshot after it."""
        self._snapshot = next(iter(frame.snapshots), self._snapshot)
        crossings = (event.x for event in frame.events if event.kind is EventKind.CROSSING)
        self._crossing = next(crossings, self._crossing)
        if self._crossing is None or self._snapshot is None:
            return
        if self._snapshot.step >= self._crossing:
            finding = unsure_lead(self._crossing, self._snapshot, self._rows)
            self._crossing = None
            if finding is not None and finding.fault not in self._done:
                yield from self._told(finding)

    def _told(self, finding: Finding) -> Iterator[Event]:
        """Tell a finding that is new, or once more one that is far graver than when it was told."""
        fault, gravity = finding.fault, finding.gravity
        if fault in self._gravity and (gravity or 0.0) < _GRAVER * self._gravity[fault]:
            return
        if fault in self._gravity or gravity is None:
            self._done.add(fault)
        self._gravity[fault] = gravity or 0.0
        self._seen.told.add(fault)
        yield finding.event()
