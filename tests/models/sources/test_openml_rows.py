"""Tests of `models.sources.openml`: tables of OpenML as rows."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.dataset import DataUnavailableError
from models.sources.openml import openml_rows
from models.tables import TableChoices

pytestmark = pytest.mark.usefixtures("nothing_cached")

CHOICES = TableChoices(format="parquet", groups=("sex",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that holds one table of OpenML, of 200 people."""
    own = tmp_path / "downloads" / "openml-7"
    own.mkdir(parents=True)
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {
            "age": rng.normal(40, 10, 200).round(2),
            "sex": rng.choice(["Female", "Male"], 200),
            "city": rng.choice(["A", "B", "C"], 200),
            "class": rng.choice(["no", "yes"], 200),
        }
    )
    table.to_parquet(own / "table.parquet", index=False)
    about = {"name": "people", "licence": "Public", "label": "class", "notes": ["It is old."]}
    (own / "about.json").write_text(json.dumps(about), encoding="utf-8")
    return tmp_path / "downloads"


def test_the_label_that_openml_names_is_taken(folder: Path) -> None:
    rows = openml_rows(7, CHOICES, folder=folder)
    table = pd.read_parquet(folder / "openml-7" / "table.parquet")
    assert rows.name == "people of OpenML"
    assert set(rows.class_names) == {"no", "yes"}
    assert [rows.class_names[y] for y in rows.y] == table["class"].tolist()
    assert [rows.group_names[group] for group in rows.group] == table["sex"].tolist()
    np.testing.assert_allclose(rows.columns["age"], table["age"])
    assert "class" not in rows.columns
    assert rows.notes[0] == "people is OpenML set 7; licence: Public."
    assert rows.notes[1] == "It is old."


def test_another_label_can_be_chosen(folder: Path) -> None:
    choices = TableChoices(format="parquet", groups=("sex",), label="city", positive=("C",))
    rows = openml_rows(7, choices, folder=folder)
    city = pd.read_parquet(folder / "openml-7" / "table.parquet")["city"]
    np.testing.assert_array_equal(rows.y == 1, city == "C")


def test_an_unknown_column_is_told_with_those_there_are(folder: Path) -> None:
    choices = TableChoices(format="parquet", groups=("gender",))
    with pytest.raises(DataUnavailableError, match=r"gender.*sex"):
        openml_rows(7, choices, folder=folder)


def test_a_table_that_is_not_here_is_told(folder: Path) -> None:
    with pytest.raises(DataUnavailableError, match=r"bias-lab download openml:1590.*Adult"):
        openml_rows(1590, CHOICES, folder=folder)


@pytest.mark.parametrize("about", ["", "[]", "{}"])
def test_a_damaged_description_is_told(folder: Path, about: str) -> None:
    (folder / "openml-7" / "about.json").write_text(about, encoding="utf-8")
    with pytest.raises(DataUnavailableError, match="damaged; run: bias-lab download openml:7"):
        openml_rows(7, CHOICES, folder=folder)
