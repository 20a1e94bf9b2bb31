"""Finite-size runs as they are streamed: moments, traces, pace, divergence and memory."""

import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
from dynamics_runs import (
    GENERAL,
    Table,
    dynamics,
    exact,
    many_groups,
    point_by_point,
    streamed,
    times,
    values,
)
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import erf

from experiments.curves import CurveSet
from experiments.dynamics import learning_rule, run_dynamics
from experiments.dynamics.theory import record_steps
from experiments.frames import (
    ENSEMBLE_ARRAYS,
    OVERALL,
    TO_NEXT_POINT,
    EnsemblePoints,
    EventKind,
    FloatArray,
)
from experiments.settings import DynamicsSettings
from simulation import reduced_sgd

SHORT = {"duration": 4.0}
METHODS = ("direct", "reduced")
UNSTABLE = {"duration": 30.0, "learning_rate": 3.5}
"""Beyond the limit 2.37 of the default mixture."""


def ensemble(curves: CurveSet, quantity: str, group: str = OVERALL) -> EnsemblePoints:
    found = curves.ensemble(quantity, group)
    assert found is not None
    return found


def traces(curves: CurveSet, quantity: str) -> FloatArray:
    """Of both groups, shape (n, runs, 2)."""
    return np.stack([ensemble(curves, quantity, group).traces for group in ("+", "-")], axis=-1)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("learning", [SHORT, UNSTABLE])
def test_moments_are_those_of_the_traces(method: str, learning: Table) -> None:
    simulation = {"runs": 40, "dimension": 30, "method": method}
    curves = streamed(dynamics(simulation=simulation, learning=learning)).curves
    assert len(curves.ensembles) > 50
    for each in curves.ensembles:
        assert each.traces.shape == (each.x.size, 40)
        for row, runs in enumerate(each.traces):
            known = runs[np.isfinite(runs)]
            assert each.count[row] == known.size
            if not known.size:
                assert np.isnan(each.mean[row])
                continue
            spread = known.std(ddof=1) if known.size > 1 else 0.0
            assert_allclose(each.mean[row], known.mean(), rtol=1e-9, atol=1e-12)
            assert_allclose(each.deviation[row], spread, rtol=1e-9, atol=1e-12)
            assert (each.lowest[row], each.highest[row]) == (known.min(), known.max())


@pytest.mark.parametrize("method", METHODS)
def test_every_run_has_the_exact_loss_of_its_order_parameters(method: str) -> None:
    simulation = {"runs": 6, "dimension": 40, "method": method}
    settings = dynamics(mixture=GENERAL, simulation=simulation, learning=SHORT)
    curves = streamed(settings).curves
    overlap, field, losses = (traces(curves, quantity) for quantity in ("R", "M", "loss"))
    norm = ensemble(curves, "Q").traces[..., None]
    variance, margin = np.array([0.5, 1.2]), np.array([0.5, -0.2]) / np.sqrt([0.5, 1.2])
    density = np.exp(-(margin**2) / 2) / np.sqrt(2 * np.pi)
    agreement = field * erf(margin / np.sqrt(2)) + 2 * density * np.sqrt(variance) * overlap
    expected = 0.5 * (1 - 2 * agreement + field**2 + variance * norm)
    assert_allclose(losses, expected, rtol=1e-9)
    overall = ensemble(curves, "loss").traces
    assert_allclose(overall, expected @ [0.7, 0.3], rtol=1e-9)
    assert_allclose(
        ensemble(curves, "loss_gap").traces, losses[..., 0] - losses[..., 1], atol=1e-12
    )


@pytest.mark.parametrize("mixture", [{}, many_groups(3)])
def test_runs_and_theory_report_the_same_quantities(mixture: Table) -> None:
    settings = dynamics(mixture=mixture, simulation={"runs": 2, "dimension": 40}, learning=SHORT)
    curves = streamed(settings).curves
    parts = {"alignment", "norm", "shift"}
    of_theory = {(each.name.quantity, each.name.group) for each in curves}
    of_runs = {(each.name.quantity, each.name.group) for each in curves.ensembles}
    assert of_runs == {name for name in of_theory if name[0] not in parts}


def _diverged(settings: DynamicsSettings) -> tuple[CurveSet, dict[int, float]]:
    """Curves, and when each run that diverged did, by its number."""
    run = streamed(settings)
    notices = run.happened(EventKind.NOTICE)
    told = {int(event.text.split()[1]) - 1: event.x for event in notices}
    assert len(told) == len(notices)
    for number, event in zip(told, notices, strict=True):
        assert f"(seed {settings.seed + number}) diverged at step" in event.text
    return run.curves, told


@pytest.mark.parametrize("method", METHODS)
def test_runs_that_diverge_drop_out_for_good_and_are_told_once(method: str) -> None:
    simulation = {"runs": 12, "dimension": 30, "method": method}
    settings = dynamics(seed=5, simulation=simulation, learning=UNSTABLE)
    curves, told = _diverged(settings)
    norm = ensemble(curves, "Q")
    assert len(told) == 12
    assert 0 < norm.count[-1] < 12 or norm.x[-1] < 30
    assert np.all(np.diff(norm.count) <= 0)
    assert {0.0} < set(np.diff(norm.count).tolist())
    for run, moment in told.items():
        before = norm.x < moment - 64 / 30
        assert np.isfinite(norm.traces[before, run]).all()
        assert np.isnan(norm.traces[norm.x >= moment, run]).all()
    assert np.nanmax(norm.traces) <= 1e6


