import numpy as np
import pytest

from simulation.collocation import PiecewisePolynomial, collocate
from simulation.mixture import FloatArray


def _solve(
    rate: float, *, end: float, edges: tuple[float, ...] = (), bound: float = 1e6
) -> PiecewisePolynomial:
    """dQ/dt = −rate Q + rate cos t − sin t, solved by cos t + (Q(0) − 1)e^{−rate t}."""
    stages = np.array([0.0, *edges, end])

    def source(times: FloatArray) -> FloatArray:
        return np.asarray(rate * np.cos(times) - np.sin(times))

    return collocate(
        lambda times: np.full_like(times, rate),
        source,
        edges=stages,
        start=3.0,
        fastest=np.full(stages.size - 1, max(abs(rate), 1.0)),
        bound=bound,
    )


@pytest.mark.parametrize("rate", [0.0, 0.3, 20.0, 1e6, -0.4])
def test_the_solution_of_an_equation_that_is_solved(rate: float) -> None:
    times = np.append(0.0, np.geomspace(1e-8, 20, 300))
    exact = np.cos(times) + 2 * np.exp(-rate * times)
    solution = _solve(rate, end=20.0)(times)
    np.testing.assert_allclose(solution, exact, rtol=0, atol=1e-9 * np.abs(exact).max())


def test_a_coefficient_that_jumps_at_an_edge() -> None:
    solution = collocate(
        lambda times: np.where(times < 1, 0.0, 2.0),
        lambda times: np.where(times < 1, 3.0, 0.0),
        edges=np.array([0.0, 1.0, 4.0]),
        start=0.0,
        fastest=np.ones(2),
        bound=1e6,
    )
    times = np.array([0.0, 0.5, 1.0, 2.0, 4.0])
    exact = [0.0, 1.5, 3.0, 3 * np.exp(-2), 3 * np.exp(-6)]
    np.testing.assert_allclose(solution(times), exact, atol=1e-11)


def test_a_solution_beyond_the_bound_ends_early() -> None:
    solution = _solve(-2.0, end=1e6, bound=1e4)
    last = float(solution.edges[-1])
    assert 1e4 < solution(np.array([last]))[0] < 1e9
    passed = np.log(0.5e4) / 2
    assert passed < last
    np.testing.assert_allclose(solution(np.array([passed])), 1e4, rtol=2e-4)


def test_a_start_alone() -> None:
    np.testing.assert_allclose(_solve(1.0, end=0.0)(np.zeros(2)), 3.0, rtol=1e-14)


def test_what_changes_too_abruptly_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulation.collocation._MOST_PANELS", 100)
    with pytest.raises(ArithmeticError, match="too abruptly to be followed to t = 5; try"):
        collocate(
            np.zeros_like,
            lambda times: np.sin(1e5 * times),
            edges=np.array([0.0, 5.0]),
            start=0.0,
            fastest=np.ones(1),
            bound=1e6,
        )
