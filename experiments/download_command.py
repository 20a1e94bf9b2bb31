"""Downloads for the command line."""

from experiments.console import progress, say
from experiments.downloading import DownloadProcess, Ended, download_folder, needed
from experiments.frames import Frame, Progress
from experiments.settings import Settings
from models.downloads import (
    Downloadable,
    DownloadFailedError,
    Transferred,
    megabytes,
)
from models.downloads.retrieval import is_usable

_POLL_SECONDS = 0.5


def download_needed(settings: Settings) -> None:
    """Download the set that settings need, if any; raises DownloadFailedError."""
    entry = needed(settings)
    if entry is not None:
        download_here(entry)


def download_here(entry: Downloadable) -> None:
    """Download a set unless it is on this machine; shows progress, and Ctrl+C ends it.

    Raises
    ------
    DownloadFailedError
        When it cannot be downloaded, or was cancelled.
    """
    folder = download_folder()
    if is_usable(entry, folder):
        say(f"{entry.name} is on this machine already.")
        return
    size = "" if entry.size is None else f", {megabytes(entry.size)}"
    say(f"Downloading {entry.title} from {entry.source}{size}; licence: {entry.licence}.")
    try:
        process = DownloadProcess(entry, folder)
    except OSError as error:
        message = f"no process for the download can be started: {error.strerror}"
        raise DownloadFailedError(message) from error
    try:
        problem = _follow(process)
    except KeyboardInterrupt:
        process.cancel()
        message = f"the download of {entry.title} was cancelled; nothing was kept"
        raise DownloadFailedError(message) from None
    if problem:
        raise DownloadFailedError(problem)
    say(f"{entry.name} is ready.")


def _follow(process: DownloadProcess) -> str:
    """Wait for the end; returns what went wrong, if anything did."""
    with progress(process.entry.name) as show:
        while True:
            news = process.news(_POLL_SECONDS)
            if isinstance(news, Ended):
                return news.problem
            if isinstance(news, Transferred):
                show(Frame(progress=Progress(news.done, news.total or 0, ())))
