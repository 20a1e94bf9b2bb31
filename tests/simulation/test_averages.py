from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import ndtr

from simulation.averages import Averages, Fields, averages, mean_loss
from simulation.losses import Focal, Logistic, Loss, SmoothHinge, Squared

_CORRELATIONS = st.sampled_from([0.0, 0.99999, -0.99999, 0.9999]) | st.floats(-0.99999, 0.99999)
_LOSSES: st.SearchStrategy[Loss] = st.one_of(
    st.just(Squared()),
    st.just(Logistic()),
    st.builds(Focal, st.sampled_from([0.5, 2.0, 10.0]) | st.floats(0, 10)),
    st.builds(SmoothHinge, st.sampled_from([1.0, 5.0, 50.0, 100.0]) | st.floats(0.05, 100)),
)
_EXAMPLES: list[Loss] = [Squared(), Logistic(), Focal(2.0), SmoothHinge(5.0)]


def _law(mean: float, deviation: float, margin: float, correlation: float) -> Fields:
    return Fields(*(np.array([value]) for value in (mean, deviation, margin, correlation)))


def _integral(value: Callable[[float], float], centres: list[tuple[float, float]]) -> float:
    """Integrate over a ~ N(0, 1), telling `quad` where the integrand turns, and how fast."""
    marks = {-9.5, -5.0, -2.0, 0.0, 2.0, 5.0, 9.5}
    for centre, width in centres:
        marks |= {round(centre + k * width, 4) for k in (-30, -10, -3, -1, 0, 1, 3, 10, 30)}
    edges = sorted(mark for mark in marks if abs(mark) <= 9.5)

    def integrand(a: float) -> float:
        return float(value(a) * np.exp(-a * a / 2) / np.sqrt(2 * np.pi))

    return sum(
        quad(integrand, low, high, epsabs=1e-12, epsrel=1e-11)[0] for low, high in pairwise(edges)
    )


def _by_quad(loss: Loss, class_weights: list[float], law: Fields) -> tuple[list[float], float]:
    mean, deviation, margin, r = (float(value[0]) for value in law)
    rest = np.sqrt((1 - r) * (1 + r))
    hinge, width = (1, 1 / loss.sharpness) if isinstance(loss, SmoothHinge) else (0, 1.0)
    loss_turns = [(hinge, width), (-hinge, width)]

    def turns_of_loss(centre: float, scale: float) -> list[tuple[float, float]]:
        return [((field - centre) / scale, width / scale) for field, width in loss_turns]

    turns = turns_of_loss(mean, deviation)
    if abs(r) > 1e-3:
        turns.append((-margin / r, rest / abs(r)))

    def delta(field: float, y: int) -> float:
        return y * class_weights[y < 0] * float(loss.delta(np.array(y * field)))

    def over_labels(value: Callable[[float, int], float]) -> float:
        def one_label(y: int) -> float:
            return _integral(
                lambda a: value(mean + deviation * a, y) * ndtr(y * (margin + r * a) / rest), turns
            )

        return one_label(1) + one_label(-1)

    given_boundary = mean - deviation * r * margin, deviation * rest
    jump = _integral(
        lambda a: (
            delta(given_boundary[0] + given_boundary[1] * a, 1)
            - delta(given_boundary[0] + given_boundary[1] * a, -1)
        ),
        turns_of_loss(*given_boundary),
    )
    expected = [
        over_labels(delta),
        over_labels(
            lambda field, y: class_weights[y < 0] * float(loss.derivatives(np.array(y * field))[1])
        ),
        over_labels(lambda field, y: delta(field, y) * field),
        over_labels(lambda field, y: delta(field, y) ** 2),
        jump * np.exp(-(margin**2) / 2) / np.sqrt(2 * np.pi),
    ]
    return expected, over_labels(lambda field, y: float(loss.value(np.array(y * field))))


