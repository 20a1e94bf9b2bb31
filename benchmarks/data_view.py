"""How fast the data of a million rows are looked at: ``python -m benchmarks.data_view``."""

import pickle
import time
from collections.abc import Callable

import numpy as np

from experiments.data_view.answers import Answers
from models.preparation import PreparationPlan, Prepared, prepare
from models.rows import Rows
from models.trouble import MissingCells, Strike, Target, Trouble

ROWS, NUMBERS, CATEGORIES = 1_000_000, 15, 5
LEVELS, GROUPS = 10, 4
BOUND = 0.2
"""Seconds in which the view is to be refreshed."""
_REPEATS = 5


def big_rows() -> Rows:
    """Draw a table of which a third of the columns of numbers lack cells."""
    import pandas as pd

    generator = np.random.default_rng(0)
    group = generator.integers(0, GROUPS, ROWS, dtype=np.int32)
    label = (generator.random(ROWS) < 0.3 + 0.1 * group).astype(np.int32)
    columns: dict[str, object] = {}
    for number in range(NUMBERS):
        values = generator.normal(group, 1.0 + number, ROWS)
        if number % 3 == 0:
            values[generator.random(ROWS) < 0.05] = np.nan
        columns[f"number {number}"] = values
    names = [f"level {number}" for number in range(LEVELS)]
    for number in range(CATEGORIES):
        columns[f"category {number}"] = pd.Categorical(generator.choice(names, ROWS))
    return Rows(
        name="a million rows",
        columns=pd.DataFrame(columns),
        y=label,
        group=group,
        class_names=("no", "yes"),
        group_names=tuple("abcd"),
    )


def seconds(job: Callable[[], object]) -> float:
    """Time a job at its best."""
    durations = []
    for _ in range(_REPEATS):
        began = time.perf_counter()
        job()
        durations.append(time.perf_counter() - began)
    return min(durations)


def pandas_summary(rows: Rows) -> None:
    """Do with pandas a part of what the overview does: means and deviations by group."""
    rows.columns[rows.numbers].groupby(rows.group).agg(["mean", "std", "count"])


def look(prepared: Prepared) -> None:
    """Time each part of the view, and count what is sent to the window."""
    began = time.perf_counter()
    Answers(prepared, seed=1, mistakes=()).overview()
    print(f"{'first overview':<24}{1e3 * (time.perf_counter() - began):>8.0f} ms")
    known = Answers(prepared, seed=1, mistakes=())
    overview = known.overview()
    known.scatter(*overview.first_axes)
    known.row(0)
    jobs: dict[str, Callable[[], object]] = {
        "overview": known.overview,
        "column of numbers": lambda: known.column("number 0"),
        "column of categories": lambda: known.column("category 0"),
        "scatter": lambda: known.scatter(*overview.first_axes),
        "row": lambda: known.row(12_345),
        "next changed row": lambda: known.row(known.changes.next_changed(500_000) or 0),
    }
    for name, job in jobs.items():
        taken, size = seconds(job), len(pickle.dumps(job()))
        verdict = "" if taken < BOUND else f"  above {1e3 * BOUND:.0f} ms"
        print(f"{name:<24}{1e3 * taken:>8.1f} ms{size / 1024:>9.0f} KiB{verdict}")
    share = seconds(known.overview) / seconds(lambda: pandas_summary(prepared.rows))
    print(f"overview against mean and deviation by pandas: {share:.2f} of the time")


def main() -> None:
    """Look at rows as found, and with trouble in them."""
    rows = big_rows()
    trouble = Trouble(
        missing=MissingCells(strength=0.05),
        label_flips=Strike(strength=0.1),
        noise=Target(strength=1),
    )
    for title, plan in (
        ("as found", PreparationPlan(validation_share=0.25, seed=1)),
        ("with trouble", PreparationPlan(validation_share=0.25, seed=1, trouble=trouble)),
    ):
        began = time.perf_counter()
        prepared = prepare(rows, plan)
        print(f"{title}: prepared in {time.perf_counter() - began:.1f} s")
        look(prepared)


if __name__ == "__main__":
    main()
