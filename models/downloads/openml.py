"""Tables of OpenML, by way of scikit-learn, kept as Parquet."""

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import build_opener, install_opener

from models.downloads.places import ABOUT, TABLE
from models.downloads.progress import DownloadFailedError
from models.downloads.transfer import Opener

if TYPE_CHECKING:
    import pandas as pd

LIMIT = 2**30
"""Largest number of bytes of all answers for one table."""


def fetch_table(data_id: int, work: Path, *, opener: Opener) -> None:
    """Fetch a table and write it, with what is told about it, to a folder.

    Parameters
    ----------
    data_id
        Number of the set.
    work
        Where to write. Its folder ``scikit-learn`` may hold files that scikit-learn has fetched
        before; they are not fetched again.
    opener
        What opens addresses.

    Raises
    ------
    DownloadFailedError
        When what is there is no table.
    OSError
        When it cannot be fetched or written.
    """
    from sklearn.datasets import fetch_openml

    with _opened_by(opener), warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            # The faster parser of pandas fails where categories look like numbers.
            bunch = fetch_openml(
                data_id=data_id,
                data_home=work / "scikit-learn",
                as_frame=True,
                parser="liac-arff",
                n_retries=1,
            )
        except (DownloadFailedError, OSError):
            raise
        except Exception as error:
            message = f"it cannot be read as a table ({' '.join(str(error).split())})"
            raise DownloadFailedError(message) from error
    details = bunch.details
    about = {
        "name": details["name"],
        "version": details["version"],
        "licence": details.get("licence", ""),
        "label": bunch.target_names[0] if bunch.target_names else "",
        "md5": details["md5_checksum"],
        "notes": [
            str(one.message)
            for one in told
            if one.category is UserWarning and "Retrying" not in str(one.message)
        ],
    }
    _plain(bunch.frame).to_parquet(work / TABLE, index=False)
    (work / ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")


def _plain(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Let a table consist of numbers and texts."""
    import pandas as pd

    columns: dict[str, Any] = {}
    for name, column in frame.items():
        is_number = pd.api.types.is_numeric_dtype(column) and column.dtype != bool
        columns[str(name)] = column if is_number else column.astype("string")
    return pd.DataFrame(columns)


@contextmanager
def _opened_by(opener: Opener) -> Iterator[None]:
    """Let scikit-learn open addresses by this opener."""
    install_opener(opener)
    try:
        yield
    finally:
        install_opener(build_opener())
