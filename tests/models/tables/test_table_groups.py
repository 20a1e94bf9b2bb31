"""Classes, groups and their sizes are counted over all rows."""

import pickle
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_tables import PEOPLE, people, write_csv

from models.dataset import DataUnavailableError
from models.sources.file import file_rows
from models.tables import TableChoices, file_summary
from models.tables.grouping import groups_of

AGE, GENDER, CITY, HIRED = 0, 2, 3, 4


def group_of_each(path: Path, choices: TableChoices) -> list[str]:
    rows = file_rows(path, choices)
    return [rows.group_names[index] for index in rows.group]


def test_sizes_and_base_rates(tmp_path: Path) -> None:
    rows = people(5000)
    path = write_csv(tmp_path / "people.csv", rows)
    choices = replace(PEOPLE, groups=("gender", "city"))
    summary = file_summary(path, choices)
    expected = Counter(f"{row[GENDER]}, {row[CITY]}" for row in rows[1:])
    hired = Counter(f"{row[GENDER]}, {row[CITY]}" for row in rows[1:] if row[HIRED] == "yes")
    assert {group.name: group.rows for group in summary.groups} == expected
    for group in summary.groups:
        assert group.share == pytest.approx(group.rows / 5000)
        assert group.base_rate == pytest.approx(hired[group.name] / expected[group.name])
    sizes = [group.rows for group in summary.groups]
    assert sizes == sorted(sizes, reverse=True)
    assert (summary.rows, summary.class_names) == (5000, ("no", "yes"))
    assert summary.class_rows == (2500, 2500)
    assert pickle.loads(pickle.dumps(summary)) == summary


def test_rows_and_summary_agree(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "people.csv", people(3000))
    choices = replace(PEOPLE, groups=("gender", "age"))
    rows, summary = file_rows(path, choices), file_summary(path, choices)
    assert rows.group_names == tuple(group.name for group in summary.groups)
    counts = np.bincount(rows.group * 2 + rows.y).reshape(-1, 2)
    assert [group.class_rows for group in summary.groups] == [tuple(each) for each in counts]


def test_missing_groups_are_a_group(tmp_path: Path) -> None:
    rows = people()
    for index in range(1, 60):
        rows[index][GENDER] = ""
    path = write_csv(tmp_path / "people.csv", rows)
    expected = [str(row[GENDER]) or "missing" for row in rows[1:]]
    assert group_of_each(path, PEOPLE) == expected


def test_rows_without_a_label_are_left_out_and_told(tmp_path: Path) -> None:
    rows = people()
    for index in range(1, 60):
        rows[index][HIRED] = "?"
    path = write_csv(tmp_path / "people.csv", rows)
    found = file_rows(path, PEOPLE)
    assert found.columns["score"].tolist() == [row[1] for row in rows[60:]]
    assert found.columns.index.tolist() == list(range(141))
    assert any("59 rows without a label" in note for note in found.notes)


@pytest.mark.parametrize("bins", [2, 3, 5])
def test_numbers_are_binned_into_groups_of_about_equal_size(bins: int, tmp_path: Path) -> None:
    rows = people(5000)
    path = write_csv(tmp_path / "people.csv", rows)
    found = file_rows(path, TableChoices(label="hired", groups=("age",), bins=bins))
    ages = np.array([row[AGE] for row in rows[1:]])
    sizes = np.bincount(found.group)
    assert len(sizes) == bins
    assert sizes.max() - sizes.min() < 5000 * 0.06
    for index, name in enumerate(found.group_names):
        inside = ages[found.group == index]
        assert name == f"age {inside.min()} to {inside.max()}"
    spans = sorted(tuple(map(int, name[4:].split(" to "))) for name in found.group_names)
    assert all(end < start for (_, end), (start, _) in pairwise(spans))


@given(
    st.lists(st.floats(-1e6, 1e6) | st.integers(0, 30).map(float), min_size=1, max_size=200),
    st.integers(2, 20),
)
def test_bins_keep_order_and_every_row(values: list[float], bins: int) -> None:
    import pandas as pd

    found = groups_of([(pd.Series(values, name="x"), "number")], bins=bins)
    assert found.index.min() >= 0
    assert len(set(found.names)) == len(found.names)
    spans = [
        (min(part), max(part))
        for index in range(len(found.names))
        if (part := [v for v, g in zip(values, found.index, strict=True) if g == index])
    ]
    assert len(spans) == len(found.names)
    spans.sort()
    assert all(end < start for (_, end), (start, _) in pairwise(spans))


def test_few_numbers_are_groups_of_their_own(tmp_path: Path) -> None:
    rows = [[*row, index % 3] for index, row in enumerate(people())]
    rows[0][5] = "level"
    path = write_csv(tmp_path / "people.csv", rows)
    found = file_rows(path, TableChoices(label="hired", groups=("level",)))
    assert set(found.group_names) == {"level 0", "level 1", "level 2"}


def test_dates_are_binned_and_named_as_dates(tmp_path: Path) -> None:
    rows = [[*row, f"2020-01-{1 + index % 28:02}"] for index, row in enumerate(people())]
    rows[0][5] = "when"
    path = write_csv(tmp_path / "people.csv", rows)
    found = file_rows(path, TableChoices(label="hired", groups=("when",), bins=2))
    assert all(name.startswith("when 2020-01-") for name in found.group_names)
    assert len(found.group_names) == 2


