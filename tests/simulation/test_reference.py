"""Golden trajectories: an independent solution by adaptive quadrature and an order-8 integrator."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation.dynamics import Trajectory, integrate, solve
from simulation.learning import LearningRule
from simulation.losses import Focal, Logistic, Loss, Squared
from simulation.mixture import TeacherMixture

_DATA = Path(__file__).parents[1] / "data"
_CASES: list[dict[str, Any]] = [
    case
    for name in ("two_groups.json", "three_groups.json")
    for case in json.loads((_DATA / name).read_text(encoding="utf-8"))
]
_LOSSES: dict[str, Loss] = {"squared": Squared(), "logistic": Logistic(), "focal:2": Focal(2.0)}


@pytest.mark.parametrize("curves", [solve, integrate])
@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["name"])
def test_golden_trajectories(case: dict[str, Any], curves: Callable[..., Trajectory]) -> None:
    parameters = case["parameters"]
    groups = len(parameters["p"])
    mixture = TeacherMixture(
        names=tuple("abc"[:groups]),
        shares=parameters["p"],
        variances=parameters["D"],
        thresholds=parameters["b"],
        gram=parameters["G"],
    )
    rule = LearningRule(
        loss=_LOSSES[parameters["lossfn"]],
        learning_rate=parameters["eta"],
        weight_decay=parameters.get("lam", 0.0),
        batch_size=parameters.get("B", 1),
        group_weights=parameters.get("c", np.ones(groups)),
        class_weights=parameters.get("wy", np.ones(2)),
        initial_norm=case["initial"][-1],
        initial_overlaps=case["initial"][:-1],
    )

    trajectory = curves(mixture, rule, case["t"])

    state = np.column_stack([trajectory.overlaps, trajectory.norm])
    np.testing.assert_allclose(state, case["state"], rtol=0, atol=1e-8)
    confusion = trajectory.confusion
    joint = [confusion.true_positive, confusion.selection_rate, confusion.positive]
    np.testing.assert_allclose(np.stack(joint, axis=-1), case["joint"], rtol=0, atol=1e-8)
    if "group_loss" in case:
        np.testing.assert_allclose(trajectory.group_losses, case["group_loss"], rtol=0, atol=1e-8)
    assert trajectory.diverged_at is None
