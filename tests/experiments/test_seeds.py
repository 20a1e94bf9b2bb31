"""Curves that differ in their seed alone."""

import numpy as np

from experiments.curves import CurveSet
from experiments.frames import RIGHT, WRONG, CurveName, Points, Source
from experiments.seeds import over_seeds, typical, with_means
from experiments.spread import interval_half_width


def curve(
    values: list[float], *, seed: int, arm: str = RIGHT, x: list[float] | None = None
) -> Points:
    name = CurveName("loss", "a", Source.VALIDATION, arm, seed)
    at = np.arange(float(len(values))) if x is None else np.array(x)
    return Points(name, at, np.array(values))


def test_seeds_are_taken_together_and_arms_are_not() -> None:
    curves = CurveSet(
        [
            curve([2.0, 1.0, 0.0], seed=7),
            curve([9.0, 9.0, 9.0], seed=7, arm=WRONG),
            curve([4.0, 3.0], seed=8),
        ]
    )
    (ensemble,) = over_seeds(curves)
    assert ensemble.name == curve([0.0], seed=7).name
    np.testing.assert_array_equal(ensemble.count, [2, 2, 1])
    np.testing.assert_array_equal(ensemble.mean, [3.0, 2.0, 0.0])
    np.testing.assert_array_equal(ensemble.traces, [[2.0, 4.0], [1.0, 3.0], [0.0, np.nan]])
    assert interval_half_width(ensemble)[2] == 0


def test_a_straight_line_on_a_log_axis_stays_one_at_other_positions() -> None:
    x = np.geomspace(1, 100, 9)
    other = np.geomspace(1, 100, 4)
    curves = CurveSet(
        [
            curve(np.log1p(x).tolist(), seed=1, x=x.tolist()),
            curve(np.log1p(other).tolist(), seed=2, x=other.tolist()),
        ]
    )
    (ensemble,) = over_seeds(curves)
    np.testing.assert_array_equal(ensemble.x, x)
    np.testing.assert_allclose(ensemble.deviation, 0.0, atol=1e-12)


def test_means_are_added_without_taking_curves_away() -> None:
    curves = CurveSet([curve([2.0, 1.0], seed=1), curve([4.0, 3.0], seed=2)])
    whole = with_means(curves)
    assert [each.name for each in whole] == [each.name for each in curves]
    assert not list(whole.runs())
    (ensemble,) = whole.ensembles
    np.testing.assert_array_equal(ensemble.mean, [3.0, 2.0])


def test_typical_is_the_mean_of_the_first_arm() -> None:
    curves = CurveSet(
        [
            curve([2.0, 1.0], seed=1),
            curve([0.0, 0.0], seed=1, arm=WRONG),
            curve([4.0, 3.0], seed=2),
            curve([0.0, 0.0], seed=2, arm=WRONG),
        ]
    )
    (only,) = typical(curves)
    assert only.name.arm == RIGHT
    assert only.value.tolist() == [3.0, 2.0]
    alone = CurveSet([curve([2.0, 1.0], seed=1)])
    assert [each.value.tolist() for each in typical(alone)] == [[2.0, 1.0]]
    assert len(typical(CurveSet())) == 0


def test_runs_laid_over_keep_their_arms_apart() -> None:
    curves = CurveSet([curve([2.0], seed=1), curve([1.0], seed=1, arm=WRONG)])
    arms = {each.name.arm for each in curves.in_arm("run-2")}
    assert arms == {"run-2, right", "run-2, wrong"}
    assert {each.name.arm for each in CurveSet([curve([2.0], seed=1, arm="base")]).in_arm("b")} == {
        "b"
    }
