"""A file on disk before it is known to be a table: whether it can be read, and pieces of it."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.dataset import DataUnavailableError

HEAD_BYTES = 1 << 19
_PIECE_BYTES = 1 << 16
_PIECES = 8

_SIGNATURES = {
    b"PK\x03\x04": "a workbook or archive; save the sheet as CSV and import that",
    b"\xd0\xcf\x11\xe0": "an old workbook; save the sheet as CSV and import that",
    b"\x1f\x8b": "compressed; unpack it first",
    b"BZh": "compressed; unpack it first",
    b"\xfd7zXZ": "compressed; unpack it first",
    b"\x28\xb5\x2f\xfd": "compressed; unpack it first",
    b"%PDF": "a PDF document; import a CSV or Parquet file",
    b"SQLite format 3": "a database; export a table of it as CSV",
}


def table_error(path: Path, message: str) -> DataUnavailableError:
    """Say which file cannot be read as a table, what is wrong, and what to try."""
    return DataUnavailableError(f"the file {path}: {message}")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Size in bytes and time of the last change in ns, to notice a change while reading."""

    size: int
    changed: int


def stamp_of(path: Path) -> Stamp:
    """Check that a regular file that is not empty is there; raises DataUnavailableError."""
    if path == Path():
        raise DataUnavailableError("no file is chosen yet; choose a CSV or Parquet file")
    try:
        status = path.stat()
    except FileNotFoundError:
        message = "there is no such file; was it moved or renamed? Choose it again"
        raise table_error(path, message) from None
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from None
    if stat.S_ISDIR(status.st_mode):
        raise table_error(path, "is a directory; choose a CSV or Parquet file in it")
    if not stat.S_ISREG(status.st_mode):
        raise table_error(path, "is no regular file and might never end; choose a file")
    if not status.st_size:
        raise table_error(path, "is empty; choose a file with a row of names and rows of data")
    return Stamp(status.st_size, status.st_mtime_ns)


def check_unchanged(path: Path, stamp: Stamp) -> None:
    """Raise DataUnavailableError when a file vanished or changed since its stamp was taken."""
    if stamp_of(path) != stamp:
        raise table_error(path, "changed while it was being read; try again once it is complete")


def unreadable(path: Path, error: Exception) -> DataUnavailableError:
    """Say that the system refuses to read a file."""
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    return table_error(path, f"cannot be read: {reason}")


def head_of(path: Path) -> bytes:
    """Read the first bytes; raises DataUnavailableError for what is no text and no Parquet."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise unreadable(path, error) from None
    for signature, what in _SIGNATURES.items():
        if head.startswith(signature):
            raise table_error(path, f"is {what}")
    return head


def pieces_of(path: Path, size: int) -> list[bytes]:
    """Read a few pieces evenly spread over what follows the head, at even offsets."""
    room = size - HEAD_BYTES
    if room <= 0:
        return []
    starts = np.linspace(HEAD_BYTES, max(HEAD_BYTES, size - _PIECE_BYTES), _PIECES).astype(int)
    try:
        with path.open("rb") as file:
            pieces = []
            for start in np.unique(starts // 2 * 2):
                file.seek(int(start), os.SEEK_SET)
                pieces.append(file.read(_PIECE_BYTES))
    except OSError as error:
        raise unreadable(path, error) from None
    return pieces
