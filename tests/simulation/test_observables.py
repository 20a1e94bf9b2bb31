from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from simulation_cases import three_groups, two_groups

from simulation.losses import Logistic, Squared
from simulation.observables import confusion, group_losses, orthant

_MARGINS = st.just(0.0) | st.floats(-6, 6)


def _orthant(first: float, second: float, correlation: float) -> float:
    return float(orthant(np.array(first), np.array(second), np.array(correlation)))


@settings(deadline=None)
@given(first=_MARGINS, second=_MARGINS, correlation=st.floats(-0.999, 0.999))
def test_orthant_matches_its_integral(first: float, second: float, correlation: float) -> None:
    rest = np.sqrt(1 - correlation**2)
    turn = -second / correlation if abs(correlation) > 0.1 else 0.0
    marks = [turn + k * rest for k in (-10, -3, -1, 0, 1, 3, 10)]
    edges = sorted({float(np.clip(mark, -first, 10)) for mark in (-9, -3, 0, 3, 10, *marks)})
    nodes, weights = np.polynomial.legendre.leggauss(40)
    expected = 0.0
    for low, high in pairwise(edges):
        a = low + (high - low) * (nodes + 1) / 2
        density = np.exp(-a * a / 2) / np.sqrt(2 * np.pi)
        values = density * ndtr((second + correlation * a) / rest)
        expected += float(weights @ values) * (high - low) / 2
    assert _orthant(first, second, correlation) == pytest.approx(expected, abs=1e-12)


@settings(deadline=None)
@given(correlation=st.floats(-1, 1))
def test_orthant_at_the_origin(correlation: float) -> None:
    expected = 0.25 + np.arcsin(correlation) / (2 * np.pi)
    assert _orthant(0, 0, correlation) == pytest.approx(expected, abs=1e-14)


@settings(deadline=None)
@given(first=_MARGINS, second=_MARGINS)
def test_orthant_of_dependent_and_independent_fields(first: float, second: float) -> None:
    a, b = ndtr(first), ndtr(second)
    assert _orthant(first, second, 0) == pytest.approx(a * b, abs=1e-14)
    assert _orthant(first, second, 1) == pytest.approx(min(a, b), abs=1e-14)
    assert _orthant(first, second, -1) == pytest.approx(max(a + b - 1, 0), abs=1e-14)


@settings(deadline=None)
@given(first=_MARGINS, second=_MARGINS, correlation=st.floats(-1, 1))
def test_the_four_orthants_add_up(first: float, second: float, correlation: float) -> None:
    total = sum(
        _orthant(s * first, u * second, s * u * correlation) for s in (1, -1) for u in (1, -1)
    )
    assert total == pytest.approx(1, abs=1e-13)


def test_orthant_far_in_the_tails_is_a_probability() -> None:
    far = np.array([-1e300, -50.0, 50.0, 1e300])
    values = orthant(far[:, None], far, np.array(0.5))
    np.testing.assert_allclose(values, np.outer(far > 0, far > 0), atol=1e-15)


@settings(deadline=None)
@given(overlap=st.floats(-1, 1), norm=st.floats(0.01, 10))
def test_without_shift_the_error_is_the_angle_to_the_teacher(overlap: float, norm: float) -> None:
    mixture = two_groups(
        label_correlation_plus=0,
        label_correlation_minus=0,
        shift=0,
        threshold_plus=0,
        threshold_minus=0,
    )
    overlaps = np.array([overlap, -overlap, 0, 0]) * np.sqrt(norm)
    error = confusion(mixture, overlaps, np.array(norm)).error
    r = np.array([overlap, -overlap])
    np.testing.assert_allclose(error, np.arccos(r) / np.pi, atol=3e-8)


def test_rates_follow_from_counting_samples() -> None:
    mixture = three_groups()
    rng = np.random.default_rng(0)
    directions = mixture.coordinates
    weights = rng.normal(size=6)
    counts = 400_000
    thresholds = np.array([0.1, -0.2, 0.3])
    rates = confusion(mixture, directions @ weights, np.array(weights @ weights), thresholds)
    for group in range(3):
        noise = rng.normal(size=(counts, 6)) * np.sqrt(mixture.variances[group])
        x = noise + directions[3 + group]
        positive = x @ directions[group] + mixture.thresholds[group] > 0
        predicted = x @ weights > thresholds[group]
        counted = {
            "selection_rate": predicted.mean(),
            "true_positive_rate": predicted[positive].mean(),
            "false_positive_rate": predicted[~positive].mean(),
            "error": (predicted != positive).mean(),
            "accuracy": (predicted == positive).mean(),
        }
        for name, value in counted.items():
            assert getattr(rates, name)[group] == pytest.approx(value, abs=0.005)


@pytest.mark.parametrize("loss", [Squared(), Logistic()])
def test_losses_follow_from_averaging_samples(loss: Squared | Logistic) -> None:
    mixture = two_groups()
    rng = np.random.default_rng(1)
    directions = mixture.coordinates
    weights = rng.normal(size=3)
    losses = group_losses(mixture, loss, directions @ weights, np.array(weights @ weights))
    for group in range(2):
        noise = rng.normal(size=(400_000, 3)) * np.sqrt(mixture.variances[group])
        x = noise + directions[2 + group]
        y = np.sign(x @ directions[group] + mixture.thresholds[group])
        sampled = loss.value(y * (x @ weights))
        error = sampled.std() / np.sqrt(sampled.size)
        assert losses[group] == pytest.approx(sampled.mean(), abs=4 * error)


@settings(deadline=None)
@given(first=st.floats(-2, 2), threshold=st.floats(-2, 2))
def test_a_student_of_length_zero_decides_by_its_threshold(first: float, threshold: float) -> None:
    assume(abs(threshold) > 1e-12)
    mixture = two_groups(threshold_plus=first)
    rates = confusion(mixture, np.zeros(4), np.array(0.0), threshold)
    np.testing.assert_array_equal(rates.selection_rate, float(threshold < 0))
    undecided = confusion(mixture, np.zeros(4), np.array(0.0))
    np.testing.assert_allclose(undecided.error, 0.5, atol=1e-15)
