"""Tests of `models.sources.adult` against the bundled file, read by nothing but the csv module."""

import csv
import lzma
from collections import Counter
from importlib.resources import files
from typing import cast, get_args

import numpy as np
import pandas as pd
import pytest

from models.rows import Rows
from models.sources.adult import CATEGORIES, NUMBERS, AdultGroup, adult_rows

GROUPS: tuple[AdultGroup, ...] = get_args(AdultGroup)


@pytest.fixture(scope="module")
def raw() -> list[dict[str, str]]:
    content = files("resources").joinpath("data/adult.csv.xz").read_bytes()
    return list(csv.DictReader(lzma.decompress(content).decode().splitlines()))


@pytest.fixture(scope="module")
def by_group() -> dict[AdultGroup, Rows]:
    return {group: adult_rows(group) for group in GROUPS}


def told_group(row: dict[str, str], group: AdultGroup) -> str:
    age = int(row["age"])
    band = "17-29" if age < 30 else "30-44" if age < 45 else "45-59" if age < 60 else "60+"
    return {
        "gender": row["gender"],
        "race": row["race"],
        "gender-and-race": f"{row['gender']}, {row['race']}",
        "age": band,
    }[group]


@pytest.mark.parametrize("group", GROUPS)
def test_each_row_has_its_group_and_label(
    raw: list[dict[str, str]], by_group: dict[AdultGroup, Rows], group: AdultGroup
) -> None:
    rows = by_group[group]
    assert len(rows) == len(raw) == 48_842
    assert [rows.group_names[index] for index in rows.group.tolist()] == [
        told_group(row, group) for row in raw
    ]
    assert [rows.class_names[index] for index in rows.y.tolist()] == [row["income"] for row in raw]
    assert rows.class_names == ("<=50K", ">50K")


@pytest.mark.parametrize("group", GROUPS[:3])
def test_groups_are_numbered_from_the_largest(
    by_group: dict[AdultGroup, Rows], group: AdultGroup
) -> None:
    sizes = np.bincount(by_group[group].group)
    assert sizes.size == len(by_group[group].group_names)
    assert (np.diff(sizes) <= 0).all()


def test_bands_of_age_are_numbered_from_the_youngest(by_group: dict[AdultGroup, Rows]) -> None:
    rows = by_group["age"]
    age = rows.columns["age"].to_numpy()
    spans = [(age[rows.group == band].min(), age[rows.group == band].max()) for band in range(4)]
    assert spans == [(17, 29), (30, 44), (45, 59), (60, 90)]


def test_intersections_are_of_every_gender_with_every_race(
    by_group: dict[AdultGroup, Rows],
) -> None:
    names = by_group["gender-and-race"].group_names
    parts = [name.split(", ") for name in names]
    assert {first for first, _ in parts} == set(by_group["gender"].group_names)
    assert {second for _, second in parts} == set(by_group["race"].group_names)
    assert len(set(names)) == len(names) == 10


def test_columns_are_all_but_the_weight_the_duplicate_and_the_label(
    raw: list[dict[str, str]], by_group: dict[AdultGroup, Rows]
) -> None:
    rows = by_group["gender"]
    assert {*NUMBERS, *CATEGORIES} == set(raw[0]) - {"fnlwgt", "education", "income"}
    assert tuple(rows.numbers) == NUMBERS
    assert tuple(rows.categories) == CATEGORIES
    levels = {(row["education"], row["educational-num"]) for row in raw}
    assert len(levels) == len({name for name, _ in levels}) == len({level for _, level in levels})


def test_cells_are_those_of_the_file_and_question_marks_are_missing(
    raw: list[dict[str, str]], by_group: dict[AdultGroup, Rows]
) -> None:
    columns = by_group["race"].columns
    for name in NUMBERS:
        assert columns[name].tolist() == [float(row[name]) for row in raw]
    missing = 0
    for name in CATEGORIES:
        cells = [None if pd.isna(cell) else cell for cell in columns[name]]
        assert cells == [None if row[name] == "?" else row[name] for row in raw]
        missing += cells.count(None)
    assert missing == sum(Counter(row.values())["?"] for row in raw) == 6_465


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(ValueError, match=r"group must be one of gender, .* age, but got 'height'"):
        adult_rows(cast("AdultGroup", "height"))
