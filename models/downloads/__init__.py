"""Data sets that are too large to be bundled: fetched when a user asks, found where they are."""

from models.downloads.catalogue import (
    FILE_SETS,
    Downloadable,
    FileSet,
    OpenmlSet,
    UnknownDownloadError,
    find,
)
from models.downloads.places import discard_unfinished, missing, read_files, where_is
from models.downloads.retrieval import adopt_table, download
from models.downloads.transfer import DownloadFailedError, Transferred, megabytes

__all__ = [
    "FILE_SETS",
    "DownloadFailedError",
    "Downloadable",
    "FileSet",
    "OpenmlSet",
    "Transferred",
    "UnknownDownloadError",
    "adopt_table",
    "discard_unfinished",
    "download",
    "find",
    "megabytes",
    "missing",
    "read_files",
    "where_is",
]
