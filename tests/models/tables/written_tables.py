"""Tables that tests write to disk."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.tables import TableChoices

PEOPLE = TableChoices(label="hired", groups=("gender",))


def write_csv(
    path: Path,
    rows: Sequence[Sequence[object]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def people(count: int = 200, seed: int = 0) -> list[list[object]]:
    """A header and rows of two numbers, two categories and a label with both classes."""
    random = np.random.default_rng(seed)
    header: list[object] = ["age", "score", "gender", "city", "hired"]
    columns = (
        random.integers(18, 70, count),
        random.normal(size=count).round(6),
        random.choice(["Female", "Male"], count),
        random.choice(["Rome", "Oslo", "Lima"], count),
        np.resize(["no", "yes"], count),
    )
    return [header, *map(list, zip(*(column.tolist() for column in columns), strict=True))]
