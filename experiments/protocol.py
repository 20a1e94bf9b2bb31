"""What the runner and its worker process say to each other."""

from dataclasses import dataclass

from experiments.frames import Frame
from experiments.store.runs import Status


@dataclass(frozen=True, slots=True)
class Start:
    """Run settings (TOML), after whatever runs now; `paused` waits before the first frame."""

    settings: str
    paused: bool


@dataclass(frozen=True, slots=True)
class Pause:
    """Stand still after the frame in hand."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on."""


@dataclass(frozen=True, slots=True)
class Step:
    """Take this many gradient steps, then pause; None: up to the next points of a curve."""

    steps: int | None


@dataclass(frozen=True, slots=True)
class Stop:
    """End the run after the frame in hand."""


Control = Pause | Resume | Step | Stop
Command = Start | Control


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker listens."""


@dataclass(frozen=True, slots=True)
class Began:
    """The oldest run that was not yet begun has its turn."""


@dataclass(frozen=True, slots=True, eq=False)
class News:
    """What the run streamed since the last news."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class StandsStill:
    """The run is paused."""


@dataclass(frozen=True, slots=True)
class GoesOn:
    """The run is no longer paused."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The run is over; without a `Began` before, it was stopped before its turn."""

    status: Status
    reason: str = ""
    details: str = ""


Reply = Ready | Began | News | StandsStill | GoesOn | Finished
