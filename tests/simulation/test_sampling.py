import numpy as np
import pytest
from simulation_cases import three_groups, two_groups

from simulation.sampling import sample, sampled_directions


def test_samples_have_the_mixtures_moments() -> None:
    mixture = three_groups()
    count = 300_000
    x, y, group = sample(mixture, dimension=12, count=count, seed=5)
    assert x.shape == (count, 12)
    assert set(np.unique(y)) == {-1, 1}
    np.testing.assert_allclose(np.bincount(group) / count, mixture.shares, atol=0.005)
    means, rules = [], []
    for number, variance in enumerate(mixture.variances):
        inside = group == number
        mean = x[inside].mean(axis=0)
        noise = x[inside] - mean
        np.testing.assert_allclose(noise.T @ noise / inside.sum(), variance * np.eye(12), atol=0.04)
        assert np.mean(y[inside] > 0) == pytest.approx(mixture.positive_rates[number], abs=0.006)
        pull = (y[inside, None] * noise).mean(axis=0)
        means.append(mean)
        rules.append(pull / np.linalg.norm(pull) * np.sqrt(mixture.teacher_norms[number]))
    directions = np.array(rules + means)
    np.testing.assert_allclose(directions @ directions.T, mixture.gram, atol=0.04)
    exact = sampled_directions(mixture, dimension=12, seed=5)
    np.testing.assert_allclose(exact @ exact.T / 12, mixture.gram, atol=1e-12)
    np.testing.assert_allclose(directions, exact / np.sqrt(12), atol=0.04)


def test_a_seed_gives_its_own_samples() -> None:
    first, again, other = (
        sample(two_groups(), dimension=5, count=20, seed=seed) for seed in (1, 1, 2)
    )
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(first[0], other[0])


def test_labels_follow_the_sampled_directions() -> None:
    mixture = three_groups()
    x, y, group = sample(mixture, dimension=7, count=500, seed=8)
    rules = sampled_directions(mixture, dimension=7, seed=8)[: mixture.size]
    fields = np.vecdot(x, rules[group]) / np.sqrt(7) + mixture.thresholds[group]
    np.testing.assert_array_equal(np.sign(fields), y)


def test_the_smallest_dimension_holds_all_directions() -> None:
    mixture = two_groups()
    assert sample(mixture, dimension=3, count=4, seed=0)[0].shape == (4, 3)
    with pytest.raises(ValueError, match="dimension = 2 must be at least 3"):
        sample(mixture, dimension=2, count=4, seed=0)
