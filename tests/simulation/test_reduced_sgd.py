from typing import Any

import numpy as np
import pytest
from recording import CASES, Record, collect
from simulation_cases import rule, two_groups

from simulation import direct_sgd
from simulation.dynamics import solve
from simulation.mixture import FloatArray
from simulation.observables import group_losses
from simulation.reduced_sgd import simulate

_RUNS = 200


@pytest.mark.parametrize("dimension", [10_000, 30_000])
@pytest.mark.parametrize("name", CASES)
def test_the_mean_over_runs_follows_the_theory(name: str, dimension: int) -> None:
    mixture, learning = CASES[name]
    steps = [0, 1000, 6000, 15_000]
    record = collect(
        simulate, mixture, learning, dimension=dimension, seeds=range(_RUNS), steps=steps
    )
    theory = solve(mixture, learning, np.array(steps) / dimension)
    losses = group_losses(mixture, learning.loss, record.overlaps, record.norm)
    for simulated, exact in (
        (record.overlaps, theory.overlaps),
        (record.norm, theory.norm),
        (losses, theory.group_losses),
    ):
        error = simulated.std(axis=1, ddof=1) / np.sqrt(_RUNS)
        np.testing.assert_array_less(
            np.abs(simulated.mean(axis=1) - exact), 4 * error + 2 / dimension
        )
    start = np.broadcast_to(learning.initial_overlaps, record.overlaps[0].shape)
    np.testing.assert_allclose(record.overlaps[0], start, atol=1e-14)
    np.testing.assert_allclose(record.norm[0], learning.initial_norm)


def _order_parameters(record: Record) -> FloatArray:
    """R, M and Q of all runs, shape (m, runs, 2K + 1)."""
    return np.concatenate([record.overlaps, record.norm[..., None]], axis=-1)


def _moments(values: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Mean and standard deviation over the runs of axis 1, each followed by its error."""
    runs = values.shape[1]
    deviation = values.std(axis=1, ddof=1)
    fourth = np.mean((values - values.mean(axis=1, keepdims=True)) ** 4, axis=1)
    uncertainty = np.sqrt(np.maximum(fourth - deviation**4, 0) / runs)
    uncertainty /= np.maximum(2 * deviation, 1e-300)
    return values.mean(axis=1), deviation / np.sqrt(runs), deviation, uncertainty


@pytest.mark.parametrize(("name", "dimension"), [*((name, 50) for name in CASES), ("squared", 4)])
def test_its_law_is_that_of_the_direct_simulation(name: str, dimension: int) -> None:
    """Also where nothing is left beside the directions and the weights: rank 3 and d = 4."""
    mixture, learning = CASES[name]
    options: dict[str, Any] = {"dimension": dimension, "steps": [1, dimension, 4 * dimension]}
    drawn = collect(simulate, mixture, learning, seeds=range(1000), **options)
    held = collect(direct_sgd.simulate, mixture, learning, seeds=range(1000, 2000), **options)
    drawn_moments = _moments(_order_parameters(drawn))
    held_moments = _moments(_order_parameters(held))
    for index in (0, 2):
        error = np.hypot(drawn_moments[index + 1], held_moments[index + 1])
        distance = np.abs(drawn_moments[index] - held_moments[index])
        np.testing.assert_array_less(distance, 4 * error + 1e-14)


@pytest.mark.parametrize("weight_decay", [0.0, 50.0])
def test_the_tiny_steps_of_a_huge_dimension_add_up(weight_decay: float) -> None:
    """Some thousand steps move Q by a few millionths, by the right amount."""
    dimension, count = 10**9, 4000
    mixture, learning = two_groups(), rule(weight_decay=weight_decay, initial_norm=2.0)
    record = collect(
        simulate, mixture, learning, dimension=dimension, seeds=range(50), steps=[0, count]
    )
    theory = solve(mixture, learning, np.array([0, count / dimension]))
    exact = np.append(np.diff(theory.overlaps, axis=0), np.diff(theory.norm))
    values = _order_parameters(record)
    moved = values[1] - values[0]
    error = moved.std(axis=0, ddof=1) / np.sqrt(moved.shape[0])
    np.testing.assert_array_less(np.abs(moved.mean(axis=0) - exact), 4 * error)
    assert error[-1] < 0.02 * abs(exact[-1])


def test_a_student_within_the_directions_grows_a_rest() -> None:
    mixture = two_groups()
    overlaps = mixture.coordinates @ np.full(mixture.coordinates.shape[1], 0.3)
    norm = mixture.coordinates.shape[1] * 0.09
    learning = rule(initial_overlaps=overlaps, initial_norm=norm)
    dimension, steps = 1000, [0, 1000]
    options: dict[str, Any] = {"dimension": dimension, "seeds": range(_RUNS), "steps": steps}
    record = collect(simulate, mixture, learning, **options)
    theory = solve(mixture, learning, np.array(steps) / dimension)
    error = record.norm.std(axis=1, ddof=1) / np.sqrt(_RUNS)
    np.testing.assert_array_less(
        np.abs(record.norm.mean(axis=1) - theory.norm), 4 * error + 2 / dimension
    )
