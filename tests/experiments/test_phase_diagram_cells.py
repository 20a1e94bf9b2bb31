from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from phase_diagram_settings import CROSSING, layers_of, mapped, run_map

from experiments.dynamics import learning_rule
from experiments.dynamics.rule import decision_thresholds
from experiments.frames import CELL_LAYERS
from experiments.phase_diagram import exact_map, has_closed_form, open_cell
from experiments.phase_diagram.cell import cell_layers, gaps
from experiments.settings import DynamicsSettings, PhaseDiagramSettings, SettingsError
from experiments.settings.cells import marker
from simulation.closed_form import time_scales
from simulation.crossings import VISIBLE_GAP, find_crossings, horizon, visible_crossings
from simulation.dynamics import flow, solve
from simulation.phases import is_unstable

RANDOM_AXES = (
    ("mixture.representation", "mixture.variance_minus"),
    ("learning.learning_rate", "mixture.variance_minus"),
    ("mixture.label_correlation_plus", "mixture.rule_similarity"),
    ("learning.group_weights.plus", "mixture.representation"),
    ("learning.batch_size", "learning.weight_decay"),
    ("mixture.threshold_plus", "mixture.shift"),
    ("learning.initial_norm", "mixture.variance_plus"),
)


def random_tables(seed: int) -> dict[str, dict[str, Any]]:
    """Settings around the double crossing, with weights, weight decay, sampling and a start."""
    rng = np.random.default_rng(seed)
    mixture, learning = dict(CROSSING["mixture"]), dict(CROSSING["learning"])
    for name in ("variance_plus", "variance_minus"):
        mixture[name] *= float(rng.uniform(0.5, 2))
    mixture["threshold_plus"] = float(rng.uniform(-0.5, 0.5))
    learning["weight_decay"] = float(rng.uniform(0, 0.2))
    learning["group_weights"] = tuple(rng.uniform(0.5, 2, 2).tolist())
    learning["class_weights"] = (0.8, 0.8)
    learning["initial_overlaps"] = (0.05, -0.02, 0.03, -0.03)
    sampling = ("balanced", "as-represented")[seed % 2]
    mitigation = {"sampling": sampling, "decision_thresholds": (0.1, -0.2)}
    return {"mixture": mixture, "learning": learning, "mitigation": mitigation}


def check_cell(
    settings: PhaseDiagramSettings, x: float, y: float, layers: dict[str, float]
) -> None:
    """Hold a cell against what is found for it as ``dynamics``."""
    measure = settings.map.measure
    try:
        cell = open_cell(settings, x, y)
    except SettingsError:
        assert layers["admissible"] == 0
        assert np.isnan([layers[name] for name in CELL_LAYERS if name != "admissible"]).all()
        return
    assert layers["admissible"] == 1
    mixture, rule = cell.mixture.teacher_mixture(), learning_rule(cell)
    until = cell.learning.duration
    thresholds = decision_thresholds(cell)
    found = find_crossings(
        mixture, rule, until=until, measure=measure, decision_thresholds=thresholds
    )
    times = [crossing.time for crossing in visible_crossings(found)]
    clear = [height for c in found for height in (c.gap_before, c.gap_after)]
    if not all(abs(height / VISIBLE_GAP - 1) > 0.02 for height in clear):
        return  # whether it is visible depends on rounding
    assert layers["crossings"] == len(times)
    ends = (times[0], times[-1]) if times else (np.nan, np.nan)
    assert_allclose([layers["first_crossing"], layers["last_crossing"]], ends, rtol=2e-6)
    lost = flow(mixture, rule, until).diverged_at
    unstable = lost is not None or (
        rule.loss.__class__.__name__ == "Squared"
        and cell.learning.class_weights[0] == cell.learning.class_weights[1]
        and is_unstable(mixture, rule, until)
    )
    assert layers["diverges"] == unstable
    moments = np.geomspace(1e-6 * until, 0.999999 * until, 400)
    trajectory = solve(mixture, rule, moments)
    gap = gaps(
        mixture,
        rule.loss,
        measure=measure,
        thresholds=thresholds,
        overlaps=trajectory.overlaps,
        norm=trajectory.norm,
    )
    if not unstable:
        assert_allclose(layers["final_gap"], gap[-1], rtol=1e-4, atol=1e-6)
        level = abs(layers["final_gap"]) < VISIBLE_GAP
        assert layers["asymptotic_preference"] == (-1 if level else layers["final_gap"] > 0)
        largest = gap[np.argmax(np.abs(gap))]
        assert_allclose(abs(layers["largest_gap"]), abs(largest), rtol=2e-3, atol=1e-6)
    else:
        assert layers["asymptotic_preference"] == -1


