"""Import of a CSV of a million rows and 20 columns, against PyArrow's own read of it.

Twelve columns of fractions, three of whole numbers, four of categories and a label of two values;
texts are quoted, as spreadsheets may write them. The preview counts the import of libraries. The
whole import makes what a run needs: numbers, categories, classes, groups and the check of the
SHA-256. PyArrow's own read is `pyarrow.csv.read_csv(path)` with its defaults. Both are timed in
turn in one process with the file in the system's cache; the ratio is that of the medians, with
the span of the single ratios. Memory is the growth of the peak of a fresh process over what it
has after its imports, compared with the table that stays.

Run it with ``python -m benchmarks.import_table``; it writes 150 MB to a temporary folder.
"""

import multiprocessing
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import psutil

from models.sources.file import file_rows
from models.tables import TableChoices, file_summary, fingerprint, inspect_table

ROWS = 1_000_000
ROUNDS = 7
CHOICES = TableChoices(label="label", groups=("c0", "c1"))


def write(path: Path) -> None:
    """Write the table."""
    import pyarrow as pa
    from pyarrow import csv

    random = np.random.default_rng(0)
    columns: dict[str, object] = {
        f"x{index}": np.round(random.normal(size=ROWS), 4) for index in range(12)
    }
    columns |= {f"k{index}": random.integers(0, 1000, ROWS) for index in range(3)}
    for index in range(4):
        levels = np.array([f"level {level}" for level in range(4 + 5 * index)])
        columns[f"c{index}"] = levels[random.integers(0, levels.size, ROWS)]
    columns["label"] = np.array(["no", "yes"])[random.integers(0, 2, ROWS)]
    csv.write_csv(pa.table(columns), path)


def preview(path: Path) -> float:
    """Give the seconds from nothing imported to a report."""
    begun = perf_counter()
    inspect_table(path)
    return perf_counter() - begun


def summary(path: Path) -> float:
    """Give the seconds until groups, base rates and flags are counted."""
    begun = perf_counter()
    file_summary(path, CHOICES)
    return perf_counter() - begun


def in_turn(path: Path) -> list[tuple[float, float]]:
    """Give pairs of seconds: PyArrow's own read, and the whole import."""
    from pyarrow import csv

    sha256 = fingerprint(path)
    csv.read_csv(path)
    file_rows(path, CHOICES, sha256=sha256)
    pairs = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        csv.read_csv(path)
        between = perf_counter()
        file_rows(path, CHOICES, sha256=sha256)
        pairs.append((between - begun, perf_counter() - between))
    return pairs


def memory(path: Path) -> tuple[float, float]:
    """Give the MB by which the peak grows during an import, and those of the table."""
    import pandas as pd
    from pyarrow import compute, csv

    del pd, compute, csv
    before = psutil.Process().memory_info().rss
    rows = file_rows(path, CHOICES, sha256=fingerprint(path))
    peak = _peak()
    table = rows.columns.memory_usage(deep=True).sum() + rows.y.nbytes + rows.group.nbytes
    return (peak - before) / 1e6, float(table) / 1e6


def memory_of_pyarrow(path: Path) -> float:
    """Give the MB by which the peak grows while PyArrow reads the file."""
    from pyarrow import csv

    before = psutil.Process().memory_info().rss
    table = csv.read_csv(path)
    assert table.num_rows == ROWS
    return (_peak() - before) / 1e6


def _peak() -> int:
    """Give the largest resident size so far, in bytes."""
    import resource
    import sys

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main() -> None:
    """Print every figure and what is wanted."""
    context = multiprocessing.get_context("spawn")

    def fresh(job: Callable[[Path], object], path: Path) -> object:
        with context.Pool(1) as pool:
            return pool.apply(job, (path,))

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write(path)
        print(f"{ROWS:,} rows × 20 columns, {path.stat().st_size / 1e6:.0f} MB")
        print(f"preview        {fresh(preview, path):6.2f} s   (at most 2 wanted)")
        print(f"group summary  {fresh(summary, path):6.2f} s")
        pairs = fresh(in_turn, path)
        assert isinstance(pairs, list)
        theirs, ours = zip(*pairs, strict=True)
        ratios = [our / their for their, our in pairs]
        print(f"pyarrow.csv    {median(theirs):6.2f} s")
        print(f"whole import   {median(ours):6.2f} s   ratio {median(ours) / median(theirs):.2f}")
        print(f"    single ratios {min(ratios):.2f} to {max(ratios):.2f} (at most 1.5 wanted)")
        found = fresh(memory, path)
        assert isinstance(found, tuple)
        print(f"peak grows by  {found[0]:6.0f} MB for a table of {found[1]:.0f} MB")
        print(f"    ratio {found[0] / found[1]:.2f} (at most 3 wanted)")
        print(f"    pyarrow.csv alone {fresh(memory_of_pyarrow, path):.0f} MB")


if __name__ == "__main__":
    main()
