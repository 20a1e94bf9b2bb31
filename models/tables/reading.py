"""All rows of a text file as an Arrow table."""

import codecs
import mmap
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.tables.conversion import MISSING
from models.tables.files import table_error, unreadable
from models.tables.quotes import count_line_breaks, look_at_quotes
from models.tables.sniff import Dialect

if TYPE_CHECKING:
    import pyarrow as pa

_BLOCK_BYTES = 1 << 22
_LONGEST_LINE = 1 << 28
_RAGGED_KEPT = 50
_LINES_TOLD = 5
_NOT_TEXT = re.compile("UTF8|utf-16|codec", re.IGNORECASE)
_COLUMN = re.compile(r"CSV column #(\d+)")


@dataclass(frozen=True, slots=True)
class TextRows:
    """Rows of a text file.

    Attributes
    ----------
    table
        Columns of texts, dictionaries of texts, or numbers; missing cells are null.
    ragged
        Number of rows that were left out because they have more or fewer cells than most.
    lines
        Line numbers, from 1, of the first ragged rows that were found.
    notes
        What was done about the encoding.
    """

    table: "pa.Table"
    ragged: int
    lines: tuple[int, ...]
    notes: tuple[str, ...] = ()


class Ragged:
    """Counts ragged rows, keeps the text of some, and notes the most line breaks in one."""

    def __init__(self) -> None:
        self.count = 0
        self.longest = 0
        self.texts: list[str] = []

    def __call__(self, row: Any) -> str:  # noqa: ANN401  (PyArrow has no types)
        """Take note of an invalid row; the answer is PyArrow's word for leaving it out."""
        self.count += 1
        self.longest = max(self.longest, row.text.count("\n"))
        if len(self.texts) < _RAGGED_KEPT:
            self.texts.append(row.text)
        return "skip"


def read_all(
    path: Path,
    dialect: Dialect,
    names: Sequence[str],
    *,
    numbers: Collection[str],
    use: Sequence[str],
) -> TextRows:
    """Read all rows of some columns.

    Parameters
    ----------
    path, dialect, names
        The file, how it is written, and what all its columns are called.
    numbers
        Columns to be read as numbers at once; they come as texts all the same when a cell of
        one of them is no number.
    use
        Columns that are wanted.

    Raises
    ------
    DataUnavailableError
        When the file cannot be read, or a line or an open quote has no end.
    """
    import pyarrow as pa

    texts = pa.dictionary(pa.int32(), pa.string())
    types = {name: pa.float64() if name in numbers else texts for name in use}
    encodings = [dialect.encoding]
    if dialect.encoding == "utf-8":
        encodings += ["cp1252", "latin-1"]
    block = _BLOCK_BYTES
    quotes = look_at_quotes(path, dialect.quote, block=block)
    may_break = quotes.may_break or (quotes.count > 0 and not _is_plain(dialect))
    while True:
        ragged = Ragged()
        source = _Source(path, dialect, names, encodings[0], may_break)
        try:
            table = source.read(types, block, ragged)
        except (pa.ArrowInvalid, UnicodeError) as error:
            if "straddling" in str(error) and block < min(_LONGEST_LINE, path.stat().st_size):
                block, may_break = 8 * block, quotes.count > 0
            elif _NOT_TEXT.search(str(error)) and len(encodings) > 1:
                del encodings[0]
            elif "conversion error" in str(error) and pa.float64() in types.values():
                types = _with_texts(types, names, str(error))
            else:
                raise failure(path, error) from None
        except OSError as error:
            raise unreadable(path, error) from None
        else:
            if not ragged.count or may_break or not quotes.count:
                break
            may_break = True  # they may be parts of one row
    notes: tuple[str, ...] = ()
    if encodings[0] != dialect.encoding:
        found = f"Some text is not UTF-8; all was read as {encodings[0]}."
        notes = (f"{found} Check letters with accents.",)
    if quotes.count % 2:
        last = source.read({names[-1]: pa.string()}, block, Ragged()).column(0)
        ending = last[-1].as_py() or "" if len(last) else ""
        if swallowed := max(ragged.longest, ending.count("\n")):
            raise _open_quote(path, swallowed)
    lines = _line_numbers(path, ragged.texts, encodings[0])
    return TextRows(table, ragged.count, lines, notes)


