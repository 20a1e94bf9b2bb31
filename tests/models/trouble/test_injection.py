"""Tests of `models.trouble.injection`: what holds for every trouble and for all together."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from trouble_rows import split, table

from models.trouble import (
    Leak,
    Masks,
    MissingCells,
    Outliers,
    Shift,
    State,
    Strike,
    Target,
    Trouble,
    Units,
    inject,
)

ROWS = table(rows=2_000)
PARTS = split(ROWS)
ALL = Trouble(
    class_imbalance=Target(strength=0.4, group="large"),
    under_sampling=Target(strength=0.3, label="yes"),
    label_flips=Strike(strength=0.2, group="middle", where="everywhere"),
    shift=Shift(strength=0.5, label="no"),
    outliers=Outliers(strength=0.1),
    units=Units(strength=2.0, group="small"),
    missing=MissingCells(strength=0.1, where="everywhere"),
    noise=Target(strength=2),
    proxy=Target(strength=0.5),
    leak=Leak(strength=0.5),
    duplicates=Target(strength=0.2),
)
NAMES = [field.name for field in fields(Trouble)]
MASKS = [field.name for field in fields(Masks)]


def same(one: State, other: State) -> bool:
    return (
        one.rows.columns.equals(other.rows.columns)
        and all(
            np.array_equal(getattr(one.masks, name), getattr(other.masks, name)) for name in MASKS
        )
        and np.array_equal(one.rows.y, other.rows.y)
        and np.array_equal(one.parts, other.parts)
        and np.array_equal(one.origin, other.origin)
        and one.notes == other.notes
    )


def without_strength(name: str) -> Any:  # noqa: ANN401  (troubles differ in type)
    return replace(getattr(ALL, name), strength=0.0)


def test_no_strength_changes_nothing() -> None:
    silent = Trouble(**{name: without_strength(name) for name in NAMES})
    state = inject(ROWS, PARTS, trouble=silent, seed=1)
    assert state.rows is ROWS
    assert state.notes == ()
    np.testing.assert_array_equal(state.parts, PARTS)
    np.testing.assert_array_equal(state.origin, np.arange(len(ROWS)))
    assert not any(getattr(state.masks, name).any() for name in MASKS)


@pytest.mark.parametrize("name", NAMES)
def test_every_trouble_follows_the_seed_and_says_what_it_did(name: str) -> None:
    trouble = replace(Trouble(), **{name: getattr(ALL, name)})
    first, again, other = (inject(ROWS, PARTS, trouble=trouble, seed=s) for s in (1, 1, 2))
    assert same(first, again)
    assert same(first, other) == (name in {"shift", "units"})
    assert len(first.notes) == 1
    assert first.notes[0].endswith(".")


@pytest.mark.parametrize("name", ["label_flips", "outliers", "missing", "noise", "proxy", "shift"])
def test_no_trouble_changes_the_random_numbers_of_another(name: str) -> None:
    alone = inject(ROWS, PARTS, trouble=replace(Trouble(), **{name: getattr(ALL, name)}), seed=1)
    together = inject(
        ROWS, PARTS, trouble=replace(ALL, class_imbalance=Target(), under_sampling=Target()), seed=1
    )
    found = slice(len(ROWS))
    mask = {"label_flips": "flipped", "shift": "shifted"}.get(name, name)
    if mask in MASKS:
        expected = getattr(alone.masks, mask)
        columns = getattr(together.masks, mask)[found][..., : expected.shape[-1]]
        np.testing.assert_array_equal(columns, expected)
        assert expected.any()
    for column in alone.rows.columns.columns[4:]:
        pd.testing.assert_series_equal(
            together.rows.columns[column][found], alone.rows.columns[column], check_index=False
        )


@pytest.mark.parametrize("name", ["class_imbalance", "under_sampling", "duplicates"])
def test_which_rows_go_and_come_does_not_depend_on_other_trouble(name: str) -> None:
    alone = inject(ROWS, PARTS, trouble=replace(Trouble(), **{name: getattr(ALL, name)}), seed=1)
    cells = replace(ALL, class_imbalance=Target(), under_sampling=Target(), duplicates=Target())
    together = inject(ROWS, PARTS, trouble=replace(cells, **{name: getattr(ALL, name)}), seed=1)
    np.testing.assert_array_equal(alone.parts, together.parts)
    np.testing.assert_array_equal(alone.origin, together.origin)


def test_copies_carry_what_was_done_to_their_row() -> None:
    state = inject(ROWS, PARTS, trouble=ALL, seed=1)
    copies = state.masks.duplicated
    origin = state.origin[copies]
    assert (PARTS[origin] > 0).all()
    for name in ("flipped", "missing", "outliers", "shifted", "rescaled"):
        mask = getattr(state.masks, name)
        np.testing.assert_array_equal(mask[copies], mask[origin])
    np.testing.assert_array_equal(state.clean_y, ROWS.y[state.origin])
    np.testing.assert_array_equal(state.rows.group, ROWS.group[state.origin])
    np.testing.assert_array_equal(state.rows.y != state.clean_y, state.masks.flipped)


def test_what_no_mask_marks_is_as_it_was_found() -> None:
    state = inject(ROWS, PARTS, trouble=ALL, seed=1)
    marked = state.masks.missing | state.masks.outliers | state.masks.shifted | state.masks.rescaled
    for place, name in enumerate(ROWS.columns):
        kept = np.flatnonzero(~marked[:, place])
        pd.testing.assert_series_equal(
            state.rows.columns[name].iloc[kept].reset_index(drop=True),
            ROWS.columns[name].iloc[state.origin[kept]].reset_index(drop=True),
        )
