"""A sample of the rows of a text file as an Arrow table of texts."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.tables.reading import Ragged, convert_options, failure, parse_options
from models.tables.sniff import Dialect, decoded

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Some rows of a text file.

    Attributes
    ----------
    table
        Columns of texts; missing cells are null. The first rows of the file come first.
    first
        How many they are.
    ragged
        Number of rows among them that were left out because they have more or fewer cells.
    used
        Bytes of the file that hold the sampled rows.
    """

    table: "pa.Table"
    first: int
    ragged: int
    used: float


def read_sample(
    path: Path, pieces: Sequence[bytes], dialect: Dialect, names: Sequence[str], *, whole: bool
) -> Sample:
    """Read pieces of a file, the first of which is its head, as columns of texts.

    Parameters
    ----------
    path, pieces
        The file and bytes of it; the ends of each may cut a line.
    dialect, names
        How the file is written, and what its columns are called.
    whole
        Whether the first piece is the whole file.

    Raises
    ------
    DataUnavailableError
        When a line is longer than a piece.
    """
    import pyarrow as pa

    tables = []
    ragged = 0  # in the head alone: rows of other pieces may begin in their middle
    used = 0.0
    for number, piece in enumerate(pieces):
        letters = text = decoded(piece, dialect.encoding)
        if number:
            text = text.partition("\n")[2]
        if number or not whole:
            text = text.rpartition("\n")[0] or text
        used += len(piece) * len(text) / max(1, len(letters))
        skipped = 0 if number else dialect.skipped
        content = (f"{text}\n" if whole else text).encode("utf-8", errors="replace")
        if number and not text.strip():
            continue
        found = Ragged()
        try:
            tables.append(_read_piece(content, dialect, names, skipped, found))
        except pa.ArrowInvalid as error:
            raise failure(path, error) from None
        ragged += found.count if not number else 0
    return Sample(pa.concat_tables(tables), tables[0].num_rows, ragged, used)


def _read_piece(
    content: bytes,
    dialect: Dialect,
    names: Sequence[str],
    skipped: int,
    ragged: Callable[[Any], str],
) -> "pa.Table":
    import pyarrow as pa
    from pyarrow import csv

    return csv.read_csv(
        io.BytesIO(content),
        read_options=csv.ReadOptions(
            column_names=list(names),
            skip_rows_after_names=skipped,
            block_size=len(content) + 1,
            use_threads=False,
        ),
        parse_options=parse_options(dialect, ragged, newlines=True),
        convert_options=convert_options(dialect, {name: pa.string() for name in names}),
    )
