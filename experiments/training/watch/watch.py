"""Looks at what a training measures, and tells each fault once, or again when it is far graver."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from time import perf_counter

from experiments.findings import Fault, Finding
from experiments.frames import Event, EventKind, Frame, Progress
from experiments.snapshots import Snapshot, SnapshotRows
from experiments.training.watch.accuracy import misleading_accuracy
from experiments.training.watch.collapse import collapse
from experiments.training.watch.facts import Facts
from experiments.training.watch.gradients import vanishing_gradient
from experiments.training.watch.groups import small_group, unsure_lead
from experiments.training.watch.learning_rate import not_finite, rate_too_high, rate_too_low
from experiments.training.watch.overfitting import overfitting
from experiments.training.watch.seen import Seen
from experiments.training.watch.underfitting import underfitting
from experiments.training.watch.weights import idle_weights

_DETECTORS: tuple[Callable[[Seen], Finding | None], ...] = (
    small_group,
    rate_too_high,
    rate_too_low,
    vanishing_gradient,
    overfitting,
    collapse,
    misleading_accuracy,
    idle_weights,
    underfitting,
)
"""In the order in which they look; the last one is silent where an earlier one says why."""

_STRIDE = 1.15
"""By which factor steps grow from one look to the next, so that long runs cost few looks."""
_GRAVER = 3.0
"""How many times as grave as told a fault must be to be told once more."""


class Watch:
    """Adds to the frames of one training what is wrong with it.

    Parameters
    ----------
    facts
        What is known of the training before its first step.

    Attributes
    ----------
    seconds
        How long it has looked.
    """

    def __init__(self, facts: Facts) -> None:
        self._seen = Seen(facts)
        self._gravity: dict[Fault, float] = {}
        self._progress: Progress | None = None
        self._next_look = 1.0
        self._rows: SnapshotRows | None = None
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
        for detector in _DETECTORS:
            yield from self._told(detector(self._seen))

    def _of_lead(self, frame: Frame) -> Iterator[Event]:
        """Judge the first change of the lead by the first snapshot after it."""
        self._rows = next(iter(frame.snapshot_rows), self._rows)
        self._snapshot = next(iter(frame.snapshots), self._snapshot)
        crossings = (event.x for event in frame.events if event.kind is EventKind.CROSSING)
        self._crossing = next(crossings, self._crossing)
        if self._crossing is None or self._rows is None or self._snapshot is None:
            return
        if self._snapshot.step >= self._crossing:
            yield from self._told(unsure_lead(self._crossing, self._snapshot, self._rows))
            self._crossing = None

    def _told(self, finding: Finding | None) -> Iterator[Event]:
        """Tell a finding that is new, or far graver than when it was told; at most twice."""
        if finding is None:
            return
        known = self._gravity.get(finding.fault)
        if known is None:
            self._gravity[finding.fault] = finding.gravity
        elif finding.gravity >= _GRAVER * known:
            self._gravity[finding.fault] = float("inf")
        else:
            return
        self._seen.told.add(finding.fault)
        yield finding.event()
