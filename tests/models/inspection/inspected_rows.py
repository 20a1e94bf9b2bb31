"""Rows with numbers, categories and missing cells, drawn at random."""

import numpy as np
import pandas as pd

from models.rows import Rows

LEVELS = ("low", "middle", "high", "never")


def drawn_rows(
    *, rows: int = 400, groups: int = 2, classes: int = 2, seed: int = 0, offset: float = 0.0
) -> Rows:
    """Draw rows whose columns depend on group and class, with missing cells in two of them."""
    generator = np.random.default_rng(seed)
    group, label = generator.integers(0, groups, rows), generator.integers(0, classes, rows)
    size = offset + generator.normal(group - 0.7 * label, 1.0 + group)
    gappy = np.where(generator.random(rows) < 0.1 + 0.2 * (group == 0), np.nan, size**2)
    names = np.array([*LEVELS[:3], None], dtype=object)
    level = names[np.minimum((generator.random(rows) * (3 + label)).astype(int), 3)]
    columns = pd.DataFrame(
        {
            "size": size,
            "gappy": gappy,
            "level": pd.Categorical(level, categories=list(LEVELS)),
            "constant": np.full(rows, 2.5),
        }
    )
    return Rows(
        name="drawn",
        columns=columns,
        y=label.astype(np.int32),
        group=group.astype(np.int32),
        class_names=tuple(f"class {index}" for index in range(classes)),
        group_names=tuple(f"group {index}" for index in range(groups)),
    )
