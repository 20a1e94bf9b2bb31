from dataclasses import replace

import numpy as np
from numpy.testing import assert_array_equal

from experiments.curves import CurveSet
from experiments.frames import CurveName, Points, Source
from experiments.stored import with_ensembles

X = np.array([1.0, 2.0, 4.0])
THEORY = CurveName("loss", "+", Source.THEORY, "base", 5)
RUN = CurveName("loss", "+", Source.SIMULATION, "base", 5)


def run(seed: int, values: list[float], *, group: str = "+", shift: float = 0.0) -> Points:
    name = replace(RUN, group=group, seed=seed)
    return Points(name, X[: len(values)] + shift, np.array(values))


def test_runs_of_version_1_become_an_ensemble() -> None:
    curves = CurveSet(
        [
            Points(THEORY, X, X),
            run(5, [1.0, 2.0]),
            run(6, [3.0, 4.0, 8.0]),
            run(8, [2.0, 0.0, 2.0]),
        ]
    )
    read = with_ensembles(curves)
    assert [curve.name for curve in read] == [THEORY]
    assert_array_equal(read[THEORY].value, X)
    (ensemble,) = read.ensembles
    assert ensemble.name == RUN
    assert_array_equal(ensemble.x, X)
    assert ensemble.count.tolist() == [3.0, 3.0, 2.0]
    assert ensemble.mean.tolist() == [2.0, 2.0, 5.0]
    kept = {curve.name.seed: curve.value.tolist() for curve in read.runs()}
    assert kept == {5: [1.0, 2.0], 6: [3.0, 4.0, 8.0], 7: [], 8: [2.0, 0.0, 2.0]}


def test_runs_at_different_positions_stay_as_they_are() -> None:
    apart = [run(5, [1.0, 2.0], group="-"), run(6, [1.0, 2.0], group="-", shift=0.1)]
    read = with_ensembles(CurveSet([run(5, [1.0]), run(6, [2.0]), *apart]))
    assert [curve.name for curve in read] == [points.name for points in apart]
    assert [ensemble.name.group for ensemble in read.ensembles] == ["+"]


def test_ensembles_are_left_alone() -> None:
    once = with_ensembles(CurveSet([run(5, [1.0]), run(6, [2.0])]))
    again = with_ensembles(once)
    assert len(once) == len(again) == 1
    assert again.ensembles[0].traces.tolist() == [[1.0, 2.0]]
