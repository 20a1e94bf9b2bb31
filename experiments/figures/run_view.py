"""A run as plots see it."""

from dataclasses import dataclass, replace
from typing import Self

from experiments.curves import CurveSet
from experiments.findings import Finding
from experiments.frames import Event, EventKind, Frame
from experiments.maps import CellMap
from experiments.settings import DynamicsSettings, Settings, TrainingSettings, with_change
from experiments.snapshots import Snapshot, SnapshotRows


@dataclass(frozen=True, slots=True, eq=False)
class RunView:
    """A run as plots see it.

    Attributes
    ----------
    name
        The run's name; shown when runs are laid over each other.
    settings
        What was run.
    curves
        Everything it has streamed so far.
    events
        What happened along the way.
    end
        Where x ends if the run goes on to its end; None where that is not known.
    cells
        The map of a run of the kind ``phase-diagram``, which has no curves.
    snapshot_rows
        What the snapshots of a single training are of; None for none.
    snapshots
        What its network said of these rows, in rising steps.
    """

    name: str
    settings: Settings
    curves: CurveSet
    events: tuple[Event, ...] = ()
    end: float | None = None
    cells: CellMap | None = None
    snapshot_rows: SnapshotRows | None = None
    snapshots: tuple[Snapshot, ...] = ()

    @property
    def is_dynamics(self) -> bool:
        """Whether this is a run of the solvable model."""
        return isinstance(self.settings, DynamicsSettings)

    @property
    def is_repeated(self) -> bool:
        """Whether there are several runs or seeds, whose spread can be drawn."""
        return bool(self.curves.ensembles) or len({name.seed for name in self.curves.names}) > 1

    @property
    def x_label(self) -> str:
        """What the x axis counts."""
        return "t = steps / d" if self.is_dynamics else "step"

    @property
    def span(self) -> tuple[float, float] | None:
        """The stretch of x that the whole run covers, so that axes stay put while curves grow."""
        if self.end is None:
            return None
        return (min(0.01, 1e-3 * self.end) if self.is_dynamics else 1.0, self.end)

    def extended(self, frame: Frame) -> Self:
        """Add what a frame holds; its points and cells to the very curves and map of this view."""
        self.curves.extend(frame.points, frame.ensembles)
        if self.cells is not None:
            self.cells.extend(frame.cells, frame.measured)
        if not (frame.events or frame.changes or frame.snapshot_rows or frame.snapshots):
            return self
        settings = self.settings
        for each in frame.changes:
            assert isinstance(settings, TrainingSettings)
            settings = with_change(settings, step=each.step, setting=each.setting, value=each.value)
        return replace(
            self,
            settings=settings,
            events=(*self.events, *frame.events),
            snapshot_rows=frame.snapshot_rows[0] if frame.snapshot_rows else self.snapshot_rows,
            snapshots=(*self.snapshots, *frame.snapshots),
        )

    @property
    def is_watched(self) -> bool:
        """Whether what goes wrong is told: in single trainings, not in twins."""
        return isinstance(self.settings, TrainingSettings) and self.settings.twin.mistake == "none"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found to be wrong, in the order of telling."""
        return tuple(map(Finding.told_by, self.happened(EventKind.FINDING)))

    def happened(self, kind: EventKind) -> tuple[Event, ...]:
        """List the events of a kind, in their order."""
        return tuple(event for event in self.events if event.kind is kind)