def test_one_run_has_no_spread() -> None:
    curves = streamed(dynamics(simulation={"runs": 1, "dimension": 40}, learning=SHORT)).curves
    for each in curves.ensembles:
        assert set(each.count.tolist()) <= {0.0, 1.0}
        known = each.count > 0
        assert_array_equal(each.deviation[known], 0.0)
        assert_array_equal(each.mean[known], each.traces[known, 0])
        assert_array_equal(each.lowest, each.highest)


def test_without_runs_there_is_one_frame_of_theory() -> None:
    settings = dynamics(learning=SHORT)
    (frame,) = run_dynamics(settings)
    assert not frame.ensembles
    assert frame.progress is not None
    assert frame.progress.fraction == 1.0
    assert_array_equal(values(CurveSet(frame.points), "Q"), values(exact(settings), "Q"))


def test_of_many_runs_some_are_kept_and_all_are_counted() -> None:
    settings = dynamics(seed=9, simulation={"runs": 1200, "dimension": 30}, learning=SHORT)
    curves = streamed(settings).curves
    chunks = list(
        reduced_sgd.simulate(
            settings.mixture.teacher_mixture(),
            learning_rule(settings),
            dimension=30,
            seeds=range(9, 1209),
            steps=record_steps(settings),
        )
    )
    norm = np.concatenate([chunk.norm for chunk in chunks])
    overlap = np.concatenate([chunk.overlaps[..., 0] for chunk in chunks])
    for found, expected in (
        (ensemble(curves, "Q"), norm),
        (ensemble(curves, "R", "+"), overlap),
    ):
        assert_array_equal(found.traces, expected[:, :1000])
        assert_array_equal(found.count, 1200)
        assert_allclose(found.mean, expected.mean(axis=1), rtol=1e-9)
        assert_allclose(found.deviation, expected.std(axis=1, ddof=1), rtol=1e-9)
        assert_array_equal(found.highest, expected.max(axis=1))
    assert ensemble(curves, "f1", "+").traces.shape[1] == 100
    assert_array_equal(ensemble(curves, "f1", "+").count, 1200)


def test_fewer_runs_are_kept_where_many_times_are_reported() -> None:
    moments = tuple((np.arange(1, 401) / 100).tolist())
    settings = dynamics(
        simulation={"runs": 110, "dimension": 100}, learning=SHORT, output={"times": moments}
    )
    curves = streamed(settings).curves
    assert ensemble(curves, "Q").x.tolist() == list(moments)
    assert ensemble(curves, "Q").traces.shape == (400, 100)
    assert_array_equal(ensemble(curves, "Q").count, 110)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("cap", [None, TO_NEXT_POINT, 1, 17])
def test_frames_keep_to_the_pace_and_the_numbers_do_not_depend_on_it(
    method: str, cap: int | None
) -> None:
    settings = dynamics(simulation={"runs": 3, "dimension": 35, "method": method}, learning=SHORT)
    steps, frames = record_steps(settings), run_dynamics(settings)
    curves, done = CurveSet(), [0]
    frame = next(frames)
    assert not frame.ensembles
    while True:
        assert frame.progress is not None
        done.append(frame.progress.steps)
        assert frame.progress.total_steps == steps[-1] == 140
        assert dict(frame.progress.counters) == {"t": done[-1] / 35, "step": done[-1]}
        curves.extend(ensembles=frame.ensembles)
        reached = ensemble(curves, "Q").x.size if curves.ensembles else 0
        assert reached == sum(step <= done[-1] for step in steps)
        try:
            frame = frames.send(cap)
        except StopIteration:
            break
    assert done[-1] == 140
    moves = np.diff(done)
    assert np.all(moves >= 0)
    if cap:
        assert moves.max() == cap
    elif cap == TO_NEXT_POINT:
        assert list(dict.fromkeys(done)) == [0, *steps]
    assert_array_equal(ensemble(curves, "Q").x, np.array(steps) / 35)
    again = streamed(settings).curves
    for found in curves.ensembles:
        expected = ensemble(again, found.name.quantity, found.name.group)
        for field in ENSEMBLE_ARRAYS:
            assert_array_equal(getattr(found, field), getattr(expected, field))


def test_each_run_has_the_seed_after_the_one_before() -> None:
    first, second = (
        ensemble(
            streamed(
                dynamics(seed=seed, simulation={"runs": 3, "dimension": 30}, learning=SHORT)
            ).curves,
            "Q",
        )
        for seed in (4, 5)
    )
    assert_allclose(first.traces[:, 1:], second.traces[:, :2], rtol=1e-12)
    for one, other in pairwise(first.traces.T):
        assert np.abs(one - other).max() > 1e-3


@pytest.mark.parametrize("method", METHODS)
def test_runs_scatter_around_theory(method: str) -> None:
    settings = dynamics(
        mixture=GENERAL,
        simulation={"runs": 60, "dimension": 400, "method": method},
        learning={"duration": 2.0},
    )
    curves = streamed(settings).curves
    for quantity, group in (("loss", "+"), ("error", "-"), ("Q", OVERALL), ("R", "-"), ("M", "+")):
        runs = ensemble(curves, quantity, group)
        theory = np.interp(runs.x, times(curves), values(curves, quantity, group))
        allowed = 4.5 * runs.deviation / np.sqrt(60) + 3 / 400
        assert np.all(np.abs(runs.mean - theory) < allowed)


def test_an_ensemble_of_thousands_stays_small() -> None:
    settings = dynamics(
        simulation={"runs": 3000, "dimension": 10},
        learning={"loss": "logistic", "duration": 4.0},
        output={"times": (0.1, 0.5, 1.0, 2.0, 3.0, 4.0)},
    )
    curves = CurveSet()
    tracemalloc.start()
    try:
        for frame in point_by_point(run_dynamics(settings)):
            curves.extend(frame.points, frame.ensembles)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert ensemble(curves, "Q").count[-1] == 3000
    assert peak < 200e6
