"""Rows of a Parquet file as an Arrow table: a sample of them, or all."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.tables.files import table_error, unreadable

if TYPE_CHECKING:
    import pyarrow as pa

_SAMPLED_ROWS = 20_000


def open_parquet(path: Path) -> Any:  # noqa: ANN401  (PyArrow has no types)
    """Open a file and read its schema and number of rows; raises DataUnavailableError."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        return parquet.ParquetFile(path)
    except pa.ArrowInvalid as error:
        message = "is no complete Parquet file; it may have been cut short. Copy or write it again"
        raise table_error(path, f"{message} ({error})") from None
    except OSError as error:
        raise unreadable(path, error) from None


def sample_parquet(path: Path) -> "tuple[pa.Table, Mapping[int, str]]":
    """Read the first rows as columns of texts.

    Returns
    -------
    sample
        Columns of texts; what cannot be text comes as nulls.
    others
        What the columns hold that cannot be text, by their position.
    """
    import pyarrow as pa

    with open_parquet(path) as file:
        try:
            batch = next(file.iter_batches(batch_size=_SAMPLED_ROWS), None)
        except (pa.ArrowException, OSError) as error:
            raise _damaged(path, error) from None
        names = file.schema_arrow.names
        if batch is None:
            return pa.table([pa.array([], pa.string())] * len(names), names=names), {}
    texts = [_texts(column) for column in batch.columns]
    others = {
        position: str(column.type)
        for position, (column, text) in enumerate(zip(batch.columns, texts, strict=True))
        if text.null_count > column.null_count
    }
    return pa.table(texts, names=names), others


def read_parquet(
    path: Path, use: Sequence[int], *, texts: Collection[int]
) -> "tuple[pa.Table, tuple[str, ...]]":
    """Read all rows of some columns, given by position.

    Numbers come as floats unless they are among the `texts`; all else comes as dictionaries of
    texts. Bytes that are not UTF-8 are read as Windows or Latin letters, which the second answer
    tells of.

    Raises
    ------
    DataUnavailableError
        When the file is damaged.
    """
    import pyarrow as pa

    with open_parquet(path) as file:
        schema = file.schema_arrow
        names = [schema.names[position] for position in use]
        if len(set(schema.names)) < len(schema.names):
            message = "has several columns of one name; rename them before writing the file"
            raise table_error(path, message)
        try:
            table = file.read(columns=names)
        except (pa.ArrowException, OSError) as error:
            raise _damaged(path, error) from None
    notes = []
    for position in range(table.num_columns):
        column = table.column(position)
        if use[position] not in texts and _holds_numbers(column.type):
            column = column.cast(pa.float64(), safe=False)
        elif _is_binary(column.type) and _texts(column).null_count > column.null_count:
            column = _letters(column)
            notes.append(
                f"Some text in column {table.column_names[position]!r} is not UTF-8; it was read"
                " as cp1252 or latin-1. Check letters with accents."
            )
        else:
            column = _texts(column).dictionary_encode()
        table = table.set_column(position, table.column_names[position], column)
    return table, tuple(notes)


def _holds_numbers(kind: "pa.DataType") -> bool:
    import pyarrow as pa

    return any(
        is_kind(kind)
        for is_kind in (pa.types.is_floating, pa.types.is_integer, pa.types.is_decimal)
    )


def _is_binary(kind: "pa.DataType") -> bool:
    import pyarrow as pa

    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _letters(column: "pa.ChunkedArray") -> "pa.ChunkedArray":
    """Read bytes as texts in whatever encoding fits each."""
    import pyarrow as pa

    encoded = column.combine_chunks().dictionary_encode()
    texts = pa.array(map(_decoded, encoded.dictionary.to_pylist()), pa.string())
    return pa.chunked_array([pa.DictionaryArray.from_arrays(encoded.indices, texts)])


def _decoded(cell: bytes) -> str:
    for encoding in ("utf-8", "cp1252"):
        with suppress(UnicodeDecodeError):
            return cell.decode(encoding)
    return cell.decode("latin-1")


def _texts(column: "pa.ChunkedArray") -> "pa.ChunkedArray":
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.nulls(len(column), pa.string())


def _damaged(path: Path, error: Exception) -> Exception:
    reason = " ".join(str(error).split())
    return table_error(path, f"is damaged or was cut short; copy or write it again ({reason})")
