"""What is seen of the data, in plain words."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.views import Symbol, group_label
from models.inspection.changes import Cell, TracedCell, TracedRow
from models.percent import percent
from models.preparation import LEFT_OUT
from models.tables.summary import SMALL_GROUP

FEW_OF_A_CLASS = 10

_SAME_RATE = 0.01
_MOST_WARNINGS = 4
_MOST_INPUTS = 4


def caption(found: NDArray[np.int64], groups: Sequence[str], classes: Sequence[str]) -> str:
    """Say how large the groups (G, K) are and how they differ."""
    sizes = found.sum(axis=1)
    total = int(sizes.sum())
    largest, smallest = int(sizes.argmax()), int(sizes.argmin())
    if len(groups) == 1:
        told = f"All {total:,} rows are of {group_label(groups[0])}."
    elif sizes[largest] == sizes[smallest]:
        told = f"The {len(groups)} groups are of one size, {int(sizes[0]):,} rows each."
    else:
        told = (
            f"{_started(group_label(groups[largest]))} is the largest of {len(groups)} groups with"
            f" {percent(sizes[largest] / total, digits=1)} of {total:,} rows,"
            f" {group_label(groups[smallest])} the smallest with"
            f" {percent(sizes[smallest] / total, digits=1)}."
        )
    if len(classes) != 2 or len(groups) == 1 or not sizes.all():
        return told
    rates = found[:, 1] / sizes
    high, low = int(rates.argmax()), int(rates.argmin())
    positive = _started(classes[1])
    if rates[high] - rates[low] < _SAME_RATE:
        overall = found[:, 1].sum() / total
        return (
            f"{told} {positive} is about as frequent in all groups ({percent(overall, digits=1)})."
        )
    return (
        f"{told} {positive} is most frequent in {group_label(groups[high])}"
        f" ({percent(rates[high], digits=1)}) and least in {group_label(groups[low])}"
        f" ({percent(rates[low], digits=1)})."
    )


def warnings(
    split: NDArray[np.int64],
    *,
    parts: Sequence[str],
    groups: Sequence[str],
    classes: Sequence[str],
) -> tuple[str, ...]:
    """Say which groups are too small in some part (P, G, K) for numbers to be trusted."""
    found = list(_few(split, parts=parts, groups=groups, classes=classes))
    shown = [text for *_, text in sorted(found)[:_MOST_WARNINGS]]
    more = len(found) - len(shown)
    return (*shown, f"{more} more of this kind.") if more else tuple(shown)


def _few(
    split: NDArray[np.int64],
    *,
    parts: Sequence[str],
    groups: Sequence[str],
    classes: Sequence[str],
) -> Iterator[tuple[bool, int, str]]:
    """Yield sentences with what puts the gravest first: whole groups, and few rows."""
    for part, by_group in zip(parts, split, strict=True):
        for group, by_class in zip(groups, by_group, strict=True):
            size = int(by_class.sum())
            if size < SMALL_GROUP:
                told = f"{_rows(size)} of {group_label(group)} in {part}"
                yield False, size, f"{told}: any number on {_them(size)} is noisy."
                continue
            for name, count in zip(classes, by_class.tolist(), strict=True):
                if len(classes) == 2 and count < FEW_OF_A_CLASS:
                    told = f"{_rows(count)} of {group_label(group)} with {name} in {part}"
                    yield True, count, f"{told}: error rates within {name} are noisy there."


def _rows(count: int) -> str:
    if count == 0:
        return "No row"
    return f"Only {count} row" if count == 1 else f"Only {count} rows"


def _them(count: int) -> str:
    return "it" if count == 1 else "them"


def drawn_note(*, drawn: int, total: int, lacking: int, at_least: int) -> str:
    """Say how many rows a scatter plot draws, and why not more."""
    told = f"{drawn:,} of {total:,} rows are drawn, at random; all are counted above."
    if drawn == total:
        told = f"All {total:,} rows are drawn."
    if at_least:
        told += f" Of small groups at least {at_least} rows are drawn, more than their share."
    if lacking:
        told += f" {lacking:,} of them lack a value and are missing here."
    return told


def heading(
    row: TracedRow, *, parts: Sequence[str], groups: Sequence[str], classes: Sequence[str]
) -> str:
    """Say which row it is and where it went."""
    which = f"Row {row.row + 1:,}"
    if row.is_copy:
        which += f", a copy of row {row.origin + 1:,}"
    where = "left out" if row.part == LEFT_OUT else f"in the {parts[row.part]} part"
    return f"{which}: {where}; {group_label(groups[row.group])}, {classes[row.label]}."


def mark(cell: TracedCell) -> str:
    """Say what was done to a cell; nothing where it is only encoded or scaled."""
    if cell.is_added:
        return "added"
    if cell.is_changed:
        return "emptied, then filled in" if cell.is_filled else "changed"
    return "filled in" if cell.is_filled else ""


def class_letters(classes: tuple[str, ...]) -> tuple[str, ...]:
    """Give what stands for each class in a plot; empty texts where a symbol for each is enough."""
    if len(classes) <= len(Symbol):
        return ("",) * len(classes)
    letters = tuple(name[:1] for name in classes)
    return letters if len(set(letters)) == len(classes) else tuple(map(str, range(len(classes))))


def value(cell: Cell) -> str:
    """Write what is in a cell."""
    if cell is None:
        return "missing"
    return cell if isinstance(cell, str) else number(cell)


def seen(cell: TracedCell) -> str:
    """Write the inputs that a cell became; of one for each level, those that are not 0."""
    if not cell.seen:
        return "left out"
    if len(cell.seen) == 1 and cell.seen[0][0] == cell.column:
        return number(cell.seen[0][1], digits=5)
    set_inputs = [(name, value) for name, value in cell.seen if value]
    if not set_inputs:
        return f"all {len(cell.seen)} inputs are 0"
    shown = [
        f"{name.removeprefix(f'{cell.column}_')} = {number(value, digits=5)}"
        for name, value in set_inputs[:_MOST_INPUTS]
    ]
    return ", ".join(shown) + (" …" if len(set_inputs) > len(shown) else "")


def number(value: float, *, digits: int = 10) -> str:
    """Write a number with so many digits at most."""
    return f"{value:,.{digits}g}".replace("-", "−")


def _started(text: str) -> str:
    return text[:1].upper() + text[1:]
