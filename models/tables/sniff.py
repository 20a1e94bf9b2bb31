"""How a file is written: format, encoding, delimiter, quotes, decimal mark and header."""

import codecs
import contextlib
import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from models.tables.choices import DECIMAL_MARKS, DELIMITERS, TableChoices
from models.tables.columns import counted, shortened
from models.tables.conversion import is_number
from models.tables.files import head_of, table_error

_SNIFFED_ROWS = 200
_SNIFFED_CHARACTERS = 1000
_LARGEST_SHARE_OF_CONTROLS = 0.02
_DECIMAL_COMMA = re.compile(r"\s*[+-]?\d+,\d+\s*")
_DECIMAL_POINT = re.compile(r"\s*[+-]?\d+\.\d+\s*")
_SINGLE_QUOTED = re.compile(r"(?:^|[,;\t|])'[^'\r\n]*'(?=[,;\t|\r\n]|$)", re.MULTILINE)
_BOMS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is written.

    Attributes
    ----------
    encoding
        A codec's name; ``utf-16-le`` or ``utf-16-be`` where units of two bytes have an order.
    delimiter, quote, decimal
        One character each.
    names
        What the header says, as it is written; empty without a header.
    width
        Number of cells of most rows.
    skipped
        Number of rows before the first one of data: blank ones, titles and the header.
    notes
        What was guessed against the odds, a sentence each.
    """

    encoding: str
    delimiter: str
    quote: str
    decimal: str
    names: tuple[str, ...]
    width: int
    skipped: int
    notes: tuple[str, ...] = ()


def is_parquet(path: Path, choices: TableChoices) -> bool:
    """Tell whether a file is Parquet, by its first bytes unless the choices say so.

    Raises
    ------
    DataUnavailableError
        When the file cannot be read or is neither text nor Parquet.
    """
    if choices.format == "auto":
        return head_of(path).startswith(b"PAR1")
    return choices.format == "parquet"


def sniff(path: Path, choices: TableChoices, pieces: Sequence[bytes] = ()) -> Dialect:
    """Guess how a text file is written, from its head and a few pieces of the rest.

    Raises
    ------
    DataUnavailableError
        When the file cannot be read, is no text, or does not have the chosen encoding.
    """
    head = head_of(path)
    notes: list[str] = []
    encoding = _encoding(path, head, pieces, choices, notes)
    text = decoded(head, encoding)
    delimiter = DELIMITERS.get(choices.delimiter) or _delimiter(text)
    quote = "'" if '"' not in text and _SINGLE_QUOTED.search(text) else '"'
    lines = _rows(text, delimiter, quote)
    rows = [line for line in lines if any(cell.strip() for cell in line)]
    if not rows:
        raise table_error(path, "holds blank lines alone; choose a file with rows of data")
    data = rows[1:] or rows
    widths = Counter(map(len, data))
    width = max(widths, key=lambda cells: (widths[cells], cells == len(rows[0])))
    decimal = DECIMAL_MARKS.get(choices.decimal) or _decimal(data, delimiter)
    titles = list(itertools.takewhile(lambda row: _is_title(row, width), rows[:-1]))
    rows = rows[len(titles) :]
    has_header = _has_header(rows, decimal) if choices.header == "auto" else choices.header == "yes"
    if not has_header:
        notes.append("The first row was taken for data, so columns are named by number.")
    elif titles:
        told = shortened(delimiter.join(titles[0]).strip())
        notes.append(
            f"Left out above the header: {counted(len(titles), 'line')}, such as {told!r}."
        )
    if width == 1:
        known = "comma, semicolon, tab nor pipe"
        notes.append(f"There is one column: neither {known} was found between cells.")
    return Dialect(
        encoding=encoding,
        delimiter=delimiter,
        quote=quote,
        decimal=decimal,
        names=tuple(rows[0]) if has_header else (),
        width=width,
        skipped=lines.index(rows[0]) + 1 if has_header else 0,
        notes=tuple(notes),
    )


def decoded(data: bytes, encoding: str) -> str:
    """Decode a piece of a file, which may end within a character."""
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(data)
    return text.removeprefix("\ufeff")


def _encoding(
    path: Path, head: bytes, pieces: Sequence[bytes], choices: TableChoices, notes: list[str]
) -> str:
    """Choose the first encoding that fits, or check the chosen one."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise table_error(path, "is UTF-32 text; save it as UTF-8 and import that")
    marked = next((name for bom, name in _BOMS.items() if head.startswith(bom)), "")
    if choices.encoding == "utf-16" or (choices.encoding == "auto" and marked):
        return marked or _order_of_bytes(head) or "utf-16-le"
    if choices.encoding != "auto":
        if choices.encoding == "utf-8" and not _fits("utf-8", head, pieces):
            raise table_error(path, "is not UTF-8 text; choose the encoding auto or cp1252")
        return choices.encoding
    if b"\0" in head:
        if order := _order_of_bytes(head):
            notes.append("The text is UTF-16 without a mark at its start.")
            return order
        raise table_error(path, "is no text; choose a CSV or Parquet file")
    controls = sum(map(head.count, (bytes([code]) for code in (*range(1, 9), *range(14, 32)))))
    if controls > _LARGEST_SHARE_OF_CONTROLS * len(head):
        raise table_error(path, "is no text; choose a CSV or Parquet file")
    if _fits("utf-8", head, pieces):
        return "utf-8"
    encoding = "cp1252" if _fits("cp1252", head, pieces) else "latin-1"
    notes.append(f"The text is not UTF-8; it was read as {encoding}. Check letters with accents.")
    return encoding


