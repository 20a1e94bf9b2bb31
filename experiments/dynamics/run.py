"""A run of the kind ``dynamics``: the exact curves, then finite-size runs over them."""

from collections.abc import Iterator

import numpy as np

from experiments.dynamics.quantities import GAPS, quantities
from experiments.dynamics.rule import decision_thresholds, learning_rule
from experiments.dynamics.theory import ARM, record_steps, theory
from experiments.frames import (
    TO_NEXT_POINT,
    CurveName,
    EnsemblePoints,
    Event,
    EventKind,
    FloatArray,
    Frame,
    Progress,
    Source,
)
from experiments.run import FrameGenerator, RunFailedError
from experiments.settings import DynamicsSettings
from simulation import direct_sgd, reduced_sgd
from simulation.ensemble import Chunk
from simulation.losses import Loss
from simulation.mixture import TeacherMixture
from simulation.observables import group_losses

KEPT_RUNS = 1000
"""Most runs whose curves are kept one by one; means and spreads are over all runs."""

_BASIC = {"loss", "error", "R", "M", "Q", *GAPS.values()}
"""Quantities of which so many are kept; of others, which follow from R, M and Q, a tenth."""

_MOST_KEPT = 40_000
"""Values of one quantity that are kept at most: fewer runs where many times are reported."""

_MOST_SAMPLES = 10**9
"""Samples that all simulated runs together may draw: some hours of work."""

_RUNS_AT_ONCE = 500
"""Bounds the memory that the losses of many runs take on the way."""

_SIMULATORS = {"direct": direct_sgd.simulate, "reduced": reduced_sgd.simulate}


def run_dynamics(settings: DynamicsSettings) -> FrameGenerator:
    """Yield the exact curves, then the finite-size runs as they advance together.

    Raises
    ------
    RunFailedError
        When the simulation would take too long, or it or the theory cannot go on.
    """
    runs, dimension = settings.simulation.runs, settings.simulation.dimension
    steps = record_steps(settings)
    _check_cost(settings, steps[-1])
    exact = theory(settings)
    wanted = yield Frame(exact.points, exact.events, _progress(settings, 0, steps[-1]))
    if not runs:
        return
    mixture = settings.mixture.teacher_mixture()
    rule = learning_rule(settings)
    kept = min(KEPT_RUNS, max(_MOST_KEPT // len(steps), 1))
    seeds = tuple(range(settings.seed, settings.seed + runs))
    try:
        simulate = _SIMULATORS[settings.simulation.method]
        stream = simulate(mixture, rule, dimension=dimension, seeds=seeds, steps=steps)
        chunk = next(stream)
        diverged: set[int] = set()
        while True:
            ensembles = (
                tuple(_ensembles(settings, mixture, rule.loss, chunk, kept=kept))
                if chunk.steps.size
                else ()
            )
            events = tuple(_divergences(settings, chunk, diverged))
            progress = _progress(settings, chunk.step, steps[-1])
            wanted = yield Frame((), events, progress, ensembles)
            if wanted == TO_NEXT_POINT:
                wanted = next((step - chunk.step for step in steps if step > chunk.step), None)
            chunk = stream.send(wanted)
    except StopIteration:
        return
    except ValueError as error:
        raise RunFailedError(str(error)) from error


def _check_cost(settings: DynamicsSettings, steps: int) -> None:
    """Refuse more samples than can be drawn in a sensible time."""
    simulation, learning = settings.simulation, settings.learning
    samples = steps * simulation.runs * learning.batch_size
    if samples > _MOST_SAMPLES:
        message = (
            f"{simulation.runs:,} simulated runs of {steps:,} steps would draw {samples:,} samples,"
            f" but {_MOST_SAMPLES:,} are the most; lower simulation.dimension"
            f" ({simulation.dimension:,}) or learning.duration ({learning.duration:g}), or set"
            " simulation.runs to 0 for the theory alone"
        )
        raise RunFailedError(message)


def _ensembles(
    settings: DynamicsSettings,
    mixture: TeacherMixture,
    loss: Loss,
    chunk: Chunk,
    *,
    kept: int,
) -> Iterator[EnsemblePoints]:
    """Summarise every quantity over the runs; each run's losses are exact for its W and Q."""
    x = chunk.steps / settings.simulation.dimension
    thresholds = decision_thresholds(settings)
    norm = np.where(chunk.alive, chunk.norm, 1.0)
    parts = [
        quantities(
            mixture,
            losses=group_losses(mixture, loss, overlaps, norms),
            thresholds=thresholds,
            overlaps=overlaps,
            norm=norms,
        )
        for overlaps, norms in _blocks(chunk.overlaps, norm)
    ]
    for quantity, group in parts[0]:
        values = np.concatenate([part[quantity, group] for part in parts], axis=1)
        yield EnsemblePoints.of(
            CurveName(quantity, group, Source.SIMULATION, ARM, settings.seed),
            x,
            np.where(chunk.alive, values, np.nan),
            kept=kept if quantity in _BASIC else max(kept // 10, 1),
        )


def _blocks(overlaps: FloatArray, norm: FloatArray) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Split arrays along their second axis, the runs."""
    for first in range(0, norm.shape[1], _RUNS_AT_ONCE):
        block = slice(first, first + _RUNS_AT_ONCE)
        yield overlaps[:, block], norm[:, block]


def _progress(settings: DynamicsSettings, step: int, total: int) -> Progress:
    runs = settings.simulation.runs
    counters = (("t", step / settings.simulation.dimension), ("step", float(step)))
    return Progress(step, total, counters) if runs else Progress(0, 0)


def _divergences(settings: DynamicsSettings, chunk: Chunk, told: set[int]) -> Iterator[Event]:
    for run, step in enumerate(chunk.diverged_at):
        if step is not None and run not in told:
            told.add(run)
            text = f"Run {run + 1} (seed {settings.seed + run}) diverged at step {step:,}."
            yield Event(EventKind.NOTICE, step / settings.simulation.dimension, text)
