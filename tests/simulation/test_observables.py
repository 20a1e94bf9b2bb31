import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import simpson
from scipy.special import ndtr
from simulation_cases import three_groups, two_groups

from simulation.losses import Focal, Logistic, Loss, Squared
from simulation.mixture import FloatArray
from simulation.observables import (
    Confusion,
    confusion,
    group_losses,
    loss_deviations,
    quadrants,
)
from simulation.sampling import sample, sampled_directions

_TAILS = st.just(0.0) | st.floats(-12, 12)


def _quadrants(first: float, second: float, correlation: float) -> Confusion:
    return quadrants(np.array([first]), np.array([second]), np.array([correlation]))


def _cells(confusion: Confusion) -> FloatArray:
    """Shape (..., K, 4)."""
    return np.stack([getattr(confusion, name) for name in Confusion.__slots__], axis=-1)


def _orthant(first: float, second: float, correlation: float) -> float:
    return float(_quadrants(first, second, correlation).true_positive[0])


def _independent_orthant(first: float, second: float, correlation: float) -> float:
    """The orthant at the correlation −1 or 0, plus its derivative's integral from there.

    The derivative by the angle arccos(−correlation) is positive (Plackett 1954), so that nothing
    cancels.
    """
    low, base = np.pi / 2, ndtr(first) * ndtr(second)
    if correlation < 0:
        low = 0.0
        left, right = sorted([-first, second]) if first + second > 0 else (0.0, 0.0)
        base = ndtr(-left) - ndtr(-right) if left > 0 else ndtr(right) - ndtr(left)
    parts = np.unique(np.concatenate([[0], np.geomspace(1e-12, 1, 60), np.linspace(0, 1, 101)]))
    edges = low + (np.arccos(-correlation) - low) * parts
    nodes, weights = np.polynomial.legendre.leggauss(20)
    angle = edges[:-1, None] + np.diff(edges)[:, None] * (nodes + 1) / 2
    distance = (first + second) ** 2 - 4 * first * second * np.sin(angle / 2) ** 2
    density = np.exp(-distance / (2 * np.sin(angle) ** 2)) @ weights
    return float(base + density @ np.diff(edges) / (4 * np.pi))


@settings(deadline=None)
@given(first=_TAILS, second=_TAILS, correlation=st.floats(-0.99, 0.99))
def test_every_quadrant_is_as_accurate_in_the_tails_as_in_the_middle(
    first: float, second: float, correlation: float
) -> None:
    found = _cells(_quadrants(first, second, correlation))[0]
    expected = [
        _independent_orthant(s * first, u * second, s * u * correlation)
        for s, u in ((1, 1), (1, -1), (-1, 1), (-1, -1))
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-290)


@settings(deadline=None)
@given(correlation=st.floats(-1, 1))
def test_orthant_at_the_origin(correlation: float) -> None:
    expected = 0.25 + np.arcsin(correlation) / (2 * np.pi)
    assert _orthant(0, 0, correlation) == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize("distance", [1e-3, 1e-6, 1e-9, 1e-12, 1e-15])
def test_the_error_of_a_student_almost_aligned_keeps_its_digits(distance: float) -> None:
    correlation = 1 - distance
    angle = 2 * np.arcsin(np.sqrt((1 - correlation) / 2))
    error = _quadrants(0, 0, correlation).error[0]
    assert error == pytest.approx(angle / np.pi, rel=1e-11)


@settings(deadline=None)
@given(first=_TAILS, second=_TAILS)
def test_quadrants_of_dependent_and_independent_fields(first: float, second: float) -> None:
    a, b, not_a, not_b = ndtr([first, second, -first, -second])
    independent = [a * b, a * not_b, not_a * b, not_a * not_b]
    np.testing.assert_allclose(_cells(_quadrants(first, second, 0))[0], independent, rtol=1e-9)
    assert _orthant(first, second, 1) == pytest.approx(min(a, b), rel=1e-9)
    assert _orthant(first, second, -1) == pytest.approx(max(a - not_b, 0), abs=1e-15)


@settings(deadline=None)
@given(first=_TAILS, second=_TAILS, correlation=st.floats(-1, 1))
def test_the_quadrants_add_up_to_what_each_field_alone_gives(
    first: float, second: float, correlation: float
) -> None:
    found = _quadrants(first, second, correlation)
    assert _cells(found).min() >= 0
    assert _cells(found).sum() == pytest.approx(1, abs=1e-13)
    assert found.selection_rate[0] == pytest.approx(ndtr(first), rel=1e-9)
    assert found.positive[0] == pytest.approx(ndtr(second), rel=1e-9)


