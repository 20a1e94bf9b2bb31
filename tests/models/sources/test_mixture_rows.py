"""Tests of `models.sources.mixture_samples`."""

import numpy as np
import pytest

from models.rows import Rows
from models.sources.mixture_samples import mixture_rows
from simulation.mixture import TeacherMixture

DIMENSION = 20
TWO_GROUPS = TeacherMixture.two_group(
    representation=0.7,
    variance_plus=0.5,
    variance_minus=2.0,
    rule_similarity=0.3,
    label_correlation_plus=0.2,
    label_correlation_minus=0.1,
    shift=0.4,
    threshold_plus=0.0,
    threshold_minus=0.3,
)
THREE_GROUPS = TeacherMixture(
    names=("a", "b", "c"),
    shares=np.array([0.5, 0.3, 0.2]),
    variances=np.array([1.0, 0.5, 2.0]),
    thresholds=np.array([0.0, 0.4, -0.4]),
    gram=np.diag([1.0, 2.0, 1.0, 0.0, 0.5, 1.0]),
)


def drawn(mixture: TeacherMixture, *, seed: int = 5) -> Rows:
    return mixture_rows(mixture, dimension=DIMENSION, samples=30_000, seed=seed)


@pytest.mark.parametrize("mixture", [TWO_GROUPS, THREE_GROUPS])
def test_groups_keep_their_shares_names_and_variances(mixture: TeacherMixture) -> None:
    rows = drawn(mixture)
    assert rows.group_names == mixture.names
    assert rows.has_own_scale
    x = rows.columns.to_numpy() * np.sqrt(DIMENSION)
    for index, (share, variance) in enumerate(zip(mixture.shares, mixture.variances, strict=True)):
        own = x[rows.group == index]
        assert abs(len(own) / len(rows) - share) < 5 * np.sqrt(share * (1 - share) / len(rows))
        assert abs(own.var(axis=0).mean() / variance - 1) < 5 * np.sqrt(2 / own.size)


@pytest.mark.parametrize("mixture", [TWO_GROUPS, THREE_GROUPS])
def test_classes_are_as_frequent_as_the_teachers_say(mixture: TeacherMixture) -> None:
    rows = drawn(mixture)
    for index, rate in enumerate(mixture.positive_rates):
        labels = rows.y[rows.group == index]
        assert abs(labels.mean() - rate) < 5 * np.sqrt(rate * (1 - rate) / labels.size)


def test_samples_follow_the_seed_and_differ() -> None:
    first, again, other = (drawn(TWO_GROUPS, seed=seed).columns.to_numpy() for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.isin(first[:, 0], other[:, 0]).any()
    assert len(np.unique(first, axis=0)) == len(first)


def test_too_small_a_space_is_told() -> None:
    with pytest.raises(ValueError, match="dimension = 4 must be at least 5"):
        mixture_rows(THREE_GROUPS, dimension=4, samples=10, seed=0)
