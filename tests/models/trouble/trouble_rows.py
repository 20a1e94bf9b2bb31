"""A table for trouble: three groups, three classes, numbers and categories with missing cells."""

import numpy as np
import pandas as pd

from models.rows import Rows
from models.trouble import Parts

GROUPS = ("large", "middle", "small")
CLASSES = ("no", "maybe", "yes")
ROWS = 6_000


def table(*, rows: int = ROWS, seed: int = 0, classes: tuple[str, ...] = CLASSES) -> Rows:
    """Draw a table in which everything is independent of everything else."""
    random = np.random.default_rng(seed)
    skewed = np.exp(random.standard_normal(rows))
    skewed[random.random(rows) < 0.1] = np.nan
    codes = random.choice([-1, 0, 1, 2], rows, p=[0.1, 0.6, 0.25, 0.05])
    columns = pd.DataFrame(
        {
            "normal": 3.0 + 2.0 * random.standard_normal(rows),
            "skewed": skewed,
            "count": random.integers(0, 3, rows).astype(np.float64),
            "kind": pd.Categorical.from_codes(
                codes.astype(np.int32), categories=pd.Index(["usual", "other", "rare"])
            ),
        }
    )
    return Rows(
        name="Toy",
        columns=columns,
        y=random.integers(0, len(classes), rows, dtype=np.int32),
        group=random.choice(3, rows, p=[0.6, 0.3, 0.1]).astype(np.int32),
        class_names=classes,
        group_names=GROUPS,
    )


def split(rows: Rows, *, seed: int = 0) -> Parts:
    """Send about half of the rows to training, the rest to validation and test."""
    chosen = np.random.default_rng(seed).choice([0, 0, 1, 2], len(rows))
    return chosen.astype(np.int8)


def assert_rate(hits: np.ndarray, rate: float) -> None:
    """Expect a share of independent hits within five standard errors."""
    assert hits.size > 50
    error = np.sqrt(max(rate * (1.0 - rate), 1e-12) / hits.size)
    assert abs(hits.mean() - rate) <= 5 * error + 1e-12
