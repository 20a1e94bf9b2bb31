import numpy as np
import pytest
from recording import CASES, collect
from simulation_cases import rule, two_groups

from simulation.direct_sgd import simulate
from simulation.dynamics import solve
from simulation.observables import group_losses

_DIMENSION = 200
_RUNS = 200


@pytest.mark.parametrize("name", CASES)
def test_the_mean_over_runs_follows_the_theory(name: str) -> None:
    mixture, learning = CASES[name]
    steps = [0, 100, 400, 1000]
    record = collect(
        simulate, mixture, learning, dimension=_DIMENSION, seeds=range(_RUNS), steps=steps
    )
    theory = solve(mixture, learning, np.array(steps) / _DIMENSION)
    losses = group_losses(mixture, learning.loss, record.overlaps, record.norm)
    for simulated, exact in (
        (record.overlaps, theory.overlaps),
        (record.norm, theory.norm),
        (losses, theory.group_losses),
    ):
        error = simulated.std(axis=1, ddof=1) / np.sqrt(_RUNS)
        np.testing.assert_array_less(
            np.abs(simulated.mean(axis=1) - exact), 4 * error + 2 / _DIMENSION
        )
    start = np.broadcast_to(learning.initial_overlaps, record.overlaps[0].shape)
    np.testing.assert_allclose(record.overlaps[0], start, atol=1e-14)
    np.testing.assert_allclose(record.norm[0], learning.initial_norm)


def test_runs_gather_around_the_theory_as_the_dimension_grows() -> None:
    mixture, learning = two_groups(), rule()
    spread = []
    for dimension in (50, 800):
        record = collect(
            simulate, mixture, learning, dimension=dimension, seeds=range(40), steps=[2 * dimension]
        )
        exact = solve(mixture, learning, [2.0]).overlaps
        spread.append(np.sqrt(np.mean((record.overlaps - exact) ** 2)))
    assert spread[0] / spread[1] == pytest.approx(4, rel=0.3)
