"""Runs against theory: the verdict, and crossings forecast and measured."""

import numpy as np
import pytest
from dynamics_runs import (
    GENERAL,
    Table,
    dynamics,
    exact,
    many_groups,
    streamed,
    streaming,
    times,
    values,
)
from numpy.testing import assert_allclose
from scipy.optimize import brentq
from scipy.stats import t as student

from experiments.curves import CurveSet
from experiments.dynamics import learning_rule, theory
from experiments.dynamics.theory import record_steps
from experiments.figures import RunView
from experiments.figures.agreement import agreement, forecasts_and_measured, misfit_of
from experiments.frames import OVERALL, CurveName, EnsemblePoints, EventKind, FloatArray, Source
from experiments.settings import DynamicsSettings
from simulation.dynamics import solve

SHORT = {"duration": 6.0}
MANY = {"runs": 40, "dimension": 4000}


def _with_theory_of(run: RunView, settings: DynamicsSettings) -> RunView:
    """The runs of one, laid over the exact curves of other settings."""
    found = theory(settings)
    curves = CurveSet(found.points, run.curves.ensembles)
    return RunView(run.name, settings, curves, found.events, run.end)


@pytest.mark.parametrize(
    ("mixture", "learning"),
    [
        ({}, {}),
        (GENERAL, {"loss": "logistic", "learning_rate": 1.0}),
        (many_groups(3), {"loss": "focal", "learning_rate": 2.0}),
        (GENERAL, {"schedule": "cosine", "decay_steps": 4.0, "class_weights": (1.0, 2.0)}),
    ],
)
def test_runs_agree_with_their_own_theory_and_not_with_that_of_another_rate(
    mixture: Table, learning: Table
) -> None:
    tables = {"mixture": mixture, "simulation": MANY}
    settings = dynamics(learning=SHORT | learning, **tables)
    run = streamed(settings)
    assert agreement(run).startswith("Runs agree with theory: largest misfit ")
    found = misfit_of(run)
    assert found is not None
    assert found.agrees
    assert found.absolute < 0.02
    rate = 1.15 * settings.learning.learning_rate
    other = dynamics(learning=SHORT | learning | {"learning_rate": rate}, **tables)
    wrong = _with_theory_of(run, other)
    assert agreement(wrong).startswith("Runs depart from theory: ")
    assert "raise the dimension" in agreement(wrong)


def test_the_misfit_is_the_largest_distance_of_a_mean_in_standard_errors() -> None:
    run = streamed(dynamics(mixture=GENERAL, simulation=MANY, learning=SHORT))
    scores, distances, moments = [], [], []
    for group in ("+", "-"):
        runs = run.curves.ensemble("loss", group)
        assert runs is not None
        theirs = values(run.curves, "loss", group)[np.isin(times(run.curves), runs.x)]
        assert theirs.size == runs.x.size
        distances += np.abs(runs.traces.mean(axis=1) - theirs).tolist()
        scores += (
            np.array(distances[-runs.x.size :])
            / (runs.traces.std(axis=1, ddof=1) / np.sqrt(runs.traces.shape[1]))
        ).tolist()
        moments += runs.x.tolist()
    largest = int(np.argmax(scores))
    found = misfit_of(run)
    assert found is not None
    assert_allclose(found.standard_errors, scores[largest], rtol=1e-6)
    assert_allclose(found.absolute, distances[largest], rtol=1e-6)
    assert found.time == moments[largest]
    assert_allclose(found.allowed, student.ppf(1 - 0.005 / len(scores), 39), rtol=1e-6)


def test_few_dimensions_depart_from_theory() -> None:
    learning = SHORT | {"learning_rate": 0.6}
    settings = dynamics(
        mixture=GENERAL, simulation={"runs": 1000, "dimension": 5}, learning=learning
    )
    run = streamed(settings)
    assert agreement(run).startswith("Runs depart from theory")


def test_a_single_run_cannot_tell() -> None:
    run = streamed(dynamics(simulation={"runs": 1, "dimension": 50}, learning=SHORT))
    assert agreement(run).startswith("A single run cannot tell")
    found = misfit_of(run)
    assert found is not None
    assert found.agrees is None
    assert 0 < found.absolute < 1


def test_without_runs_nothing_is_said() -> None:
    run = streamed(dynamics(learning=SHORT))
    assert agreement(run) == ""
    assert misfit_of(run) is None


