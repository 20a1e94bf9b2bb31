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
from models.downloads.retrieval import download, failed, is_usable, openml_table
from models.downloads.transfer import PATIENCE, DownloadFailedError, Transferred, megabytes

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
    "download",
    "failed",
    "find",
    "is_usable",
    "megabytes",
    "missing",
    "openml_table",
    "read_files",
    "where_is",
]
