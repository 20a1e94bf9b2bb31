"""What the runner and its worker process say to each other."""

from dataclasses import dataclass

from experiments.frames import Frame
from experiments.store.runs import Status


@dataclass(frozen=True, slots=True)
class Start:
    """Run settings (TOML); `paused` waits before the first frame."""

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
    """End the run, with a last point where one is to be had; when told again, at once."""


@dataclass(frozen=True, slots=True)
class Change:
    """Change a setting of the run under way from its next step on."""

    setting: str
    value: float | str | tuple[float, ...]


Control = Pause | Resume | Step | Change | Stop
Command = Start | Control


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has warmed up and waits for a run."""


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
    """The run is over, and the worker waits for the next."""

    status: Status
    reason: str = ""
    details: str = ""


Reply = Ready | News | StandsStill | GoesOn | Finished
