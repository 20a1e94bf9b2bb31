"""Rows followed on their way, against what preparation and trouble say they did."""

import dataclasses

import numpy as np
import pytest
from inspected_rows import LEVELS, drawn_rows

from models.inspection.changes import Changes, splits
from models.preparation import LEFT_OUT, Part, PreparationPlan, Prepared, prepare
from models.rows import Rows
from models.trouble import MissingCells, Outliers, Strike, Target, Trouble

TROUBLE = Trouble(
    under_sampling=Target(strength=0.3),
    label_flips=Strike(strength=0.2),
    outliers=Outliers(strength=0.1),
    missing=MissingCells(strength=0.1),
    noise=Target(strength=1),
    duplicates=Target(strength=0.2),
)


def plan(trouble: Trouble | None = None) -> PreparationPlan:
    return PreparationPlan(
        validation_share=0.3, test_share=0.2, seed=3, trouble=trouble or Trouble()
    )


def gapless(rows: Rows) -> Rows:
    return dataclasses.replace(rows, columns=rows.columns[["size", "constant"]])


@pytest.fixture(scope="module")
def troubled() -> Prepared:
    return prepare(drawn_rows(), plan(TROUBLE))


def test_nothing_is_changed_where_no_cell_is_missing() -> None:
    changes = Changes(prepare(gapless(drawn_rows()), plan()))
    assert not changes.rows.any()
    assert changes.next_changed(0) is None


def test_rows_with_missing_cells_are_filled_in() -> None:
    rows = drawn_rows()
    changes = Changes(prepare(rows, plan()))
    lacking = rows.columns.isna()
    np.testing.assert_array_equal(changes.rows, lacking.any(axis=1))
    row = int(np.flatnonzero(lacking["gappy"])[0])
    cells = {cell.column: cell for cell in changes.trace(row).cells}
    assert cells["gappy"].found is cells["gappy"].spoiled is None
    assert cells["gappy"].is_filled
    assert not cells["gappy"].is_changed
    assert not cells["size"].is_filled


def test_every_row_is_followed_to_what_the_network_sees(troubled: Prepared) -> None:
    changes = Changes(troubled)
    spoiled, names = troubled.spoiled, troubled.dataset.feature_names
    place = dict.fromkeys(Part, 0)
    for row, part in enumerate(troubled.spoiled_parts.tolist()):
        traced = changes.trace(row)
        assert (traced.row, traced.part) == (row, part)
        assert traced.origin == troubled.origin[row]
        assert traced.is_copy == (row >= len(troubled.rows))
        assert traced.found_label == troubled.rows.y[traced.origin]
        assert traced.label == spoiled.y[row]
        seen = {name: value for cell in traced.cells for name, value in cell.seen}
        if part == LEFT_OUT:
            assert not seen
            continue
        split = splits(troubled)[Part(part)]
        assert split.y[place[Part(part)]] == traced.label
        assert [seen[name] for name in names] == split.x[place[Part(part)]].tolist()
        place[Part(part)] += 1


def test_changed_cells_are_those_of_the_masks(troubled: Prepared) -> None:
    changes, masks = Changes(troubled), troubled.masks
    for row in range(0, len(troubled.spoiled), 7):
        for column, cell in enumerate(changes.trace(row).cells):
            assert cell.is_added == (cell.column not in troubled.rows.columns)
            if not cell.is_added:
                emptied, moved = masks.missing[row, column], masks.outliers[row, column]
                assert cell.is_changed == (emptied or moved)
                if emptied:
                    assert cell.spoiled is None


def test_changed_rows_are_visited_one_after_the_other(troubled: Prepared) -> None:
    changes = Changes(troubled)
    row, visited = -1, []
    for _ in range(int(changes.rows.sum())):
        found = changes.next_changed(row)
        assert found is not None
        visited.append(found)
        row = found
    assert visited == np.flatnonzero(changes.rows).tolist()
    assert changes.next_changed(row) == visited[0]
    left_out, flipped = troubled.spoiled_parts == LEFT_OUT, troubled.masks.flipped
    copied = troubled.masks.duplicated
    for reason in (left_out, flipped, copied):
        assert reason.any()
        assert changes.rows[reason].all()


def test_inputs_of_rows_are_gathered_from_all_parts(troubled: Prepared) -> None:
    changes = Changes(troubled)
    used = np.flatnonzero(troubled.spoiled_parts != LEFT_OUT)
    rows = np.random.default_rng(0).permutation(used)[:40]
    seen = changes.seen(rows)
    assert seen.shape == (40, len(troubled.dataset.feature_names))
    for row, values in zip(rows, seen, strict=True):
        traced = {n: v for cell in changes.trace(int(row)).cells for n, v in cell.seen}
        assert [traced[name] for name in troubled.dataset.feature_names] == values.tolist()
    np.testing.assert_array_equal(changes.seen(rows, [1]), seen[:, [1]])


def test_inputs_belong_to_their_column_however_names_begin() -> None:
    rows = drawn_rows()
    names = {"size": "size_of", "gappy": "size_of_it", "level": "size", "constant": "gone"}
    rows = dataclasses.replace(rows, columns=rows.columns.rename(columns=names))
    marked = dataclasses.replace(plan(), indicator=True, leave_out=("gone",))
    prepared = prepare(rows, marked)
    features = prepared.dataset.feature_names
    found = {
        column: [features[index] for index in inputs]
        for column, inputs in Changes(prepared).inputs.items()
    }
    levels = [f"size_{level}" for level in LEVELS[:3]]
    assert {column: sorted(inputs) for column, inputs in found.items()} == {
        "size_of": ["size_of"],
        "size_of_it": ["size_of_it", "size_of_it is missing"],
        "size": sorted([*levels, "size is missing"]),
        "gone": [],
    }


def test_a_cell_that_trouble_empties_and_preparation_fills() -> None:
    rows = gapless(drawn_rows())
    half = Trouble(missing=MissingCells(strength=0.5, column="size"))
    prepared = prepare(rows, plan(half))
    changes = Changes(prepared)
    row = int(np.flatnonzero(prepared.masks.missing[:, 0])[0])
    cell = changes.trace(row).cells[0]
    assert cell.found == rows.columns["size"].iloc[row]
    assert (cell.spoiled, cell.is_filled, cell.is_changed) == (None, True, True)
