"""The moment that is looked at, and the labels that it is judged by."""

import bisect
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from experiments.figures.run_view import RunView
from experiments.frames import OVERALL, RIGHT, WRONG, FloatArray
from experiments.snapshots import Indices, Snapshot, SnapshotRows
from experiments.views import OVERALL_COLOUR, group_colour, group_label


class Labels(StrEnum):
    """What answers are judged by."""

    RECORDED = "labels on record"
    CLEAN = "clean labels"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a user chooses for all views of snapshots.

    Attributes
    ----------
    against
        What answers are judged by.
    positive
        Class whose probability is looked at; None for `Look.first_class`.
    threshold
        Probability above which a row is taken for that class, in [0, 1].
    """

    against: Labels = Labels.RECORDED
    positive: int | None = None
    threshold: float = 0.5


@dataclass(frozen=True, slots=True)
class Group:
    """A group, or all rows.

    Attributes
    ----------
    index
        Its number; None for all rows.
    name, label, colour
        As in the data, in running text, and of what is drawn of it.
    """

    index: int | None
    name: str
    label: str
    colour: str


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A snapshot together with the labels that it is judged by.

    Attributes
    ----------
    truth, predicted
        True and predicted class of each row, shape (n,); equal probabilities are taken for the
        first class.
    groups
        All groups, then all rows; all rows alone where there is one group.
    """

    rows: SnapshotRows
    snapshot: Snapshot
    against: Labels
    truth: Indices
    predicted: Indices
    groups: tuple[Group, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the K classes."""
        return self.rows.class_names

    @property
    def first_class(self) -> int:
        """The class that is looked at where none is chosen: the second of two."""
        return 1 if len(self.classes) == 2 else 0

    @property
    def moment(self) -> str:
        """What is looked at, in a sentence."""
        held, shown = self.rows.rows, self.truth.size
        which = (
            f"{shown:,} validation rows"
            if shown == held
            else (f"a sample of {shown:,} of {held:,} validation rows")
        )
        judged = f", judged by their {self.against}" if has_clean_labels(self.rows) else ""
        return f"After {self.snapshot.step:,.0f} steps: {which}{judged}."

    def members(self, group: Group) -> NDArray[np.bool_]:
        """Tell which rows are of a group, shape (n,)."""
        if group.index is None:
            return np.ones(self.truth.shape, np.bool_)
        return np.asarray(self.rows.group == group.index)

    def positive_class(self, choice: Choice) -> int:
        """Give the class chosen; the first one to look at if none is, or one of other data."""
        chosen = choice.positive
        return chosen if chosen is not None and chosen < len(self.classes) else self.first_class

    def log_odds(self, positive: int) -> FloatArray:
        """Give the logarithm of p / (1 − p) for the probability p of a class, shape (n,)."""
        return log_odds(self.snapshot.scores, positive)


def look_at(
    run: RunView, step: float | None = None, against: Labels = Labels.RECORDED
) -> Look | str:
    """Look at the last snapshot at or before a step, None for the last of all.

    Before the first snapshot, that one is looked at. Where labels were not flipped, all judge
    alike.
    """
    rows = run.snapshot_rows
    if rows is None or not run.snapshots:
        return _why_nothing(run)
    last = len(run.snapshots)
    if step is not None:
        last = bisect.bisect_right(run.snapshots, step, key=lambda snapshot: snapshot.step)
    snapshot = run.snapshots[max(last - 1, 0)]
    if np.isnan(snapshot.scores).any():
        return (
            f"After {snapshot.step:,.0f} steps the network's answers are not numbers any more:"
            " training has diverged. Look at an earlier step."
        )
    clean = against is Labels.CLEAN and has_clean_labels(rows)
    return Look(
        rows=rows,
        snapshot=snapshot,
        against=against if clean else Labels.RECORDED,
        truth=rows.clean_label if clean else rows.label,
        predicted=predicted_class(snapshot.scores),
        groups=_groups(rows.group_names),
    )


def labels_of(run: RunView) -> tuple[Labels, ...]:
    """List the labels that there are to choose from."""
    rows = run.snapshot_rows
    return tuple(Labels) if rows is not None and has_clean_labels(rows) else (Labels.RECORDED,)


def has_clean_labels(rows: SnapshotRows) -> bool:
    """Tell whether some labels were flipped on purpose."""
    return not np.array_equal(rows.label, rows.clean_label)


def predicted_class(scores: NDArray[np.float32]) -> Indices:
    """Give the class that a network decides for, from scores as in `Snapshot`, shape (n,)."""
    if scores.shape[1] == 1:
        return (scores[:, 0] > 0).astype(np.int32)
    return np.asarray(scores.argmax(axis=1), np.int32)


def log_odds(scores: NDArray[np.float32], positive: int) -> FloatArray:
    """Give log(p / (1 − p)) of a class, from scores as in `Snapshot`, shape (n,)."""
    wide = scores.astype(np.float64)
    if wide.shape[1] == 1:
        return wide[:, 0] if positive else -wide[:, 0]
    rest = np.logaddexp.reduce(np.delete(wide, positive, axis=1), axis=1)
    odds: FloatArray = wide[:, positive] - rest
    return odds


def probability(odds: FloatArray) -> FloatArray:
    """Turn log(p / (1 − p)) into p."""
    values: FloatArray = np.exp(-np.logaddexp(0.0, -odds))
    return values


def bins_of(given: FloatArray, bins: int) -> NDArray[np.int64]:
    """Place probabilities (n,) in bins of equal width, closed on the right, shape (n,).

    So a row at a threshold lies below it, as it is not taken for the class.
    """
    return np.maximum(np.ceil(given * bins).astype(np.int64) - 1, 0)


def _groups(names: tuple[str, ...]) -> tuple[Group, ...]:
    everyone = Group(None, OVERALL, OVERALL, OVERALL_COLOUR)
    if len(names) == 1:
        return (everyone,)
    named = (
        Group(number, name, group_label(name), group_colour(number))
        for number, name in enumerate(names)
    )
    return (*named, everyone)


def _why_nothing(run: RunView) -> str:
    if {RIGHT, WRONG} & {name.arm for name in run.curves.names}:
        return (
            "Twin pipelines keep no snapshots. Train once, without a mistake to compare with, to"
            " see this."
        )
    if len(run.curves):
        return "There is no snapshot of this run yet. If it is over, run it again to see this."
    return "There is nothing to see yet. Press Run."
