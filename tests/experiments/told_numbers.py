"""Numbers in the texts of presets, held against computed ones."""

import re
from collections.abc import Iterable, Iterator


def untold(text: str, *, moments: Iterable[float], numbers: Iterable[float]) -> Iterator[str]:
    """Give every time, share and decimal number of a text that nothing computed rounds to."""
    moments, numbers = list(moments), list(numbers)
    shares = [100 * number for number in numbers]
    for pattern, computed in (
        (r"t = ([\d.]*\d)", moments),
        (r"(\d+) %", shares),
        (r"(?<!t = )(?<![\d.])\d+\.\d+", numbers),
    ):
        for told in re.findall(pattern, text):
            digits = len(told.partition(".")[2])
            if told not in {f"{value:.{digits}f}" for value in computed}:
                yield told
