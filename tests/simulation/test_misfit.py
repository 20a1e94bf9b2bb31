"""The verdict on runs against theory, and how both part as the dimension shrinks."""

from typing import NamedTuple

import numpy as np
import pytest
from recording import collect
from scipy import stats
from simulation_cases import rule, two_groups

from simulation.dynamics import solve
from simulation.misfit import Misfit, misfit, single_misfit
from simulation.mixture import FloatArray
from simulation.observables import group_losses
from simulation.reduced_sgd import simulate

_MIXTURE = two_groups()


class Losses(NamedTuple):
    """Losses of each group over time, shape (2, runs, n)."""

    times: FloatArray
    values: FloatArray

    def exact(self, *, learning_rate: float = 0.3) -> FloatArray:
        return solve(_MIXTURE, rule(learning_rate=learning_rate), self.times).group_losses.T

    def against(self, exact: FloatArray, *, first: int = 0, runs: int | None = None) -> Misfit:
        """Verdict on some of the runs."""
        chosen = self.values[:, first : None if runs is None else first + runs]
        count = chosen.shape[1]
        deviation = chosen.std(axis=1, ddof=1) if count > 1 else np.zeros_like(exact)
        found = misfit(
            times=self.times,
            mean=chosen.mean(axis=1),
            deviation=deviation,
            runs=np.full(exact.shape, float(count)),
            exact=exact,
        )
        assert found is not None
        return found


def _simulated(*, dimension: int, runs: int, end: float, points: int = 40) -> Losses:
    """Losses over the times of an even log axis; runs, start and time 0 included."""
    first = max(1.0, 0.01 * dimension)
    steps = np.unique(np.rint(np.geomspace(first, end * dimension, points))).astype(int)
    record = collect(
        simulate,
        _MIXTURE,
        rule(),
        dimension=dimension,
        seeds=range(runs),
        steps=[0, *steps.tolist()],
    )
    losses = group_losses(_MIXTURE, rule().loss, record.overlaps, record.norm)
    return Losses(record.steps / dimension, losses.transpose(2, 1, 0))


@pytest.fixture(scope="module")
def many() -> Losses:
    return _simulated(dimension=1000, runs=6000, end=1.5)


@pytest.mark.parametrize("runs", [3, 30])
def test_runs_that_follow_the_theory_are_said_to(many: Losses, runs: int) -> None:
    """About 1 % of ensembles are called wrong by accident, hardly fewer."""
    exact = many.exact()
    found = [
        many.against(exact, first=first, runs=runs)
        for first in range(0, many.values.shape[1], runs)
    ]
    wrong = sum(one.agrees is False for one in found)
    assert wrong <= stats.binom.isf(1e-3, len(found), 0.012)
    assert wrong >= stats.binom.ppf(1e-3, len(found), 0.005)
    assert np.mean([one.agrees for one in found]) >= 0.95


def test_a_learning_rate_5_percent_off_is_noticed(many: Losses) -> None:
    exact = many.exact(learning_rate=1.05 * 0.3)
    for first in range(0, 2000, 100):
        found = many.against(exact, first=first, runs=100)
        assert found.agrees is False
        assert found.standard_errors > found.allowed


def test_a_small_dimension_is_noticed_with_thousands_of_runs() -> None:
    small = _simulated(dimension=10, runs=9000, end=3)
    found = small.against(small.exact())
    assert found.agrees is False
    assert small.against(small.exact(), runs=10).agrees is True


def test_a_single_run_cannot_tell(many: Losses) -> None:
    exact = many.exact()
    found = many.against(exact, runs=1)
    distance = np.abs(many.values[:, 0] - exact)
    assert found.agrees is None
    assert np.isnan(found.standard_errors)
    assert np.isnan(found.allowed)
    assert found.absolute == distance.max()
    assert many.times[distance[found.curve_index].argmax()] == found.time


