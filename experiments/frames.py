"""What an experiment yields: named curve points, events and progress since the last frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from experiments.snapshots import Snapshot, SnapshotRows

FloatArray = NDArray[np.float64]

TO_NEXT_POINT = 0
"""What to send a run that shall go on just until its curves have new points."""

OVERALL = "overall"
"""Group of a quantity that belongs to no single group."""

BASE, RIGHT, WRONG = "base", "right", "wrong"
"""Arms: of a single run, and of twin pipelines."""


class Source(StrEnum):
    """Where a curve's numbers come from."""

    THEORY = "theory"
    SIMULATION = "simulation"
    TRAINING = "training"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True, slots=True, order=True)
class CurveName:
    """The identity of a curve, in parts rather than a string to be parsed.

    Attributes
    ----------
    quantity
        ``loss``, ``error``, ``accuracy``, ``R``, ``M``, ``Q``, …
    group
        A group's name, or ``overall``.
    source
        Where the numbers come from.
    arm
        The named set of overrides within a study, such as those above.
    seed
        The seed that every random number of this curve came from.
    """

    quantity: str
    group: str
    source: Source
    arm: str
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """New points of one curve; the arrays are read-only copies of equal length (n,)."""

    name: CurveName
    x: FloatArray
    value: FloatArray

    def __post_init__(self) -> None:
        for field in ("x", "value"):
            array = np.array(getattr(self, field), dtype=np.float64).reshape(-1)
            array.flags.writeable = False
            object.__setattr__(self, field, array)
        if self.x.shape != self.value.shape:
            message = f"{self.name}: {self.x.size} positions for {self.value.size} values"
            raise ValueError(message)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Put parts of one curve after each other."""
        return cls(
            parts[0].name,
            np.concatenate([part.x for part in parts]),
            np.concatenate([part.value for part in parts]),
        )


ENSEMBLE_ARRAYS = ("x", "count", "mean", "deviation", "lowest", "highest", "traces")
"""Fields of `EnsemblePoints` beside the name."""


@dataclass(frozen=True, slots=True, eq=False)
class EnsemblePoints:
    """New points of one quantity of many runs that advance together; read-only arrays.

    Attributes
    ----------
    name
        With the seed of the first run; the others have the seeds that follow it.
    x
        Positions, shape (n,).
    count
        Runs that have not diverged, shape (n,); the next four are over these.
    mean, deviation, lowest, highest
        Mean, sample standard deviation (0 for a single run), minimum and maximum, shape (n,);
        NaN where no run is left.
    traces
        Values of the first `kept` runs, shape (n, kept); NaN once a run has diverged.
    """

    name: CurveName
    x: FloatArray
    count: FloatArray
    mean: FloatArray
    deviation: FloatArray
    lowest: FloatArray
    highest: FloatArray
    traces: FloatArray

    def __post_init__(self) -> None:
        for field in ENSEMBLE_ARRAYS:
            array = np.array(getattr(self, field), dtype=np.float64)
            if array.ndim != (2 if field == "traces" else 1) or len(array) != len(self.x):
                message = f"{self.name}: {field} has the shape {array.shape}"
                raise ValueError(message)
            array.flags.writeable = False
            object.__setattr__(self, field, array)

    @classmethod
    def of(cls, name: CurveName, x: FloatArray, values: FloatArray, *, kept: int) -> Self:
        """Summarise the values (n, runs) of all runs, and keep the traces of the first `kept`.

        Values that are not finite are left out: runs that have diverged, or rates that are not
        defined.
        """
        known = np.isfinite(values)
        count = known.sum(axis=1).astype(np.float64)
        some = count > 0
        shares = np.where(some, count, np.nan)
        mean = np.where(known, values, 0.0).sum(axis=1) / shares
        squares = np.where(known, values - mean[:, None], 0.0) ** 2
        return cls(
            name=name,
            x=x,
            count=count,
            mean=mean,
            deviation=np.sqrt(squares.sum(axis=1) / np.maximum(shares - 1, 1)),
            lowest=np.where(some, np.where(known, values, np.inf).min(axis=1), np.nan),
            highest=np.where(some, np.where(known, values, -np.inf).max(axis=1), np.nan),
            traces=values[:, :kept],
        )

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Put parts of one ensemble, with equally many traces, after each other."""
        arrays = (
            np.concatenate([getattr(part, field) for part in parts]) for field in ENSEMBLE_ARRAYS
        )
        return cls(parts[0].name, *arrays)


