"""Tables to prepare, and the parts of what they became."""

import numpy as np
import pandas as pd

from models.preparation import Part, Prepared
from models.rows import Rows

GROUPS = ("first", "second")


def table(*, rows: int = 400, seed: int = 0, missing: float = 0.15) -> Rows:
    """Draw numbers that know the class, and categories, with missing cells in both."""
    random = np.random.default_rng(seed)
    y = random.choice(2, rows, p=[0.7, 0.3]).astype(np.int32)
    group = random.choice(2, rows, p=[0.8, 0.2]).astype(np.int32)
    one = random.standard_normal(rows) + y
    numbers = {
        "one": 5.0 + 2.0 * one,
        "two": np.exp(random.standard_normal(rows) + 0.5 * one),
        "three": random.integers(0, 4, rows).astype(np.float64),
    }
    for cells in numbers.values():
        cells[random.random(rows) < missing] = np.nan
    codes = random.choice([-1, 0, 1, 2, 3], rows, p=[0.1, 0.5, 0.3, 0.06, 0.04])
    texts = pd.Index(["b", "a", "d", "c"])
    kind = pd.Categorical.from_codes(codes.astype(np.int32), categories=texts)
    columns = pd.DataFrame({**numbers, "kind": kind, "full": numbers["one"] * 0.0})
    columns["full"] = random.standard_normal(rows)
    return Rows("Toy", columns, y, group, ("no", "yes"), GROUPS)


def rows_in(prepared: Prepared, part: Part) -> pd.DataFrame:
    """Give the columns of a part as they were before preparation."""
    return prepared.spoiled.columns.iloc[np.flatnonzero(prepared.spoiled_parts == part)]


def column(prepared: Prepared, name: str, part: Part = Part.TRAINING) -> np.ndarray:
    """Give what a column became in a part."""
    split = {
        Part.TRAINING: prepared.dataset.training,
        Part.VALIDATION: prepared.dataset.validation,
        Part.TEST: prepared.dataset.test,
    }[part]
    assert split is not None
    return split.x[:, prepared.dataset.feature_names.index(name)]
