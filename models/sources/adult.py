"""The Adult census table: who earns more than 50,000 dollars a year, by gender or race."""

import hashlib
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Literal

import numpy as np

from models.dataset import DataUnavailableError, Indices
from models.rows import Rows

if TYPE_CHECKING:
    import pandas as pd

AdultGroup = Literal["gender", "race"]

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
_FILE = "data/adult.csv.xz"
_SHA256 = "46245e16ef6ea4088c083291e3f3d4e87c3cd92d65abbf7af92ed8be7b779f4c"


def adult_rows(group: AdultGroup) -> Rows:
    """Read the bundled Adult table (Becker and Kohavi, 1996, doi 10.24432/C5XW20).

    Three choices about the columns:

    * ``gender`` and ``race`` stay among the inputs, also the one that defines the groups, as in
      most analyses of this table. Leaving them out would not hide them: ``relationship`` alone
      (husband, wife) nearly gives the gender away.
    * ``fnlwgt`` is left out: it is the number of people a row stands for in the census sample,
      a property of the survey and not of the person. Rows count equally in every loss.
    * ``education`` is left out: ``educational-num`` is the same 16 levels in their order.

    Parameters
    ----------
    group
        The column that defines the groups; they are numbered from the largest to the smallest.

    Raises
    ------
    DataUnavailableError
        When the bundled file is missing or damaged.
    ValueError
        When `group` is not admissible.
    """
    if group not in ("gender", "race"):
        raise ValueError(f"group must be 'gender' or 'race', but got {group!r}")
    table = _read()
    group_names = tuple(str(name) for name in table[group].value_counts().index)
    class_names = tuple(sorted(str(name) for name in table[_LABEL].unique()))
    numbers = table[list(NUMBERS)].astype(np.float64)
    categories = table[list(CATEGORIES)].astype("category")
    return Rows(
        name=f"Adult by {group}",
        columns=numbers.join(categories),
        y=_positions(table[_LABEL], class_names),
        group=_positions(table[group], group_names),
        class_names=class_names,
        group_names=group_names,
    )


def _read() -> "pd.DataFrame":
    """Read the bundled table as it is, with missing cells as NaN."""
    import pandas as pd

    source = files("resources").joinpath(_FILE)
    advice = "install bias-lab again, or choose another data set"
    try:
        content = source.read_bytes()
    except OSError as error:
        message = f"the bundled Adult table ({source}) cannot be read: {error.strerror}"
        raise DataUnavailableError(f"{message}; {advice}") from error
    if hashlib.sha256(content).hexdigest() != _SHA256:
        message = f"the bundled Adult table ({source}) is damaged or was changed"
        raise DataUnavailableError(f"{message}; {advice}")
    return pd.read_csv(BytesIO(content), compression="xz", na_values="?")


def _positions(column: "pd.Series[str]", names: tuple[str, ...]) -> Indices:
    """Give the position of each cell's value in `names`."""
    return column.map({name: index for index, name in enumerate(names)}).to_numpy().astype(np.int32)
