import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.losses import Focal, Logistic, Loss, Squared

_LOSSES = [Squared(), Logistic(), Focal(0.0), Focal(0.7), Focal(2.0), Focal(5.0)]


@pytest.mark.parametrize("loss", _LOSSES, ids=repr)
@settings(deadline=None)
@given(margin=st.floats(-20, 20))
def test_derivatives_match_finite_differences(loss: Loss, margin: float) -> None:
    step = 1e-5
    around = np.array([margin - step, margin + step])
    at = np.array([margin])
    slope = np.diff(loss.value(around))[0] / (2 * step)
    curvature = np.diff(loss.delta(around))[0] / (2 * step)
    assert -loss.delta(at)[0] == pytest.approx(slope, rel=1e-6, abs=1e-6)
    assert loss.d_delta(at)[0] == pytest.approx(curvature, rel=1e-6, abs=1e-6)


@settings(deadline=None)
@given(margin=st.floats(-700, 700))
def test_focal_loss_without_focus_is_the_logistic_loss(margin: float) -> None:
    at = np.array([margin])
    for name in ("value", "delta", "d_delta"):
        focal, logistic = getattr(Focal(0.0), name)(at), getattr(Logistic(), name)(at)
        assert focal[0] == pytest.approx(logistic[0], rel=1e-12, abs=1e-300)


@pytest.mark.parametrize("loss", _LOSSES, ids=repr)
def test_far_margins_are_finite(loss: Loss) -> None:
    far = np.array([-1e4, -800.0, 800.0, 1e4])
    for values in (loss.value(far), loss.delta(far), loss.d_delta(far)):
        assert np.isfinite(values).all()


@pytest.mark.parametrize("gamma", [-0.1, np.inf, np.nan])
def test_a_focus_out_of_range_is_refused(gamma: float) -> None:
    with pytest.raises(ValueError, match="focal_gamma"):
        Focal(gamma)
