import numpy as np
import pytest
from phase_cases import random_cells, stability_limit, two_group_cells, values_of

from simulation.closed_form import time_scales
from simulation.dynamics import solve
from simulation.phase_cells import TwoGroupCells
from simulation.phase_modes import Modes
from simulation.phase_roots import exponential_sum
from simulation.phase_sums import gap_sums


def _check(cells: TwoGroupCells) -> None:
    """Hold the sums of admissible cells of shape (n,) against the curves of each."""
    (size,) = cells.shape
    modes = Modes.of(cells)
    terms = gap_sums(modes)
    for number in range(size):
        mixture, rule = cells.cell(number)
        scales = time_scales(mixture, rule)
        times = np.geomspace(1e-6, 20, 40) * scales.teachers
        curves = solve(mixture, rule, times)
        gap, norm = (
            exponential_sum(terms.rates[:, [number]], weights[:, [number]], curves.times[:, None])[
                :, 0
            ]
            for weights in (terms.gap, terms.norm)
        )
        scale = 1 + np.abs(curves.norm)
        losses = curves.group_losses
        np.testing.assert_array_less(np.abs(norm - curves.norm) / scale, 1e-9)
        np.testing.assert_array_less(np.abs(gap - (losses[:, 0] - losses[:, 1])) / scale, 1e-9)


def test_sums_are_the_exact_curves() -> None:
    cells = random_cells(300, seed=4)
    _check(cells.where(cells.admissible()))


@pytest.mark.parametrize("shift", [0.0, 1e-12, 1e-7, 1e-6, 1.244e-5, 1e-3, 0.3])
@pytest.mark.parametrize("with_teachers", [True, False])
def test_sums_stay_exact_through_a_resonance(shift: float, with_teachers: bool) -> None:
    """The learning rate is chosen such that k_Q nears k_R, or k_M, from both sides."""
    limited = np.sqrt(shift) * np.array([0.4, -0.3])
    cells = two_group_cells(
        shift=shift,
        label_correlation_plus=limited[0],
        label_correlation_minus=limited[1],
        variance_plus=1.1,
        rule_similarity=0.6,
        sampling_plus=0.84,
    )
    values = values_of(cells)
    limit = stability_limit(values)
    damping = 0.84 * 1.1 + 0.16 * 2.0
    resonance = limit / 2 * (1 if with_teachers else 1 - shift / damping)
    distance = np.array([0, 1e-13, 1e-9, 1e-7, 9e-7, 1.4e-6, 2.9e-6, 9e-6, 1.1e-5, 1e-4])
    rates = resonance * (1 + np.concatenate([distance, -distance]))
    _check(TwoGroupCells(**values | {"learning_rate": rates}))


@pytest.mark.parametrize("distance", [0.0, 1e-12, -1e-12, 3e-9, -3e-9])
def test_curves_stay_close_at_the_stability_limit(distance: float) -> None:
    values = values_of(two_group_cells(sampling_plus=0.84))
    rate = stability_limit(values) * (1 + distance)
    cells = TwoGroupCells(**values | {"learning_rate": np.atleast_1d(rate)})
    terms = gap_sums(Modes.of(cells))
    curves = solve(*cells.cell(0), np.linspace(0.1, 20, 50) / float(rate[0]))
    gap = exponential_sum(terms.rates, terms.gap, curves.times[:, None])[:, 0]
    expected = curves.group_losses[:, 0] - curves.group_losses[:, 1]
    np.testing.assert_allclose(gap, expected, rtol=0, atol=1e-6 * np.abs(expected).max())