@pytest.mark.parametrize("measure", ["loss", "error"])
@pytest.mark.parametrize(("number", "axes"), list(enumerate(RANDOM_AXES)))
def test_every_cell_is_what_dynamics_says(number: int, axes: tuple[str, str], measure: str) -> None:
    swept = {"x": axes[0], "y": axes[1], "resolution": 4, "measure": measure}
    settings = mapped(**random_tables(number), map=swept)
    cells, _ = run_map(settings)
    layers = layers_of(cells)
    for row, column in product(range(4), repeat=2):
        named = dict(zip(CELL_LAYERS, layers[row, column].tolist(), strict=True))
        check_cell(settings, float(cells.x[column]), float(cells.y[row]), named)
    assert (cells.layer("admissible") == 1).any()


@pytest.mark.parametrize(
    "tables",
    [
        {"learning": {"schedule": "cosine", "decay_steps": 40.0, "alpha": 0.1}},
        {"mitigation": {"switch_time": 3.0, "later_group_weights": (0.5, 2.0)}},
        {"learning": {"class_weights": (1.0, 0.7), "duration": 12.0}},
        {"learning": {"loss": "logistic", "duration": 12.0, "learning_rate": 2.0}},
    ],
)
def test_cells_of_other_rules_are_what_dynamics_says(tables: dict[str, dict[str, Any]]) -> None:
    settings = mapped(**tables, map={"resolution": 3})
    assert not has_closed_form(settings)
    assert exact_map(settings) is None
    cells, _ = run_map(settings)
    layers = layers_of(cells)
    assert_array_equal(cells.size, 1)
    for row, column in product(range(3), repeat=2):
        named = dict(zip(CELL_LAYERS, layers[row, column].tolist(), strict=True))
        check_cell(settings, float(cells.x[column]), float(cells.y[row]), named)


def test_the_closed_form_meets_the_integrated_cell() -> None:
    settings = mapped(map={"resolution": 3})
    cells = exact_map(settings)
    assert cells is not None
    layers = layers_of(cells)
    for row, column in product(range(3), repeat=2):
        cell = open_cell(settings, float(cells.x[column]), float(cells.y[row]))
        assert_allclose(
            cell_layers(cell, "loss"), layers[row, column], rtol=1e-3, atol=1e-8, equal_nan=True
        )


def test_a_swept_class_weight_has_no_closed_form() -> None:
    swept = {"x": "learning.class_weights.positive", "resolution": 2}
    assert not has_closed_form(mapped(map=swept))
    assert has_closed_form(mapped(learning={"class_weights": (0.5, 0.5)}))
    assert not has_closed_form(mapped(learning={"schedule": "exponential"}))
    assert not has_closed_form(mapped(mitigation={"switch_time": 1.0}))


@pytest.mark.parametrize("axes", [("plus", "minus"), ("minus", "plus")])
def test_decision_thresholds_are_swept_for_errors(axes: tuple[str, str]) -> None:
    x, y = (f"mitigation.decision_thresholds.{group}" for group in axes)
    for swept in ({"x": x, "y": y}, {"x": x}):
        settings = mapped(map={**swept, "resolution": 3, "measure": "error"})
        assert exact_map(settings) is None
        cells, _ = run_map(settings)
        layers = layers_of(cells)
        for row, column in product(range(3), repeat=2):
            named = dict(zip(CELL_LAYERS, layers[row, column].tolist(), strict=True))
            check_cell(settings, float(cells.x[column]), float(cells.y[row]), named)


