import math

import numpy as np
import pytest

from experiments.curves import CurveSet
from experiments.frames import OVERALL, Cells, CurveName, EnsemblePoints, Points, Source
from experiments.maps import CellMap
from experiments.settings import PhaseDiagramSettings
from experiments.settings.phase_diagram import Map
from experiments.summary import Summary, summarise, summarise_map


def loss(group: str, values: list[float], *, source: Source, seed: int = 1) -> Points:
    x = np.arange(1.0, len(values) + 1)
    return Points(CurveName("loss", group, source, "base", seed), x, np.array(values))


def test_two_groups_have_a_signed_gap_and_a_last_crossing() -> None:
    curves = CurveSet(
        [
            loss("+", [4.0, 2.0, 1.0], source=Source.VALIDATION),
            loss("-", [3.0, 3.0, 3.0], source=Source.VALIDATION),
            loss(OVERALL, [9.0, 9.0, 9.0], source=Source.VALIDATION),
        ]
    )
    summary = summarise(curves)
    assert summary.losses == (("+", 1.0), ("-", 3.0))
    assert summary.gap == -2.0
    assert summary.last_crossing == pytest.approx(math.sqrt(2.0))
    assert summary.curves == 3


def runs(group: str, values: list[list[float]]) -> EnsemblePoints:
    name = CurveName("loss", group, Source.SIMULATION, "base", 1)
    return EnsemblePoints.of(name, np.arange(1.0, len(values) + 1), np.array(values), kept=2)


@pytest.mark.parametrize(
    ("present", "chosen"),
    [
        ([Source.SIMULATION, Source.THEORY], Source.THEORY),
        ([Source.TRAINING, Source.VALIDATION], Source.VALIDATION),
        ([Source.TRAINING, Source.SIMULATION], Source.SIMULATION),
        ([Source.TRAINING], Source.TRAINING),
    ],
)
def test_the_most_trustworthy_source_is_summarised(present: list[Source], chosen: Source) -> None:
    ends = {source: float(number) for number, source in enumerate(present)}
    curves = CurveSet()
    for source, end in ends.items():
        if source is Source.SIMULATION:
            curves.extend(ensembles=[runs("a", [[0.5], [end]])])
        else:
            curves.extend([loss("a", [0.5, end], source=source)])
    assert summarise(curves).losses == (("a", ends[chosen]),)


def test_simulation_alone_is_summarised_by_its_means_as_long_as_a_run_is_left() -> None:
    nan = math.nan
    curves = CurveSet(
        ensembles=[
            runs("+", [[1.0, 3.0], [2.0, 4.0], [7.0, nan], [nan, nan]]),
            runs("-", [[4.0, 4.0], [3.0, 3.0], [5.0, 5.0], [5.0, 5.0]]),
            runs(OVERALL, [[9.0, 9.0]] * 4),
        ]
    )
    summary = summarise(curves)
    assert summary.losses == (("+", 7.0), ("-", 5.0))
    assert summary.gap == 2.0
    assert summary.last_crossing == 2.0
    assert summary.curves == 3


def test_a_crossing_of_means_is_found() -> None:
    first, second = [0.0, 0.0, 2.0, 2.0, 2.0, 2.0], [1.0] * 6
    curves = CurveSet(
        ensembles=[
            runs(group, [[value - 0.5, value + 0.5] for value in values])
            for group, values in (("+", first), ("-", second))
        ]
    )
    assert summarise(curves).last_crossing == pytest.approx(math.sqrt(6.0))


def test_more_groups_have_the_widest_gap_and_no_crossing() -> None:
    curves = CurveSet(
        loss(group, [1.0, end], source=Source.THEORY)
        for group, end in (("a", 0.5), ("b", 2.0), ("c", 1.0))
    )
    assert summarise(curves).gap == 1.5
    assert summarise(curves).last_crossing is None


def test_a_run_without_losses_has_an_empty_summary() -> None:
    assert summarise(CurveSet()) == Summary()


def test_json_keeps_a_summary_whole_even_when_it_diverged() -> None:
    summary = Summary((("ä<b>", math.inf), ("-", 0.1)), math.inf, None, 4)
    assert Summary.from_json(summary.to_json()) == summary


def test_a_map_is_summed_up_by_where_the_lead_changes() -> None:
    settings = PhaseDiagramSettings(map=Map(resolution=3))
    nan = math.nan
    layers = [
        [1, 0, 0, 2, 1.0, 2.0, -0.1, 0.2],
        [1, 0, 1, 0, nan, nan, 0.1, 0.1],
        [1, 0, 1, 1, 1.0, 1.0, 0.1, 0.1],
        [1, 1, -1, 3, 1.0, 2.0, 9.0, 9.0],
        [0, *[nan] * 7],
        [1, *[nan] * 7],
    ]
    row, column = np.divmod(np.arange(6.0), 3)
    cells = CellMap(settings, [Cells(column, row, np.ones(6), np.array(layers))])
    assert summarise_map(cells) == Summary(cells=6, crossed=2 / 3)
    assert summarise_map(CellMap(settings)) == Summary()