def _order_of_bytes(head: bytes) -> str:
    """Tell the order of bytes in UTF-16 by where the zeros of plain letters are; '' if neither."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) // 8 or min(even, odd) * 10 > max(even, odd):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _fits(encoding: str, head: bytes, pieces: Sequence[bytes]) -> bool:
    """Tell whether bytes can be decoded; pieces may begin and end within a character."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(head)
        for piece in pieces:
            codecs.getincrementaldecoder(encoding)().decode(piece.partition(b"\n")[2])
    except UnicodeDecodeError:
        return False
    return True


def _rows(text: str, delimiter: str, quote: str) -> list[list[str]]:
    """Split the first lines into cells; a blank one has none, what is too long ends them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote)
    rows: list[list[str]] = []
    with contextlib.suppress(csv.Error):  # a cell beyond the reader's limit
        rows.extend(itertools.islice(reader, _SNIFFED_ROWS))
    if not rows and text.strip():
        start = text.strip().partition("\n")[0][:_SNIFFED_CHARACTERS]
        rows.append(next(csv.reader([start], delimiter=delimiter, quotechar=quote)))
    return rows


def _delimiter(text: str) -> str:
    """Choose the character that splits most rows alike; the comma last, it is in many texts."""

    def agreement(delimiter: str) -> float:
        widths = Counter(len(row) for row in _rows(text, delimiter, '"') if row)
        split = {width: count for width, count in widths.items() if width > 1}
        return max(split.values(), default=0) / max(1, widths.total())

    return max((";", "\t", "|", ","), key=agreement)


def _decimal(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    if delimiter == ",":
        return "."
    cells = [cell for row in rows for cell in row]
    commas, points = (
        sum(pattern.fullmatch(cell) is not None for cell in cells)
        for pattern in (_DECIMAL_COMMA, _DECIMAL_POINT)
    )
    return "," if commas > points else "."


def _is_title(row: Sequence[str], width: int) -> bool:
    """Tell whether a row above the header is a title or a remark, not names of columns."""
    filled = sum(bool(cell.strip()) for cell in row)
    return width > 2 and (filled == 1 or (len(row) != width and row[0].startswith("#")))


def _has_header(rows: Sequence[Sequence[str]], decimal: str) -> bool:
    """Look for a column of numbers: a header is a text above it, else rows begin at once."""
    first, *others = rows
    numbers_below = [
        bool(cells) and sum(is_number(cell, decimal) for cell in cells) > len(cells) / 2
        for index in range(len(first))
        for cells in [[row[index] for row in others if len(row) > index and row[index].strip()]]
    ]
    if not others:
        return not any(is_number(cell, decimal) for cell in first)
    tops = [
        is_number(cell, decimal)
        for cell, is_numeric in zip(first, numbers_below, strict=True)
        if is_numeric and cell.strip()
    ]
    return not tops or not all(tops)
