"""Downloads in a process of their own, which can be ended at any moment."""

import multiprocessing
import signal
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from experiments.settings import FullData, OpenmlData, Settings, TrainingSettings
from experiments.store import default_path
from models.downloads import (
    PATIENCE,
    Downloadable,
    DownloadFailedError,
    Transferred,
    discard_unfinished,
    failed,
    find,
    where_is,
)

_PACE_SECONDS = 0.1
_GRACE_SECONDS = 10.0
_ENDING_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Ended:
    """A download is over; `problem` says what went wrong, and is empty if nothing did."""

    problem: str = ""


News = Transferred | Ended


def download_folder() -> Path:
    """Give the folder of what was downloaded, beside the history."""
    return default_path().parent / "downloads"


def needed(settings: Settings) -> Downloadable | None:
    """Name the set that settings need and that is not bundled; None where there is none."""
    if not isinstance(settings, TrainingSettings):
        return None
    match settings.data:
        case FullData(name=name):
            return find(name)
        case OpenmlData(data_id=data_id):
            return find(f"openml:{data_id}")
        case _:
            return None


def absent(settings: Settings) -> Downloadable | None:
    """Name the set that settings need and that is not on this machine, if any."""
    entry = needed(settings)
    if entry is None or where_is(entry.name, download_folder()) is not None:
        return None
    return entry


class DownloadProcess:
    """Downloads a set in a spawned process.

    A name server that hangs cannot be interrupted, but a process can be killed.

    Parameters
    ----------
    entry
        What to download.
    folder
        Where to.
    patience
        Seconds without progress after which it is given up.

    Raises
    ------
    OSError
        When the system can start no process.
    """

    def __init__(self, entry: Downloadable, folder: Path, *, patience: float = PATIENCE) -> None:
        self.entry = entry
        self._folder = folder
        self._patience = patience
        context = multiprocessing.get_context("spawn")
        self._replies: Connection[Any, News]
        self._replies, theirs = context.Pipe(duplex=False)
        self._process = context.Process(
            target=_serve,
            args=(theirs, entry, folder, patience),
            name="bias-lab-download",
            daemon=True,
        )
        try:
            self._process.start()
        finally:
            theirs.close()
        self._waits = True
        self._heard = time.monotonic()

    def news(self, timeout: float = 0.0) -> News | None:
        """Give the latest news, or None after `timeout` seconds without any.

        After `Ended` the process is gone, and this is not to be called again.
        """
        latest: News | None = None
        try:
            while not isinstance(latest, Ended) and self._replies.poll(timeout):
                latest, timeout = self._replies.recv(), 0.0
        except (EOFError, OSError):
            latest = self._failure("its process ended unexpectedly")
        now = time.monotonic()
        if isinstance(latest, Transferred):
            self._waits, self._heard = latest.waits, now
        elif latest is None and self._waits and now - self._heard > self._patience + _GRACE_SECONDS:
            latest = self._failure(f"there was no answer within {self._patience:g} s")
        if isinstance(latest, Ended):
            self.cancel()
        return latest

    def cancel(self) -> None:
        """End the process, whatever it does, and remove what it had not finished."""
        pid = self._process.pid
        self._process.kill()
        self._process.join(_ENDING_SECONDS)
        if self._process.exitcode is not None:
            self._process.close()
        self._replies.close()
        if pid is not None:
            discard_unfinished(self._folder, pid)

    def _failure(self, why: str) -> Ended:
        return Ended(str(failed(self.entry, why)))


def _serve(
    replies: "Connection[News, Any]", entry: Downloadable, folder: Path, patience: float
) -> None:
    """Download, and tell how far it is a few times a second."""
    from models.downloads.retrieval import download

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this ends it
    due, waited = 0.0, None

    def tell(progress: Transferred) -> None:
        nonlocal due, waited
        now = time.monotonic()
        if now >= due or progress.waits is not waited:
            due, waited = now + _PACE_SECONDS, progress.waits
            replies.send(progress)

    try:
        download(entry, folder, on_progress=tell, timeout=patience)
    except DownloadFailedError as error:
        replies.send(Ended(str(error)))
    else:
        replies.send(Ended())
