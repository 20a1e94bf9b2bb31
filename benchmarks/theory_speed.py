"""How fast the solvable model answers: ``python -m benchmarks.theory_speed``."""

import statistics
import time
from collections.abc import Callable
from functools import partial
from types import ModuleType

import numpy as np

from simulation import direct_sgd, reduced_sgd
from simulation.crossings import find_crossings
from simulation.dynamics import flow, integrate, solve
from simulation.learning import LearningRule
from simulation.losses import Focal, Logistic, Loss, SmoothHinge, Squared
from simulation.mixture import TeacherMixture
from simulation.phases import phase_ends
from simulation.schedules import CONSTANT, CosineDecay, ExponentialDecay, Schedule

MIXTURE = TeacherMixture.two_group(
    representation=0.84,
    variance_plus=0.15,
    variance_minus=2.0,
    rule_similarity=0.76,
    label_correlation_plus=-0.07,
    label_correlation_minus=-0.59,
    shift=1.0,
    threshold_plus=-0.04,
    threshold_minus=-0.08,
)
TIMES = np.geomspace(1e-2, 100, 400)
STEPS = 20_000
RUNS = 1000
DIMENSION = 1000
DIRECT_STEPS = 200
"""Steps of the direct simulation of the ensemble, from which its whole time is taken."""


def rule(loss: Loss, *, learning_rate: float, schedule: Schedule = CONSTANT) -> LearningRule:
    """Plain SGD from small weights."""
    return LearningRule(
        loss=loss,
        learning_rate=learning_rate,
        weight_decay=0.0,
        batch_size=1,
        group_weights=np.ones(2),
        class_weights=np.ones(2),
        initial_norm=0.05,
        initial_overlaps=np.zeros(4),
        schedule=schedule,
    )


def milliseconds(work: Callable[[], object], *, repeats: int) -> float:
    """Median time of `work`, the first call left out."""
    work()
    durations = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        durations.append(1e3 * (time.perf_counter() - began))
    return statistics.median(durations)


def every_curve(learning: LearningRule) -> None:
    """Solve for 400 times with all that is plotted: order parameters, losses and errors."""
    flow.cache_clear()
    trajectory = solve(MIXTURE, learning, TIMES)
    assert trajectory.group_losses.shape == trajectory.group_errors.shape == (400, 2)


def crossings(learning: LearningRule) -> None:
    """Find the crossings of the losses while the curves are at hand."""
    assert find_crossings(MIXTURE, learning, until=float(TIMES[-1]))


def theory() -> None:
    """Time the exact curves of every loss, and of every kind of schedule."""
    cosine = CosineDecay(decay_steps=60.0, alpha=0.1, warmup_steps=5.0)
    steps = ExponentialDecay(decay_steps=1.0, decay_rate=0.97, staircase=True)
    cases = {
        "squared": rule(Squared(), learning_rate=0.29),
        "squared, warm-up and cosine": rule(Squared(), learning_rate=0.29, schedule=cosine),
        "squared, 100 steps": rule(Squared(), learning_rate=0.29, schedule=steps),
        "logistic": rule(Logistic(), learning_rate=2.0),
        "focal": rule(Focal(2.0), learning_rate=2.0),
        "smooth hinge": rule(SmoothHinge(5.0), learning_rate=2.0),
        "logistic, warm-up and cosine": rule(Logistic(), learning_rate=2.0, schedule=cosine),
        "logistic, 100 steps": rule(Logistic(), learning_rate=2.0, schedule=steps),
    }
    print(f"{'':<32}{'all curves, ms':>16}{'crossings, ms':>16}{'both, ms':>12}")
    for name, learning in cases.items():
        repeats = 50 if name.startswith("squared") else 7
        curves = milliseconds(partial(every_curve, learning), repeats=repeats)
        found = milliseconds(partial(crossings, learning), repeats=repeats)
        print(f"{name:<32}{curves:>16.2f}{found:>16.2f}{curves + found:>12.2f}")
    squared = cases["squared"]
    for name, work in (
        ("ends of the phases", partial(phase_ends, MIXTURE, squared, 100.0)),
        ("squared, integrated", partial(integrate, MIXTURE, squared, TIMES)),
    ):
        print(f"{name:<32}{milliseconds(work, repeats=7):>16.2f}")


def train(
    squared: LearningRule,
    *,
    simulation: ModuleType,
    runs: int,
    dimension: int,
    steps: int,
) -> None:
    """Run an ensemble to the end."""
    for _ in simulation.simulate(
        MIXTURE, squared, dimension=dimension, seeds=range(runs), steps=[steps]
    ):
        pass


def ensembles(squared: LearningRule) -> None:
    """Compare both simulations of a large ensemble."""
    durations = {}
    for dimension in (DIMENSION, 10**9):
        work = partial(
            train, squared, simulation=reduced_sgd, runs=RUNS, dimension=dimension, steps=STEPS
        )
        durations[dimension] = milliseconds(work, repeats=3) / 1e3
        print(
            f"reduced SGD, {RUNS} runs of {STEPS} steps, d = {dimension:<14.0e}"
            f"{durations[dimension]:>8.2f} s"
        )
    work = partial(
        train, squared, simulation=direct_sgd, runs=RUNS, dimension=DIMENSION, steps=DIRECT_STEPS
    )
    direct = milliseconds(work, repeats=1) / 1e3 * STEPS / DIRECT_STEPS
    print(
        f"direct SGD, the same at d = {DIMENSION}: {direct:.0f} s (from {DIRECT_STEPS} steps), "
        f"{direct / durations[DIMENSION]:.0f} times as long"
    )


def main() -> None:
    """Print the table."""
    squared = rule(Squared(), learning_rate=0.29)
    theory()
    for runs in (1, 20):
        steps = STEPS // runs
        work = partial(
            train, squared, simulation=direct_sgd, runs=runs, dimension=DIMENSION, steps=steps
        )
        seconds = milliseconds(work, repeats=3) / 1e3
        print(
            f"direct SGD, d = {DIMENSION}, {runs:>2} runs{'':<12}{STEPS / seconds:>10.0f} steps/s"
        )
    ensembles(squared)


if __name__ == "__main__":
    main()
