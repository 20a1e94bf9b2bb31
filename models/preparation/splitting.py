"""Which rows are learnt from, and which are held out."""

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum

import numpy as np

from models.dataset import DataUnavailableError
from models.rows import Rows
from models.trouble import Parts
from models.trouble.seeds import generator

LEFT_OUT = -1


class Part(IntEnum):
    """Where a row goes."""

    TRAINING = 0
    VALIDATION = 1
    TEST = 2


def split_parts(rows: Rows, *, validation_share: float, test_share: float, seed: int) -> Parts:
    """Say of each row in which part it is, so that every group and class keeps its shares.

    Rows of the same group and class are a stratum. Each part gets its share of it, rounded, but
    no part goes away empty while there are rows enough for all; a single row is learnt from.

    Parameters
    ----------
    rows
        The n rows.
    validation_share, test_share
        Shares that are held out, the first in (0, 1), the second in [0, 1), 0 for no test part;
        together below 1.
    seed
        Source of the random choice, >= 0.

    Returns
    -------
    NDArray
        A `Part` for each row, shape (n,).

    Raises
    ------
    ValueError
        When the shares are out of range.
    DataUnavailableError
        When a part would have no row of some group or class.
    """
    if not 0.0 < validation_share < 1.0:
        raise ValueError(f"validation_share must lie in (0, 1), but got {validation_share}")
    if not 0.0 <= test_share < 1.0 - validation_share:
        message = f"test_share must lie in [0, {1.0 - validation_share:g})"
        raise ValueError(f"{message} beside the validation rows, but got {test_share}")
    shares = {Part.VALIDATION: validation_share}
    if test_share:
        shares[Part.TEST] = test_share
    stratum = rows.group * np.int64(len(rows.class_names)) + rows.y
    order = np.lexsort((generator(seed, "split").random(len(rows)), stratum))
    starts = np.flatnonzero(np.diff(stratum[order], prepend=-1))
    parts = np.full(len(rows), Part.TRAINING, np.int8)
    for members in np.split(order, starts[1:]):
        first = 0
        for part, count in _held_out(members.size, shares):
            parts[members[first : first + count]] = part
            first += count
    _check(rows, parts, (Part.TRAINING, *shares))
    return parts


def _held_out(size: int, shares: Mapping[Part, float]) -> Iterator[tuple[Part, int]]:
    """Share a stratum out: one row is learnt from, then each part takes one, then its share."""
    left, waiting = size - 1, len(shares)
    for part, share in shares.items():
        waiting -= 1
        count = min(max(round(share * size), 1), max(left - waiting, min(left, 1)))
        yield part, count
        left -= count


def _check(rows: Rows, parts: Parts, used: Sequence[Part]) -> None:
    """Refuse a split of which a part has no row of some group or class."""
    for what, names, indices in (
        ("group", rows.group_names, rows.group),
        ("class", rows.class_names, rows.y),
    ):
        for part in used:
            counts = np.bincount(indices[parts == part], minlength=len(names))
            if counts.all():
                continue
            missing = int(np.argmin(counts))
            total = np.count_nonzero(indices == missing)
            number = "one row" if total == 1 else f"{total} rows"
            message = f"{rows.name}: {what} {names[missing]!r} has {number}"
            title = f"the {part.name.lower()} part"
            advice = "take more rows, hold fewer parts out, or choose groups and classes that are"
            raise DataUnavailableError(f"{message}, so {title} gets none; {advice} larger")