@settings(max_examples=120, deadline=None)
@given(
    loss=_LOSSES,
    mean=st.floats(-3, 3),
    deviation=st.sampled_from([0.05, 1.0, 10.0]) | st.floats(0.02, 30),
    margin=st.floats(-3, 3),
    correlation=_CORRELATIONS,
    class_weights=st.lists(st.floats(0.1, 3), min_size=2, max_size=2),
)
def test_averages_match_adaptive_quadrature(
    loss: Loss,
    mean: float,
    deviation: float,
    margin: float,
    correlation: float,
    class_weights: list[float],
) -> None:
    law = _law(mean, deviation, margin, correlation)
    expected, expected_loss = _by_quad(loss, class_weights, law)
    computed = averages(loss, np.array(class_weights), law)
    np.testing.assert_allclose(np.concatenate(computed), expected, rtol=1e-9, atol=1e-9)
    assert mean_loss(loss, law) == pytest.approx(expected_loss, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("loss", _EXAMPLES, ids=repr)
def test_all_groups_at_once(loss: Loss) -> None:
    rng = np.random.default_rng(1)
    law = Fields(
        mean=rng.normal(size=(5, 3)),
        deviation=rng.uniform(0, 2, (5, 3)),
        label_margin=rng.normal(size=(5, 3)),
        correlation=rng.uniform(-1, 1, (5, 3)),
    )
    weights = np.array([1.0, 2.0])
    together = averages(loss, weights, law)
    for index in np.ndindex(5, 3):
        alone = averages(loss, weights, Fields(*(values[index][None] for values in law)))
        for a, b in zip(together, alone, strict=True):
            assert a[index] == pytest.approx(b[0], rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("loss", _EXAMPLES, ids=repr)
def test_mean_losses_of_many_states_at_once(loss: Loss) -> None:
    rng = np.random.default_rng(2)
    shape = (700, 3)
    law = Fields(
        mean=rng.normal(size=shape),
        deviation=rng.uniform(0, 5, shape),
        label_margin=rng.normal(size=shape),
        correlation=rng.uniform(-1, 1, shape),
    )
    together = mean_loss(loss, law)
    assert together.shape == shape
    for index in [(0, 0), (85, 0), (85, 1), (350, 2), (699, 2)]:
        alone = mean_loss(loss, Fields(*(values[index][None] for values in law)))
        assert together[index] == pytest.approx(alone[0], rel=1e-12)


@pytest.mark.parametrize("loss", _EXAMPLES, ids=repr)
def test_no_state_has_no_mean_loss(loss: Loss) -> None:
    assert mean_loss(loss, Fields(*np.empty((4, 0, 3)))).shape == (0, 3)


@settings(max_examples=200, deadline=None)
@given(
    loss=_LOSSES,
    mean=st.floats(-100, 100),
    deviation=st.floats(0, 100),
    margin=st.floats(-6, 6),
    correlation=st.sampled_from([1 - 1e-9, 1e-9 - 1]) | st.floats(-0.999999, 0.999999),
)
def test_stein_lemma_ties_the_averages_together(
    loss: Loss, mean: float, deviation: float, margin: float, correlation: float
) -> None:
    """E λδ = M E δ + Var λ E ∂_λδ + Cov(λ, τ) E ∂_τδ, and ∂_τδ is the label's boundary."""
    found = averages(loss, np.array([1.5, 0.5]), _law(mean, deviation, margin, correlation))
    by_parts = (
        mean * found.delta + deviation**2 * found.d_delta + deviation * correlation * found.boundary
    )
    scale = 1 + mean**2 + deviation**2
    assert by_parts == pytest.approx(found.delta_field, rel=1e-8, abs=1e-8 * scale)


@pytest.mark.parametrize("correlation", [1.0, -1.0])
@pytest.mark.parametrize("loss", _EXAMPLES, ids=repr)
def test_a_student_that_is_a_teacher_is_the_limit(loss: Loss, correlation: float) -> None:
    weights = np.array([1.0, 2.0])
    at = averages(loss, weights, _law(0.3, 0.8, 0.4, correlation))
    near = averages(loss, weights, _law(0.3, 0.8, 0.4, correlation * (1 - 1e-12)))
    np.testing.assert_allclose(np.concatenate(at), np.concatenate(near), atol=1e-5)


@pytest.mark.parametrize("loss", _EXAMPLES, ids=repr)
def test_a_student_of_length_zero_sees_a_constant_field(loss: Loss) -> None:
    weights = np.array([2.0, 3.0])
    computed = averages(loss, weights, _law(0.0, 0.0, 0.5, 0.0))
    positive = ndtr(0.5)
    delta = float(loss.delta(np.zeros(1))[0])
    expected = Averages(
        delta=np.array(delta * (2 * positive - 3 * (1 - positive))),
        d_delta=loss.derivatives(np.zeros(1))[1] * (2 * positive + 3 * (1 - positive)),
        delta_field=np.zeros(1),
        delta_squared=np.array(delta**2 * (4 * positive + 9 * (1 - positive))),
        boundary=np.array(5 * delta * np.exp(-0.125) / np.sqrt(2 * np.pi)),
    )
    for a, b in zip(computed, expected, strict=True):
        assert a[0] == pytest.approx(float(np.squeeze(b)), abs=1e-10)
