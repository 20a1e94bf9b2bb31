"""Whether an experiment is under way, and lengths of time in words."""

from enum import StrEnum


class Activity(StrEnum):
    """What the worker is doing, as far as a user cares."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"


def duration(seconds: float) -> str:
    """Give a length of time in words, e.g. ``2.1 s`` or ``3 min 20 s``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 90:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"
