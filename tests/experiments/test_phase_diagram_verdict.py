import numpy as np
import pytest
from numpy.testing import assert_array_equal
from phase_diagram_settings import mapped

from experiments.frames import CELL_LAYERS, Cells, FloatArray
from experiments.maps import CellMap
from experiments.phase_diagram.places import places_near_borders
from experiments.phase_diagram.verdict import Class, Verdict, usual, verdicts

TIMES = np.geomspace(1e-2, 100, 200)
NEVER = np.zeros(20, dtype=np.bool_)


def noisy(gap: FloatArray, *, noise: float) -> FloatArray:
    """Gaps of 20 runs around a curve."""
    return gap[:, None] + noise * np.random.default_rng(3).standard_normal((gap.size, 20))


def wave(*changes: float, height: float = 0.1, first: float = -1.0) -> FloatArray:
    """A gap that changes its sign at these times."""
    turns = np.array([np.tanh(3 * np.log(t / TIMES)) for t in changes])
    return np.asarray(height * first * np.prod(turns, axis=0))


@pytest.mark.parametrize("changes", [(), (1.0,), (0.2, 5.0), (0.1, 1.0, 10.0)])
@pytest.mark.parametrize("first", [-1.0, 1.0])
def test_runs_around_a_clear_curve_do_what_it_does(
    changes: tuple[float, ...], first: float
) -> None:
    gap = wave(*changes, first=first) if changes else np.full(TIMES.size, 0.1 * first)
    ahead = int(gap[-1] > 0)
    for noise in (0.0, 1e-4, 0.01):
        found = verdicts(TIMES, noisy(gap, noise=noise), NEVER)
        assert found == [Verdict(False, ahead, len(changes))] * 20


def test_noise_around_zero_changes_no_lead() -> None:
    found = verdicts(TIMES, noisy(np.zeros(TIMES.size), noise=0.05), NEVER)
    assert np.mean([verdict.crossings for verdict in found]) < 0.5
    assert np.mean([verdict.preference == -1 for verdict in found]) > 0.5


def test_without_noise_what_is_not_visible_counts_as_little_as_on_the_map() -> None:
    gap = wave(0.2, 5.0)
    middle = (TIMES > 0.2) & (TIMES < 5.0)
    for height, crossings in ((2e-3, 2), (5e-4, 0)):
        curve = np.where(middle, height * gap / np.abs(gap).max(), gap)
        assert verdicts(TIMES, noisy(curve, noise=0.0), NEVER)[0].crossings == crossings
    level = np.full(TIMES.size, 5e-4)
    assert verdicts(TIMES, noisy(level, noise=0.0), NEVER)[0] == Verdict(False, -1, 0)


def test_a_lead_in_the_end_is_told_below_the_noise_of_a_moment() -> None:
    gap = np.full(TIMES.size, 0.02)
    found = verdicts(TIMES, noisy(gap, noise=0.03), NEVER)
    assert np.mean([verdict.preference == 1 for verdict in found]) > 0.9


def test_runs_that_diverge_are_told_apart() -> None:
    lost = np.arange(20) < 12
    gaps = noisy(wave(1.0), noise=1e-3)
    gaps[100:, lost] = np.nan
    found = verdicts(TIMES, gaps, lost)
    assert [verdict.diverged for verdict in found] == lost.tolist()
    assert usual(found) == Verdict(True, -1, 0)
    assert found[-1] == Verdict(False, 1, 1)


def test_the_usual_class_may_have_different_numbers_of_crossings() -> None:
    found = [Verdict(False, 0, n) for n in (2, 3, 3, 1)] + [Verdict(False, 1, 1)] * 2
    assert usual(found) == Verdict(False, 0, 3)
    assert Verdict(False, 0, 7).shown == Class(False, 0, 2)
    assert Verdict(True, -1, 3).shown == Class(True, -1, 0)


def painted(codes: FloatArray, *, admissible: FloatArray | None = None) -> CellMap:
    """A map whose cells end with the first or the second group ahead."""
    side = len(codes)
    row, column = np.indices(codes.shape).reshape(2, -1).astype(np.float64)
    layers = np.full((codes.size, len(CELL_LAYERS)), np.nan)
    layers[:, 0] = 1 if admissible is None else admissible.ravel()
    layers[:, 1:4] = np.column_stack([0 * row, codes.ravel(), 0 * row])
    settings = mapped(map={"resolution": side})
    return CellMap(settings, [Cells(column, row, np.ones(codes.size), layers)])


def test_places_lie_on_both_sides_of_a_border_and_along_it() -> None:
    codes = np.zeros((100, 100))
    codes[:, 40:] = 1
    cells = painted(codes)
    chosen = places_near_borders(cells, 12, seed=4)
    rows, columns = chosen.T
    distance = np.where(columns < 40, 39 - columns, columns - 40)
    assert ((distance >= 3) & (distance <= 6)).all()
    assert 0 < np.mean(columns < 40) < 1
    assert np.ptp(rows) > 90
    assert_array_equal(chosen, places_near_borders(cells, 12, seed=4))
    assert not np.array_equal(chosen, places_near_borders(cells, 12, seed=5))


def test_only_cells_that_can_exist_are_chosen() -> None:
    codes = np.zeros((50, 50))
    codes[25:] = 1
    admissible = (np.indices((50, 50)).sum(axis=0) > 40).astype(np.float64)
    rows, columns = places_near_borders(painted(codes, admissible=admissible), 30, seed=1).T
    assert admissible[rows, columns].all()


@pytest.mark.parametrize("side", [1, 2, 30])
def test_without_a_border_any_cells_are_chosen(side: int) -> None:
    chosen = places_near_borders(painted(np.zeros((side, side))), 5, seed=2)
    assert len({tuple(place) for place in chosen.tolist()}) == min(5, side**2)


def test_small_maps_have_places_at_their_borders() -> None:
    codes = np.array([[0.0, 1.0], [0.0, 1.0]])
    assert len(places_near_borders(painted(codes), 9, seed=2)) == 4


def test_nothing_is_chosen_where_nothing_can_exist() -> None:
    nowhere = painted(np.zeros((4, 4)), admissible=np.zeros((4, 4)))
    assert places_near_borders(nowhere, 3, seed=1).shape == (0, 2)