CELL_LAYERS = (
    "admissible",
    "diverges",
    "asymptotic_preference",
    "crossings",
    "first_crossing",
    "last_crossing",
    "final_gap",
    "largest_gap",
)
"""What is known of each cell of a map, as numbers.

``admissible`` and ``diverges`` are 0 or 1; ``asymptotic_preference`` is the index of the group
that ends ahead, −1 for neither; ``crossings`` counts visible changes of the lead; times and gaps
(first group minus second) are NaN where there are none. Nothing else is known of a cell that is
not admissible.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """New cells of a map; a later one replaces what it covers of earlier ones.

    Attributes
    ----------
    column, row
        Lower left pixel of each cell, shape (n,), counted from 0.
    size
        Pixels along each side that the cell stands for, shape (n,); 1 in the end.
    layers
        Values in the order of `CELL_LAYERS`, shape (n, layers).
    """

    column: FloatArray
    row: FloatArray
    size: FloatArray
    layers: FloatArray

    def __post_init__(self) -> None:
        for field in ("column", "row", "size", "layers"):
            array = np.array(getattr(self, field), dtype=np.float64)
            array.flags.writeable = False
            object.__setattr__(self, field, array)
        if self.layers.shape != (self.column.size, len(CELL_LAYERS)):
            message = f"{self.column.size} cells with layers of shape {self.layers.shape}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class MeasuredCell:
    """What simulated runs did at one point of a map.

    Attributes
    ----------
    x, y
        Values of both parameters.
    runs, agreeing
        Runs that were simulated, and how many of them did what the map says.
    asymptotic_preference, crossings, diverges
        What most runs did, as in `CELL_LAYERS`.
    """

    x: float
    y: float
    runs: int
    agreeing: int
    asymptotic_preference: int
    crossings: int
    diverges: bool


@dataclass(frozen=True, slots=True)
class AppliedChange:
    """A setting that was changed in mid-run, on request; it has `value` from `step` on."""

    step: int
    setting: str
    value: float | str | tuple[float, ...]


class EventKind(StrEnum):
    """What can happen at one moment of a run."""

    CROSSING = "crossing"
    ERROR_CROSSING = "error crossing"
    EXPLANATION = "explanation"
    PHASE = "phase"
    DIVERGED = "diverged"
    NOTICE = "notice"
    FINDING = "finding"
    CHANGE = "change"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at position `x`, told in one plain sentence."""

    kind: EventKind
    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come.

    Attributes
    ----------
    steps, total_steps
        Gradient steps done and planned; runs of an ensemble advance together and count once.
    counters
        What the toolbar shows, in order, e.g. ``(("epoch", 3.2), ("step", 1600.0))``.
    longest
        Steps of the longest of several trainings, one after the other; None for a single one.
    """

    steps: int
    total_steps: int
    counters: tuple[tuple[str, float], ...] = ()
    longest: int | None = None

    @property
    def fraction(self) -> float:
        """Share of the work that is done, in [0, 1]."""
        return min(self.steps / self.total_steps, 1.0) if self.total_steps else 1.0


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything that happened since the frame before."""

    points: tuple[Points, ...] = ()
    events: tuple[Event, ...] = ()
    progress: Progress | None = None
    ensembles: tuple[EnsemblePoints, ...] = ()
    cells: tuple[Cells, ...] = ()
    measured: tuple[MeasuredCell, ...] = ()
    snapshot_rows: tuple[SnapshotRows, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    changes: tuple[AppliedChange, ...] = ()
