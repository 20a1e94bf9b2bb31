from typing import Any

import numpy as np
import pytest
from recording import collect
from simulation_cases import rule, two_groups

from simulation.dynamics import solve
from simulation.reduced_sgd import simulate

_RUNS = 200


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
    values = record.order_parameters
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