@pytest.mark.parametrize(
    ("moments", "compared"),
    [
        ((0.0011, 0.5, 1.0, 2.0), True),
        ((0.0, 0.12345, 0.3339, 5.99999), True),
        ((0.0,), False),
    ],
)
def test_runs_are_compared_where_they_were_recorded_but_not_at_their_common_start(
    moments: tuple[float, ...], compared: bool
) -> None:
    simulation = {"runs": 40, "dimension": 1000}
    run = streamed(dynamics(simulation=simulation, learning=SHORT, output={"times": moments}))
    found = misfit_of(run)
    assert (found is not None) == compared
    assert bool(agreement(run)) == compared
    if found is not None:
        assert found.agrees
        assert found.standard_errors > 0.1
        assert found.time in np.rint(np.array(moments) * 1000) / 1000


def _crossings(settings: DynamicsSettings, quantity: str, guesses: Table) -> list[float]:
    """Sign changes of an exact gap, each found in an interval."""

    def gap(moment: float) -> float:
        trajectory = solve(settings.mixture.teacher_mixture(), learning_rule(settings), [moment])
        losses = {"loss": trajectory.group_losses, "error": trajectory.group_errors}[quantity]
        return float(losses[0, 0] - losses[0, 1])

    return [brentq(gap, low, high, xtol=1e-12) for low, high in guesses.values()]


@pytest.mark.parametrize("loss", ["squared", "logistic"])
def test_intervals_over_runs_of_many_dimensions_hold_the_forecast(loss: str) -> None:
    learning = {"loss": loss, "duration": 6.0}
    settings = dynamics(simulation={"runs": 60, "dimension": 6000}, learning=learning)
    run = streamed(settings)
    guesses = {"squared": {"": (0.5, 2), " ": (2, 5)}, "logistic": {"": (0.2, 1)}}[loss]
    expected = _crossings(settings, "loss", guesses)
    found = forecasts_and_measured(run, "loss")
    assert_allclose([each.forecast for each in found], expected, rtol=1e-5)
    for each in found:
        assert each.runs == 60
        assert each.crossed >= 54
        assert each.low < each.forecast < each.high
        assert each.low <= each.median <= each.high
        assert abs(np.log(each.median / each.forecast)) < 0.15


def test_crossings_in_error_are_measured_too() -> None:
    settings = dynamics(
        mixture=GENERAL,
        simulation={"runs": 40, "dimension": 2000},
        learning=SHORT,
        mitigation={"decision_thresholds": (0.1,)},
    )
    run = streamed(settings)
    (found,) = forecasts_and_measured(run, "error")
    (event,) = run.happened(EventKind.ERROR_CROSSING)
    assert found.forecast == event.x
    assert found.low < found.forecast < found.high
    assert forecasts_and_measured(run, "loss") == ()


def _limit(settings: DynamicsSettings, gap_of: list[FloatArray]) -> RunView:
    """Runs that follow given gaps at the recorded steps."""
    found = theory(settings)
    x = np.array(record_steps(settings)) / settings.simulation.dimension
    name = CurveName("loss_gap", OVERALL, Source.SIMULATION, "base", 1)
    runs = EnsemblePoints.of(name, x, np.column_stack(gap_of), kept=1000)
    return RunView("limit", settings, CurveSet(found.points, [runs]), found.events)


def _gap_at(settings: DynamicsSettings, moments: FloatArray) -> FloatArray:
    losses = solve(
        settings.mixture.teacher_mixture(), learning_rule(settings), moments
    ).group_losses
    return np.asarray(losses[:, 0] - losses[:, 1])


def test_what_interpolation_between_recorded_steps_does_is_taken_off() -> None:
    settings = dynamics(simulation={"runs": 5, "dimension": 10**8}, learning={"duration": 400.0})
    x = np.array(record_steps(settings)) / 1e8
    shifts = (0.98, 0.99, 1.0, 1.01, 1.02)
    run = _limit(settings, [_gap_at(settings, x / shift) for shift in shifts])
    found = forecasts_and_measured(run, "loss")
    forecasts = _crossings(settings, "loss", {"first": (0.5, 2), "second": (2, 5)})
    gap = _gap_at(settings, x)
    plain = x[:-1][np.diff(np.sign(gap)) != 0]
    interpolated = []
    for left in np.searchsorted(x, plain):
        share = gap[left] / (gap[left] - gap[left + 1])
        interpolated.append(np.exp(np.log(x[left]) + share * np.log(x[left + 1] / x[left])))
    assert np.max(np.abs(np.array(interpolated) / forecasts - 1)) > 1e-3
    for each, forecast in zip(found, forecasts, strict=True):
        assert (each.runs, each.crossed) == (5, 5)
        assert_allclose(each.median, forecast, rtol=1e-6)
        low, high = np.percentile(shifts, [2.5, 97.5])
        assert_allclose([each.low, each.high], [low * forecast, high * forecast], rtol=1e-3)


