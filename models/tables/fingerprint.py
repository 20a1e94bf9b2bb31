"""The fingerprint by which a changed file is noticed."""

import hashlib
from pathlib import Path

from models.tables.files import unreadable


def fingerprint(path: Path) -> str:
    """Give the SHA-256 of a file's bytes as 64 hexadecimal digits; raises DataUnavailableError."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path, error) from None
