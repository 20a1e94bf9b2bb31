import itertools
import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from phase_diagram_settings import layers_of, mapped, run_map

from experiments.frames import CELL_LAYERS, TO_NEXT_POINT, EventKind, FloatArray, Frame
from experiments.maps import CellMap
from experiments.phase_diagram import exact_map, run_phase_diagram
from experiments.phase_diagram.cell import cell_layers
from experiments.run import RunFailedError, run
from experiments.settings import DynamicsSettings, PhaseDiagramSettings
from experiments.settings.mixture import TwoGroupMixture
from simulation.crossings import Measure

LOGISTIC = {"loss": "logistic", "duration": 5.0, "learning_rate": 2.0}


def notices(frames: list[Frame]) -> list[str]:
    return [event.text for f in frames for event in f.events if event.kind is EventKind.NOTICE]


def test_a_run_paints_the_exact_map_and_sums_it_up() -> None:
    settings = mapped(map={"resolution": 40})
    frames = list(run(settings))
    cells = CellMap(settings)
    for frame in frames:
        cells.extend(frame.cells)
    exact = exact_map(settings)
    assert exact is not None
    assert_array_equal(layers_of(cells), layers_of(exact))
    assert_array_equal(cells.size, 1)
    last = frames[-1].progress
    assert last is not None
    assert (last.steps, last.total_steps, last.counters) == (1600, 1600, (("cells", 1600.0),))
    (text,) = notices(frames)
    shares = [int(share) for share in re.findall(r"(\d+) %", text)]
    assert shares == sorted(shares, reverse=True)
    assert 95 <= sum(shares) <= 101
    double = 100 * np.mean((cells.layer("crossings") > 1) & (cells.layer("final_gap") < 0))
    assert re.search(rf"{double:.0f} % (of the map )?group \+ ends ahead after two or more", text)


@pytest.mark.parametrize("learning", [{}, LOGISTIC])
def test_one_cell_is_a_map(learning: dict[str, object]) -> None:
    settings = mapped(learning=learning, map={"resolution": 1})
    cells, frames = run_map(settings)
    assert len(cells) == 1
    assert cells.layer("admissible").tolist() == [[1.0]]
    assert notices(frames)[0].startswith("In 100 % of the map ")


@pytest.mark.parametrize("learning", [{}, LOGISTIC])
def test_a_map_of_which_nothing_can_exist_says_why(learning: dict[str, object]) -> None:
    axes = {"x": "mixture.label_correlation_plus", "y": "mixture.label_correlation_minus"}
    ranges = {"x_range": (0.8, 1.0), "y_range": (0.8, 1.0), "resolution": 6}
    mixture = {"rule_similarity": -0.9, "label_correlation_plus": 0.0}
    settings = mapped(
        mixture={**mixture, "label_correlation_minus": 0.0}, learning=learning, map=axes | ranges
    )
    cells, frames = run_map(settings)
    assert_array_equal(cells.layer("admissible"), 0)
    (text,) = notices(frames)
    assert text.startswith("None of the cells can exist: ")
    assert "label_correlation_plus" in text


def test_a_map_in_which_all_diverges_says_so() -> None:
    swept = {"x": "learning.learning_rate", "x_range": (500.0, 900.0), "resolution": 8}
    cells, frames = run_map(mapped(map=swept))
    assert_array_equal(cells.layer("diverges"), 1)
    assert notices(frames) == ["In 100 % of the map training diverges."]


def test_the_same_settings_give_the_same_map_again() -> None:
    settings = mapped(
        learning={"schedule": "cosine", "duration": 5.0},
        simulation={"dimension": 50, "runs": 4},
        map={"resolution": 12, "measured_cells": 3},
    )
    (first, one), (second, other) = run_map(settings), run_map(settings)
    assert_array_equal(layers_of(first), layers_of(second))
    assert first.measured == second.measured
    assert len(first.measured) == 3
    assert notices(one) == notices(other)


def test_it_can_be_stopped_in_the_middle() -> None:
    frames = run_phase_diagram(mapped(learning=LOGISTIC, map={"resolution": 64}))
    seen = list(itertools.islice(frames, 3))
    frames.close()
    cells = CellMap(mapped(map={"resolution": 64}))
    for frame in seen:
        cells.extend(frame.cells)
    assert len(cells) == 64**2
    assert all(frame.progress is not None and frame.progress.fraction < 1 for frame in seen)


@pytest.mark.parametrize("learning", [{}, LOGISTIC])
def test_steps_are_cells(learning: dict[str, object]) -> None:
    frames = run_phase_diagram(mapped(learning=learning, map={"resolution": 512}))
    first = next(frames).progress
    assert first is not None
    done = first.steps
    for steps in (1, 3, 2):
        progress = frames.send(steps).progress
        assert progress is not None
        assert done < progress.steps <= done + steps
        done = progress.steps
    assert frames.send(TO_NEXT_POINT).cells


