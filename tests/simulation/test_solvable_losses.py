import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from simulation.losses import FloatArray, Focal, Logistic, Loss, SmoothHinge, Squared

_LOSSES = [
    Squared(),
    Logistic(),
    Focal(0.0),
    Focal(0.7),
    Focal(2.0),
    Focal(5.0),
    Focal(10.0),
    SmoothHinge(0.1),
    SmoothHinge(1.0),
    SmoothHinge(50.0),
    SmoothHinge(100.0),
]


def _all(loss: Loss, margin: FloatArray) -> FloatArray:
    """Return ℓ, −ℓ' and −ℓ''."""
    return np.array([loss.value(margin), *loss.derivatives(margin)])


@pytest.mark.parametrize("loss", _LOSSES, ids=repr)
@settings(deadline=None)
@given(margin=st.floats(-20, 20) | st.floats(0.9, 1.1))
def test_derivatives_match_finite_differences(loss: Loss, margin: float) -> None:
    step = 1e-6
    around = np.array([margin - step, margin + step])
    slope = np.diff(loss.value(around))[0] / (2 * step)
    curvature = np.diff(loss.delta(around))[0] / (2 * step)
    (delta,), (d_delta,) = loss.derivatives(np.array([margin]))
    assert -delta == pytest.approx(slope, rel=1e-6, abs=1e-6)
    assert d_delta == pytest.approx(curvature, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("loss", _LOSSES, ids=repr)
@settings(deadline=None)
@given(margin=st.floats(-1e6, 1e6) | st.floats(-5, 5))
def test_both_ways_to_the_derivative_agree(loss: Loss, margin: float) -> None:
    at = np.array([margin])
    assert loss.delta(at) == pytest.approx(loss.derivatives(at)[0], rel=1e-12)


@settings(deadline=None)
@given(margin=st.floats(-700, 700))
def test_logistic_loss_in_terms_of_probabilities(margin: float) -> None:
    at = np.array([margin])
    right, wrong = expit(at), expit(-at)
    expected = np.array([np.logaddexp(0, -at), wrong, -right * wrong])
    np.testing.assert_allclose(_all(Logistic(), at), expected, rtol=1e-12)


@settings(deadline=None)
@given(margin=st.floats(-700, 700))
def test_focal_loss_without_focus_is_the_logistic_loss(margin: float) -> None:
    at = np.array([margin])
    np.testing.assert_allclose(_all(Focal(0.0), at), _all(Logistic(), at), rtol=1e-12)


@settings(deadline=None)
@given(margin=st.floats(-30, 30), gamma=st.floats(0, 10))
def test_focal_loss_in_terms_of_probabilities(margin: float, gamma: float) -> None:
    at = np.array([margin])
    expected = -((1 - expit(at)) ** gamma) * np.log(expit(at))
    np.testing.assert_allclose(Focal(gamma).value(at), expected, rtol=1e-9, atol=1e-13)


@settings(deadline=None)
@given(margin=st.floats(-1e3, 1e3) | st.floats(0, 2), sharpness=st.floats(0.01, 100))
def test_smooth_hinge_is_above_the_hinge_by_log_2_over_its_sharpness_at_most(
    margin: float, sharpness: float
) -> None:
    hinge = max(0.0, 1 - margin)
    excess = float(SmoothHinge(sharpness).value(np.array([margin]))[0]) - hinge
    assert -1e-9 <= excess <= np.log(2) / sharpness + 1e-9


@pytest.mark.parametrize("margin", [-3.0, 0.0, 0.8, 1.2, 4.0])
def test_sharp_smooth_hinge_is_the_hinge(margin: float) -> None:
    value, delta, d_delta = _all(SmoothHinge(100.0), np.array([margin]))[:, 0]
    assert value == pytest.approx(max(0.0, 1 - margin), abs=1e-9)
    assert delta == pytest.approx(float(margin < 1), abs=1e-8)
    assert d_delta == pytest.approx(0, abs=1e-6)


def test_smooth_hinge_is_the_logistic_loss_of_a_margin_from_one() -> None:
    margins = np.linspace(-9, 9, 37)
    np.testing.assert_allclose(
        _all(SmoothHinge(1.0), margins), _all(Logistic(), margins - 1), rtol=1e-14
    )


@pytest.mark.parametrize("loss", _LOSSES, ids=repr)
@settings(deadline=None)
@given(margin=st.floats(-1e6, 1e6))
def test_far_margins_are_finite(loss: Loss, margin: float) -> None:
    far = np.array([-1e6, -1e4, -800.0, margin, 800.0, 1e4, 1e6])
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite(_all(loss, far)).all()
        assert np.isfinite(loss.delta(far)).all()


@pytest.mark.parametrize("loss", _LOSSES[1:], ids=repr)
def test_far_margins_have_their_limits(loss: Loss) -> None:
    value, delta, d_delta = _all(loss, np.array([-1e6, 1e6]))
    assert value / 1e6 == pytest.approx([1, 0], abs=1e-4)
    assert delta == pytest.approx([1, 0], abs=1e-12)
    assert d_delta == pytest.approx([0, 0], abs=1e-12)


@pytest.mark.parametrize("loss", _LOSSES, ids=repr)
def test_breaks_are_the_same_for_both_labels(loss: Loss) -> None:
    assert np.array_equal(loss.breaks, -loss.breaks[::-1])
    assert (np.diff(loss.breaks) > 0).all()


@pytest.mark.parametrize("gamma", [-0.1, np.inf, np.nan])
def test_a_focus_out_of_range_is_refused(gamma: float) -> None:
    with pytest.raises(ValueError, match="focal_gamma"):
        Focal(gamma)


@pytest.mark.parametrize("sharpness", [-1.0, 0.0, 100.1, np.inf, np.nan])
def test_a_sharpness_out_of_range_is_refused(sharpness: float) -> None:
    with pytest.raises(ValueError, match=r"hinge_sharpness .* above 0 and at most 100"):
        SmoothHinge(sharpness)
