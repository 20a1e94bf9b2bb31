"""Questions about prepared data and their answers.

The data asked about last are kept, so that one process should be asked again and again.
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.data_view import words
from experiments.data_view.stages import found_and_spoiled, seen_stage
from experiments.data_view.views import (
    Change,
    ColumnView,
    DataOverview,
    RowCell,
    RowView,
    ScatterView,
    data_key,
)
from experiments.settings import FileData, TrainingSettings
from experiments.training.plans import preparation_of, rows_of
from models.inspection.cells import count_parts
from models.inspection.changes import Changes, splits
from models.inspection.columns import summarise
from models.inspection.images import ImageSet, image_sets
from models.inspection.injected import injected
from models.inspection.sampling import (
    PrincipalComponents,
    drawn_rows,
    principal_components,
)
from models.percent import percent
from models.preparation import LEFT_OUT, Prepared, mistakes_of, prepare
from models.rows import Rows
from models.tables.files import stamp_of
from models.trouble.seeds import generator

COMPONENTS = ("component 1", "component 2")
"""Axes along which what the network sees varies most."""

_DRAWN = 2_000
_DRAWN_OF_A_GROUP = 30
_IMAGES, _FEWEST_IMAGES = 16, 3
"""Of each group in all, and of each class of it."""
_FEW_COLUMNS = 3
"""Up to so many columns of numbers are shown as they are, more along principal components."""


def overview(settings: TrainingSettings) -> DataOverview:
    """Show sizes, columns, images and notes.

    Raises
    ------
    DataUnavailableError
        When the data cannot be read or prepared.
    """
    return _known(settings).overview()


def column_view(settings: TrainingSettings, column: str) -> ColumnView:
    """Show how the values of one column are spread; errors as for `overview`."""
    return _known(settings).column(column)


def scatter_view(settings: TrainingSettings, x: str, y: str) -> ScatterView:
    """Show rows along two of the axes that the overview lists; errors as for `overview`."""
    return _known(settings).scatter(x, y)


def row_view(settings: TrainingSettings, row: int) -> RowView:
    """Follow a row by its number, counted from 0; errors as for `overview`."""
    return _known(settings).row(row)


def next_changed_row(settings: TrainingSettings, row: int) -> RowView:
    """Follow the first changed row after this one, or this one where no row was changed."""
    known = _known(settings)
    found = known.changes.next_changed(row)
    return known.row(row if found is None else found)


def changes(settings: TrainingSettings) -> Iterator[Change]:
    """List what was done to rows, labels and cells; errors as for `overview`."""
    return _known(settings).made()


def forget() -> None:
    """Read the data again when they are asked about next."""
    _KEPT.clear()
    _ROWS.clear()


class Answers:
    """Answers questions about one set of prepared data, of which some mistakes are known."""

    def __init__(self, prepared: Prepared, *, seed: int, mistakes: tuple[str, ...]) -> None:
        self._prepared = prepared
        self._seed = seed
        self._mistakes = mistakes
        self.changes = Changes(prepared)
        self._parts = tuple(part.name.lower() for part in splits(prepared))

    def overview(self) -> DataOverview:
        """Show what there is before the user chooses anything."""
        prepared, rows, spoiled = self._prepared, self._prepared.rows, self._prepared.spoiled
        groups, classes, parts = rows.group_names, rows.class_names, self._parts
        found = count_parts(rows, np.zeros(len(rows), dtype=np.int8), number=1)[0]
        split = count_parts(spoiled, prepared.spoiled_parts, number=len(parts))
        summaries = summarise(rows)
        added = [str(name) for name in spoiled.columns if name not in rows.columns]
        if added:
            summaries += summarise(_only(spoiled, added))
        return DataOverview(
            groups=groups,
            classes=classes,
            parts=parts,
            found=found,
            split=split,
            is_altered=bool(
                len(spoiled) != len(rows)
                or prepared.masks.flipped.any()
                or (prepared.spoiled_parts == LEFT_OUT).any()
            ),
            warnings=(
                *self._mistakes,
                *words.warnings(split, parts=parts, groups=groups, classes=classes),
            ),
            columns=summaries,
            added=frozenset(added),
            axes=self._axes,
            first_axes=self._first_axes,
            first_column=max(summaries, key=lambda each: np.nan_to_num(abs(each.with_label))).name
            if summaries
            else "",
            images=self._images(),
            notes=(*rows.notes, *prepared.notes),
            row_count=len(spoiled),
            changed_count=int(np.count_nonzero(self.changes.rows)),
            caption=words.caption(found, groups, classes),
        )

    def _images(self) -> tuple[ImageSet, ...]:
        rows = self._prepared.rows
        if rows.image_shape is None:
            return ()
        each = max(_IMAGES // len(rows.class_names), _FEWEST_IMAGES)
        return image_sets(rows, each=each, seed=self._seed)

    def column(self, name: str) -> ColumnView:
        """Show how the values of one column are spread at every stage."""
        prepared = self._prepared
        groups = prepared.rows.group_names
        stages = found_and_spoiled(prepared, name)
        levels = stages[-1].names
        seen = seen_stage(prepared, name, self.changes.inputs[name], levels=levels)
        return ColumnView(name, groups, stages if seen is None else (*stages, seen))

    def scatter(self, x: str, y: str) -> ScatterView:
        """Show a choice of the rows that are not left out, along two axes."""
        spoiled, chosen = self._prepared.spoiled, self._drawn
        places, labels = zip(*(self._along(axis) for axis in (x, y)), strict=True)
        whole = np.isfinite(places[0]) & np.isfinite(places[1])
        kept = chosen[whole]
        return ScatterView(
            x_label=labels[0],
            y_label=labels[1],
            x=places[0][whole],
            y=places[1][whole],
            group=spoiled.group[kept],
            label=spoiled.y[kept],
            relabelled=np.array(self._prepared.masks.flipped[kept]),
            groups=spoiled.group_names,
            classes=spoiled.class_names,
            note=words.drawn_note(
                drawn=chosen.size,
                total=self._used.size,
                lacking=int(np.count_nonzero(~whole)),
                at_least=_DRAWN_OF_A_GROUP if chosen.size > _DRAWN else 0,
            ),
        )

    def made(self) -> Iterator[Change]:
        """List every change of a row, a label or a cell."""
        prepared, groups = self._prepared, self._prepared.spoiled.group_names
        for each in injected(prepared):
            part = int(prepared.spoiled_parts[each.row])
            yield Change(
                row=each.row,
                origin=each.origin,
                part="" if part == LEFT_OUT else self._parts[part],
                group=groups[prepared.spoiled.group[each.row]],
                column=each.column,
                kind=each.kind,
                before=each.before,
                after=each.after,
            )

    def row(self, row: int) -> RowView:
        """Follow one row."""
        rows = self._prepared.rows
        traced = self.changes.trace(min(max(row, 0), len(self._prepared.spoiled) - 1))
        before, after = (rows.class_names[each] for each in (traced.found_label, traced.label))
        label = RowCell("label", before, after, after, "" if before == after else "flipped")
        cells = tuple(
            RowCell(
                cell.column,
                "" if cell.is_added else words.value(cell.found),
                words.value(cell.spoiled),
                words.seen(cell),
                words.mark(cell),
            )
            for cell in traced.cells
        )
        heading = words.heading(
            traced, parts=self._parts, groups=rows.group_names, classes=rows.class_names
        )
        return RowView(traced.row, heading, (label, *cells))

    @cached_property
    def _axes(self) -> tuple[str, ...]:
        components = COMPONENTS[: min(self._prepared.dataset.training.x.shape)]
        return (*components, *self._prepared.spoiled.numbers)

    @property
    def _first_axes(self) -> tuple[str, str]:
        numbers = self._prepared.spoiled.numbers
        first = numbers if 2 <= len(numbers) <= _FEW_COLUMNS else self._axes
        return first[0], first[min(1, len(first) - 1)]

    @cached_property
    def _used(self) -> NDArray[np.intp]:
        return np.flatnonzero(self._prepared.spoiled_parts != LEFT_OUT)

    @cached_property
    def _drawn(self) -> NDArray[np.intp]:
        """Numbers of the rows that are drawn, in an order that puts no group on top."""
        spoiled = self._prepared.spoiled
        chosen = drawn_rows(
            spoiled.group[self._used],
            groups=len(spoiled.group_names),
            at_most=_DRAWN,
            at_least=_DRAWN_OF_A_GROUP,
            seed=self._seed,
        )
        return generator(self._seed, "order of rows drawn").permutation(self._used[chosen])

    @cached_property
    def _components(self) -> PrincipalComponents:
        return principal_components(self._prepared.dataset.training.x, seed=self._seed)

    def _along(self, axis: str) -> tuple[NDArray[np.float64], str]:
        """Place the rows drawn along an axis, and name it."""
        if axis not in self._prepared.spoiled.numbers:
            number = COMPONENTS.index(axis)
            places = self._components.place(self.changes.seen(self._drawn))[:, number]
            share = percent(self._components.share[number], digits=1)
            return places, f"principal {axis} ({share} of variance)"
        column = self._prepared.spoiled.columns[axis]
        return np.asarray(column.iloc[self._drawn], dtype=np.float64), axis


_KEPT: dict[tuple[object, ...], Answers] = {}
_ROWS: dict[tuple[object, ...], Rows] = {}


def _known(settings: TrainingSettings) -> Answers:
    key = data_key(settings)
    if key not in _KEPT:
        _KEPT.clear()
        rows, plan = _rows(settings), preparation_of(settings)
        prepared = prepare(rows, plan)
        mistakes = mistakes_of(rows, plan)
        _KEPT[key] = Answers(prepared, seed=settings.seed, mistakes=mistakes)
    return _KEPT[key]


def _rows(settings: TrainingSettings) -> Rows:
    """Read rows, unless they were read last and only what becomes of them is another."""
    shares = {"validation_share": 0.5, "test_share": 0.0}
    data = settings.data.model_copy(update=shares)
    stamp = stamp_of(Path(data.path)) if isinstance(data, FileData) else None
    key = (settings.seed, data, stamp)
    if key not in _ROWS:
        _ROWS.clear()
        _ROWS[key] = rows_of(settings)
    return _ROWS[key]


def _only(rows: Rows, columns: list[str]) -> Rows:
    return Rows(
        rows.name, rows.columns[columns], rows.y, rows.group, rows.class_names, rows.group_names
    )
