"""How fast the solvable model answers: ``python -m benchmarks.theory_speed``."""

import statistics
import time
from collections.abc import Callable
from functools import partial
from types import ModuleType

import numpy as np

from simulation import direct_sgd, reduced_sgd
from simulation.closed_form import time_scales
from simulation.crossings import find_crossings, horizon
from simulation.dynamics import integrate, solve
from simulation.learning import LearningRule
from simulation.losses import Logistic, Loss, Squared
from simulation.mixture import TeacherMixture

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


def rule(loss: Loss, *, learning_rate: float) -> LearningRule:
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


def every_curve(*, loss: Loss, learning_rate: float) -> None:
    """Solve for 400 times with all that is plotted: order parameters, losses and errors."""
    trajectory = solve(MIXTURE, rule(loss, learning_rate=learning_rate), TIMES)
    assert trajectory.group_losses.shape == trajectory.group_errors.shape == (400, 2)


def crossings(squared: LearningRule) -> None:
    """Find the crossings of the losses over the whole horizon."""
    assert len(find_crossings(MIXTURE, squared, until=horizon(time_scales(MIXTURE, squared)))) == 2


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
    rows = (
        (
            "closed form, 400 times, all curves",
            milliseconds(lambda: every_curve(loss=Squared(), learning_rate=0.29), repeats=200),
        ),
        ("crossings of the closed form", milliseconds(lambda: crossings(squared), repeats=50)),
        (
            "integrated, squared loss",
            milliseconds(lambda: integrate(MIXTURE, squared, TIMES), repeats=5),
        ),
        (
            "integrated, logistic loss, all curves",
            milliseconds(lambda: every_curve(loss=Logistic(), learning_rate=2.0), repeats=5),
        ),
    )
    for name, duration in rows:
        print(f"{name:<40}{duration:>10.2f} ms")
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
