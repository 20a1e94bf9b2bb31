"""Linear and kernel classifiers of scikit-learn, to hold a network against."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from models.dataset import Features
from models.learning_rows import LearningRows
from models.trouble.seeds import generator

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin

Baseline = Literal["logistic regression", "linear SVM", "RBF SVM"]
BASELINES: tuple[Baseline, ...] = get_args(Baseline)

MOST_RBF_ROWS = 5_000
"""Rows from which an RBF SVM learns at most: its time grows with the square of their number."""

_ROUNDS = 1_000


class BaselineError(RuntimeError):
    """A baseline cannot be fitted to these rows; the message says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """What a baseline answers.

    Attributes
    ----------
    answers
        For each table of inputs, larger where a class is more likely: with two classes the margin
        of the second, (n, 1), else one for each class, (n, K).
    has_probabilities
        Whether the answers are logits, so that probabilities follow.
    notes
        What a reader should know, a sentence each.
    """

    answers: tuple[NDArray[np.float64], ...]
    has_probabilities: bool
    notes: tuple[str, ...]


def fit(
    baseline: Baseline,
    rows: LearningRows,
    *,
    inputs: Sequence[Features],
    classes: int,
    seed: int,
) -> Fitted:
    """Fit a baseline of scikit-learn with C = 1 to weighted rows, and let it answer.

    * ``logistic regression``: cross-entropy and |W|²/2;
    * ``linear SVM``: squared hinge loss and |W|²/2, for several classes one against the rest;
    * ``RBF SVM``: hinge loss with the kernel exp(-γ |x - x'|²), where γ is 1 over the number of
      columns times the variance of all cells; for several classes one against one. It learns from
      at most `MOST_RBF_ROWS` rows, drawn so that every group and class keeps its share, and a row
      of each class for which that is none.

    Parameters
    ----------
    baseline
        Which.
    rows
        What is learnt from; rows of weight 0 are left out.
    inputs
        Tables that are to be answered, shapes (n, p), n >= 1.
    classes
        Number of classes K.
    seed
        Source of what is drawn at random, >= 0.

    Raises
    ------
    BaselineError
        When a class has no row of any weight.

    Notes
    -----
    It may take minutes, and warnings are caught meanwhile: give it a process of its own.
    """
    from sklearn.exceptions import ConvergenceWarning

    used = np.flatnonzero(rows.weights > 0.0)
    if np.unique(rows.y[used]).size < classes:
        message = "a class has no row of any weight to learn from"
        raise BaselineError(
            f"{message}; raise mitigation.class_weights or mitigation.group_weights"
        )
    notes = []
    if baseline == "RBF SVM" and used.size > MOST_RBF_ROWS:
        drawn = _thinned(rows, used, seed)
        notes.append(f"It learnt from {drawn.size:,} of {used.size:,} rows, drawn at random.")
        used = drawn
    model = _model(baseline, seed)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        model.fit(rows.x[used], rows.y[used], sample_weight=rows.weights[used])
    if any(issubclass(each.category, ConvergenceWarning) for each in caught):
        notes.append(f"It had not settled when it ended, at round {np.max(model.n_iter_):,}.")
    answers = (model.decision_function(x) for x in inputs)
    return Fitted(
        answers=tuple(each.reshape(len(each), -1) for each in answers),
        has_probabilities=baseline == "logistic regression",
        notes=tuple(notes),
    )


def _thinned(rows: LearningRows, used: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Take evenly from the rows in order of group and class, and at random within these."""
    lots = generator(seed, "RBF SVM").random(used.size)
    order = used[np.lexsort((lots, rows.y[used], rows.group[used]))]
    places = np.arange(MOST_RBF_ROWS) * used.size // MOST_RBF_ROWS
    drawn = order[places]
    lost = np.setdiff1d(rows.y[used], rows.y[drawn])
    rare = [order[np.argmax(rows.y[order] == label)] for label in lost]
    return np.sort(np.append(drawn, np.array(rare, np.int64)))


def _model(baseline: Baseline, seed: int) -> "ClassifierMixin":
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import SVC, LinearSVC

    match baseline:
        case "logistic regression":
            return LogisticRegression(max_iter=_ROUNDS)
        case "linear SVM":
            return LinearSVC(
                max_iter=_ROUNDS, random_state=int(generator(seed, baseline).integers(2**31))
            )
        case "RBF SVM":
            return SVC()
