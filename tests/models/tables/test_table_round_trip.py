"""Any table of texts and numbers that is written comes back the same."""

import csv
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from models.sources.file import file_rows
from models.tables import TableChoices, inspect_table
from models.tables.choices import DELIMITERS, Delimiter
from models.tables.conversion import MISSING

TEXTS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff"), max_size=12
).filter(lambda text: text.strip() not in MISSING) | st.sampled_from(
    ["a,b", 'say "x"', "=1+1", "<b>", "two\nlines", "a;b|c\td", "'", "é ü 漢字 😀"]
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
CHOICES = TableChoices(
    label="label",
    groups=("group",),
    header="yes",
    format="csv",
    encoding="utf-8",
    decimal="point",
    numbers=("number",),
    categories=("text",),
)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, list[str | float | None]]:
    """Columns whose values vary, with a label of two values and two groups."""
    count = draw(st.integers(4, 30))
    return {
        "number": [0.5, -1.5, *(draw(NUMBERS | st.none()) for _ in range(count - 2))],
        "text": ["x", "y", *(draw(TEXTS | st.none()) for _ in range(count - 2))],
        "group": ["g", "h", *(draw(st.sampled_from("gh")) for _ in range(count - 2))],
        "label": ["no", "yes", *(draw(st.sampled_from(["no", "yes"])) for _ in range(count - 2))],
    }


def check(path: Path, choices: TableChoices, table: dict[str, list[str | float | None]]) -> None:
    rows = file_rows(path, choices)
    numbers = [np.nan if value is None else value for value in table["number"]]
    np.testing.assert_array_equal(rows.columns["number"].to_numpy(float), numbers)
    texts = [None if value is None else str(value).strip() for value in table["text"]]
    found = rows.columns["text"].astype(object)
    assert found.where(found.notna(), None).tolist() == texts
    assert [rows.class_names[index] for index in rows.y] == table["label"]
    assert [rows.group_names[index] for index in rows.group] == table["group"]


@settings(deadline=None, max_examples=40)
@given(tables(), st.sampled_from(list(DELIMITERS)), st.sampled_from(["\n", "\r\n"]))
def test_csv(table: dict[str, list[str | float | None]], delimiter: Delimiter, ending: str) -> None:
    choices = replace(CHOICES, delimiter=delimiter)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=DELIMITERS[delimiter], lineterminator=ending)
            writer.writerow(table)
            writer.writerows(
                ["" if cell is None else cell for cell in row]
                for row in zip(*table.values(), strict=True)
            )
        check(path, choices, table)
        first = inspect_table(path, choices).first_rows
        assert [row[2:] for row in first] == list(zip(table["group"], table["label"], strict=True))


@settings(deadline=None, max_examples=40)
@given(tables())
def test_parquet(table: dict[str, list[str | float | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.parquet"
        parquet.write_table(pa.table(table), path)
        check(path, TableChoices(label="label", groups=("group",), categories=("text",)), table)
