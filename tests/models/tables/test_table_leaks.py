"""Columns that give something away are flagged, innocent ones are not."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_tables import PEOPLE, people, write_csv

from models.tables import Flag, file_summary
from models.tables.grouping import Assigned
from models.tables.leaks import error_reduction

COUNT = 2000
RANDOM = np.random.default_rng(5)
HIRED = np.array([row[4] == "yes" for row in people(COUNT)[1:]])
FEMALE = np.array([row[2] == "Female" for row in people(COUNT)[1:]])
NOISE = RANDOM.normal(size=COUNT)
FEW = RANDOM.random(COUNT) < 0.02


def flags(path: Path, cells: Sequence[object]) -> tuple[Flag, ...]:
    """Flag the column `extra` that is appended to people."""
    rows = [[*row, cell] for row, cell in zip(people(COUNT), ["extra", *cells], strict=True)]
    found = file_summary(write_csv(path, rows), PEOPLE).flags
    assert all(flag.column in {"extra", ""} for flag in found)
    return found


CASES: dict[str, tuple[Sequence[object], set[str]]] = {
    "noise": (NOISE.tolist(), set()),
    "weakly related": ((NOISE + HIRED).tolist(), set()),
    "copy of the label": (np.where(HIRED, "a", "b").tolist(), {"label"}),
    "copy as a number": (HIRED.astype(int).tolist(), {"label"}),
    "copy with a few errors": ((HIRED ^ FEW).astype(int).tolist(), {"label"}),
    "number beyond a threshold": ((NOISE + 20 * HIRED).tolist(), {"label"}),
    "number below a threshold": ((NOISE - 20 * HIRED).tolist(), {"label"}),
    "copy of the group": (np.where(FEMALE, "pink", "blue").tolist(), {"group"}),
    "missing for the hired": (np.where(HIRED & ~FEW, "", "x,y").tolist(), {"constant"}),
    "counted": (list(range(COUNT)), {"identifier"}),
    "codes": ([f"id-{index}" for index in range(COUNT)], {"identifier"}),
    "same": (["x"] * COUNT, {"constant"}),
    "empty": ([""] * COUNT, {"constant"}),
}


@pytest.mark.parametrize("name", CASES)
def test_flags(name: str, tmp_path: Path) -> None:
    cells, kinds = CASES[name]
    assert {flag.kind for flag in flags(tmp_path / "a.csv", cells)} == kinds


def test_missing_cells_that_tell_the_label(tmp_path: Path) -> None:
    cells = ["" if hired else round(noise, 3) for hired, noise in zip(HIRED, NOISE, strict=True)]
    found = flags(tmp_path / "a.csv", cells)
    assert {flag.kind for flag in found} == {"missing", "label"}
    assert "100 % of the rows of 'yes'" in next(f.text for f in found if f.kind == "missing")


def test_a_rare_label_is_found_as_well(tmp_path: Path) -> None:
    header, *rows = people(COUNT)
    rare = np.arange(COUNT) % 400 == 0
    for row, score, is_rare in zip(rows, np.linspace(0, 1, COUNT), rare, strict=True):
        row[1], row[4] = (50 + score, "yes") if is_rare else (score, "no")
    found = file_summary(write_csv(tmp_path / "a.csv", [header, *rows]), PEOPLE).flags
    assert ("score", "label") in {(flag.column, flag.kind) for flag in found}


def test_copies_of_rows_are_counted(tmp_path: Path) -> None:
    rows = people(COUNT)
    path = write_csv(tmp_path / "a.csv", [*rows, *rows[1:101]])
    (found,) = [flag for flag in file_summary(path, PEOPLE).flags if flag.kind == "duplicates"]
    assert found.text.startswith("Copies of other rows: 100")


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=60),
)
def test_error_reduction_is_lambda(pairs: list[tuple[int, int]]) -> None:
    codes, index = np.array(pairs).T
    names = ("a", "b", "c")
    found = error_reduction(codes, Assigned(index.astype(np.int32), names))
    assert 0 <= found <= 1
    wrong_blind = len(index) - max(np.bincount(index))
    wrong_known = sum(
        (codes == code).sum() - max(np.bincount(index[codes == code])) for code in set(codes)
    )
    assert found == pytest.approx(1 - wrong_known / wrong_blind if wrong_blind else 0.0)
