"""The exact curves of the solvable model over a training that it describes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.frames import BASE, OVERALL, CurveName, Event, FloatArray, Points, Source
from experiments.settings import MixtureData, TrainingSettings
from experiments.training.notices import notice
from experiments.training.solvable import Solvable, obstacles, solvable
from models.dataset import Dataset
from models.plan import TrainingPlan
from simulation.closed_form import applies, largest_learning_rate
from simulation.dynamics import Trajectory, solve
from simulation.losses import Logistic
from simulation.observables import Confusion, group_losses, loss_deviations
from simulation.reduced_sgd import simulate

LOSS_DEVIATION = "loss deviation"
"""How far chance takes the validation loss of a single training from its exact curve.

It is NaN where some runs would have diverged.
"""

SCATTERED = 32
"""Simulated runs that say so."""

_MEASURED = Logistic()
"""The loss that is reported of a training, whatever it minimises."""

_MOST_SAMPLES = 1_000_000
_SMALLEST = 40
"""Inputs that stand for more where those would take too many samples."""

_POINTS, _MOMENTS = 100, 24


@dataclass(frozen=True, slots=True, eq=False)
class Theory:
    """Exact curves by the steps of a training, and what is to be said of them."""

    points: tuple[Points, ...] = ()
    events: tuple[Event, ...] = ()


def theory(settings: TrainingSettings, plan: TrainingPlan, dataset: Dataset) -> Theory:
    """Compute the exact curves on samples of the teacher-mixture, or say why there are none.

    Other data have no theory, and nothing is said of it.
    """
    if not isinstance(settings.data, MixtureData):
        return Theory()
    if plan.changes:
        return _none("settings change in mid-run")
    if unmet := tuple(obstacles(settings, plan)):
        return _none(f"it needs {_listed(unmet)}")
    case = solvable(settings.data, plan, dataset)
    steps = _steps(case, plan, dataset.training.y.size)
    try:
        exact = solve(case.mixture, case.rule, steps / case.dimension)
    except ArithmeticError as error:
        return _none(f"its equations could not be integrated: {error}")
    x = steps[: exact.times.size]
    held_out = np.bincount(dataset.validation.group, minlength=case.mixture.size)
    values = _quantities(exact, case.dimension) | _deviations(exact, case, held_out)
    return Theory(
        tuple(
            Points(CurveName(quantity, group, Source.THEORY, BASE, settings.seed), x, array)
            for (quantity, group), array in values.items()
        ),
        tuple(_events(exact, case)),
    )


def _none(reason: str) -> Theory:
    return Theory(events=(notice(f"Theory is not drawn over this run: {reason}."),))


def _listed(items: Sequence[str]) -> str:
    *others, last = items
    return f"{', '.join(others)}, and {last}" if others else last


def _steps(case: Solvable, plan: TrainingPlan, rows: int) -> FloatArray:
    """List the measured steps, and enough others for smooth curves, as far as rows are fresh."""
    recorded = plan.record_steps(rows)
    even = np.rint(np.geomspace(1, case.steps, _POINTS))
    return np.union1d(recorded[recorded <= case.steps], even).astype(np.float64)


def _quantities(exact: Trajectory, dimension: int) -> dict[tuple[str, str], FloatArray]:
    """Give what is measured of a training and has an exact value, by quantity and group."""
    mixture, found = exact.mixture, exact.confusion
    losses = group_losses(mixture, _MEASURED, exact.overlaps, exact.norm)
    by_group = {"loss": losses, **_rates(found)}
    overall = {"loss": losses @ mixture.shares, **_rates(found.overall(mixture.shares))}
    overall["weight norm"] = np.sqrt(exact.norm * dimension)
    return {
        (quantity, group): array[:, index]
        for quantity, array in by_group.items()
        for index, group in enumerate(mixture.names)
    } | {(quantity, OVERALL): array for quantity, array in overall.items()}


def _rates(found: Confusion) -> dict[str, FloatArray]:
    return {
        "accuracy": found.accuracy,
        "balanced accuracy": (found.true_positive_rate + 1 - found.false_positive_rate) / 2,
        "precision": found.precision,
        "true positive rate": found.true_positive_rate,
        "false positive rate": found.false_positive_rate,
        "F1": found.f1,
        "selection rate": found.selection_rate,
    }


def _deviations(
    exact: Trajectory, case: Solvable, rows: NDArray[np.int64]
) -> dict[tuple[str, str], FloatArray]:
    """Give the standard deviation of the loss measured on so many rows of each group, (K,).

    Weights differ from run to run, and the rows are a sample.
    """
    of_rows = loss_deviations(exact.mixture, _MEASURED, exact.overlaps, exact.norm) / np.sqrt(rows)
    together = np.hypot(_scatter(case, exact.times), of_rows)
    names = exact.mixture.names
    return {(LOSS_DEVIATION, group): together[:, index] for index, group in enumerate(names)}


def _scatter(case: Solvable, times: FloatArray) -> FloatArray:
    """Simulate how far exact losses of single runs are apart at some times, shape (n, K).

    Fewer inputs may stand for d: at the same t the deviation is as 1/√d.
    """
    mixture, rule = case.mixture, case.rule
    samples = case.steps * rule.batch_size * SCATTERED
    least = max(min(case.dimension, _SMALLEST), 2 * mixture.size + 2)
    fewer = max(least, min(case.dimension, int(case.dimension * _MOST_SAMPLES / samples)))
    last = max(1, round(times[-1] * fewer))
    steps = np.unique(np.rint(np.geomspace(1, last, _MOMENTS))).astype(int)
    seeds = range(SCATTERED)
    chunks = tuple(simulate(mixture, rule, dimension=fewer, seeds=seeds, steps=steps.tolist()))
    norm = np.concatenate([np.where(chunk.alive, chunk.norm, np.nan) for chunk in chunks])
    overlaps = np.concatenate([chunk.overlaps for chunk in chunks])
    steps = np.concatenate([chunk.steps for chunk in chunks])
    losses = group_losses(mixture, _MEASURED, overlaps, np.nan_to_num(norm))
    losses[np.isnan(norm)] = np.nan
    deviation = losses.std(axis=1, ddof=1) * np.sqrt(fewer / case.dimension)
    at, known = np.sqrt(times), np.sqrt(np.append(0.0, steps / fewer))
    return np.column_stack([np.interp(at, known, np.append(0.0, each)) for each in deviation.T])


def _events(exact: Trajectory, case: Solvable) -> Iterator[Event]:
    """Tell how far the curves reach, and whether the weights grow without bound."""
    yield notice(
        "Theory, exact for many inputs and fresh rows, is drawn over this run up to step"
        f" {case.steps:,}, its last full batch of fresh rows."
    )
    if exact.diverged_at is not None:
        text = "By theory the weights grow without bound"
        if applies(case.rule):
            limit = largest_learning_rate(case.mixture, case.rule)
            text = f"{text}: the learning rate must be below {limit:.3g}"
        yield notice(f"{text}.", exact.diverged_at * case.dimension)
