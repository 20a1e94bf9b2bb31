"""What a user says about a table: how its file is written, and what its columns are."""

from dataclasses import dataclass
from typing import Literal

FileFormat = Literal["auto", "csv", "parquet"]
Delimiter = Literal["auto", "comma", "semicolon", "tab", "pipe"]
Encoding = Literal["auto", "utf-8", "utf-16", "cp1252", "latin-1"]
DecimalMark = Literal["auto", "point", "comma"]
Header = Literal["auto", "yes", "no"]

DELIMITERS: dict[Delimiter, str] = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
DECIMAL_MARKS: dict[DecimalMark, str] = {"point": ".", "comma": ","}


@dataclass(frozen=True, slots=True)
class TableChoices:
    """Choices about a table; ``auto`` leaves one to a guess.

    Attributes
    ----------
    format, delimiter, encoding, decimal, header
        How the file is written; `header` says whether its first row names the columns. All but
        `format` have no effect on Parquet.
    label
        The column to be predicted.
    positive
        Values of the label that make up the second class, all others being the first. Empty:
        each value is a class.
    groups
        Columns whose values, and intersections of values, are the groups that are compared.
    bins
        Number of quantile bins of a group column that holds many numbers, >= 2.
    leave_out
        Columns that the model does not see. They may still define groups.
    numbers, categories
        Columns that are read as numbers or as categories, whatever their cells look like.
    """

    format: FileFormat = "auto"
    delimiter: Delimiter = "auto"
    encoding: Encoding = "auto"
    decimal: DecimalMark = "auto"
    header: Header = "auto"
    label: str = ""
    positive: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    bins: int = 4
    leave_out: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
