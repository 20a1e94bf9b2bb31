"""Data files that come with this distribution, checked before they are read."""

import hashlib
from importlib.resources import files
from io import BytesIO

from models.dataset import DataUnavailableError


def bundled_file(name: str, *, title: str, sha256: str) -> BytesIO:
    """Open a file of ``resources/data``.

    Parameters
    ----------
    name
        The file's name.
    title
        What errors call it.
    sha256
        Fingerprint of its content, in hexadecimal digits.

    Raises
    ------
    DataUnavailableError
        When it is missing or damaged.
    """
    source = files("resources").joinpath("data", name)
    advice = "install bias-lab again, or choose another data set"
    try:
        content = source.read_bytes()
    except OSError as error:
        message = f"the bundled file of {title} ({source}) cannot be read: {error.strerror}"
        raise DataUnavailableError(f"{message}; {advice}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        message = f"the bundled file of {title} ({source}) is damaged or was changed"
        raise DataUnavailableError(f"{message}; {advice}")
    return BytesIO(content)
