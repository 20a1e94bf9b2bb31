"""Where downloaded sets are kept: in Bias Lab's own folder, or by Keras or scikit-learn.

What others keep is only ever read. A foreign file in those folders would do harm: Keras deletes
files whose hash it does not know.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from models.dataset import DataUnavailableError
from models.downloads.catalogue import FileSet, OpenmlSet, advice, find
from models.downloads.openml_cache import cached_files

TABLE, ABOUT = "table.parquet", "about.json"
"""What is kept of a table of OpenML."""

_UNFINISHED = "unfinished-"


def where_is(name: str, folder: Path) -> Path | None:
    """Find a set on this machine, without reading its files.

    Parameters
    ----------
    name
        As `models.downloads.find` takes it.
    folder
        Where Bias Lab keeps what it downloads.

    Returns
    -------
    Path or None
        The folder that holds the set's files; None where they are nowhere.
    """
    entry = find(name)
    if isinstance(entry, FileSet):
        return next(_places(entry, folder), None)
    if all((own_folder(name, folder) / file).is_file() for file in (TABLE, ABOUT)):
        return own_folder(name, folder)
    return scikit_learn_home() if cached_files(entry.data_id, scikit_learn_home()) else None


def own_folder(name: str, folder: Path) -> Path:
    """Give the folder for one set."""
    return folder / name.replace(":", "-")


def scikit_learn_home() -> Path:
    """Give the folder where scikit-learn keeps data sets, without making it."""
    return Path(os.environ.get("SCIKIT_LEARN_DATA") or "~/scikit_learn_data").expanduser()


def keras_home() -> Path:
    """Give the folder where Keras keeps data sets."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets"


def read_files(entry: FileSet, folder: Path) -> dict[str, bytes]:
    """Read the files of a set and check their hashes.

    Returns
    -------
    dict
        Content by name.

    Raises
    ------
    DataUnavailableError
        When they are nowhere, or damaged. A damaged set of Bias Lab's own is removed.
    """
    damaged = ""
    for place in _places(entry, folder):
        try:
            contents = {file.name: (place / file.name).read_bytes() for file in entry.files}
        except OSError as error:
            damaged = f"it cannot be read from {place}: {(error.strerror or str(error)).lower()}"
            continue
        if all(has_hash(contents[file.name], file.sha256) for file in entry.files):
            return contents
        damaged = f"what is in {place} is damaged"
        if place == own_folder(entry.name, folder):
            shutil.rmtree(place, ignore_errors=True)
    raise DataUnavailableError(missing(entry, damaged))


def missing(entry: FileSet | OpenmlSet, why: str = "") -> str:
    """Say that a set is not on this machine, and what to try."""
    told = f"{entry.title} is not on this machine" + (f": {why}" if why else "")
    told = f"{told}. Press Download above the plots, or run: bias-lab download {entry.name}"
    return f"{told} (or bias-lab run … --download). {advice(entry)}"


def has_hash(content: bytes, sha256: str) -> bool:
    """Tell whether content is what it should be."""
    return hashlib.sha256(content).hexdigest() == sha256


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """Make a folder for what is not finished, and remove it in the end.

    Those that processes left behind when they were killed are removed too.
    """
    import psutil  # not needed to find what is here

    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{_UNFINISHED}*"):
        pid = left.name.removeprefix(_UNFINISHED)
        if pid.isdecimal() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(left, ignore_errors=True)
    work = folder / f"{_UNFINISHED}{os.getpid()}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def discard_unfinished(folder: Path, pid: int) -> None:
    """Remove what a process that was killed had not finished."""
    shutil.rmtree(folder / f"{_UNFINISHED}{pid}", ignore_errors=True)


def keep(work: Path, own: Path) -> None:
    """Let finished files take the place of a set, at once."""
    with suppress(FileNotFoundError):
        shutil.rmtree(own)
    work.rename(own)


def _places(entry: FileSet, folder: Path) -> Iterator[Path]:
    """List the folders in which all files of a set have the right size."""
    places = [own_folder(entry.name, folder)]
    if entry.keras_folder is not None:
        places.append(keras_home() / entry.keras_folder)
    for place in places:
        with suppress(OSError):
            if all((place / file.name).stat().st_size == file.size for file in entry.files):
                yield place
