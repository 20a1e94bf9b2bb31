"""What an experiment yields: named curve points, events and progress since the last frame."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

TO_NEXT_POINT = 0
"""What to send a run that shall go on just until its curves have new points."""

OVERALL = "overall"
"""Group of a quantity that belongs to no single group."""


class Source(StrEnum):
    """Where a curve's numbers come from."""

    THEORY = "theory"
    SIMULATION = "simulation"
    TRAINING = "training"
    VALIDATION = "validation"


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
        The named set of overrides within a study; ``base`` for a single run.
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


class EventKind(StrEnum):
    """What can happen at one moment of a run."""

    CROSSING = "crossing"
    PHASE = "phase"
    DIVERGED = "diverged"
    NOTICE = "notice"


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
    """

    steps: int
    total_steps: int
    counters: tuple[tuple[str, float], ...] = ()

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
