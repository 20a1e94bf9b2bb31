"""The Adult census table: who earns more than 50,000 dollars a year, by gender, race or age."""

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from models.dataset import Indices
from models.rows import Rows
from models.sources.bundled import bundled_file

if TYPE_CHECKING:
    import pandas as pd

AdultGroup = Literal["gender", "race", "gender-and-race", "age"]

NUMBERS = ("age", "educational-num", "capital-gain", "capital-loss", "hours-per-week")
CATEGORIES = (
    "workclass",
    "marital-status",
    "occupation",
    "relationship",
    "race",
    "gender",
    "native-country",
)
_LABEL = "income"
_FILE = "adult.csv.xz"
_SHA256 = "46245e16ef6ea4088c083291e3f3d4e87c3cd92d65abbf7af92ed8be7b779f4c"
_AGE_BANDS = ("17-29", "30-44", "45-59", "60+")
_AGE_LIMITS = (30, 45, 60)


def adult_rows(group: AdultGroup) -> Rows:
    """Read the bundled Adult table (Becker and Kohavi, 1996, doi 10.24432/C5XW20).

    Three choices about the columns:

    * ``gender``, ``race`` and ``age`` stay among the inputs, also those that define the groups, as
      in most analyses of this table. Leaving them out would not hide them: ``relationship`` alone
      (husband, wife) nearly gives the gender away.
    * ``fnlwgt`` is left out: it is the number of people a row stands for in the census sample,
      a property of the survey and not of the person. Rows count equally in every loss.
    * ``education`` is left out: ``educational-num`` is the same 16 levels in their order.

    Parameters
    ----------
    group
        What defines the groups. ``gender``, ``race`` and their intersections (``gender-and-race``,
        10 groups) are numbered from the largest to the smallest; bands of ``age`` (17-29, 30-44,
        45-59, 60 and above) from the youngest to the oldest.

    Raises
    ------
    DataUnavailableError
        When the bundled file is missing or damaged.
    ValueError
        When `group` is not admissible.
    """
    if group not in get_args(AdultGroup):
        allowed = ", ".join(get_args(AdultGroup))
        raise ValueError(f"group must be one of {allowed}, but got {group!r}")
    table = _read()
    groups, group_names = _groups(table, group)
    class_names = tuple(sorted(str(name) for name in table[_LABEL].unique()))
    numbers = table[list(NUMBERS)].astype(np.float64)
    categories = table[list(CATEGORIES)].astype("category")
    return Rows(
        name=f"Adult by {group.replace('-', ' ')}",
        columns=numbers.join(categories),
        y=_positions(table[_LABEL], class_names),
        group=groups,
        class_names=class_names,
        group_names=group_names,
    )


def _read() -> "pd.DataFrame":
    """Read the bundled table as it is, with missing cells as NaN."""
    import pandas as pd

    file = bundled_file(_FILE, title="Adult", sha256=_SHA256)
    return pd.read_csv(file, compression="xz", na_values="?")


def _groups(table: "pd.DataFrame", group: AdultGroup) -> tuple[Indices, tuple[str, ...]]:
    """Give each row's group, and the names of the groups."""
    if group == "age":
        band = np.searchsorted(_AGE_LIMITS, table["age"].to_numpy(), side="right")
        return band.astype(np.int32), _AGE_BANDS
    cells = table["gender"] if group != "race" else table["race"]
    if group == "gender-and-race":
        cells = cells + ", " + table["race"]
    names = tuple(str(name) for name in cells.value_counts().index)
    return _positions(cells, names), names


def _positions(column: "pd.Series[str]", names: tuple[str, ...]) -> Indices:
    """Give the position of each cell's value in `names`."""
    return column.map({name: index for index, name in enumerate(names)}).to_numpy().astype(np.int32)
