"""How far a download is, and why it failed."""

from collections.abc import Callable
from dataclasses import dataclass

from models.dataset import DataUnavailableError
from models.downloads.catalogue import Downloadable, advice

PATIENCE = 30.0
"""Seconds without progress after which a download is given up."""
LONGEST = 7200.0
"""Seconds after which a download is given up however well it gets on."""


class DownloadFailedError(DataUnavailableError):
    """A download that did not succeed; nothing is kept of it. The message says why."""


@dataclass(frozen=True, slots=True)
class Transferred:
    """How far a download is.

    Attributes
    ----------
    done, total
        Bytes so far, and of all; `total` is None where that is not known.
    waits
        Whether it is the network that is waited for.
    """

    done: int
    total: int | None
    waits: bool


OnProgress = Callable[[Transferred], object]


def failed(entry: Downloadable, why: str) -> DownloadFailedError:
    """Say what was tried, why it failed, and what can be used instead."""
    told = f"{entry.title} could not be downloaded from {entry.source}: {why}. Nothing was kept"
    return DownloadFailedError(f"{told}; try again later. {advice(entry)}")


def megabytes(size: int) -> str:
    """Write a number of bytes for people."""
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"
