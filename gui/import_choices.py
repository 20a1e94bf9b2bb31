"""What each column of a table is used for, read from the choices about it and written to them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from models.tables import ColumnReport, TableChoices

Use = Literal["input", "label", "group", "hidden group", "left out"]

USES: dict[str, str] = {
    "input": "Input",
    "label": "Label",
    "group": "Group and input",
    "hidden group": "Group, no input",
    "left out": "Left out",
}
"""What a column can be used for, in words."""

KINDS = {"number": "Number", "category": "Category"}
"""What a column can be read as, in words."""

_INPUTS = {"number", "category", "date"}
_LABELS = ("label", "target", "class", "outcome", "income", "y", "default", "diagnosis")
_GROUPS = ("gender", "sex", "race", "ethnicity", "group", "age", "nationality", "religion")
_YES = {"yes", "y", "true", "t", "1", "positive", "ja", "oui", "si", "sí"}
_MOST_CLASSES = 20


def kind_of(choices: TableChoices, column: ColumnReport) -> str:
    """Tell what a column is read as."""
    if column.name in choices.numbers:
        return "number"
    return "category" if column.name in choices.categories else column.kind


def use_of(choices: TableChoices, column: ColumnReport) -> Use:
    """Tell what a column is used for; what no model can learn from is left out by itself."""
    if column.name == choices.label:
        return "label"
    left_out = column.name in choices.leave_out or kind_of(choices, column) not in _INPUTS
    if column.name in choices.groups:
        return "hidden group" if left_out else "group"
    return "left out" if left_out else "input"


def with_use(choices: TableChoices, column: ColumnReport, use: Use) -> TableChoices:
    """Use a column for something else; another label takes no values over from the last one."""
    name = column.name
    if (name == choices.label) != (use == "label"):
        label = name if use == "label" else ""
        choices = replace(choices, label=label, positive=_positive(column) if label else ())
    if use in {"input", "group"} and kind_of(choices, column) not in _INPUTS:
        choices = with_kind(choices, column, "number" if _holds_numbers(column) else "category")
    return replace(
        choices,
        groups=_with(choices.groups, name, use in {"group", "hidden group"}),
        leave_out=_with(choices.leave_out, name, use in {"hidden group", "left out"}),
    )


def with_kind(choices: TableChoices, column: ColumnReport, kind: str) -> TableChoices:
    """Read a column as something else; what was guessed anyway is not written down."""
    overruled = kind if kind != column.kind else ""
    return replace(
        choices,
        numbers=_with(choices.numbers, column.name, overruled == "number"),
        categories=_with(choices.categories, column.name, overruled == "category"),
    )


def fitting(choices: TableChoices, columns: Sequence[ColumnReport]) -> TableChoices:
    """Keep what is said of columns that there are."""
    there = {column.name for column in columns}

    def kept(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if name in there)

    has_label = choices.label in there
    return replace(
        choices,
        label=choices.label if has_label else "",
        positive=choices.positive if has_label else (),
        groups=kept(choices.groups),
        leave_out=kept(choices.leave_out),
        numbers=kept(choices.numbers),
        categories=kept(choices.categories),
    )


def guessed(choices: TableChoices, columns: Sequence[ColumnReport]) -> TableChoices:
    """Suggest a label, its positive value and one group column, by names and values.

    The label is a column called so, or else the last one that holds two values. Who is ahead is
    never guessed: groups are compared as they are.
    """
    label = _label(columns)
    others = [column for column in columns if column.name != label and column.distinct > 1]
    group = next((found for word in _GROUPS for found in _named(others, word)), "")
    positive = next((_positive(column) for column in columns if column.name == label), ())
    groups = choices.groups or ((group,) if group else ())
    return replace(choices, label=label, positive=positive, groups=groups)


def obstacle(choices: TableChoices, columns: Sequence[ColumnReport]) -> str:
    """Say what is still to be chosen before a network can learn; empty if nothing is."""
    if not any(column.distinct for column in columns):
        return "There are no rows of data: choose another file."
    if not choices.label:
        return "Choose a label among the columns; then groups are counted over all rows."
    if not choices.groups:
        return "Choose one group column or more: their values are the groups that are compared."
    if not any(use_of(choices, column) in {"input", "group"} for column in columns):
        return "Choose one input or more: no column is left to learn from."
    return ""


def _positive(column: ColumnReport) -> tuple[str, ...]:
    """Give the value of a label with two that says yes; none where neither does."""
    if column.distinct != 2:
        return ()
    return tuple(value for value in column.examples if value.casefold() in _YES)[:1]


def _label(columns: Sequence[ColumnReport]) -> str:
    able = [column for column in columns if 2 <= column.distinct <= _MOST_CLASSES]
    by_name = (found for word in _LABELS for found in _named(able, word))
    by_values = (column.name for column in reversed(able) if column.distinct == 2)
    return next(by_name, next(by_values, ""))


def _named(columns: Sequence[ColumnReport], word: str) -> list[str]:
    """List the columns that have a word in their name."""
    found = re.compile(rf"(?:\b|_){word}(?:\b|_)", re.IGNORECASE)
    return [column.name for column in columns if found.search(column.name)]


def _holds_numbers(column: ColumnReport) -> bool:
    try:
        return bool([float(example) for example in column.examples])
    except ValueError:
        return False


def _with(columns: tuple[str, ...], column: str, wanted: bool) -> tuple[str, ...]:
    """Have a column among others, or not; it keeps its place if it had one."""
    if wanted:
        return columns if column in columns else (*columns, column)
    return tuple(other for other in columns if other != column)