def test_thresholds_leave_losses_alone() -> None:
    key = "mitigation.decision_thresholds.plus"
    cells = exact_map(mapped(map={"x": key, "resolution": 4}))
    assert cells is not None
    layers = layers_of(cells)
    assert_array_equal(layers, np.broadcast_to(layers[:, :1], layers.shape))


@pytest.mark.parametrize("measure", ["loss", "error"])
def test_swapping_the_groups_mirrors_the_map(measure: str) -> None:
    mixture = dict.fromkeys(("threshold_plus", "threshold_minus"), 0.0)
    mixture |= {"label_correlation_plus": 0.0, "label_correlation_minus": 0.0, "shift": 0.0}
    axes = {"x": "mixture.variance_plus", "y": "mixture.variance_minus"}
    swept = {**axes, "resolution": 9, "measure": measure}
    here, there = (
        exact_map(mapped(mixture={**mixture, "representation": share}, map=swept))
        for share in (0.3, 0.7)
    )
    assert here is not None
    assert there is not None
    for name in ("admissible", "diverges", "crossings", "first_crossing", "last_crossing"):
        assert_allclose(there.layer(name), here.layer(name).T, rtol=1e-6)
    for name in ("final_gap", "largest_gap"):
        assert_allclose(there.layer(name), -here.layer(name).T, rtol=1e-6, atol=1e-12)
    preference = here.layer("asymptotic_preference").T
    swapped = np.where(preference < 0, -1, 1 - preference)
    assert_array_equal(there.layer("asymptotic_preference"), swapped)


def test_contradicting_overlaps_are_refused_before_any_cell() -> None:
    with pytest.raises(ValueError, match=r"initial_overlaps .* contradict each other"):
        mapped(learning={"initial_overlaps": (0.0, 0.0, 0.1, 0.1)}, map={"resolution": 3})


class TestOpenCell:
    def test_the_duration_covers_the_search(self) -> None:
        settings = mapped()
        cell = open_cell(settings, *marker(settings))
        assert isinstance(cell, DynamicsSettings)
        until = horizon(time_scales(cell.mixture.teacher_mixture(), learning_rule(cell)))
        assert until <= cell.learning.duration <= 1.01 * until

    def test_it_stays_within_what_a_duration_may_be(self) -> None:
        slow = mapped(learning={"learning_rate": 1e-6}, mixture={"variance_minus": 1e-3})
        assert open_cell(slow, 0.5, 1e-3).learning.duration == 1e6

    def test_other_rules_keep_theirs(self) -> None:
        settings = mapped(learning={"loss": "logistic"})
        assert open_cell(settings, 0.5, 1.0).learning.duration == 60.0

    def test_a_cell_that_cannot_exist_is_refused(self) -> None:
        axes = {"x": "mixture.label_correlation_plus", "y": "mixture.rule_similarity"}
        with pytest.raises(SettingsError, match="mixture"):
            open_cell(mapped(map=axes), 1.0, -1.0)


def test_the_map_under_a_slider_is_the_one_of_the_run() -> None:
    settings = mapped(map={"resolution": 16})
    cells, _ = run_map(settings)
    coarse = exact_map(mapped(map={"resolution": 100}), 16)
    assert coarse is not None
    assert coarse.settings == settings
    assert_array_equal(layers_of(coarse), layers_of(cells))


def test_the_largest_gap_is_found_between_the_moments() -> None:
    cell = open_cell(mapped(), 0.84, 2.0)
    mixture, rule = cell.mixture.teacher_mixture(), learning_rule(cell)
    solution = flow(mixture, rule, cell.learning.duration)
    gap = partial(gaps, mixture, rule.loss, measure="loss", thresholds=decision_thresholds(cell))
    overlaps, norm = solution.evaluate(np.geomspace(1e-3, cell.learning.duration, 20_000))
    largest = cell_layers(cell, "loss")[CELL_LAYERS.index("largest_gap")]
    assert_allclose(abs(largest), np.abs(gap(overlaps=overlaps, norm=norm)).max(), rtol=1e-3)