def test_only_changes_of_the_lead_in_the_same_direction_count() -> None:
    settings = dynamics(simulation={"runs": 3, "dimension": 10**4}, learning={"duration": 50.0})
    x = np.array(record_steps(settings)) / 1e4
    gap = _gap_at(settings, x)
    lost = np.where(x < 2.0, gap, np.nan)
    run = _limit(settings, [gap, -gap, np.full_like(gap, -0.1), lost])
    first, second = forecasts_and_measured(run, "loss")
    assert (first.runs, first.crossed) == (4, 2)
    assert (second.runs, second.crossed) == (3, 1)
    assert_allclose([second.low, second.median, second.high], second.forecast, rtol=1e-9)
    none = _limit(settings, [np.full_like(gap, -0.1)] * 2)
    for each in forecasts_and_measured(none, "loss"):
        assert (each.runs, each.crossed) == (2, 0)
        assert np.isnan([each.low, each.median, each.high]).all()


def test_a_crossing_between_reported_times_cannot_be_measured() -> None:
    output = {"times": (0.0, 2.0, 3.0)}
    settings = dynamics(simulation=MANY, learning={"duration": 3.0}, output=output)
    (found,) = forecasts_and_measured(streamed(settings), "loss")
    assert (found.runs, found.crossed, found.resolved) == (40, 0, False)


def test_forecasts_stand_alone_without_runs() -> None:
    settings = dynamics(learning={"duration": 50.0})
    found = forecasts_and_measured(streamed(settings), "loss")
    assert_allclose([each.forecast for each in found], [0.9431, 3.1104], atol=6e-5)
    for each in found:
        assert (each.runs, each.crossed) == (0, 0)
        assert np.isnan([each.low, each.median, each.high]).all()


@pytest.mark.parametrize("output", [{}, {"times": (0.0, 0.5, 2.0, 4.0)}])
def test_every_part_of_a_stream_can_be_judged(output: Table) -> None:
    settings = dynamics(simulation={"runs": 4, "dimension": 60}, learning=SHORT, output=output)
    reached = []
    for run in streaming(settings):
        assert isinstance(agreement(run), str)
        assert forecasts_and_measured(run, "error") == ()
        found = forecasts_and_measured(run, "loss")
        assert len(found) == 2
        reached.append([each.runs for each in found])
        for each in found:
            assert each.crossed <= each.runs
    assert reached[0] == [0, 0]
    assert reached[-1] == [4, 4]
    assert np.all(np.diff(reached, axis=0) >= 0)


@pytest.mark.parametrize("runs", [1, 4])
def test_runs_that_have_all_diverged_can_be_judged(runs: int) -> None:
    learning = {"duration": 300.0, "learning_rate": 6.0}
    run = streamed(dynamics(simulation={"runs": runs, "dimension": 20}, learning=learning))
    for each in run.curves.ensembles:
        assert each.count[-1] == 0 or each.x[-1] < 300
    assert "nan" not in agreement(run)
    for measure in ("loss", "error"):
        for found in forecasts_and_measured(run, measure):
            assert found.crossed <= found.runs <= runs
    nothing = EnsemblePoints.of(
        CurveName("loss", "+", Source.SIMULATION, "base", 1),
        np.array([1.0, 2.0]),
        np.full((2, runs), np.nan),
        kept=5,
    )
    blank = CurveSet(
        exact(dynamics(learning=SHORT)),
        [
            EnsemblePoints.of(
                CurveName(quantity, group, Source.SIMULATION, "base", 1),
                nothing.x,
                nothing.traces,
                kept=5,
            )
            for quantity, group in (("loss", "+"), ("loss", "-"), ("loss_gap", OVERALL))
        ],
    )
    events = theory(dynamics(learning=SHORT)).events
    lost = RunView("lost", dynamics(learning=SHORT), blank, events)
    assert agreement(lost) == ""
    assert [each.runs for each in forecasts_and_measured(lost, "loss")] == [0, 0]
