import numpy as np
import pytest
from phase_cases import random_cells, two_group_cells

from simulation.learning import start
from simulation.phase_cells import TwoGroupCells


def _accepted(cells: TwoGroupCells, *index: int) -> bool:
    try:
        start(*cells.cell(*index))
    except ValueError:
        return False
    return True


def test_cells_are_admissible_where_a_single_setting_is() -> None:
    cells = random_cells(400, seed=1)
    found = cells.admissible()
    assert found.tolist() == [_accepted(cells, number) for number in range(400)]
    assert 0.2 < found.mean() < 0.9


def test_rounding_is_allowed_to_the_same_extent() -> None:
    rng = np.random.default_rng(2)
    excess = rng.uniform(-3e-10, 3e-10, (2, 300))
    excess[:, :20] = 0
    excess[:, 20:60] = np.array([[0.9e-10], [0.0]])
    plus = np.where(rng.random(300) < 0.5, 1 + excess[0], rng.uniform(-1, 1, 300))
    minus = rng.uniform(-1, 1, 300)
    shift = rng.choice([0.3, 1.0, 4.0], 300)
    edge = plus * minus + np.sqrt(np.maximum(1 - plus**2, 0) * (1 - minus**2))
    cells = two_group_cells(
        label_correlation_plus=plus * np.sqrt(shift),
        label_correlation_minus=minus * np.sqrt(shift),
        shift=shift,
        rule_similarity=edge + excess[1],
    )
    found = cells.admissible()
    assert found.tolist() == [_accepted(cells, number) for number in range(300)]
    assert 0.1 < found.mean() < 0.9


@pytest.mark.parametrize(
    "change",
    [
        {"representation": 0.0},
        {"representation": 1.0},
        {"variance_plus": 0.0},
        {"variance_minus": -1.0},
        {"rule_similarity": np.nan},
        {"threshold_plus": np.inf},
        {"shift": -1.0},
        {"shift": 0.0},
        {"learning_rate": 0.0},
        {"weight_decay": -0.1},
        {"batch_size": 0.0},
        {"initial_norm": -0.1},
        {"initial_norm": 1e6},
        {"initial_overlap_plus": 0.9},
        {"group_weight_plus": -1.0},
        {"group_weight_plus": 0.0, "group_weight_minus": 0.0},
        {"group_weight_plus": 0.0, "sampling_plus": 1.0},
        {"sampling_plus": 1.2},
    ],
)
def test_values_out_of_range_are_not_admissible(change: dict[str, float]) -> None:
    assert two_group_cells().admissible()
    assert not two_group_cells(**change).admissible()


def test_fields_that_do_not_fit_together_are_refused() -> None:
    cells = two_group_cells(shift=np.ones(3), variance_plus=np.ones(4))
    with pytest.raises(ValueError, match="shape mismatch"):
        _ = cells.shape
