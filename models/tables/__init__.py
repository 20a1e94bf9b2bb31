"""A user's table: what a CSV or Parquet file holds, and how it is read."""

from models.tables.choices import TableChoices
from models.tables.fingerprint import fingerprint
from models.tables.leaks import Flag
from models.tables.report import ColumnReport, TableReport, inspect_table
from models.tables.summary import FileSummary, GroupSize, file_summary
from models.tables.warm_up import warm_up

__all__ = [
    "ColumnReport",
    "FileSummary",
    "Flag",
    "GroupSize",
    "TableChoices",
    "TableReport",
    "file_summary",
    "fingerprint",
    "inspect_table",
    "warm_up",
]
