from typing import Any

import numpy as np
import pytest
from recording import collect
from simulation_cases import rule, two_groups

from simulation.direct_sgd import simulate
from simulation.dynamics import solve


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


def test_a_batch_too_large_to_hold_is_done_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    mixture, learning = two_groups(), rule(batch_size=100, weight_decay=0.2)
    options: dict[str, Any] = {"dimension": 10, "seeds": [3, 4], "steps": [1, 2, 70]}
    whole = collect(simulate, mixture, learning, **options)
    monkeypatch.setattr("simulation.direct_sgd._LARGEST_PART", 300)
    monkeypatch.setattr("simulation.direct_sgd._CAPACITY", 300)
    parts = collect(simulate, mixture, learning, **options)
    np.testing.assert_allclose(parts.order_parameters, whole.order_parameters, rtol=1e-12)
