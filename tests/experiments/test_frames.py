import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_allclose, assert_array_equal

from experiments.frames import CurveName, EnsemblePoints, FloatArray, Points, Source

NAME = CurveName("loss", "+", Source.SIMULATION, "base", 1)
VALUES = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2, max_side=6),
    elements=st.floats(-1e6, 1e6) | st.sampled_from([np.nan, np.inf, -np.inf]),
)


@given(VALUES, st.integers(0, 8))
def test_moments_are_those_of_the_runs_that_are_left(values: FloatArray, kept: int) -> None:
    x = np.arange(float(len(values)))
    ensemble = EnsemblePoints.of(NAME, x, values, kept=kept)
    assert_array_equal(ensemble.traces, values[:, :kept])
    for row, runs in enumerate(values):
        known = runs[np.isfinite(runs)]
        assert ensemble.count[row] == known.size
        found = [
            getattr(ensemble, field)[row] for field in ("mean", "deviation", "lowest", "highest")
        ]
        if not known.size:
            assert np.isnan(found).all()
            continue
        deviation = known.std(ddof=1) if known.size > 1 else 0.0
        wanted = [known.mean(), deviation, known.min(), known.max()]
        assert_allclose(found, wanted, rtol=1e-9, atol=1e-9)


def test_moments_do_not_lose_a_small_spread_around_a_large_mean() -> None:
    values = 1e9 + np.array([[0.0, 1e-3, 2e-3]])
    ensemble = EnsemblePoints.of(NAME, np.zeros(1), values, kept=0)
    assert ensemble.deviation[0] == pytest.approx(1e-3, rel=1e-3)


def test_arrays_are_read_only_copies_of_equal_length() -> None:
    x = np.zeros(2)
    points = Points(NAME, x, x)
    ensemble = EnsemblePoints.of(NAME, x, np.zeros((2, 3)), kept=1)
    x[0] = 5.0
    assert points.x[0] == points.value[0] == ensemble.x[0] == 0.0
    for array in (points.x, ensemble.traces, ensemble.mean):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0
    with pytest.raises(ValueError, match="2 positions for 3 values"):
        Points(NAME, x, np.zeros(3))
    with pytest.raises(ValueError, match=r"count has the shape \(3,\)"):
        EnsemblePoints(NAME, x, np.zeros(3), x, x, x, x, np.zeros((2, 1)))
    with pytest.raises(ValueError, match=r"traces has the shape \(2,\)"):
        EnsemblePoints(NAME, x, x, x, x, x, x, x)
