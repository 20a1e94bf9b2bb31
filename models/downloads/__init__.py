"""Data sets that are too large to be bundled: fetched when a user asks, found where they are.

What opens connections, `models.downloads.retrieval`, is imported by whoever needs it.
"""

from models.downloads.catalogue import (
    FILE_SETS,
    Downloadable,
    FileSet,
    OpenmlSet,
    UnknownDownloadError,
    find,
)
from models.downloads.places import discard_unfinished, missing, read_files, where_is
from models.downloads.progress import (
    PATIENCE,
    DownloadFailedError,
    Transferred,
    failed,
    megabytes,
)

__all__ = [
    "FILE_SETS",
    "PATIENCE",
    "DownloadFailedError",
    "Downloadable",
    "FileSet",
    "OpenmlSet",
    "Transferred",
    "UnknownDownloadError",
    "discard_unfinished",
    "failed",
    "find",
    "megabytes",
    "missing",
    "read_files",
    "where_is",
]
