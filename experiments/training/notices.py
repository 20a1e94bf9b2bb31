"""What a user should know of the data before training begins."""

from collections.abc import Iterator, Sequence

import numpy as np

from experiments.frames import Event, EventKind
from models.dataset import Dataset
from models.preparation import Prepared

_MOST_NOTES = 6


def notices(prepared: Prepared) -> Iterator[Event]:
    """Tell the sizes of the groups, then what was done while reading and preparing."""
    yield notice(f"Training rows by group: {_sizes(prepared.dataset)}.")
    yield from map(notice, _shortened((*prepared.rows.notes, *prepared.notes)))


def notice(text: str, x: float = 0.0) -> Event:
    """Tell something."""
    return Event(EventKind.NOTICE, x, text)


def _sizes(dataset: Dataset) -> str:
    sizes = np.bincount(dataset.training.group, minlength=len(dataset.group_names))
    parts = zip(dataset.group_names, sizes, strict=True)
    return ", ".join(f"{name} {size:,}" for name, size in parts)


def _shortened(notes: Sequence[str]) -> Iterator[str]:
    """Give the first notes, and count the others where they are several."""
    shown = len(notes) if len(notes) <= _MOST_NOTES + 1 else _MOST_NOTES
    yield from notes[:shown]
    if shown < len(notes):
        yield f"The data set has {len(notes) - shown} more notes."