def test_groups_that_only_look_alike_stay_apart(tmp_path: Path) -> None:
    rows = people(100)
    for index in range(1, 101):
        rows[index][GENDER], rows[index][CITY] = (("a, b", "c"), ("a", "b, c"))[index % 2]
    path = write_csv(tmp_path / "people.csv", rows)
    found = file_rows(path, replace(PEOPLE, groups=("gender", "city")))
    assert set(found.group_names) == {"a, b, c", "a, b, c (2)"}


def test_one_group_and_a_group_of_one_row(tmp_path: Path) -> None:
    rows = people()
    for row in rows[1:]:
        row[GENDER] = "Female"
    path = write_csv(tmp_path / "people.csv", rows)
    assert file_rows(path, PEOPLE).group_names == ("Female",)
    rows[1][GENDER] = "Male"
    write_csv(path, rows)
    summary = file_summary(path, PEOPLE)
    assert [(group.name, group.rows) for group in summary.groups] == [("Female", 199), ("Male", 1)]
    assert any("'Male' has 1 row: it cannot" in note for note in summary.notes)


def test_positive_values(tmp_path: Path) -> None:
    rows = people(300)
    for index, row in enumerate(rows[1:]):
        row[HIRED] = ("no", "maybe", "yes")[index % 3]
    path = write_csv(tmp_path / "people.csv", rows)
    three = file_rows(path, PEOPLE)
    assert three.class_names == ("maybe", "no", "yes")
    assert [three.class_names[y] for y in three.y] == [row[HIRED] for row in rows[1:]]
    two = file_rows(path, replace(PEOPLE, positive=("yes", "maybe")))
    assert two.class_names == ("no", "yes or maybe")
    assert two.y.tolist() == [int(row[HIRED] != "no") for row in rows[1:]]
    one = file_rows(path, replace(PEOPLE, positive=("yes",)))
    assert one.class_names == ("not yes", "yes")


def test_numbers_as_labels_keep_their_order(tmp_path: Path) -> None:
    rows = people(300)
    for index, row in enumerate(rows[1:]):
        row[HIRED] = (10, 9, -1)[index % 3]
    path = write_csv(tmp_path / "people.csv", rows)
    assert file_rows(path, PEOPLE).class_names == ("-1", "9", "10")


def test_labels_that_do_not_suit(tmp_path: Path) -> None:
    rows = people()
    path = write_csv(tmp_path / "people.csv", rows)
    with pytest.raises(DataUnavailableError, match=r"'Yes', which positive names.*'no', 'yes'"):
        file_rows(path, replace(PEOPLE, positive=("Yes",)))
    with pytest.raises(DataUnavailableError, match="every value"):
        file_rows(path, replace(PEOPLE, positive=("yes", "no")))
    with pytest.raises(DataUnavailableError, match=r"200 different values.*50 classes"):
        file_rows(path, replace(PEOPLE, label="score"))
    for row in rows[1:]:
        row[HIRED] = "yes"
    write_csv(path, rows)
    with pytest.raises(DataUnavailableError, match="always 'yes'"):
        file_rows(path, PEOPLE)
    for row in rows[1:]:
        row[HIRED] = ""
    write_csv(path, rows)
    with pytest.raises(DataUnavailableError, match="missing in all rows"):
        file_rows(path, PEOPLE)


def test_what_is_not_chosen_yet_names_the_columns(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "people.csv", people())
    with pytest.raises(DataUnavailableError, match=r"no label yet.*'age', 'score', 'gender'"):
        file_rows(path, TableChoices(groups=("gender",)))
    with pytest.raises(DataUnavailableError, match=r"no groups yet.*'age', 'score', 'gender'"):
        file_rows(path, TableChoices(label="hired"))
    wrong = {
        "label": replace(PEOPLE, label="sex"),
        "groups": replace(PEOPLE, groups=("gender", "sex")),
        "leave_out": replace(PEOPLE, leave_out=("sex",)),
        "numbers": replace(PEOPLE, numbers=("sex",)),
        "categories": replace(PEOPLE, categories=("sex",)),
    }
    for setting, choices in wrong.items():
        with pytest.raises(DataUnavailableError, match=f"'sex', which {setting} names.*'gender'"):
            file_rows(path, choices)
    summary = file_summary(path, TableChoices(label="hired"))
    assert [group.name for group in summary.groups] == ["all rows"]


def test_too_many_groups(tmp_path: Path) -> None:
    rows = [[*row, f"v{index % 60}"] for index, row in enumerate(people(600))]
    rows[0][5] = "many"
    path = write_csv(tmp_path / "people.csv", rows)
    with pytest.raises(DataUnavailableError, match="'many' make 60 groups"):
        file_rows(path, replace(PEOPLE, groups=("many",)))


def test_rows_without_a_group_are_told(tmp_path: Path) -> None:
    rows = people()
    for row in rows[1:41]:
        row[GENDER] = ""
    summary = file_summary(write_csv(tmp_path / "people.csv", rows), PEOPLE)
    assert {group.name: group.rows for group in summary.groups}["missing"] == 40
    assert any("40 rows without 'gender'" in note for note in summary.notes)
