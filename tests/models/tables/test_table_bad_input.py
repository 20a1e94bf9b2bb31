"""Whatever is wrong with a file: a clear message, or a treatment that is told."""

import errno
import os
import pickle
import threading
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet
from written_tables import PEOPLE, people, write_csv

from models.dataset import DataUnavailableError
from models.sources.file import file_rows
from models.tables import TableChoices, file_summary, fingerprint, inspect_table
from models.tables.looking import Look, look_at
from models.tables.reading import TextRows, read_all
from models.tables.sniff import Dialect


def _directory(path: Path) -> None:
    path.mkdir()


def _nothing(path: Path) -> None:
    del path


UNREADABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "absent": (_nothing, "no such file"),
    "directory": (_directory, "is a directory"),
    "empty": (lambda path: path.write_bytes(b""), "is empty"),
    "pipe": (os.mkfifo, "no regular file"),
    "blank": (lambda path: path.write_bytes(b"\n\n  \n"), "blank lines"),
    "picture": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 9), "is no text"),
    "random": (lambda path: path.write_bytes(os.urandom(5000)), "is no text"),
    "workbook": (lambda path: path.write_bytes(b"PK\x03\x04 xl/"), "save the sheet as CSV"),
    "short Parquet": (lambda path: path.write_bytes(b"PAR1\0\0"), "cut short"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
@pytest.mark.parametrize("reads", [inspect_table, file_summary, file_rows])
def test_what_is_no_table_is_refused(
    kind: str, reads: Callable[[Path, TableChoices], object], tmp_path: Path
) -> None:
    make, message = UNREADABLE[kind]
    path = tmp_path / "table.csv"
    make(path)
    with pytest.raises(DataUnavailableError, match=message) as caught:
        reads(path, PEOPLE)
    assert str(path) in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_no_file_is_chosen() -> None:
    with pytest.raises(DataUnavailableError, match="no file is chosen"):
        file_rows(Path(), PEOPLE)


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_csv(tmp_path / "people.csv", people())

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DataUnavailableError, match="permission"):
        inspect_table(path)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_a_truncated_parquet(share: float, tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    columns = [list(column) for column in zip(*people()[1:], strict=True)]
    parquet.write_table(pa.table(columns, names=[str(name) for name in people()[0]]), path)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    for reads in (inspect_table, file_rows):
        with pytest.raises(DataUnavailableError, match="cut short"):
            reads(path, PEOPLE)


def test_a_parquet_with_damage_inside(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    columns = [list(column) for column in zip(*people(5000)[1:], strict=True)]
    parquet.write_table(pa.table(columns, names=[str(name) for name in people()[0]]), path)
    content = bytearray(path.read_bytes())
    content[4:400] = bytes(396)
    path.write_bytes(content)
    with pytest.raises(DataUnavailableError, match="damaged"):
        file_rows(path, PEOPLE)


def test_a_header_alone(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "people.csv", people(0))
    report = inspect_table(path)
    assert [column.name for column in report.columns] == people(0)[0]
    assert report.rows == 0
    assert any("no row" in note for note in report.notes)
    with pytest.raises(DataUnavailableError, match="no rows of data"):
        file_rows(path, PEOPLE)


def test_ragged_rows_are_left_out_counted_and_placed(tmp_path: Path) -> None:
    rows = people(2000)
    rows[10] = rows[10][:3]
    rows[500] = [*rows[500], "more", "cells"]
    path = write_csv(tmp_path / "people.csv", rows)
    found = file_rows(path, PEOPLE)
    assert len(found) == 1998
    (note,) = [note for note in found.notes if "Left out" in note]
    assert "2 rows without 5 cells" in note
    assert "lines 11, 501" in note
    expected = [row[1] for index, row in enumerate(rows) if index not in {0, 10, 500}]
    assert found.columns["score"].tolist() == expected
    assert any("first rows: 2 rows" in note for note in inspect_table(path).notes)


def test_rows_that_look_like_a_part_of_others_are_placed_rightly(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b,c\n17,8,x\n7,8,y\n7,8\n1,1,x\n", encoding="utf-8")
    found = file_rows(path, TableChoices(label="c", groups=("c",)))
    assert any("lines 4" in note for note in found.notes)


def test_a_quote_that_never_closes(tmp_path: Path) -> None:
    lines = ["a,b,c", *(f"{index},x{index % 3},y{index % 2}" for index in range(1000))]
    for cell in ("a", "b", "c"):
        broken = list(lines)
        cells = broken[700].split(",")
        cells["abc".index(cell)] = '"' + cells["abc".index(cell)]
        broken[700] = ",".join(cells)
        path = tmp_path / f"{cell}.csv"
        path.write_text("\n".join(broken), encoding="utf-8")
        with pytest.raises(DataUnavailableError, match="never closed"):
            file_rows(path, TableChoices(label="c", groups=("b",)))


def test_a_quote_within_a_cell_is_a_letter(tmp_path: Path) -> None:
    rows = people()
    path = write_csv(tmp_path / "people.csv", rows)
    text = path.read_text(encoding="utf-8").replace("Rome", '5" Rome', 1)
    path.write_text(text, encoding="utf-8")
    found = file_rows(path, PEOPLE)
    assert len(found) == 200
    assert '5" Rome' in found.columns["city"].cat.categories


@pytest.mark.parametrize("length", [100_000, 6_000_000])
def test_a_huge_cell_is_read(length: int, tmp_path: Path) -> None:
    rows = people()
    rows[100][3] = "x" * length
    path = write_csv(tmp_path / "people.csv", rows)
    assert inspect_table(path).columns[1].kind == "number"
    found = file_rows(path, PEOPLE)
    assert len(found) == 200
    assert len(str(found.columns["city"].iloc[99])) == length


def test_a_huge_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * 3_000_000)
    with pytest.raises(DataUnavailableError, match="a line has no end"):
        inspect_table(path)


@pytest.mark.parametrize("text", ["x", "x,y,z", "x,y,z\n"])
def test_names_without_rows(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    assert any("no row of data" in note for note in inspect_table(path).notes)
    with pytest.raises(DataUnavailableError, match="no rows of data"):
        file_summary(path, TableChoices(label="x"))


@pytest.mark.parametrize("titles", ["Report of 2024\n\n", "# by me, on Monday\n#\n", '"a\nb"\n'])
def test_titles_above_the_header_are_left_out_and_told(titles: str, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "people.csv", people())
    expected = file_rows(path, PEOPLE)
    path.write_text(titles + path.read_text(encoding="utf-8"), encoding="utf-8")
    report = inspect_table(path)
    assert [column.name for column in report.columns] == people()[0]
    assert any("above the header" in note for note in report.notes)
    assert file_rows(path, PEOPLE).columns.equals(expected.columns)


def test_utf_32(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "people.csv", people(), encoding="utf-32")
    with pytest.raises(DataUnavailableError, match="UTF-8"):
        inspect_table(path)


def test_a_delimiter_that_is_unknown_is_told(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "people.csv", people(), delimiter="~")
    assert any("one column" in note for note in inspect_table(path).notes)


def test_a_file_that_vanishes_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv(tmp_path / "people.csv", people())

    def look_and_remove(path: Path, choices: TableChoices) -> Look:
        look = look_at(path, choices)
        path.unlink()
        return look

    monkeypatch.setattr("models.tables.loading.look_at", look_and_remove)
    with pytest.raises(DataUnavailableError, match=r"no such file"):
        file_rows(path, PEOPLE)


def test_a_file_that_grows_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv(tmp_path / "people.csv", people())

    def read_and_append(
        path: Path,
        dialect: Dialect,
        names: Sequence[str],
        *,
        numbers: Collection[str],
        use: Sequence[str],
    ) -> TextRows:
        rows = read_all(path, dialect, names, numbers=numbers, use=use)
        with path.open("a", encoding="utf-8") as file:
            file.write("1,2,Male,Rome,no\n")
        return rows

    monkeypatch.setattr("models.tables.loading.read_all", read_and_append)
    with pytest.raises(DataUnavailableError, match="changed while"):
        file_rows(path, PEOPLE)


def test_a_fingerprint_tells_another_file(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "people.csv", people())
    sha256 = fingerprint(path)
    assert len(file_rows(path, PEOPLE, sha256=sha256)) == 200
    write_csv(path, people(seed=1))
    with pytest.raises(DataUnavailableError, match=r"data\.sha256"):
        file_rows(path, PEOPLE, sha256=sha256)
    path.write_bytes(b"PAR1")  # and explains what else is wrong
    with pytest.raises(DataUnavailableError, match=r"data\.sha256"):
        file_rows(path, PEOPLE, sha256=sha256)


def test_many_readers_at_once(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "people.csv", people(5000))
    sizes: list[int] = []
    threads = [
        threading.Thread(target=lambda: sizes.append(len(file_rows(path, PEOPLE))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sizes == [5000] * 4
