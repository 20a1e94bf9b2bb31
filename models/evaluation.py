"""What a network answers, in pieces that a run can pause between, and how good the answers are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.dataset import Dataset, Features, Indices, Split
from models.network import operations
from models.scores import Floats, Score, mean_losses, scores

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

Answers = NDArray[np.float32]
"""Logits, shape (n, 1) for two classes or (n, K) for more."""

_WORK_PER_PIECE = 2e8
_LEAST_ROWS, _MOST_ROWS = 256, 2**15


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """Unweighted performance on one whole split, without dropout and penalties.

    Attributes
    ----------
    scores
        Each score of every group, then over all rows, shape (G + 1,); see `models.scores.scores`.
    clean
        The same against the labels before some were flipped on purpose; None where none were.
    """

    scores: Mapping[Score, Floats]
    clean: "Measurement | None" = None

    @property
    def loss(self) -> Floats:
        """Mean cross-entropy of each group, shape (G,)."""
        return self.scores["loss"][:-1]

    @property
    def accuracy(self) -> Floats:
        """Share of correct rows of each group, shape (G,)."""
        return self.scores["accuracy"][:-1]

    @property
    def overall_loss(self) -> float:
        """Mean cross-entropy over all rows."""
        return float(self.scores["loss"][-1])

    @property
    def overall_accuracy(self) -> float:
        """Share of correct rows over all."""
        return float(self.scores["accuracy"][-1])


class Evaluator:
    """Asks a network, piece by piece, and scores its answers.

    Parameters
    ----------
    dataset
        What to measure on.
    model
        The Keras model to ask, in the state that it has by then.

    Attributes
    ----------
    columns
        Logits for each row.
    """

    def __init__(self, *, dataset: Dataset, model: "keras.Sequential") -> None:
        self._rows = int(np.clip(_WORK_PER_PIECE / operations(model), _LEAST_ROWS, _MOST_ROWS))
        self._groups = len(dataset.group_names)
        splits = (dataset.training, dataset.validation, dataset.test)
        self._flipped = any(split is not None and split.clean_y is not None for split in splits)

        self.look_at(model)

    def look_at(self, model: "keras.Sequential") -> None:
        """Ask this model from now on, of as many inputs and outputs as the one before."""
        import tensorflow as tf

        self.columns = model.output_shape[1]
        self._answers = tf.function(
            lambda x: model(x, training=False), autograph=False
        ).get_concrete_function(tf.TensorSpec([None, model.input_shape[1]], tf.float32))

    def pieces(self, x: Features) -> "list[tf.Tensor]":
        """Cut rows (n, p) into pieces of about 10 ms of work each."""
        import tensorflow as tf

        cuts = range(0, len(x), self._rows)
        return [tf.constant(x[start : start + self._rows]) for start in cuts]

    def answers(self, piece: "tf.Tensor") -> Answers:
        """Give the logits of a piece."""
        logits: Answers = self._answers(piece).numpy()
        return logits

    def measurement(self, answers: Answers, split: Split) -> Measurement:
        """Score the answers for all rows of a split."""
        clean = None
        if self._flipped:
            labels = split.y if split.clean_y is None else split.clean_y
            clean = Measurement(self._scores(answers, labels, split.group))
        return Measurement(self._scores(answers, split.y, split.group), clean)

    def losses(self, answers: Answers, split: Split) -> Floats:
        """Give the mean cross-entropy of every group, then over all rows, shape (G + 1,)."""
        return mean_losses(answers, labels=split.y, group=split.group, groups=self._groups)

    def _scores(self, answers: Answers, labels: Indices, group: Indices) -> dict[Score, Floats]:
        return scores(answers, labels=labels, group=group, groups=self._groups)