@pytest.mark.parametrize(("rate", "expected"), [(0.3, 0.01), (0.6, 1.0)])
def test_a_single_run_is_judged_by_the_scatter_of_others(
    many: Losses, rate: float, expected: float
) -> None:
    """It departs by accident in 1 % of runs, and nearly always at twice the learning rate."""
    exact = many.exact(learning_rate=rate)
    scattered = many.values[:, -60:]
    found = [
        single_misfit(
            times=many.times,
            run=many.values[:, run],
            deviation=scattered.std(axis=1, ddof=1),
            runs=60,
            exact=exact,
        )
        for run in range(1000)
    ]
    wrong = np.mean([one is not None and one.agrees is False for one in found])
    assert wrong == pytest.approx(expected, abs=0.01)


def _flat(**changes: FloatArray) -> Misfit | None:
    """Three moments of two curves at 0, each the mean of 16 runs with deviation 4."""
    arrays = {
        "times": np.array([1.0, 2.0, 3.0]),
        "mean": np.zeros((2, 3)),
        "deviation": np.full((2, 3), 4.0),
        "runs": np.full((2, 3), 16.0),
        "exact": np.zeros((2, 3)),
    }
    return misfit(**(arrays | changes))


def test_it_names_the_worst_point() -> None:
    mean = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, -5.0]])
    found = _flat(mean=mean)
    level = stats.t.isf(0.005 / 6, 15)
    assert found is not None
    assert (found.time, found.curve_index) == (3.0, 1)
    assert (found.standard_errors, found.absolute) == pytest.approx((5, 5))
    assert found.allowed == pytest.approx(level)
    assert found.agrees is False
    barely = _flat(mean=mean / 5 * level * 0.999)
    assert barely is not None
    assert barely.agrees is True


def test_few_runs_prove_less_than_many() -> None:
    """The farther point is taken over three runs, as the others diverged."""
    found = _flat(
        mean=np.array([[0.0, 6.0, 20.0], [0.0, 0.0, np.nan]]),
        runs=np.array([[16.0, 16.0, 3.0], [16.0, 1.0, 0.0]]),
    )
    assert found is not None
    assert (found.time, found.curve_index, found.agrees) == (2.0, 0, False)
    assert found.allowed == pytest.approx(stats.t.isf(0.005 / 4, 15))


def test_rounding_is_no_misfit_but_a_wrong_constant_is() -> None:
    for error, agrees in ((1e-14, True), (1e-6, False)):
        found = _flat(mean=np.full((2, 3), error), deviation=np.zeros((2, 3)))
        assert found is not None
        assert found.agrees is agrees


@pytest.mark.parametrize("shape", [(2, 3), (2, 0)])
def test_nothing_to_compare(shape: tuple[int, int]) -> None:
    nothing = np.full(shape, np.nan)
    ones = np.ones(shape)
    assert misfit(times=ones[0], mean=nothing, deviation=nothing, runs=0 * ones, exact=ones) is None


def test_a_single_runs_misfit_shrinks_like_one_over_the_root_of_the_dimension() -> None:
    dimensions = np.geomspace(1e2, 1e5, 4)
    typical = []
    for dimension in dimensions.astype(int).tolist():
        losses = _simulated(dimension=dimension, runs=30, end=0.3, points=20)
        exact = losses.exact()
        typical.append(
            np.mean(
                [np.log(losses.against(exact, first=run, runs=1).absolute) for run in range(30)]
            )
        )
    slope = np.polyfit(np.log(dimensions), typical, 1)[0]
    assert slope == pytest.approx(-0.5, abs=0.1)


def test_the_bias_of_the_mean_shrinks_like_one_over_the_dimension() -> None:
    dimensions = np.array([5, 10, 20, 40])
    biases = []
    for dimension in dimensions.tolist():
        losses = _simulated(dimension=dimension, runs=15_000, end=4, points=2)
        biases.append((losses.values.mean(axis=1) - losses.exact())[:, -1].mean())
    slope = np.polyfit(np.log(dimensions), np.log(biases), 1)[0]
    assert slope == pytest.approx(-1, abs=0.2)