@settings(deadline=None)
@given(first=_TAILS, second=_TAILS, correlation=st.floats(-1, 1))
def test_swapping_or_reversing_the_fields_renames_the_quadrants(
    first: float, second: float, correlation: float
) -> None:
    cells = _cells(_quadrants(first, second, correlation))[0]
    swapped = _cells(_quadrants(second, first, correlation))[0]
    reversed_label = _cells(_quadrants(first, -second, -correlation))[0]
    np.testing.assert_allclose(swapped, cells[[0, 2, 1, 3]], rtol=1e-9, atol=1e-99)
    np.testing.assert_allclose(reversed_label, cells[[1, 0, 3, 2]], rtol=1e-9, atol=1e-99)


def test_far_in_the_tails_probabilities_stay_probabilities() -> None:
    far = np.array([-1e300, -50.0, 50.0, 1e300])
    first, second = (grid.ravel() for grid in np.meshgrid(far, far))
    for correlation in (-1.0, -0.5, 0.0, 0.5, 1.0):
        found = quadrants(first, second, np.full(16, correlation)).true_positive
        np.testing.assert_allclose(found, (first > 0) & (second > 0), atol=1e-15)


@pytest.mark.parametrize(
    ("rate", "first", "second", "correlation"),
    [
        ("true_positive_rate", 0.5, -10, 0.3),
        ("false_positive_rate", 0.5, 10, -0.3),
        ("precision", -10, 0.5, 0.3),
    ],
)
def test_a_rate_among_the_rare_is_the_common_field_seen_from_the_tail(
    rate: str, first: float, second: float, correlation: float
) -> None:
    excess = np.linspace(0, 6, 60_001)
    density = np.exp(-10 * excess - excess**2 / 2)
    field = (0.5 + 0.3 * (10 + excess)) / np.sqrt(1 - 0.3**2)
    expected = simpson(ndtr(field) * density) / simpson(density)
    found = getattr(_quadrants(first, second, correlation), rate)[0]
    assert found == pytest.approx(expected, rel=1e-9)


def test_a_rate_among_no_one_is_unknown() -> None:
    nobody = np.array([-50.0, 50.0, -50.0, 0.0])
    label = np.array([0.0, 0.0, -50.0, 50.0])
    found = quadrants(nobody, label, np.zeros(4))
    np.testing.assert_array_equal(np.isnan(found.precision), [True, False, True, False])
    np.testing.assert_array_equal(np.isnan(found.true_positive_rate), [False, False, True, False])
    np.testing.assert_array_equal(np.isnan(found.false_positive_rate), [False] * 3 + [True])
    np.testing.assert_array_equal(np.isnan(found.f1), [False, False, True, False])
    assert found.f1[0] == 0


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
            "positive": positive.mean(),
            "precision": positive[predicted].mean(),
            "f1": 2 * (positive & predicted).sum() / (positive.sum() + predicted.sum()),
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
    np.testing.assert_allclose(rates.selection_rate, float(threshold < 0), atol=1e-15)
    undecided = confusion(mixture, np.zeros(4), np.array(0.0))
    np.testing.assert_allclose(undecided.error, 0.5, atol=1e-15)


@pytest.mark.parametrize("loss", [Squared(), Logistic(), Focal(2.0)])
def test_losses_of_samples_scatter_as_far_as_said(loss: Loss) -> None:
    mixture, dimension = three_groups(), 9
    rules = sampled_directions(mixture, dimension=dimension, seed=3)
    weights = rules[0] + 0.5 * rules[4] + np.random.default_rng(3).standard_normal(dimension)
    overlaps, norm = rules @ weights / dimension, np.array(weights @ weights / dimension)
    x, y, group = sample(mixture, dimension=dimension, count=400_000, seed=3)
    losses = loss.value(y * (x @ weights) / np.sqrt(dimension))
    deviations = loss_deviations(mixture, loss, overlaps, norm)
    means = group_losses(mixture, loss, overlaps, norm)
    for number, (mean, deviation) in enumerate(zip(means, deviations, strict=True)):
        own = losses[group == number]
        assert abs(own.mean() - mean) < 4 * deviation / np.sqrt(own.size)
        assert own.std() == pytest.approx(deviation, rel=0.02)


def test_a_student_of_no_length_has_the_same_loss_on_every_sample() -> None:
    deviations = loss_deviations(two_groups(), Logistic(), np.zeros(4), np.array(0.0))
    np.testing.assert_allclose(deviations, 0.0, atol=1e-7)
