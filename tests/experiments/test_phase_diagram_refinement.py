from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from numpy.typing import NDArray
from phase_diagram_settings import layers_of, mapped

from experiments.cell_classes import classes
from experiments.frames import CELL_LAYERS, FloatArray
from experiments.maps import CellMap
from experiments.phase_diagram import exact_map
from experiments.phase_diagram.refinement import RefinedCells
from experiments.settings import PhaseDiagramSettings

Solve = Callable[[int, int], FloatArray | None]


def layers(preference: float, crossings: float = 0.0) -> FloatArray:
    return np.array([1, 0, preference, crossings, np.nan, np.nan, 0.5, 0.5])


def refined(
    settings: PhaseDiagramSettings, admissible: NDArray[np.bool_], solve: Solve
) -> tuple[RefinedCells, CellMap, list[tuple[int, int]]]:
    """Refine a map to its end; gives the cells that were solved, in their order, as well."""
    asked: list[tuple[int, int]] = []

    def count(row: int, column: int) -> FloatArray | None:
        asked.append((row, column))
        return solve(row, column)

    work, cells = RefinedCells(admissible, count), CellMap(settings)
    while not work.finished:
        cells.extend(work.advance(None))
        assert work.done <= work.total
    assert len(set(asked)) == len(asked)
    return work, cells, asked


@pytest.mark.parametrize(
    "tables",
    [
        {},
        {"map": {"x": "learning.learning_rate", "y": "mixture.variance_minus"}},
        {"map": {"x": "mixture.label_correlation_plus", "y": "mixture.rule_similarity"}},
        {
            "mixture": {"label_correlation_plus": 0.0, "label_correlation_minus": 0.0},
            "map": {"x": "mixture.representation", "y": "mixture.rule_similarity"},
        },
    ],
)
def test_borders_are_those_of_the_whole_map_with_a_twentieth_of_the_cells(
    tables: dict[str, dict[str, Any]],
) -> None:
    swept = {**tables.get("map", {}), "resolution": 256}
    settings = mapped(**{**tables, "map": swept})
    whole = exact_map(settings)
    assert whole is not None
    known = layers_of(whole)
    admissible = whole.layer("admissible") == 1
    work, cells, asked = refined(settings, admissible, lambda r, c: known[r, c])
    assert_array_equal(cells.classes, whole.classes)
    assert work.done == len(asked) <= admissible.size / 20
    rows, columns = np.array(asked).T
    assert_array_equal(cells.size[rows, columns], 1)
    assert_array_equal(layers_of(cells)[rows, columns], known[rows, columns])


@pytest.mark.parametrize("resolution", [1, 2, 3, 16, 17, 100])
def test_a_slanted_border_is_found_at_any_resolution(resolution: int) -> None:
    settings = mapped(map={"resolution": resolution})
    everywhere = np.ones((resolution, resolution), dtype=np.bool_)

    def ahead(row: int, column: int) -> int:
        return int(3 * row > column + 0.37 * resolution)

    work, cells, _ = refined(settings, everywhere, lambda r, c: layers(ahead(r, c)))
    expected = np.fromfunction(np.vectorize(ahead), (resolution, resolution))
    assert_array_equal(cells.layer("asymptotic_preference"), expected)
    if resolution <= 16:
        assert work.done == resolution**2
        assert_array_equal(cells.size, 1)


def test_a_coarse_map_covers_everything_from_the_first_cell() -> None:
    settings = mapped(map={"resolution": 100})
    everywhere = np.ones((100, 100), dtype=np.bool_)
    work = RefinedCells(everywhere, lambda row, _: layers(float(row > 40)))
    cells = CellMap(settings)
    for count in (1, 4, 16):
        while work.done < count:
            cells.extend(work.advance(None))
        assert len(cells) == 100**2
    assert cells.size.min() == 32


def test_what_cannot_exist_is_never_solved_nor_painted_over() -> None:
    settings = mapped(map={"resolution": 90})
    row, column = np.indices((90, 90))
    admissible = (row - 45) ** 2 + (column - 30) ** 2 < 900
    work, cells, asked = refined(settings, admissible, lambda _, c: layers(float(c > 33)))
    assert all(admissible[place] for place in asked)
    assert_array_equal(cells.layer("admissible"), admissible)
    assert np.isnan(cells.layer("crossings")[~admissible]).all()
    assert_array_equal(cells.layer("asymptotic_preference")[admissible], (column > 33)[admissible])
    assert work.done < admissible.sum() / 4


def test_a_cell_refused_after_all_is_painted_as_such() -> None:
    settings = mapped(map={"resolution": 8})
    everywhere = np.ones((8, 8), dtype=np.bool_)
    refused = {(3, 3), (4, 4), (0, 7)}
    work, cells, _ = refined(
        settings, everywhere, lambda r, c: None if (r, c) in refused else layers(0)
    )
    assert {tuple(place) for place in np.argwhere(cells.layer("admissible") == 0)} == refused
    assert work.done == 61


def test_nothing_that_can_exist_is_nothing_to_solve() -> None:
    settings = mapped(map={"resolution": 5})
    work, cells, asked = refined(settings, np.zeros((5, 5), dtype=np.bool_), lambda *_: layers(0))
    assert asked == []
    assert_array_equal(cells.layer("admissible"), 0)
    assert (work.done, work.total) == (0, 1)


def test_an_island_as_large_as_a_coarse_block_is_found() -> None:
    settings = mapped(map={"resolution": 128})
    everywhere = np.ones((128, 128), dtype=np.bool_)
    island = np.zeros((128, 128))
    island[41:57, 70:86] = 1
    _, cells, _ = refined(settings, everywhere, lambda r, c: layers(island[r, c]))
    assert_array_equal(cells.layer("asymptotic_preference"), island)


def test_crossings_beyond_two_and_those_before_divergence_make_no_border() -> None:
    row = np.stack([layers(1, 2), layers(1, 5), layers(1, 1), layers(-1), layers(-1, 3)])
    row[3:, CELL_LAYERS.index("diverges")] = 1
    codes = classes(row)
    assert codes[0] == codes[1] != codes[2]
    assert codes[3] == codes[4]
    assert len(set(codes.tolist())) == 3
