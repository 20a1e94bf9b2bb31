"""Rows that go on over line breaks are never cut, wherever blocks of the file begin."""

import csv
import io
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.sources.file import file_rows
from models.tables import TableChoices
from models.tables.quotes import count_line_breaks, look_at_quotes

CHOICES = TableChoices(
    label="label", groups=("text",), header="yes", categories=("text",), numbers=("number",)
)
CELLS = st.sampled_from(["x", "a\nb", "a\r\nb", 'say "x"', "\n\n\nz", "5in", "u,v"])


def written(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([["text", "number", "label"], *rows])
    return text.getvalue().encode()


@settings(deadline=None, max_examples=40)
@given(st.lists(CELLS, min_size=4, max_size=60), st.integers(60, 200))
def test_blocks_of_any_size(cells: list[str], block: int) -> None:
    rows = [[cell, str(index), ("no", "yes")[index % 2]] for index, cell in enumerate(cells)]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.tables.reading._BLOCK_BYTES", block)
        path = Path(folder) / "table.csv"
        path.write_bytes(written(rows))
        found = file_rows(path, CHOICES)
    texts = [cell.strip().replace("\r\n", "\n") for cell in cells]
    assert [found.group_names[index] for index in found.group] == texts
    assert found.columns["number"].tolist() == list(range(len(cells)))
    assert not any("left out because" in note for note in found.notes)


@given(st.lists(CELLS, max_size=20), st.integers(1, 80))
def test_quotes_are_counted_and_breaks_within_them_seen(cells: list[str], block: int) -> None:
    content = written([[cell, "1", "x"] for cell in cells])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(content)
        quotes, breaks = look_at_quotes(path, '"', block=block), count_line_breaks(path)
    assert quotes.count == content.count(b'"')
    assert breaks == content.count(b"\n")
    expected = False
    for start in range(0, len(content), block):
        part = content[start : start + block]
        ends = [start + place for place, byte in enumerate(part) if byte in b"\r\n"]
        for end in (ends or [start])[:: max(1, len(ends) - 1)]:
            expected |= content[:end].count(b'"') % 2 == 1
    assert quotes.may_break == expected


def test_a_break_in_a_name(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    text = 'text,"two\nlines",label\n' + "".join(f"g{i % 2},{i},{i % 2}\n" for i in range(50))
    path.write_text(text, encoding="utf-8")
    found = file_rows(path, replace(CHOICES, numbers=("two lines",)))
    assert found.columns["two lines"].tolist() == list(range(50))
