"""Which simulation a run uses, and what it refuses."""

from typing import Any

import numpy as np
import pytest

from experiments.dynamics import learning_rule, run_dynamics
from experiments.dynamics.theory import record_steps
from experiments.frames import Source
from experiments.run import RunFailedError
from experiments.settings import DynamicsSettings, SettingsError, from_table
from simulation import direct_sgd, reduced_sgd


def _settings(**simulation: object) -> DynamicsSettings:
    table: dict[str, Any] = {"version": 1, "kind": "dynamics", "seed": 3}
    settings = from_table(table | {"learning": {"duration": 2.0}, "simulation": simulation})
    assert isinstance(settings, DynamicsSettings)
    return settings


def _simulated_norm(settings: DynamicsSettings) -> list[float]:
    return [
        float(value)
        for frame in run_dynamics(settings)
        for ensemble in frame.ensembles
        if ensemble.name.quantity == "Q" and ensemble.name.source is Source.SIMULATION
        for value in ensemble.mean
    ]


def test_the_method_names_the_simulation() -> None:
    for method, simulate in (
        ("direct", direct_sgd.simulate),
        ("reduced", reduced_sgd.simulate),
    ):
        settings = _settings(dimension=50, runs=1, method=method)
        expected = np.concatenate(
            [
                chunk.norm[:, 0]
                for chunk in simulate(
                    settings.mixture.teacher_mixture(),
                    learning_rule(settings),
                    dimension=50,
                    seeds=[3],
                    steps=record_steps(settings),
                )
            ]
        )
        np.testing.assert_array_equal(_simulated_norm(settings), expected)
    assert _settings().simulation.method == "reduced"


def test_only_the_reduced_simulation_takes_large_dimensions() -> None:
    assert _settings(dimension=10**9, runs=0).simulation.dimension == 10**9
    with pytest.raises(SettingsError, match=r"20,000") as caught:
        _settings(dimension=20_001, method="direct")
    assert "simulation.dimension" in str(caught.value)
    assert "simulation.method" in str(caught.value)


@pytest.mark.parametrize("runs", [1, 3])
def test_a_simulation_that_would_never_end_is_refused(runs: int) -> None:
    with pytest.raises(RunFailedError, match=r"lower simulation\.dimension") as caught:
        next(run_dynamics(_settings(dimension=10**9, runs=runs)))
    assert f"{runs * 2 * 10**9:,} samples" in str(caught.value)
    assert "learning.duration" in str(caught.value)


def test_theory_alone_is_never_too_much() -> None:
    assert _simulated_norm(_settings(dimension=10**9, runs=0)) == []
