"""How files are written is found out."""

import csv
import gzip
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet
from written_tables import PEOPLE, people, write_csv

from models.sources.file import file_rows
from models.tables import TableChoices, inspect_table

MARKS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}


@pytest.mark.parametrize("delimiter", MARKS)
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_any_delimiter_and_encoding(delimiter: str, encoding: str, tmp_path: Path) -> None:
    rows = people()
    rows[1][3] = "Orléans"
    path = write_csv(tmp_path / "people.csv", rows, delimiter=delimiter, encoding=encoding)
    report = inspect_table(path)
    assert report.choices.delimiter == MARKS[delimiter]
    assert report.choices.encoding == {"utf-8-sig": "utf-8"}.get(encoding, encoding[:6])
    assert [column.name for column in report.columns] == rows[0]
    assert report.first_rows[0] == tuple(map(str, rows[1]))
    assert (report.rows, report.is_estimate) == (200, False)
    found = file_rows(path, PEOPLE)
    assert found.columns["city"].tolist() == [row[3] for row in rows[1:]]
    assert found.columns["score"].tolist() == [row[1] for row in rows[1:]]


def test_an_encoding_that_is_not_utf_8_is_told(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "people.csv", [["a", "b"], ["é", "1"], ["x", "2"]], encoding="cp1252"
    )
    assert any("cp1252" in note for note in inspect_table(path).notes)


def test_bytes_that_cp1252_lacks_are_latin_1(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_bytes(b"a,b\n\x81\xe9,1\nx,2\n")
    assert inspect_table(path).choices.encoding == "latin-1"


def test_a_letter_beyond_the_sample_changes_the_encoding_and_is_told(tmp_path: Path) -> None:
    rows = people(200_000)
    path = write_csv(tmp_path / "people.csv", rows)
    with path.open("rb+") as file:  # where the head is over and no piece begins
        file.seek(1_100_000 + 200_000)
        line = file.readline() + file.readline()
        place = 1_300_000 + line.index(b"Oslo" if b"Oslo" in line else b"o")
        file.seek(place)
        file.write(b"\xd8")
    found = file_rows(path, PEOPLE)
    assert len(found) == 200_000
    assert any("not UTF-8" in note for note in found.notes)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_decimal_comma(delimiter: str, tmp_path: Path) -> None:
    rows = [[str(cell).replace(".", ",") for cell in row] for row in people()]
    path = write_csv(tmp_path / "people.csv", rows, delimiter=delimiter)
    assert inspect_table(path).choices.decimal == "comma"
    expected = [row[1] for row in people()[1:]]
    assert file_rows(path, PEOPLE).columns["score"].tolist() == expected


def test_points_stay_points_with_a_semicolon(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "people.csv", people(), delimiter=";")
    assert inspect_table(path).choices.decimal == "point"


def test_commas_in_texts_do_not_split(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a;b\nx, y;1\nz, u;2\n", encoding="utf-8")
    assert inspect_table(path).choices.delimiter == "semicolon"


def test_quoted_line_breaks_and_delimiters(tmp_path: Path) -> None:
    rows = people()
    for index in range(1, 200, 7):
        rows[index][3] = f'two\nlines, "{index % 3}"'
    path = write_csv(tmp_path / "people.csv", rows)
    found = file_rows(path, PEOPLE)
    assert found.columns["city"].tolist() == [row[3] for row in rows[1:]]


def test_single_quotes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quotechar="'", quoting=csv.QUOTE_NONNUMERIC).writerows(
            [["a, b", "c"], ["x, y", 1], ["z", 2]]
        )
    report = inspect_table(path)
    assert [column.name for column in report.columns] == ["a, b", "c"]
    assert report.first_rows[0] == ("x, y", "1")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings(ending: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(ending.join(["a,b", "1,x", "2,y", ""]).encode())
    assert inspect_table(path).first_rows == (("1", "x"), ("2", "y"))


def test_blank_lines_before_the_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n\na,b\n1,x\n2,y\n", encoding="utf-8")
    report = inspect_table(path)
    assert [column.name for column in report.columns] == ["a", "b"]
    assert report.rows == 2


def test_a_first_row_of_data_is_no_header(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "people.csv", people()[1:])
    report = inspect_table(path)
    assert [column.name for column in report.columns][:2] == ["column 1", "column 2"]
    assert report.rows == 200
    assert any("first row" in note for note in report.notes)
    with_header = inspect_table(path, TableChoices(header="yes"))
    assert with_header.rows == 199


def test_choices_overrule_guesses(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["a", "b;c"], ["1", "2;3"], ["4", "5;6"]])
    assert len(inspect_table(path, TableChoices(delimiter="semicolon")).columns) == 2


def test_parquet_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    parquet.write_table(pa.table({"a": [1, 2], "b": ["x", None]}), path)
    report = inspect_table(path)
    assert report.choices.format == "parquet"
    assert report.first_rows == (("1", "x"), ("2", ""))


def test_the_number_of_rows_of_a_large_file_is_an_estimate_that_says_so(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "people.csv", people(100_000))
    report = inspect_table(path, rows=5)
    assert report.is_estimate
    assert report.rows == pytest.approx(100_000, rel=0.02)
    assert report.extent.startswith("about ")
    assert len(report.first_rows) == 5
    assert 0 < report.sampled < 100_000


def test_a_compressed_file_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    with pytest.raises(RuntimeError, match="unpack"):
        inspect_table(path)


def test_first_rows_are_the_first_ones_even_where_few_fit_into_the_head(tmp_path: Path) -> None:
    rows = [[n, *(2e17 + 32 * ((n + cell) % 7) for cell in range(900))] for n in range(200)]
    path = write_csv(tmp_path / "wide.csv", [["n", *(f"c{cell}" for cell in range(900))], *rows])
    report = inspect_table(path)
    first = [int(row[0]) for row in report.first_rows]
    assert first == list(range(len(first)))
    assert report.sampled > len(first)
    assert report.rows == pytest.approx(200, rel=0.05)
    assert len(file_rows(path, TableChoices(label="n", groups=("c0",), positive=("7",)))) == 200
