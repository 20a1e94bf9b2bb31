"""Downloading a set: complete, with the right hash, or not at all."""

import shutil
from contextlib import closing
from pathlib import Path

from models.dataset import DataUnavailableError
from models.downloads.catalogue import Downloadable, OpenmlSet, RemoteFile
from models.downloads.openml import LIMIT, fetch_table
from models.downloads.openml_cache import copy_files
from models.downloads.places import (
    ABOUT,
    TABLE,
    has_hash,
    keep,
    missing,
    own_folder,
    read_files,
    scikit_learn_home,
    where_is,
    workplace,
)
from models.downloads.progress import (
    LONGEST,
    PATIENCE,
    DownloadFailedError,
    OnProgress,
    failed,
    megabytes,
)
from models.downloads.transfer import Opener, reason


def download(
    entry: Downloadable,
    folder: Path,
    *,
    on_progress: OnProgress,
    timeout: float = PATIENCE,
    longest: float = LONGEST,
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
    longest
        Seconds in which everything must have arrived.

    Raises
    ------
    DownloadFailedError
        When it cannot be fetched or kept. What was there before stays, and nothing else.
    """
    limit = entry.size or LIMIT
    opener = Opener(
        patience=timeout,
        longest=longest,
        limit=limit,
        total=entry.size,
        on_progress=on_progress,
    )
    try:
        with workplace(folder) as work:
            if isinstance(entry, OpenmlSet):
                _keep_table(entry, work, folder, opener)
            else:
                _check_space(folder, entry.size)
                for file in entry.files:
                    _fetch(file, work / file.name, opener)
                keep(work, own_folder(entry.name, folder))
    except Exception as error:
        raise failed(entry, reason(error, patience=timeout)) from error
    return own_folder(entry.name, folder)


def is_usable(entry: Downloadable, folder: Path) -> bool:
    """Tell whether a set is on this machine, complete and undamaged."""
    try:
        if isinstance(entry, OpenmlSet):
            openml_table(entry, folder)
        else:
            read_files(entry, folder)
    except DataUnavailableError:
        return False
    return True


def openml_table(entry: OpenmlSet, folder: Path) -> tuple[Path, Path]:
    """Find a table on this machine; what scikit-learn has kept is taken over.

    Returns
    -------
    tuple
        A Parquet file, and a JSON file that says what it is.

    Raises
    ------
    DataUnavailableError
        When it is not on this machine; the message says how to get it.
    """
    own = own_folder(entry.name, folder)
    if where_is(entry.name, folder) != own and not _take_over(entry, folder):
        raise DataUnavailableError(missing(entry))
    return own / TABLE, own / ABOUT


def _take_over(entry: OpenmlSet, folder: Path) -> bool:
    """Read what scikit-learn has kept, without a network; tells whether that was possible."""
    opener = Opener(patience=0.0, longest=0.0, limit=0, total=0, on_progress=_refuse)
    try:
        with workplace(folder) as work:
            if not copy_files(entry.data_id, scikit_learn_home(), work / "scikit-learn"):
                return False
            _keep_table(entry, work, folder, opener)
    except Exception:  # scikit-learn's files are its own: any of them may be unreadable
        return False
    return True


def _keep_table(entry: OpenmlSet, work: Path, folder: Path, opener: Opener) -> None:
    fetch_table(entry.data_id, work, opener=opener)
    shutil.rmtree(work / "scikit-learn")
    keep(work, own_folder(entry.name, folder))


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


def _refuse(_: object) -> None:
    raise DownloadFailedError("no network is wanted")
