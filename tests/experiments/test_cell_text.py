"""Texts from users in exported CSV files."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.curves import CurveSet
from experiments.export.cell_text import cell_of, text_of
from experiments.export.drawing import read_tables
from experiments.export.tables import write_curves, write_numbers
from experiments.frames import CurveName, Points, Source
from experiments.views import Number, NumberTable

FORMULAS = (
    "=1+1",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "-2+cmd|' /C calc'!A0",
    "＝1",
)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_formula_starts_a_cell(text: str) -> None:
    assert cell_of(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["-0.5", "+2", "-1e-05", "-3.2 %", "-1,234", "-0.2 · 0.4", "+", "-"]
)
def test_numbers_and_lone_signs_stay(text: str) -> None:
    assert cell_of(text) == text


@given(st.floats(allow_nan=False))
def test_every_number_stays_as_it_is_written(value: float) -> None:
    assert cell_of(repr(value)) == repr(value)


@given(st.text(alphabet="'=+-@\t\r\n1a ·%", max_size=8) | st.text())
def test_every_text_comes_back(text: str) -> None:
    assert text_of(cell_of(text)) == text


@given(st.text(alphabet="'=+-@\t\r\n1a.,e %", max_size=8))
def test_what_starts_like_a_formula_is_a_number_or_a_sign(text: str) -> None:
    cell = cell_of(text)
    if cell[:1] in {"=", "@", "\t", "\r", "\n"}:
        pytest.fail(f"{cell!r} starts a formula")
    if cell[:1] in {"+", "-"} and len(cell) > 1:
        float(cell.replace(",", "").removesuffix("%"))


@pytest.mark.parametrize("group", [*FORMULAS, "'=1", "+", "Female, Black", "<b>x</b>"])
def test_curves_of_any_group_are_read_back(group: str, tmp_path: Path) -> None:
    name = CurveName("loss", group, Source.TRAINING, "base", 1)
    curves = CurveSet()
    curves.extend((Points(name, np.array([1.0, 2.0]), np.array([-0.5, 0.25])),))
    write_curves(curves, tmp_path)
    with (tmp_path / "curves.csv").open(encoding="utf-8", newline="") as file:
        cells = [row[1] for row in csv.reader(file)][1:]
    assert all(cell == "+" or cell[0] not in "=+-@\t\r\n＝" for cell in cells)
    ((read, (x, value)),) = read_tables(tmp_path).curves.items()
    assert read[1] == group
    np.testing.assert_array_equal(value, [-0.5, 0.25])
    np.testing.assert_array_equal(x, [1.0, 2.0])


def test_numbers_name_groups_safely(tmp_path: Path) -> None:
    table = NumberTable("=title", (Number("@label", ("=value",)), Number("gap", ("-0.5",))))
    write_numbers((table,), tmp_path)
    with (tmp_path / "numbers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert rows == [["'=title", "'@label", "'=value"], ["'=title", "gap", "-0.5"]]
