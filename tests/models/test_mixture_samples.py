"""Tests of `models.mixture_samples`."""

import numpy as np
import pytest

from models.dataset import Dataset, DataUnavailableError
from models.mixture_samples import load_mixture
from simulation.mixture import TeacherMixture

MIXTURE = TeacherMixture.two_group(
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


def load(*, samples: int = 20_000, share: float = 0.3, seed: int = 5) -> Dataset:
    return load_mixture(
        mixture=MIXTURE, dimension=20, samples=samples, validation_share=share, seed=seed
    )


def test_groups_keep_their_shares_names_and_variances() -> None:
    dataset = load()
    assert dataset.group_names == MIXTURE.names
    assert (dataset.training.y.size, dataset.validation.y.size) == (14_000, 6_000)
    for split in (dataset.training, dataset.validation):
        rows = split.y.size
        share = np.mean(split.group == 0)
        assert abs(share - 0.7) < 5 * np.sqrt(0.7 * 0.3 / rows)
        for index, variance in enumerate(MIXTURE.variances):
            x = split.x[split.group == index].astype(np.float64) * np.sqrt(20)
            estimate = x.var(axis=0).mean()
            assert abs(estimate / variance - 1) < 5 * np.sqrt(2 / x.size)


def test_classes_are_the_signs_of_the_teachers() -> None:
    dataset = load(samples=40_000)
    y, group = dataset.training.y, dataset.training.group
    for index, rate in enumerate(MIXTURE.positive_rates):
        labels = y[group == index]
        assert abs(labels.mean() - rate) < 5 * np.sqrt(rate * (1 - rate) / labels.size)


def test_samples_follow_the_seed_and_splits_are_disjoint() -> None:
    first, again, other = load(seed=1), load(seed=1), load(seed=2)
    np.testing.assert_array_equal(first.training.x, again.training.x)
    assert not np.array_equal(first.training.x, other.training.x)
    rows = {row.tobytes() for row in first.training.x}
    assert not rows & {row.tobytes() for row in first.validation.x}


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_shares_outside_the_range_are_refused(share: float) -> None:
    with pytest.raises(ValueError, match="validation_share must lie in"):
        load(share=share)


def test_too_few_samples_are_told() -> None:
    with pytest.raises(DataUnavailableError, match="has no row; take more rows"):
        load(samples=3)
