"""Settings of a user's own table: which file, how it is written, and what its columns are."""

import dataclasses
from pathlib import Path
from typing import ClassVar, Literal

from experiments.settings.base import SettingsTable, setting
from experiments.settings.data_sets import (
    SET_HELP,
    held_out_for_test,
    held_out_for_validation,
)
from models.tables.choices import TableChoices


class FileData(SettingsTable):
    """A table of your own, CSV or Parquet."""

    class_count: ClassVar[int | None] = None

    set: Literal["file"] = setting("file", title="Data set", help_text=SET_HELP)
    path: str = setting(
        "",
        title="File",
        help_text=(
            "The CSV or Parquet file.",
            "A path that is not absolute starts from the folder in which Bias Lab was started.",
            "The table itself is not part of the settings: pass the file on along with them.",
        ),
    )
    sha256: str = setting(
        "",
        title="Fingerprint",
        help_text=(
            "The SHA-256 of the file when it was imported; a run refuses a file with another.",
            "Empty accepts the file as it is.",
            "Empty also hides that a file changed between two runs.",
        ),
    )
    format: Literal["auto", "csv", "parquet"] = setting(
        "auto",
        title="Format",
        help_text=(
            "Whether the file is CSV or Parquet; auto looks at its first bytes.",
            "CSV stands for any text with one row on each line.",
            "The ending of the file's name has no effect.",
        ),
    )
    delimiter: Literal["auto", "comma", "semicolon", "tab", "pipe"] = setting(
        "auto",
        title="Delimiter",
        help_text=(
            "The character between cells of a CSV file; auto takes the one that splits rows alike.",
            "With a wrong one, the table has one column or many ragged rows.",
            "Rows with more or fewer cells than most are left out and counted.",
        ),
    )
    encoding: Literal["auto", "utf-8", "utf-16", "cp1252", "latin-1"] = setting(
        "auto",
        title="Encoding",
        help_text=(
            "How letters are written as bytes; auto tries UTF-8 first.",
            "With a wrong one, letters with accents look odd.",
            "Western European files that are not UTF-8 are mostly cp1252.",
        ),
    )
    decimal: Literal["auto", "point", "comma"] = setting(
        "auto",
        title="Decimal mark",
        help_text=(
            "The mark in numbers such as 1.5 or 1,5.",
            "With a wrong one, columns of numbers are read as categories.",
            "Marks between thousands are not understood: remove them from the file.",
        ),
    )
    header: Literal["auto", "yes", "no"] = setting(
        "auto",
        title="Header",
        help_text=(
            "Whether the first row names the columns; auto looks whether it could be data.",
            "Without a header, columns are called column 1, column 2 and so on.",
            "A wrong guess makes a row of data a name, or names a row of data.",
        ),
    )
    label: str = setting(
        "",
        title="Label",
        help_text=(
            "The column that the model learns to predict.",
            "Rows without a label are left out and counted.",
            "A label is a decision somebody made or recorded: it may carry a bias itself.",
        ),
    )
    positive: tuple[str, ...] = setting(
        (),
        title="Positive values",
        help_text=(
            "Values of the label that make up the second class; all others make up the first.",
            "Empty makes each value a class of its own, up to 50.",
            "Base rates are shares of the positive class: swapping classes swaps who is ahead.",
        ),
    )
    groups: tuple[str, ...] = setting(
        (),
        title="Group columns",
        help_text=(
            "Columns whose values are the groups that are compared.",
            "Of several columns, each combination is a group, such as Female, Black.",
            "Many columns make small groups with noisy curves: look at their sizes first.",
        ),
    )
    bins: int = setting(
        4,
        title="Bins",
        low=2,
        high=20,
        help_text=(
            "How many groups of about equal size a group column with many numbers is cut into.",
            "Numbers with ten different values or fewer are not binned.",
            "Where bins begin and end is arbitrary and can make or hide a gap.",
        ),
    )
    leave_out: tuple[str, ...] = setting(
        (),
        title="Columns left out",
        help_text=(
            "Columns that the model does not see; they may still define groups.",
            "Identifiers, constants and free text are left out anyway.",
            "Leaving a group column out does not hide it: others may give it away.",
        ),
    )
    numbers: tuple[str, ...] = setting(
        (),
        title="Read as numbers",
        help_text=(
            "Columns that are read as numbers, whatever their cells look like.",
            "Cells that are no number become missing and are counted.",
            "Codes such as postcodes look like numbers but have no order.",
        ),
    )
    categories: tuple[str, ...] = setting(
        (),
        title="Read as categories",
        help_text=(
            "Columns that are read as categories, whatever their cells look like.",
            "Each value becomes an input; beyond 200, rare values are grouped.",
            "Numbers lose their order as categories.",
        ),
    )
    validation_share: float = held_out_for_validation()
    test_share: float = held_out_for_test()

    def choices(self) -> TableChoices:
        """Give the settings that decide how the table is read."""
        names = [field.name for field in dataclasses.fields(TableChoices)]
        return TableChoices(**{name: getattr(self, name) for name in names})


def file_data(path: Path, choices: TableChoices, *, sha256: str = "") -> FileData:
    """Write choices about a file as settings; raises pydantic's ValidationError."""
    return FileData(path=str(path), sha256=sha256, **dataclasses.asdict(choices))
