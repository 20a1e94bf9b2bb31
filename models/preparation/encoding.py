"""From tables to what the network sees: numbers, encoded categories, marks of what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from models.dataset import DataUnavailableError, Features
from models.preparation.categories import CategoryColumns, Codes
from models.preparation.numbers import ITERATIVE_ROWS, NEIGHBOUR_ROWS, Floats, NumberColumns
from models.preparation.plan import PreparationPlan
from models.preparation.splitting import Part
from models.rows import Rows
from models.trouble import State
from models.trouble.state import position

if TYPE_CHECKING:
    import pandas as pd

_MOST_CELLS = 2**30
Cells = TypeVar("Cells", Floats, Codes)


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """What the network sees of each part.

    Attributes
    ----------
    names, sources
        Names of the p columns, and of the column of the table that each comes from.
    category_blocks
        Positions of the columns that encode a category together, for each category.
    x
        Rows of each part in their order, shape (rows, p).
    notes
        What was done, a sentence each.
    """

    names: tuple[str, ...]
    sources: tuple[str, ...]
    category_blocks: tuple[tuple[int, ...], ...]
    x: dict[Part, Features]
    notes: tuple[str, ...]


def encode(state: State, plan: PreparationPlan) -> Encoded:
    """Learn from the training rows how all rows become numbers without gaps, and do it.

    Raises
    ------
    DataUnavailableError
        When a column to leave out does not exist, none is left, or the result is too large.
    """
    rows, table = state.rows, state.rows.columns
    numbers, categories = _kept(rows, plan)
    used = {part: np.flatnonzero(state.parts == part) for part in Part}
    cells = _by_part(_cells(table, numbers), used)
    codes = _by_part(_codes(table, categories), used)
    training = Part.TRAINING
    wrong = plan.mistake in {"scaler", "imputer"}
    number_columns = NumberColumns.learnt(
        cells[training],
        np.concatenate(list(cells.values())) if wrong else cells[training],
        gaps=np.any([np.isnan(part).any(axis=0) for part in cells.values()], axis=0),
        plan=plan,
        has_own_scale=rows.has_own_scale,
    )
    category_columns = CategoryColumns.learnt(
        codes[training],
        np.concatenate(list(codes.values())) if wrong else codes[training],
        categories={name: tuple(map(str, table[name].cat.categories)) for name in categories},
        plan=plan,
    )
    marked = _missing(cells[training], codes[training]).any(axis=0) & plan.indicator
    kept = [*numbers, *categories]
    incomplete = [kept[place] for place in np.flatnonzero(marked)]
    names = (*numbers, *category_columns.names, *(f"{name} is missing" for name in incomplete))
    sources = (*numbers, *category_columns.sources, *incomplete)
    _check_size(rows, sum(map(np.size, used.values())), len(names))
    x = {}
    for part in (part for part in Part if used[part].size):
        blocks = [
            number_columns.transformed(cells[part]),
            category_columns.transformed(codes[part]),
            _missing(cells[part], codes[part])[:, marked],
        ]
        x[part] = np.concatenate(blocks, axis=1, dtype=np.float32)
        _check_finite(x[part], names)
    blocks_of = _category_blocks(len(numbers), category_columns.sources, len(names))
    notes = tuple(_notes(plan, number_columns, category_columns))
    return Encoded(names, sources, blocks_of, x, notes)


def _category_blocks(
    numbers: int, sources: tuple[str, ...], columns: int
) -> tuple[tuple[int, ...], ...]:
    """Give the columns of each category; each mark of what is missing is a category of its own."""
    first = numbers + len(sources)
    of_source: dict[str, tuple[int, ...]] = {}
    for column, source in enumerate(sources, start=numbers):
        of_source[source] = (*of_source.get(source, ()), column)
    return (*of_source.values(), *((mark,) for mark in range(first, columns)))


def _kept(rows: Rows, plan: PreparationPlan) -> tuple[list[str], list[str]]:
    """Name the columns of numbers and of categories that are learnt from."""
    for name in plan.unseen:
        position(name, list(map(str, rows.columns)), "preparation.leave_out")
    numbers = [name for name in rows.numbers if name not in plan.unseen]
    categories = [name for name in rows.categories if name not in plan.unseen]
    if not numbers and not categories:
        message = f"no column of {rows.name} is left to learn from"
        raise DataUnavailableError(f"{message}; name fewer in preparation.leave_out")
    return numbers, categories


def _cells(table: "pd.DataFrame", names: list[str]) -> Floats:
    """Give numbers as they are stored; those of images are not copied."""
    numbers = table if len(names) == table.shape[1] else table[names]
    return numbers.to_numpy(np.result_type(np.float32, *numbers.dtypes))


def _codes(table: "pd.DataFrame", names: list[str]) -> Codes:
    codes = np.empty((len(table), len(names)), np.int32)
    for column, name in enumerate(names):
        codes[:, column] = table[name].cat.codes
    return codes


def _by_part(cells: Cells, used: dict[Part, NDArray[np.int64]]) -> dict[Part, Cells]:
    return {part: cells[chosen] for part, chosen in used.items()}


def _missing(cells: Floats, codes: Codes) -> NDArray[np.bool_]:
    return np.concatenate([np.isnan(cells), codes < 0], axis=1)


def _check_size(rows: Rows, count: int, columns: int) -> None:
    if count * columns > _MOST_CELLS:
        size = count * columns * 4 / 2**30
        message = f"{rows.name}: {count:,} rows of {columns:,} inputs would take {size:.0f} GB"
        advice = "raise preparation.rare_share, encode categories as ordinal, or leave columns out"
        raise DataUnavailableError(f"{message}; {advice}")


def _check_finite(x: Features, names: tuple[str, ...]) -> None:
    finite = np.isfinite(x).all(axis=0)
    if not finite.all():
        message = f"numbers of the column {names[int(np.argmin(finite))]!r} are too large to learn"
        advice = "scale it, set preparation.outliers to clip, or leave it out"
        raise DataUnavailableError(f"{message}; {advice}")


def _notes(
    plan: PreparationPlan, numbers: NumberColumns, categories: CategoryColumns
) -> Iterator[str]:
    """Say what was learnt, and from what."""
    whose = {"scaler": "Scaling was", "imputer": "What fills missing cells was"}.get(plan.mistake)
    if whose:
        yield f"{whose} learnt from all rows, those held out among them."
    if plan.mistake == "leak":
        yield f"Columns kept that tell too much: {', '.join(plan.leave_out)}."
    elif plan.leave_out:
        yield f"Columns left out: {', '.join(plan.leave_out)}."
    most = {"knn": NEIGHBOUR_ROWS, "iterative": ITERATIVE_ROWS}.get(plan.imputation)
    if numbers.imputer is not None and most:
        yield f"Missing numbers are filled in from at most {most:,} training rows, drawn at random."
    if not numbers.is_settled:
        yield "Filling in missing numbers one from another had not settled when it was ended."
    if plan.imputation == "drop" and plan.mistake != "dropped-rows" and numbers.imputer is not None:
        yield "Missing numbers of held-out rows are filled in with the median."
    if numbers.empty.any():
        zeros = int(numbers.empty.sum())
        yield f"Columns without any number in training rows, which became 0: {zeros}."
    for column, count in categories.grouped.items():
        yield f"Rare categories of {column} that became one: {count}."
