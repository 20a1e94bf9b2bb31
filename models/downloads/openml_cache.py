"""Tables of OpenML that scikit-learn has kept on this machine; they are read, never changed."""

import gzip
import json
import shutil
from pathlib import Path
from urllib.parse import urlparse

_ROOT = Path("openml", "openml.org")


def cached_files(data_id: int, home: Path) -> tuple[Path, ...]:
    """List the files of a set, relative to scikit-learn's folder; none where some are missing.

    Parameters
    ----------
    data_id
        Number of the set.
    home
        The folder where scikit-learn keeps data sets.
    """
    about = _ROOT / "api" / "v1" / "json" / "data"
    needed = [about / f"{data_id}.gz", about / "features" / f"{data_id}.gz"]
    if not all((home / file).is_file() for file in needed):
        return ()
    try:
        with gzip.open(home / needed[0], "rb") as file:
            description = json.load(file)["data_set_description"]
        address, number = str(description["url"]), int(description["file_id"])
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return ()
    # Older releases of scikit-learn name the table by its number alone.
    names = (urlparse(address).path.lstrip("/"), f"data/v1/download/{number}")
    tables = [_ROOT / f"{name}.gz" for name in names if ".." not in Path(name).parts]
    found = [table for table in tables if (home / table).is_file()]
    qualities = about / "qualities" / f"{data_id}.gz"
    found_qualities = [qualities] if (home / qualities).is_file() else []
    return (*needed, *found_qualities, *found) if found else ()


def copy_files(data_id: int, home: Path, copy: Path) -> bool:
    """Copy the files of a set to another folder; tells whether there were any."""
    files = cached_files(data_id, home)
    for file in files:
        (copy / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(home / file, copy / file)
    return bool(files)
