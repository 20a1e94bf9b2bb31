"""Tests of `models.sources.signal` against what the dial means by its definition."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from models.rows import Rows
from models.sources.signal import signal_rows


def drawn(
    *,
    rows: int = 40_000,
    columns: int = 6,
    representation: float = 0.5,
    positive_share: float = 0.5,
    signal: tuple[float, float] = (0.6, 0.6),
    seed: int = 8,
) -> Rows:
    return signal_rows(
        rows=rows,
        columns=columns,
        representation=representation,
        positive_share=positive_share,
        signal=signal,
        seed=seed,
    )


def hidden_direction(columns: int, seed: int) -> NDArray[np.float64]:
    """The way between the classes' means in such a table with full signal, which 4 φ(0) u."""
    rows = drawn(rows=400_000, columns=columns, signal=(1.0, 1.0), seed=seed)
    x = rows.columns.to_numpy()
    u = x[rows.y == 1].mean(axis=0) - x[rows.y == 0].mean(axis=0)
    return np.asarray(u / np.linalg.norm(u))


@pytest.mark.parametrize("signal", [0.0, 0.3, 0.8])
@pytest.mark.parametrize("share", [0.5, 0.1])
def test_the_dial_is_the_best_rules_balanced_accuracy_and_ranking(
    signal: float, share: float
) -> None:
    rows = drawn(signal=(signal, signal), positive_share=share)
    along = rows.columns.to_numpy() @ hidden_direction(6, seed=8)
    positive = rows.y == 1
    rates = [np.mean((along > 0)[positive]), np.mean((along < 0)[~positive])]
    rarest = min(positive.sum(), (~positive).sum())
    assert abs(np.mean(rates) - (1 + signal) / 2) < 5 * 0.5 / np.sqrt(rarest)
    area = roc_auc_score(rows.y, along)
    assert abs(area - (1 + signal) / 2) < 5 * np.sqrt(1 / (12 * rarest)) * 2


def test_each_group_has_its_own_signal() -> None:
    rows = drawn(signal=(0.9, 0.0), representation=0.3)
    along = rows.columns.to_numpy() @ hidden_direction(6, seed=8)
    for group, signal in ((0, 0.9), (1, 0.0)):
        own = rows.group == group
        accuracy = np.mean((along[own] > 0) == rows.y[own])
        assert abs(accuracy - (1 + signal) / 2) < 5 * 0.5 / np.sqrt(own.sum())


@pytest.mark.parametrize("signal", [0.0, 0.5, 1.0])
def test_inputs_alone_tell_nothing_of_the_signal(signal: float) -> None:
    x = drawn(signal=(signal, signal), rows=20_000).columns.to_numpy()
    np.testing.assert_allclose(np.cov(x.T), np.eye(6), atol=5 * np.sqrt(2 / 20_000))
    direction = hidden_direction(6, seed=8)
    assert stats.kstest(x @ direction, "norm").pvalue > 1e-4


def test_full_signal_is_separable_and_no_signal_is_not() -> None:
    for signal, separable in ((1.0, True), (0.0, False)):
        rows = drawn(rows=300, columns=3, signal=(signal, signal))
        x = rows.columns.to_numpy()
        model = LogisticRegression(C=1e8, max_iter=10_000).fit(x, rows.y)
        assert (model.score(x, rows.y) == 1.0) is separable


@pytest.mark.parametrize("signal", [0.5, 0.9])
def test_a_weak_signal_of_a_rare_class_is_best_answered_by_never_saying_positive(
    signal: float,
) -> None:
    share = 0.1
    rows = drawn(rows=100_000, positive_share=share, signal=(signal, signal))
    along = rows.columns.to_numpy() @ hidden_direction(6, seed=8)
    accuracies = [np.mean((along > limit) == rows.y) for limit in np.linspace(-3, 6, 181)]
    highest = max(1 - share, (1 + signal) / 2)
    assert abs(max(accuracies) - highest) < 5 * 0.5 / np.sqrt(len(rows))
    assert (signal <= 1 - 2 * share) == (highest == 1 - share)


def test_shares_are_exact() -> None:
    rows = drawn(rows=1000, positive_share=0.1, representation=0.5)
    assert np.bincount(rows.y).tolist() == [900, 100]
    assert np.bincount(rows.group[rows.y == 1]).tolist() == [50, 50]


def test_tables_follow_the_seed() -> None:
    first, again, other = (drawn(seed=seed).columns.to_numpy() for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.isin(first[:, 0], other[:, 0]).any()


def test_a_signal_above_1_is_refused() -> None:
    with pytest.raises(ValueError, match=r"signal must lie in \[0, 1\], but got \(0.5, 1.1\)"):
        drawn(signal=(0.5, 1.1))
