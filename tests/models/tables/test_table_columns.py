"""What columns hold, what they are called, and what is done to their cells."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet
from written_tables import PEOPLE, people, write_csv

from models.dataset import DataUnavailableError
from models.sources.file import file_rows
from models.tables import ColumnReport, TableChoices, inspect_table
from models.tables.columns import unique_names
from models.tables.conversion import DATE_ORDERS, as_days, as_numbers

COUNT = 200


def with_column(path: Path, name: str, cells: Sequence[object]) -> Path:
    """Write people and one column more."""
    rows = [[*row, cell] for row, cell in zip(people(len(cells)), [name, *cells], strict=True)]
    return write_csv(path, rows)


def column_of(path: Path, name: str) -> ColumnReport:
    return next(column for column in inspect_table(path).columns if column.name == name)


def days_since_1970(day: date) -> int:
    return (day - date(1970, 1, 1)).days


KINDS: dict[str, tuple[list[object], str]] = {
    "whole numbers": ([(7 * index) % 50 for index in range(COUNT)], "number"),
    "fractions": ([index / 7 for index in range(COUNT)], "number"),
    "all different, in no order": ([(7919 * index) % 1009 for index in range(COUNT)], "number"),
    "counting": (list(range(1000, 1000 + COUNT)), "identifier"),
    "codes": ([f"A-{7919 * index}" for index in range(COUNT)], "identifier"),
    "words": (["red", "green"] * (COUNT // 2), "category"),
    "yes or no": (["True", "False"] * (COUNT // 2), "category"),
    "same": (["x"] * COUNT, "constant"),
    "nothing": ([""] * COUNT, "constant"),
    "prose": ([f"She said {index} things to them" for index in range(COUNT)], "text"),
    "dates": ([date(2020, 1, 1) + timedelta(index % 90) for index in range(COUNT)], "date"),
    "times": (
        [datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=index) for index in range(COUNT)],
        "date",
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_kinds(name: str, tmp_path: Path) -> None:
    cells, kind = KINDS[name]
    path = with_column(tmp_path / "a.csv", "extra", cells)
    assert column_of(path, "extra").kind == kind
    rows = file_rows(path, PEOPLE)
    is_input = kind in {"number", "category", "date"}
    assert ("extra" in rows.columns) == is_input
    assert any("'extra'" in note for note in rows.notes) == (not is_input)


def test_every_seventh_missing(tmp_path: Path) -> None:
    for token in ("", "?", "NA", "NaN", " ? ", "  ?", "null"):
        cells = [token if index % 7 == 0 else index / 3 for index in range(COUNT)]
        path = with_column(tmp_path / "a.csv", "extra", cells)
        missing = [index % 7 == 0 for index in range(COUNT)]
        found = column_of(path, "extra")
        assert found.kind == "number"
        assert found.missing == pytest.approx(np.mean(missing))
        assert file_rows(path, PEOPLE).columns["extra"].isna().tolist() == missing


def test_infinite_numbers_become_missing_and_are_told(tmp_path: Path) -> None:
    cells = [{3: "inf", 5: "-Infinity"}.get(index, index / 3) for index in range(COUNT)]
    path = with_column(tmp_path / "a.csv", "extra", cells)
    assert any("Infinite" in text for text in column_of(path, "extra").warnings)
    rows = file_rows(path, PEOPLE)
    assert np.flatnonzero(rows.columns["extra"].isna()).tolist() == [3, 5]
    assert any("2 infinite numbers" in note for note in rows.notes)


def test_few_texts_among_numbers_become_missing_and_are_told(tmp_path: Path) -> None:
    cells = [{3: "unknown", 50: "many"}.get(index, index / 3) for index in range(COUNT)]
    path = with_column(tmp_path / "a.csv", "extra", cells)
    found = column_of(path, "extra")
    assert found.kind == "number"
    assert any("'unknown'" in text for text in found.warnings)
    rows = file_rows(path, PEOPLE)
    assert np.flatnonzero(rows.columns["extra"].isna()).tolist() == [3, 50]
    (note,) = [note for note in rows.notes if "Set missing" in note]
    assert "2 cells" in note
    assert "'unknown', 'many'" in note


def test_many_texts_among_numbers_make_a_category(tmp_path: Path) -> None:
    cells = ["unknown" if index % 10 == 0 else index % 4 for index in range(COUNT)]
    path = with_column(tmp_path / "a.csv", "extra", cells)
    found = column_of(path, "extra")
    assert found.kind == "category"
    assert any("mixed" in text for text in found.warnings)
    assert set(file_rows(path, PEOPLE).columns["extra"]) == {"unknown", "0", "1", "2", "3"}


@pytest.mark.parametrize("wrong", [1, 60_000])
def test_texts_beyond_the_sample(wrong: int, tmp_path: Path) -> None:
    """Cells that no sample saw end as they would have with a larger one."""
    count = 200_000
    begin = 45_000
    cells = ["no number" if begin <= index < begin + wrong else index % 9 for index in range(count)]
    path = with_column(tmp_path / "a.csv", "extra", cells)
    rows = file_rows(path, PEOPLE)
    if wrong == 1:
        assert np.flatnonzero(rows.columns["extra"].isna()).tolist() == [begin]
        assert any("1 cell without a number" in note for note in rows.notes)
    else:
        assert rows.columns["extra"].tolist() == [str(cell) for cell in cells]
    assert rows.columns["score"].tolist() == [row[1] for row in people(count)[1:]]


def test_choices_overrule_kinds(tmp_path: Path) -> None:
    cells = [f"0{index % 5}" if index % 9 else "none" for index in range(COUNT)]
    path = with_column(tmp_path / "a.csv", "extra", cells)
    numbers = file_rows(path, replace(PEOPLE, numbers=("extra",)))
    assert numbers.columns["extra"].tolist() == pytest.approx(
        [index % 5 if index % 9 else np.nan for index in range(COUNT)], nan_ok=True
    )
    categories = file_rows(path, replace(PEOPLE, categories=("extra", "age")))
    assert categories.columns["extra"].tolist() == cells
    assert categories.columns["age"].tolist() == [str(row[0]) for row in people()[1:]]


def test_columns_left_out(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "people.csv", people())
    rows = file_rows(path, replace(PEOPLE, leave_out=("gender", "city")))
    assert rows.columns.columns.tolist() == ["age", "score"]
    assert set(rows.group_names) == {"Female", "Male"}
    everything = tuple(str(name) for name in people()[0][:4])
    with pytest.raises(DataUnavailableError, match="no column left"):
        file_rows(path, replace(PEOPLE, leave_out=everything))


def test_ten_thousand_levels_are_kept_for_training_rows_to_say_which_are_rare(
    tmp_path: Path,
) -> None:
    cells = [f"v{min(index % 10_000, index // 40_000)}" for index in range(0, 80_000, 2)]
    cells[:10_000] = [f"rare {index}" for index in range(10_000)]
    path = with_column(tmp_path / "a.csv", "extra", cells)
    rows = file_rows(path, replace(PEOPLE, categories=("extra",)))
    assert rows.columns["extra"].tolist() == cells


def test_one_value_for_nearly_each_row_is_left_out(tmp_path: Path) -> None:
    cells = [f"code {index}" for index in range(1000)]
    path = with_column(tmp_path / "a.csv", "extra", cells)
    rows = file_rows(path, replace(PEOPLE, categories=("extra",)))
    assert "extra" not in rows.columns
    assert any("identifier" in note for note in rows.notes)


def test_spaces_around_texts_are_removed_and_told(tmp_path: Path) -> None:
    cells = [(" red", "red", "green ")[index % 3] for index in range(COUNT)]
    path = with_column(tmp_path / "a.csv", "extra", cells)
    rows = file_rows(path, PEOPLE)
    assert rows.columns["extra"].tolist() == [str(cell).strip() for cell in cells]
    assert any("spaces around" in note for note in rows.notes)


def test_names_are_made_unique_and_plain(tmp_path: Path) -> None:
    header = ["", "x", "x", "<b>x</b>", "=1+1", "two\nlines", "x (2)", "y" * 300]
    rows = [[*person, *range(8)] for person in people()]
    rows[0][5:] = header
    path = write_csv(tmp_path / "a.csv", rows)
    report = inspect_table(path)
    names = [column.name for column in report.columns][5:]
    expected = ["column 6", "x", "x (2)", "<b>x</b>", "=1+1", "two lines", "x (2) (2)", "y" * 100]
    assert names == expected
    told = " ".join(report.notes)
    assert all(repr(name) in told for name in (names[0], names[2], names[6]))
    assert set(file_rows(path, PEOPLE).columns) <= {str(c.name) for c in report.columns}


@given(st.lists(st.text(max_size=5) | st.sampled_from(["x", "x (2)", "column 1", ""]), max_size=8))
def test_names_differ_and_are_never_empty(written: list[str]) -> None:
    names, _ = unique_names(written, len(written) + 1)
    assert len(set(names)) == len(written) + 1
    assert all(name.strip() and name.isprintable() for name in names)


@given(st.lists(st.floats(allow_nan=False), min_size=1), st.sampled_from([".", ","]))
def test_numbers_are_read_as_written(numbers: list[float], decimal: str) -> None:
    texts = pa.array([repr(number).replace(".", decimal) for number in numbers])
    found = as_numbers(texts, decimal)
    assert found.understood.all()
    np.testing.assert_array_equal(found.values, numbers)


@pytest.mark.parametrize(
    "text", ["", "1.2.3", "1,5", "0x10", "1_000", "--1", "e5", ".", "1 2", "nan"]
)
def test_what_is_no_number(text: str) -> None:
    assert not as_numbers(pa.array([text]), ".").understood.any()


_FORMATS = {
    "year, month, day": ("%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%SZ"),
    "day, month, year": ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y %H:%M:%S"),
    "month, day, year": ("%m/%d/%Y", "%m-%d-%Y %H:%M"),
}


@given(
    st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31)),  # noqa: DTZ001  (no zone)
    st.sampled_from([(order, form) for order, forms in _FORMATS.items() for form in forms]),
)
def test_dates_are_days(moment: datetime, form: tuple[str, str]) -> None:
    order, pattern = form
    text = moment.strftime(pattern)
    read = datetime.strptime(text.zfill(10), pattern)  # noqa: DTZ007  (no zone)
    found = as_days(pa.array([text]), order)
    seconds = 3600 * read.hour + 60 * read.minute + read.second
    assert found.values[0] == pytest.approx(days_since_1970(read.date()) + seconds / 86400)


@pytest.mark.parametrize(
    "text", ["2021-02-29", "2020-13-01", "2020-00-10", "2020-01-32", "20-01-01"]
)
def test_dates_that_do_not_exist(text: str) -> None:
    for order in DATE_ORDERS:
        assert not as_days(pa.array([text]), order).understood.any()


def test_dates_become_days_and_say_so(tmp_path: Path) -> None:
    days = [date(2019, 12, 20) + timedelta(index % 90) for index in range(COUNT)]
    path = with_column(tmp_path / "a.csv", "when", [day.strftime("%d/%m/%Y") for day in days])
    assert any("days since 1970" in text for text in column_of(path, "when").warnings)
    rows = file_rows(path, PEOPLE)
    assert rows.columns["when"].tolist() == [days_since_1970(day) for day in days]


def test_ambiguous_dates_are_told(tmp_path: Path) -> None:
    cells = [f"{1 + index % 12:02}/{1 + index % 5:02}/2020" for index in range(COUNT)]
    path = with_column(tmp_path / "a.csv", "when", cells)
    assert any("would fit as well" in text for text in column_of(path, "when").warnings)


def test_parquet_types(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    half = COUNT // 2
    table = pa.table(
        {
            "whole": pa.array([3, None] * half, pa.int16()),
            "float": pa.array([0.5, float("inf")] * half, pa.float32()),
            "decimal": pa.array([1, 2] * half).cast(pa.decimal128(21, 2)),
            "bool": pa.array([True, None] * half),
            "text": pa.array(["a", "b"] * half).dictionary_encode(),
            "day": pa.array([date(2020, 1, 1), date(1969, 12, 31)] * half),
            "time": pa.array([0, 43_200] * half, pa.timestamp("s", tz="UTC")),
            "nested": pa.array([[1, 2], [3]] * half),
            "label": pa.array([0, 1] * half, pa.int8()),
            "": pa.array([1.0, 2.0] * half),
        }
    )
    parquet.write_table(table, path)
    rows = file_rows(path, TableChoices(label="label", groups=("text",)))
    found = {name: rows.columns[name].tolist()[:2] for name in rows.columns}
    assert found["day"] == [days_since_1970(date(2020, 1, 1)), -1]
    assert found["time"] == [0.0, 0.5]
    assert found["decimal"] == [1.0, 2.0]
    assert found["text"] == ["a", "b"]
    assert found["column 10"] == [1.0, 2.0]
    assert rows.class_names == ("0", "1")
    assert "nested" not in found
    told = " ".join(rows.notes)
    assert all(name in told for name in ("'whole'", "'float'", "'bool'", "'nested'", "infinite"))


def test_marks_between_thousands_are_told(tmp_path: Path) -> None:
    cells = [f"{1000 + index:,}.50" for index in range(COUNT)]
    path = with_column(tmp_path / "a.csv", "extra", cells)
    assert any("thousands" in text for text in column_of(path, "extra").warnings)
    path = with_column(tmp_path / "a.csv", "extra", [f"{index}-{index}" for index in range(COUNT)])
    assert not any("thousands" in text for text in column_of(path, "extra").warnings)


def test_a_category_of_very_many_values_is_told(tmp_path: Path) -> None:
    cells = [f"value {index % 300}" for index in range(900)]
    path = with_column(tmp_path / "a.csv", "extra", cells)
    (warning,) = column_of(path, "extra").warnings
    assert "more than 200 values" in warning
    path = with_column(
        tmp_path / "a.csv", "extra", [f"value {index % 100}" for index in range(900)]
    )
    assert not column_of(path, "extra").warnings


def test_parquet_columns_that_are_neither_numbers_nor_texts_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    header, *data = people(COUNT)
    cells = zip(*data, strict=True)
    table = pa.table({str(name): list(cell) for name, cell in zip(header, cells, strict=True)})
    parquet.write_table(table.append_column("extra", [[[1, 2]] * COUNT]), path)
    found = column_of(path, "extra")
    assert (found.kind, found.missing) == ("other", 0)
    assert any("list" in text for text in found.warnings)
    rows = file_rows(path, PEOPLE)
    assert "extra" not in rows.columns
    assert any("'extra'" in note for note in rows.notes)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_whole_numbers_too_long_for_floats_stay_apart(suffix: str, tmp_path: Path) -> None:
    codes = 2**53 + np.arange(1, 201) % 4
    others = {"age": np.arange(200), "sex": ["f", "m"] * 100, "hired": ["y", "n", "n", "y"] * 50}
    frame = pd.DataFrame({"code": codes, **others})
    path = tmp_path / f"a.{suffix}"
    frame.to_csv(path, index=False) if suffix == "csv" else frame.to_parquet(path)
    code = inspect_table(path).columns[0]
    assert (code.kind, code.distinct) == ("category", 4)
    assert "rounded" in code.warnings[0]
    rows = file_rows(path, TableChoices(label="hired", groups=("sex",)))
    assert rows.columns["code"].astype(str).astype(int).tolist() == codes.tolist()
    chosen = TableChoices(label="hired", groups=("sex",), numbers=("code",))
    assert "code" in file_rows(path, chosen).columns


def test_bytes_that_are_not_utf8_late_in_a_parquet_are_read_and_told(tmp_path: Path) -> None:
    city = [b"Oslo", b"Lima"] * 12_500 + ["Málaga".encode("cp1252"), b"\x81", "Köln".encode()]
    labels = ["y", "n", "n"] * (len(city) // 3 + 1)
    columns = {"city": city, "age": range(len(city)), "hired": labels[: len(city)]}
    pd.DataFrame(columns).to_parquet(tmp_path / "a.parquet")
    rows = file_rows(tmp_path / "a.parquet", TableChoices(label="hired", groups=("city",)))
    assert rows.columns["city"].tolist()[-3:] == ["Málaga", "\x81", "Köln"]
    assert any("'city' is not UTF-8" in note for note in rows.notes)
