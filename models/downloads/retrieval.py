"""Downloading a set: complete, with the right hash, or not at all."""

import shutil
from contextlib import closing
from pathlib import Path

from models.downloads.catalogue import Downloadable, FileSet, OpenmlSet, RemoteFile, advice
from models.downloads.openml import LIMIT, fetch_table
from models.downloads.openml_cache import copy_files
from models.downloads.places import has_hash, keep, own_folder, scikit_learn_home, workplace
from models.downloads.transfer import (
    PATIENCE,
    DownloadFailedError,
    OnProgress,
    Opener,
    megabytes,
    reason,
)


def download(
    entry: Downloadable, folder: Path, *, on_progress: OnProgress, timeout: float = PATIENCE
) -> Path:
    """Download a set; returns the folder that holds it.

    Parameters
    ----------
    entry
        What `models.downloads.find` found.
    folder
        Where Bias Lab keeps what it downloads.
    on_progress
        Told how far it is.
    timeout
        Seconds to wait for an answer, and for every 64 KiB of it.

    Raises
    ------
    DownloadFailedError
        When it cannot be fetched or kept. What was there before stays, and nothing else.
    """
    limit = entry.size or LIMIT
    opener = Opener(patience=timeout, limit=limit, total=entry.size, on_progress=on_progress)
    own = own_folder(entry.name, folder)
    try:
        with workplace(folder) as work:
            if isinstance(entry, FileSet):
                _check_space(folder, entry.size)
                for file in entry.files:
                    _fetch(file, work / file.name, opener)
            else:
                fetch_table(entry.data_id, work, opener=opener)
                shutil.rmtree(work / "scikit-learn")
            keep(work, own)
    except Exception as error:
        raise DownloadFailedError(_failure(entry, reason(error, patience=timeout))) from error
    return own


def adopt_table(entry: OpenmlSet, folder: Path) -> Path | None:
    """Take a table over that scikit-learn has kept, without a network.

    Returns
    -------
    Path or None
        The folder that holds it now; None where scikit-learn has none, or none that can be read.
    """
    opener = Opener(patience=0.0, limit=0, total=0, on_progress=_refuse)
    own = own_folder(entry.name, folder)
    try:
        with workplace(folder) as work:
            if not copy_files(entry.data_id, scikit_learn_home(), work / "scikit-learn"):
                return None
            fetch_table(entry.data_id, work, opener=opener)
            shutil.rmtree(work / "scikit-learn")
            keep(work, own)
    except Exception:  # scikit-learn's files are its own: any of them may be unreadable
        return None
    return own


def _fetch(file: RemoteFile, path: Path, opener: Opener) -> None:
    with closing(opener.open(file.address)) as answer, path.open("wb") as target:
        shutil.copyfileobj(answer, target)
    size = path.stat().st_size
    if size != file.size:
        message = f"{file.size:,} bytes were expected, but {size:,} came"
        perhaps = ", perhaps the login page of a network" if size < file.size else ""
        raise DownloadFailedError(message + perhaps)
    if not has_hash(path.read_bytes(), file.sha256):
        message = f"what came as {file.name} has another hash than the file has"
        raise DownloadFailedError(message)


def _check_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        message = f"{megabytes(needed)} are needed in {folder}, and {megabytes(free)} are free"
        raise DownloadFailedError(message)


def _failure(entry: Downloadable, why: str) -> str:
    told = f"{entry.title} could not be downloaded from {entry.source}: {why}. Nothing was kept"
    return f"{told}; try again later. {advice(entry)}"


def _refuse(_: object) -> None:
    raise DownloadFailedError("no network is wanted")