def test_frames_come_every_few_hundredths_of_a_second() -> None:
    import time

    settings = mapped(learning=LOGISTIC, map={"resolution": 32})
    run_map(mapped(learning=LOGISTIC, map={"resolution": 2}))
    frames, gaps = run_phase_diagram(settings), []
    for _ in range(8):
        began = time.process_time()
        next(frames)
        gaps.append(time.process_time() - began)
    assert np.median(gaps) < 0.2


def test_cells_that_cannot_be_integrated_are_left_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(cell: DynamicsSettings, measure: Measure) -> FloatArray:
        assert isinstance(cell.mixture, TwoGroupMixture)
        if cell.mixture.representation > 0.5:
            raise ArithmeticError
        return cell_layers(cell, measure)

    monkeypatch.setattr("experiments.phase_diagram.integrated.cell_layers", fails)
    settings = mapped(learning={"schedule": "cosine", "duration": 5.0}, map={"resolution": 4})
    cells, frames = run_map(settings)
    assert_array_equal(cells.layer("admissible"), 1)
    unknown = np.broadcast_to(cells.x > 0.5, (4, 4))
    for name in CELL_LAYERS[1:4]:
        assert_array_equal(np.isnan(cells.layer(name)), unknown)
    summary, failed = notices(frames)
    assert summary.startswith("In 50 % of the map the equations could not be integrated")
    assert failed.startswith("The equations of 8 cells could not be integrated")


class TestMeasuring:
    SIMULATION = {"dimension": 100, "runs": 10}  # noqa: RUF012  (never changed)

    def settings(self, **swept: object) -> PhaseDiagramSettings:
        return mapped(simulation=self.SIMULATION, map={"resolution": 48, **swept})

    def test_runs_agree_well_inside_the_areas(self) -> None:
        inside = ((0.2, 3.0), (0.5, 0.1), (0.98, 1.0))
        cells, frames = run_map(self.settings(measured_at=inside))
        assert [(cell.x, cell.y) for cell in cells.measured] == list(inside)
        for cell in cells.measured:
            assert cell.runs == 10
            assert cell.agreeing >= 8
        assert len(notices(frames)) == 1
        last = frames[-1].progress
        assert last is not None
        assert last.fraction == 1
        assert last.counters[1] == ("points", 3.0)

    def test_runs_diverge_where_the_map_says(self) -> None:
        swept = {"x": "learning.learning_rate", "y": "mixture.variance_minus"}
        cells, _ = run_map(self.settings(**swept, measured_at=((8.0, 4.0), (0.5, 0.2))))
        unstable, stable = cells.measured
        assert (unstable.diverges, unstable.agreeing) == (True, 10)
        assert (stable.diverges, stable.agreeing) == (False, 10)

    def test_points_near_borders_are_chosen(self) -> None:
        cells, frames = run_map(self.settings(measured_cells=4))
        assert len(cells.measured) == 4
        assert len({(cell.x, cell.y) for cell in cells.measured}) == 4
        progresses = [frame.progress.fraction for frame in frames if frame.progress is not None]
        assert progresses[-1] == 1
        total = [frame for frame in frames if frame.measured]
        assert len(total) == 4

    def test_points_that_cannot_exist_are_left_out(self) -> None:
        axes = {"x": "mixture.label_correlation_plus", "y": "mixture.rule_similarity"}
        swept = {**axes, "measured_at": ((1.0, -1.0), (0.0, 0.5))}
        cells, frames = run_map(self.settings(**swept))
        assert len(cells.measured) == 1
        assert notices(frames)[-1] == (
            "Left out of the simulated points: 1 point that cannot exist."
        )

    def test_without_runs_nothing_is_measured(self) -> None:
        settings = mapped(simulation={"runs": 0}, map={"resolution": 8, "measured_cells": 3})
        cells, frames = run_map(settings)
        assert cells.measured == ()
        assert "simulation.runs is 0" in notices(frames)[-1]

    def test_absurd_sizes_are_refused_before_anything_is_computed(self) -> None:
        settings = mapped(simulation={"dimension": 10**9}, map={"measured_cells": 1})
        with pytest.raises(RunFailedError, match=r"simulation\.dimension"):
            next(run_phase_diagram(settings))
        assert next(run_phase_diagram(mapped(simulation={"dimension": 10**9}))).cells

    def test_runs_that_end_early_are_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("experiments.phase_diagram.measuring._MOST_EFFORT", 200_000)
        cells, frames = run_map(self.settings(measured_at=((0.2, 3.0),)))
        assert len(cells.measured) == 1
        assert "At 1 point runs end early, from t = 6.45 on" in notices(frames)[-1]
