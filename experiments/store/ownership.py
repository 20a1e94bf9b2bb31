"""Which process a run belongs to, so that a run whose process is gone can be told."""

import os
from dataclasses import dataclass
from functools import cache
from typing import Self

_CLOCK_TOLERANCE = 2.0
"""Seconds by which the same process' creation time may differ after the clock was adjusted."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A process, told apart from a later one of the same id by its creation time (Unix, s)."""

    pid: int
    created: float

    @classmethod
    def this_process(cls) -> Self:
        """Identify the calling process."""
        return cls(os.getpid(), _created(os.getpid()))

    def is_alive(self) -> bool:
        """Whether the process still runs; one that ended but was not collected does not."""
        import psutil

        if self == Owner.this_process():
            return True
        try:
            process = psutil.Process(self.pid)
            return (
                abs(process.create_time() - self.created) < _CLOCK_TOLERANCE
                and process.status() != psutil.STATUS_ZOMBIE
            )
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True


@cache
def _created(pid: int) -> float:
    """Read a process' creation time once: it moves when the clock is set."""
    import psutil

    return psutil.Process(pid).create_time()
