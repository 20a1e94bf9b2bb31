"""How fast a phase diagram is drawn: ``python -m benchmarks.phase_diagram``."""

import time
from collections.abc import Callable
from functools import partial

import numpy as np

from simulation.averages import label_moments
from simulation.closed_form import time_scales
from simulation.crossings import Measure, find_crossings, horizon
from simulation.dynamics import flow
from simulation.learning import LearningRule
from simulation.mixture import FloatArray, TeacherMixture
from simulation.phase_cells import TwoGroupCells
from simulation.phase_diagram import phase_diagram

SIZES = (64, 256)
MEASURES: tuple[Measure, ...] = ("loss", "error")
SAMPLE = 40
POINTS = 400
"""Moments of an integrated solution at which the gap is looked at."""


def cells(size: int) -> TwoGroupCells:
    """Representation × variance around the double crossing, size × size."""
    numbers = {
        "rule_similarity": 0.76,
        "label_correlation_plus": -0.07,
        "label_correlation_minus": -0.59,
        "shift": 1.0,
        "threshold_plus": -0.04,
        "threshold_minus": -0.08,
        "variance_plus": 0.15,
        "learning_rate": 0.29,
        "weight_decay": 0.0,
        "batch_size": 1.0,
        "initial_norm": 0.05,
        "group_weight_plus": 1.0,
        "group_weight_minus": 1.0,
        "class_weight": 1.0,
        "initial_overlap_plus": 0.0,
        "initial_overlap_minus": 0.0,
        "initial_overlap_shift": 0.0,
    }
    return TwoGroupCells(
        representation=np.linspace(0.02, 0.98, size)[None, :],
        variance_minus=np.linspace(0.05, 3.0, size)[:, None],
        **{name: np.array(value) for name, value in numbers.items()},
    )


def seconds(work: Callable[[], object], *, repeats: int) -> float:
    """Shortest time of several, the first call left out."""
    work()
    durations = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        durations.append(time.perf_counter() - began)
    return min(durations)


def integrated_crossings(mixture: TeacherMixture, rule: LearningRule) -> FloatArray:
    """Integrate the equations of the squared loss with LSODA and find crossings on its output."""
    from scipy.integrate import solve_ivp

    until = horizon(time_scales(mixture, rule))
    pull = mixture.shares * rule.group_weights
    noise = rule.learning_rate * pull * rule.group_weights * mixture.variances / rule.batch_size
    label, slope = label_moments(mixture)
    toward_teachers, toward_shifts = np.hsplit(mixture.gram, 2)
    damping = pull @ mixture.variances + rule.weight_decay

    def moments(state: FloatArray) -> tuple[FloatArray, FloatArray]:
        teachers, shifts, norm = state[:2], state[2:4], state[4]
        return shifts * label + slope * teachers, shifts**2 + mixture.variances * norm

    def velocity(_: float, state: FloatArray) -> FloatArray:
        aligned, squared = moments(state)
        overlaps = toward_shifts @ (pull * (label - state[2:4])) + toward_teachers @ (pull * slope)
        norm = 2 * pull @ (aligned - squared) + noise @ (1 - 2 * aligned + squared)
        return np.append(
            rule.learning_rate * (overlaps - damping * state[:4]),
            rule.learning_rate * (norm - 2 * rule.weight_decay * state[4]),
        )

    times = np.geomspace(1e-6 * until, until, POINTS)
    solved = solve_ivp(
        velocity,
        (0, until),
        np.append(rule.initial_overlaps, rule.initial_norm),
        method="LSODA",
        rtol=1e-6,
        t_eval=times,
    )
    losses = np.array([0.5 * (1 - 2 * a + b) for a, b in map(moments, solved.y.T)])
    gap = losses[:, 0] - losses[:, 1]
    before = np.flatnonzero(np.diff(np.sign(gap)))
    share = gap[before] / (gap[before] - gap[before + 1])
    return np.asarray(times[before] + share * (times[before + 1] - times[before]))


def main() -> None:
    """Print the times of whole maps, and those of a sample of cells one by one."""
    per_cell = 0.0
    for size in SIZES:
        grid = cells(size)
        for measure in MEASURES[: 1 + (size == SIZES[0])]:
            duration = seconds(partial(phase_diagram, grid, measure=measure), repeats=9)
            print(f"{size} × {size} cells, {measure:<6}{1e3 * duration:>10.1f} ms")
            if measure == "loss":
                per_cell = duration / size**2
    grid = cells(SIZES[-1])
    diagram = phase_diagram(grid)
    sample = np.random.default_rng(1).integers(SIZES[-1], size=(SAMPLE, 2)).tolist()
    settings = [grid.cell(*index) for index in sample]
    for index, (mixture, rule) in zip(sample, settings, strict=True):
        found = integrated_crossings(mixture, rule)
        last = diagram.last_crossing[tuple(index)]
        assert np.isnan(last) or np.isclose(found, last, rtol=1e-2).any()

    def one_by_one() -> None:
        for mixture, rule in settings:
            integrated_crossings(mixture, rule)

    def as_dynamics() -> None:
        for mixture, rule in settings:
            flow.cache_clear()
            find_crossings(mixture, rule, until=horizon(time_scales(mixture, rule)))

    for name, work in (("solve_ivp, LSODA", one_by_one), ("find_crossings", as_dynamics)):
        each = seconds(work, repeats=3) / SAMPLE
        print(f"{name:<22}{1e3 * each:>9.2f} ms a cell, {each / per_cell:>8.0f} times as long")


if __name__ == "__main__":
    main()
