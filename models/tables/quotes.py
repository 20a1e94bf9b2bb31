"""Quotes in a text file, within which a row may go on over line breaks."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.tables.files import HEAD_BYTES, unreadable

_LINE_BREAK = re.compile(rb"[\r\n]")


@dataclass(frozen=True, slots=True)
class Quotes:
    """Quotes of a whole file.

    Attributes
    ----------
    count
        How many there are.
    may_break
        Whether the first or the last line break of some block lies within quotes, so that a row
        might be cut there.
    """

    count: int
    may_break: bool


def look_at_quotes(path: Path, quote: str, *, block: int) -> Quotes:
    """Count the quotes of a file, in blocks of so many bytes; raises DataUnavailableError."""
    buffer = bytearray(block)
    letters = np.frombuffer(buffer, dtype=np.uint8)
    is_quote = np.empty(block, dtype=np.bool_)
    count, may_break = 0, False
    try:
        with path.open("rb") as file:
            while size := file.readinto(buffer):
                np.equal(letters[:size], ord(quote), out=is_quote[:size])
                found = _LINE_BREAK.search(buffer, 0, size)
                first = found.start() if found else 0
                last = max(buffer.rfind(b"\n", 0, size), buffer.rfind(b"\r", 0, size), 0)
                before_first = count + int(np.count_nonzero(is_quote[:first]))
                count += int(np.count_nonzero(is_quote[:size]))
                before_last = count - int(np.count_nonzero(is_quote[last:size]))
                may_break = may_break or before_first % 2 == 1 or before_last % 2 == 1
    except OSError as error:
        raise unreadable(path, error) from None
    return Quotes(count, may_break)


def count_line_breaks(path: Path) -> int:
    """Count the line breaks of a file; raises DataUnavailableError."""
    try:
        with path.open("rb") as file:
            return sum(data.count(b"\n") for data in iter(lambda: file.read(HEAD_BYTES), b""))
    except OSError as error:
        raise unreadable(path, error) from None
