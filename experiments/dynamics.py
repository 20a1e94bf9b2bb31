"""The kind ``dynamics``: exact curves, then finite-size runs over them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from experiments.frames import (
    OVERALL,
    TO_NEXT_POINT,
    CurveName,
    Event,
    EventKind,
    FloatArray,
    Frame,
    Points,
    Progress,
    Source,
)
from experiments.run import FrameGenerator, RunFailedError
from experiments.settings import DynamicsSettings
from experiments.views import group_label
from simulation import direct_sgd, reduced_sgd
from simulation.closed_form import SquaredFlow, applies, largest_learning_rate, time_scales
from simulation.crossings import Crossing, find_crossings
from simulation.dynamics import Trajectory, flow, solve
from simulation.ensemble import Chunk
from simulation.learning import LearningRule
from simulation.losses import Focal, Logistic, Loss, Squared
from simulation.mixture import TeacherMixture

ARM = "base"
SIMULATED_POINTS = 40
"""Reported steps of a simulated run, even on a log axis."""
_MOST_SAMPLES = 10**9
"""Samples that all simulated runs together may draw: some hours of work."""
_SIMULATORS = {"direct": direct_sgd.simulate, "reduced": reduced_sgd.simulate}


@dataclass(frozen=True, slots=True, eq=False)
class Theory:
    """The exact curves of some settings, as points, with what happens along them."""

    points: tuple[Points, ...]
    events: tuple[Event, ...]


def theory(settings: DynamicsSettings) -> Theory:
    """Compute the exact curves.

    Raises
    ------
    RunFailedError
        When the equations cannot be integrated.
    """
    mixture = settings.mixture.teacher_mixture()
    rule = learning_rule(settings)
    try:
        trajectory = solve(mixture, rule, report_times(settings))
    except ArithmeticError as error:
        message = f"The equations could not be integrated: {error}"
        raise RunFailedError(message) from error
    points = _points(trajectory, settings.seed, Source.THEORY)
    return Theory(tuple(points), tuple(_events(trajectory)))


def has_closed_form(settings: DynamicsSettings) -> bool:
    """Say whether the exact curves come from a formula and so in no time."""
    return applies(learning_rule(settings))


def learning_rule(settings: DynamicsSettings) -> LearningRule:
    """Translate settings into the learning rule of the solvable model."""
    learning = settings.learning
    groups = len(settings.mixture.group_names)
    return LearningRule(
        loss=_loss(learning.loss, learning.focal_gamma),
        learning_rate=learning.learning_rate,
        weight_decay=learning.weight_decay,
        batch_size=learning.batch_size,
        group_weights=np.array(learning.group_weights or (1.0,) * groups),
        class_weights=np.array(learning.class_weights),
        initial_norm=learning.initial_norm,
        initial_overlaps=np.array(learning.initial_overlaps or (0.0,) * (2 * groups)),
    )


def _loss(name: Literal["squared", "logistic", "focal"], focal_gamma: float) -> Loss:
    match name:
        case "squared":
            return Squared()
        case "logistic":
            return Logistic()
        case "focal":
            return Focal(gamma=focal_gamma)


def report_times(settings: DynamicsSettings) -> FloatArray:
    """Choose the times of the theory curves: as set, else 0 and then even on a log axis."""
    if settings.output.times:
        return np.array(settings.output.times)
    end = settings.learning.duration
    return np.append(0.0, np.geomspace(min(1e-2, 1e-3 * end), end, settings.output.points - 1))


def record_steps(settings: DynamicsSettings) -> tuple[int, ...]:
    """Choose the steps at which simulated runs are reported, in ascending order."""
    dimension = settings.simulation.dimension
    total = max(1, round(settings.learning.duration * dimension))
    if settings.output.times:
        wanted = np.rint(np.array(settings.output.times) * dimension)
    else:
        first = max(1.0, report_times(settings)[1] * dimension)
        wanted = np.rint(np.geomspace(min(first, total), total, SIMULATED_POINTS))
    return tuple(int(step) for step in np.unique(wanted))


def run_dynamics(settings: DynamicsSettings) -> FrameGenerator:
    """Yield the exact curves, then the finite-size runs as they advance together.

    Raises
    ------
    RunFailedError
        When the simulation would take too long, or it or the theory cannot go on.
    """
    runs = settings.simulation.runs
    steps = record_steps(settings)
    _check_cost(settings, steps[-1])
    exact = theory(settings)
    wanted = yield Frame(exact.points, exact.events, _progress(settings, 0, steps[-1]))
    if not runs:
        return
    mixture = settings.mixture.teacher_mixture()
    rule = learning_rule(settings)
    seeds = tuple(range(settings.seed, settings.seed + runs))
    try:
        simulate = _SIMULATORS[settings.simulation.method]
        stream = simulate(
            mixture, rule, dimension=settings.simulation.dimension, seeds=seeds, steps=steps
        )
        chunk = next(stream)
        diverged: set[int] = set()
        while True:
            points = _simulated(settings, mixture, rule, chunk) if chunk.steps.size else ()
            events = tuple(_divergences(settings, chunk, diverged))
            wanted = yield Frame(points, events, _progress(settings, chunk.step, steps[-1]))
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


def _points(
    trajectory: Trajectory, seed: int, source: Source, keep: slice = slice(None)
) -> Iterator[Points]:
    """Give every curve that follows from the order parameters."""
    groups = trajectory.mixture.names
    x = trajectory.times[keep]
    per_group = {
        "loss": trajectory.group_losses,
        "error": trajectory.group_errors,
        "R": trajectory.teacher_overlaps,
        "M": trajectory.shift_overlaps,
    }
    overall = {"loss": trajectory.loss, "error": trajectory.error, "Q": trajectory.norm}
    for quantity, values in per_group.items():
        for index, group in enumerate(groups):
            name = CurveName(quantity, group, source, ARM, seed)
            yield Points(name, x, values[keep, index])
    for quantity, curve in overall.items():
        yield Points(CurveName(quantity, OVERALL, source, ARM, seed), x, curve[keep])


def _simulated(
    settings: DynamicsSettings, mixture: TeacherMixture, rule: LearningRule, chunk: Chunk
) -> tuple[Points, ...]:
    """Give the curves of every run that has not diverged; their losses are exact for their W, Q."""
    count, runs = chunk.norm.shape
    times = np.repeat(chunk.steps / settings.simulation.dimension, runs)
    flat = Trajectory(
        mixture=mixture,
        rule=rule,
        times=times,
        overlaps=chunk.overlaps.reshape(count * runs, -1),
        norm=np.where(chunk.alive, chunk.norm, 1.0).reshape(-1),
        diverged_at=None,
    )
    points: list[Points] = []
    for run in range(runs):
        alive = int(chunk.alive[:, run].sum())
        if alive:
            keep = slice(run, alive * runs, runs)
            points += _points(flat, settings.seed + run, Source.SIMULATION, keep)
    return tuple(points)


def _progress(settings: DynamicsSettings, step: int, total: int) -> Progress:
    runs = settings.simulation.runs
    counters = (("t", step / settings.simulation.dimension), ("step", float(step)))
    return Progress(step, total, counters) if runs else Progress(0, 0)


def _events(trajectory: Trajectory) -> Iterator[Event]:
    """Tell what happens along the exact curves."""
    names = trajectory.mixture.names
    if trajectory.mixture.size == 2 and trajectory.times.size and trajectory.times[-1] > 0:
        for crossing in visible_crossings(trajectory):
            text = (
                f"t = {crossing.time:.3g}: now {group_label(names[crossing.ahead_after])} is ahead."
            )
            yield Event(EventKind.CROSSING, crossing.time, text)
    if not trajectory.times.size:
        return
    end = float(trajectory.times[-1])
    solution = flow(trajectory.mixture, trajectory.rule, end)
    unstable = isinstance(solution, SquaredFlow) and solution.norm_rate <= 0
    if trajectory.diverged_at is not None or unstable:
        yield Event(EventKind.DIVERGED, end, _divergence(trajectory))
    elif isinstance(solution, SquaredFlow) and trajectory.mixture.size == 2:
        yield from _phases(trajectory)


def _divergence(trajectory: Trajectory) -> str:
    text = "The weights grow without bound"
    if not applies(trajectory.rule):
        return f"{text}."
    limit = largest_learning_rate(trajectory.mixture, trajectory.rule)
    return f"{text}: the learning rate must be below {limit:.3g}."


def _phases(trajectory: Trajectory) -> Iterator[Event]:
    """Tell what mostly decides who is ahead, from when on; soft stretches, not switches."""
    scales = time_scales(trajectory.mixture, trajectory.rule)
    start = 0.0
    if scales.shift is not None:
        yield Event(EventKind.PHASE, start, "class imbalance")
        start = scales.shift
    yield Event(EventKind.PHASE, start, "saliency")
    yield Event(EventKind.PHASE, scales.teachers, "representation")


def visible_crossings(trajectory: Trajectory) -> tuple[Crossing, ...]:
    """List the crossings in loss of two groups that a reader can see."""
    found = find_crossings(
        trajectory.mixture, trajectory.rule, until=float(trajectory.times[-1]), measure="loss"
    )
    return tuple(crossing for crossing in found if crossing.visible)


def _divergences(settings: DynamicsSettings, chunk: Chunk, told: set[int]) -> Iterator[Event]:
    for run, step in enumerate(chunk.diverged_at):
        if step is not None and run not in told:
            told.add(run)
            text = f"Run {run + 1} (seed {settings.seed + run}) diverged at step {step:,}."
            yield Event(EventKind.NOTICE, step / settings.simulation.dimension, text)
