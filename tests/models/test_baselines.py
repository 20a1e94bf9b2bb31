"""Tests of `models.baselines` against the mathematics of each, and brute force."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from models import baselines
from models.baselines import BASELINES, Baseline, BaselineError, fit
from models.learning_rows import LearningRows


def rows(count: int = 60, classes: int = 2, *, seed: int = 0) -> LearningRows:
    random = np.random.default_rng(seed)
    y = random.integers(0, classes, count).astype(np.int32)
    y[:classes] = np.arange(classes)
    x = random.normal(size=(count, 3)) + np.eye(classes, 3)[y]
    return LearningRows(
        x=x.astype(np.float32),
        y=y,
        group=random.integers(0, 2, count).astype(np.int32),
        weights=random.integers(1, 4, count).astype(np.float64),
    )


def margins(baseline: Baseline, learnt: LearningRows, *, seed: int = 0) -> NDArray[np.float64]:
    (answers,) = fit(baseline, learnt, inputs=[PROBE], classes=2, seed=seed).answers
    return answers


PROBE = np.random.default_rng(9).normal(size=(40, 3)).astype(np.float32)


@pytest.mark.parametrize(
    ("baseline", "tolerance"), [("logistic regression", 1e-3), ("linear SVM", 2e-2)]
)
def test_linear_baselines_minimise_their_weighted_losses(
    baseline: Baseline, tolerance: float
) -> None:
    learnt = rows()
    sign = 2.0 * learnt.y - 1.0

    def cost(parameters: NDArray[np.float64]) -> float:
        weights, bias = parameters[:3], parameters[3]
        margin = sign * (learnt.x @ weights + bias)
        if baseline == "linear SVM":
            losses, penalised = np.maximum(0.0, 1.0 - margin) ** 2, parameters
        else:
            losses, penalised = np.logaddexp(0.0, -margin), weights
        return float(learnt.weights @ losses + penalised @ penalised / 2)

    best = minimize(cost, np.zeros(4), tol=1e-10).x
    expected = PROBE @ best[:3] + best[3]
    np.testing.assert_allclose(margins(baseline, learnt)[:, 0], expected, atol=tolerance)


def test_an_rbf_machine_learns_what_is_not_straight() -> None:
    learnt = rows(300)
    radius = np.linalg.norm(learnt.x, axis=1)
    ring = replace(learnt, y=(radius > np.median(radius)).astype(np.int32))
    inner = np.linalg.norm(PROBE, axis=1) > np.median(radius)
    right = {
        baseline: ((margins(baseline, ring)[:, 0] > 0) == inner).mean() for baseline in BASELINES
    }
    assert right["RBF SVM"] > 0.85 > right["linear SVM"]


@pytest.mark.parametrize("baseline", BASELINES)
def test_whole_weights_count_as_copies_and_rows_of_weight_zero_not_at_all(
    baseline: Baseline,
) -> None:
    learnt = rows()
    copies = np.repeat(np.arange(len(learnt)), learnt.weights.astype(int))
    repeated = LearningRows(
        x=learnt.x[copies],
        y=learnt.y[copies],
        group=learnt.group[copies],
        weights=np.ones(copies.size),
    )
    tolerance = 0.05 if baseline != "RBF SVM" else 0.3  # its kernel's width is of unweighted rows
    first, second = margins(baseline, learnt), margins(baseline, repeated)
    np.testing.assert_allclose(first, second, atol=tolerance)
    silent = replace(learnt, weights=np.where(np.arange(60) < 40, learnt.weights, 0.0))
    kept = LearningRows(
        x=learnt.x[:40], y=learnt.y[:40], group=learnt.group[:40], weights=learnt.weights[:40]
    )
    np.testing.assert_array_equal(margins(baseline, silent), margins(baseline, kept))


@pytest.mark.parametrize("baseline", BASELINES)
def test_several_classes_have_an_answer_each(baseline: Baseline) -> None:
    learnt = rows(200, 3)
    fitted = fit(baseline, learnt, inputs=[learnt.x, PROBE], classes=3, seed=0)
    assert [each.shape for each in fitted.answers] == [(200, 3), (40, 3)]
    assert (fitted.answers[0].argmax(axis=1) == learnt.y).mean() > 0.5
    assert fitted.has_probabilities == (baseline == "logistic regression")


def test_an_rbf_machine_learns_from_a_part_that_keeps_shares_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(baselines, "MOST_RBF_ROWS", 50)
    learnt = rows(400)
    cell = learnt.group * 2 + learnt.y
    used = baselines._thinned(learnt, np.arange(400), 3)
    assert np.unique(used).size == used.size == 50
    found, exact = np.bincount(cell[used]), np.bincount(cell) / 8
    assert np.abs(found - exact).max() <= 1
    (note,) = fit("RBF SVM", learnt, inputs=[], classes=2, seed=3).notes
    assert note == "It learnt from 50 of 400 rows, drawn at random."
    first, again, other = (margins("RBF SVM", learnt, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_class_too_rare_to_be_drawn_keeps_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baselines, "MOST_RBF_ROWS", 20)
    learnt = rows(400)
    rare = replace(learnt, y=(np.arange(400) == 77).astype(np.int32))
    used = baselines._thinned(rare, np.arange(400), 3)
    assert 77 in used
    assert np.unique(used).size == used.size <= 21
    fitted = fit("RBF SVM", rare, inputs=[rare.x], classes=2, seed=3)
    assert np.isfinite(fitted.answers[0]).all()


@pytest.mark.parametrize("baseline", BASELINES)
@pytest.mark.parametrize("classes", [2, 10])
def test_columns_that_say_nothing_and_silent_groups_are_no_trouble(
    baseline: Baseline, classes: int
) -> None:
    learnt = rows(400, 10)
    y = (learnt.y % classes).astype(np.int32)
    silent = np.where(learnt.group == 1, 0.0, 1e4)
    for x in (np.zeros((400, 2), np.float32), np.c_[learnt.x, np.full(400, 7.0, np.float32)]):
        learnt = replace(learnt, x=x, y=y, weights=silent)
        (answers,) = fit(baseline, learnt, inputs=[x], classes=classes, seed=0).answers
        assert answers.shape == (400, 1 if classes == 2 else classes)
        assert np.isfinite(answers).all()
        if not x.any():
            assert (answers == answers[0]).all()


def test_rounds_that_do_not_suffice_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not fit("linear SVM", rows(), inputs=[], classes=2, seed=0).notes
    monkeypatch.setattr(baselines, "_ROUNDS", 1)
    linear: tuple[Baseline, ...] = ("logistic regression", "linear SVM")
    for baseline in linear:
        (note,) = fit(baseline, rows(), inputs=[], classes=2, seed=0).notes
        assert note == "It had not settled when it ended, at round 1."


@pytest.mark.parametrize("baseline", BASELINES)
def test_a_class_without_weight_is_refused(baseline: Baseline) -> None:
    learnt = rows()
    silent = replace(learnt, weights=np.where(learnt.y == 1, 0.0, 1.0))
    with pytest.raises(BaselineError, match="a class has no row of any weight"):
        fit(baseline, silent, inputs=[], classes=2, seed=0)
