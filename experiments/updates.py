"""What the runner tells a window: one small dataclass for each kind of news."""

from dataclasses import dataclass

from experiments.frames import Frame
from experiments.store import RunRow, Status


@dataclass(frozen=True, slots=True)
class WorkerReady:
    """A worker process is ready; a run that must wait for another one says so by starting later."""


@dataclass(frozen=True, slots=True)
class Started:
    """A run has begun.

    Attributes
    ----------
    run
        The number that `Runner.start` returned.
    name
        The run's name in the history, e.g. ``crossing-3``.
    row
        Its line in the history; None if the history cannot be written.
    """

    run: int
    name: str
    row: RunRow | None


@dataclass(frozen=True, slots=True, eq=False)
class Streamed:
    """News of a run, several frames joined into one; none is ever left out."""

    run: int
    frame: Frame


@dataclass(frozen=True, slots=True)
class Paused:
    """A run stands still; also told after each single step."""

    run: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """A run that was paused goes on."""

    run: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A run is over; told exactly once for each `Runner.start`, after all of its frames.

    Attributes
    ----------
    status
        Done, stopped or failed.
    reason
        One plain sentence; empty where the status says enough.
    details
        For a report: a traceback or what the worker process last wrote; may be empty.
    row
        The run's line in the history as it now stands; None if it is not there.
    """

    run: int
    status: Status
    reason: str
    details: str
    row: RunRow | None


@dataclass(frozen=True, slots=True)
class StoreProblem:
    """The history cannot be written, in one plain sentence; told once for each run."""

    text: str


Update = WorkerReady | Started | Streamed | Paused | Resumed | Ended | StoreProblem