@dataclass(frozen=True, slots=True)
class _Source:
    """A text file that is read, perhaps more than once.

    Cells hold line breaks without further ado; that one may be the last line break of a block has
    to be said, as looking for it makes reading slower.
    """

    path: Path
    dialect: Dialect
    names: Sequence[str]
    encoding: str
    may_break: bool

    def read(
        self, types: "Mapping[str, pa.DataType]", block: int, ragged: Callable[[Any], str]
    ) -> "pa.Table":
        """Read all rows of some columns; a line must fit into two blocks of so many bytes."""
        import pyarrow as pa
        from pyarrow import csv

        with pa.OSFile(str(self.path)) as file:
            return csv.read_csv(
                file,
                read_options=csv.ReadOptions(
                    column_names=list(self.names),
                    skip_rows_after_names=self.dialect.skipped,
                    encoding=_codec(self.path, self.encoding),
                    block_size=block,
                ),
                parse_options=parse_options(self.dialect, ragged, newlines=self.may_break),
                convert_options=convert_options(self.dialect, types),
            )


def _with_texts(
    types: "Mapping[str, pa.DataType]", names: Sequence[str], complaint: str
) -> "dict[str, pa.DataType]":
    """Read the column that a complaint names as texts, or all where it names none."""
    import pyarrow as pa

    found = _COLUMN.search(complaint)
    name = names[int(found[1])] if found else ""
    wrong = [name] if types.get(name) == pa.float64() else list(types)
    return {**types, **dict.fromkeys(wrong, pa.dictionary(pa.int32(), pa.string()))}


def parse_options(dialect: Dialect, ragged: Callable[[Any], str], *, newlines: bool) -> Any:  # noqa: ANN401
    """Say how lines are split; `newlines` where blocks may end within quotes."""
    from pyarrow import csv

    return csv.ParseOptions(
        delimiter=dialect.delimiter,
        quote_char=dialect.quote,
        newlines_in_values=newlines,
        invalid_row_handler=ragged,
    )


def convert_options(dialect: Dialect, types: "Mapping[str, pa.DataType]") -> Any:  # noqa: ANN401
    """Say what cells become."""
    from pyarrow import csv

    return csv.ConvertOptions(
        column_types=types,
        include_columns=list(types),
        null_values=list(MISSING),
        strings_can_be_null=True,
        decimal_point=dialect.decimal,
    )


def _is_plain(dialect: Dialect) -> bool:
    """Tell whether blocks of the file are blocks of the text, and no name has a line break."""
    return dialect.encoding == "utf-8" and not any({"\n", "\r"} & set(n) for n in dialect.names)


def _codec(path: Path, encoding: str) -> str:
    """Name the codec that also swallows a mark of the order of bytes."""
    if encoding == "utf-8":
        return "utf8"
    with path.open("rb") as file:
        marked = file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    return "utf-16" if marked and encoding.startswith("utf-16") else encoding


def _line_numbers(path: Path, rows: Sequence[str], encoding: str) -> tuple[int, ...]:
    """Find where rows stand in a file."""
    if not rows:
        return ()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        starts = set()
        for row in set(rows):
            written = re.escape(row.encode(encoding, errors="replace"))
            found = re.search(rb"(?<=[\r\n\0])" + written + rb"(?=[\r\n\0]|\Z)", content)
            starts.update([found.start()] if found else [])
        return tuple(content[:start].count(b"\n") + 1 for start in sorted(starts)[:_LINES_TOLD])


def _open_quote(path: Path, lines: int) -> Exception:
    line = max(1, count_line_breaks(path) - lines)
    message = (
        f"a quote is opened near line {line:,} and never closed, which hides all rows after it"
    )
    return table_error(path, f"{message}; close or remove that quote")


def failure(path: Path, error: Exception) -> Exception:
    """Say why PyArrow cannot read a text file, and what to try."""
    if "straddling" in str(error):
        message = "a line has no end, or a quote is opened and never closed; mend the file"
        return table_error(path, message)
    reason = " ".join(str(error).split())
    message = f"cannot be read as a table ({reason}); choose another delimiter or encoding"
    return table_error(path, message)
