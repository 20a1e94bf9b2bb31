"""Time and memory that large ensembles of the reduced simulation take, on Unix.

``python -m benchmarks.ensembles``; each line is measured in a process of its own.
"""

import resource
import time
from dataclasses import replace
from functools import partial
from itertools import product
from multiprocessing import get_context

from benchmarks.theory_speed import rule, train
from simulation import reduced_sgd
from simulation.losses import Focal, Logistic, Loss, Squared

LOSSES: tuple[Loss, ...] = (Squared(), Logistic(), Focal(2.0))
BATCHES = (1, 8, 64)


def measure(*, runs: int, steps: int, dimension: int, loss: Loss, batch_size: int) -> str:
    """Train an ensemble; say how long it took and how much memory it added at most."""
    single = rule(loss, learning_rate=0.29)
    work = partial(train, simulation=reduced_sgd, dimension=dimension)
    work(single, runs=2, steps=10)
    before = _peak()
    began = time.perf_counter()
    work(replace(single, batch_size=batch_size), runs=runs, steps=steps)
    seconds = time.perf_counter() - began
    per_sample = 1e9 * seconds / (runs * steps * batch_size)
    return (
        f"{type(loss).__name__:<9}batch {batch_size:>6}, {runs:>6} runs of {steps:>6} steps, "
        f"d = {dimension:.0e}: {seconds:>7.2f} s, {per_sample:>4.0f} ns per sample, "
        f"{_peak() - before:>4.0f} MB"
    )


def _peak() -> float:
    """Return the most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the table."""
    plain = {"loss": Squared(), "batch_size": 1}
    cases = [
        {"runs": runs, "steps": steps, "dimension": dimension, **plain}
        for dimension, (runs, steps) in product(
            (1000, 10**9), ((1000, 500), (1000, 20_000), (10_000, 500), (10_000, 5000))
        )
    ]
    cases += [
        {"runs": 1000, "steps": 8000 // size, "dimension": 1000, "loss": loss, "batch_size": size}
        for loss, size in product(LOSSES, BATCHES)
    ]
    cases.append({"runs": 100, "steps": 2, "dimension": 1000, **plain, "batch_size": 100_000})
    with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        for case in cases:
            print(pool.apply(measure, kwds=case), flush=True)


if __name__ == "__main__":
    main()
