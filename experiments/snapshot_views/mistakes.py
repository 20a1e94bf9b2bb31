"""The rows that the network is most certain of and wrong about."""

import math
from dataclasses import dataclass

import numpy as np

from experiments.frames import FloatArray
from experiments.snapshot_views.look import Group, Look, has_clean_labels, log_odds, probability
from experiments.snapshots import Floats, SnapshotRows


@dataclass(frozen=True, slots=True, eq=False)
class Mistake:
    """A row that is answered wrong.

    Attributes
    ----------
    row
        Its number among the rows looked at, from 0.
    image
        Its pixels, shape `SnapshotRows.image_shape`, in [0, 1]; None for tables.
    cells
        Column and value of a row of a table, in words.
    predicted, probability
        The class decided for, and the probability given to it.
    recorded, clean
        The class on record, and before some were flipped on purpose.
    """

    row: int
    image: Floats | None
    cells: tuple[tuple[str, str], ...]
    predicted: str
    probability: float
    recorded: str
    clean: str

    @property
    def is_flipped(self) -> bool:
        """Whether the label on record was flipped on purpose."""
        return self.recorded != self.clean


@dataclass(frozen=True, slots=True, eq=False)
class GroupMistakes:
    """The most certain mistakes in a group, the most certain one first.

    Attributes
    ----------
    rows, wrong
        How many of its rows are looked at, and how many of them are answered wrong.
    """

    group: Group
    rows: int
    wrong: int
    shown: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Mistakes:
    """The most certain mistakes in every group, and what is seen, in plain sentences."""

    groups: tuple[GroupMistakes, ...]
    has_images: bool
    caption: str


def mistakes(look: Look, most: int = 8) -> Mistakes | str:
    """Pick at most so many mistakes in each group, from the rows whose inputs were kept."""
    rows = look.rows
    kept = len(rows.inputs)
    if not kept:
        return "Nothing was kept of the rows' inputs, so none can be shown."
    certainty = _certainty(look, kept)
    wrong = look.predicted[:kept] != look.truth[:kept]
    found = []
    for each in look.groups:
        if each.index is None and len(look.groups) > 1:
            continue
        members = look.members(each)[:kept]
        places = np.flatnonzero(members & wrong)
        places = places[np.argsort(-certainty[places], kind="stable")][:most]
        found.append(
            GroupMistakes(
                group=each,
                rows=int(members.sum()),
                wrong=int((members & wrong).sum()),
                shown=tuple(
                    _mistake(look, int(place), float(certainty[place])) for place in places
                ),
            )
        )
    return Mistakes(tuple(found), bool(rows.image_shape), _caption(look, kept, int(wrong.sum())))


def _certainty(look: Look, kept: int) -> FloatArray:
    """Give the log odds of the class decided for of the first rows, shape (kept,)."""
    scores, predicted = look.snapshot.scores[:kept], look.predicted[:kept]
    certainty = np.empty(kept)
    for index in np.unique(predicted):
        certainty[predicted == index] = log_odds(scores[predicted == index], index)
    return certainty


def _mistake(look: Look, place: int, certainty: float) -> Mistake:
    rows, classes = look.rows, look.classes
    return Mistake(
        row=place,
        image=rows.inputs[place].reshape(rows.image_shape) if rows.image_shape else None,
        cells=() if rows.image_shape else _cells(rows, place),
        predicted=classes[look.predicted[place]],
        probability=float(probability(np.array(certainty))),
        recorded=classes[rows.label[place]],
        clean=classes[rows.clean_label[place]],
    )


def _cells(rows: SnapshotRows, place: int) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, _text(float(value), levels))
        for name, value, levels in zip(
            rows.feature_names, rows.inputs[place], rows.levels, strict=True
        )
    )


def _text(value: float, levels: tuple[str, ...]) -> str:
    if math.isnan(value):
        return "missing"
    return levels[int(value)] if levels else f"{value:,.5g}".replace("-", "−")


def _caption(look: Look, kept: int, wrong: int) -> str:
    looked_at = "all of them" if kept == look.truth.size else f"the first {kept:,} of them"
    told = f"{look.moment} Mistakes are looked for in {looked_at}: {wrong:,} are answered wrong."
    if not wrong:
        told = f"{look.moment} No mistake is found in {looked_at}."
    if has_clean_labels(look.rows):
        told += " Where a label was flipped on purpose, both labels are shown."
    return told
