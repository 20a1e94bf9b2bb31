"""Per-group loss and accuracy over whole splits, in pieces that a run can pause between."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.dataset import Dataset, Split
from models.kernel import cross_entropies

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

Piece = tuple["tf.Tensor", "tf.Tensor", "tf.Tensor"]
"""Tensors x, y and group of some rows of a split."""

_WORK_PER_PIECE = 2e8
_LEAST_ROWS, _MOST_ROWS = 256, 2**15


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """Unweighted performance on one whole split, without dropout and penalties.

    Attributes
    ----------
    loss, accuracy
        Mean cross-entropy (natural logarithm) and share of correct rows of each group, shape (G,).
    overall_loss, overall_accuracy
        The same over all rows.
    """

    loss: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    overall_loss: float
    overall_accuracy: float


class Evaluator:
    """Measures a network on both splits, piece by piece.

    Parameters
    ----------
    dataset
        What to measure on.
    model
        The Keras model whose structure is measured, with weights given later.

    Attributes
    ----------
    training, validation
        The pieces of each split, of rows few enough for about 10 ms of work each.
    """

    def __init__(self, *, dataset: Dataset, model: "keras.Model") -> None:
        import tensorflow as tf

        rows = int(np.clip(_WORK_PER_PIECE / model.count_params(), _LEAST_ROWS, _MOST_ROWS))
        self.training = _pieces(dataset.training, rows)
        self.validation = _pieces(dataset.validation, rows)
        groups = len(dataset.group_names)

        def sums(
            weights: list[tf.Tensor], x: tf.Tensor, y: tf.Tensor, group: tf.Tensor
        ) -> tf.Tensor:
            logits, _ = model.stateless_call(weights, model.non_trainable_variables, x)
            losses = cross_entropies(labels=y, logits=logits)
            if logits.shape[1] == 1:
                predicted = tf.cast(logits[:, 0] > 0.0, y.dtype)
            else:
                predicted = tf.argmax(logits, axis=1, output_type=y.dtype)
            correct = predicted == y
            columns = (losses, correct, tf.ones_like(losses))
            table = tf.stack([tf.cast(column, tf.float64) for column in columns], axis=1)
            return tf.math.unsorted_segment_sum(table, group, groups)

        inputs = tf.TensorSpec([None, len(dataset.feature_names)], tf.float32)
        indices = tf.TensorSpec([None], tf.int32)
        self._sums = tf.function(sums, autograph=False).get_concrete_function(
            [tf.TensorSpec(weight.shape, weight.dtype) for weight in model.trainable_variables],
            inputs,
            indices,
            indices,
        )

    def sums(self, model: "keras.Model", piece: Piece) -> NDArray[np.float64]:
        """Sum loss, correct answers and rows of a piece by group, shape (G, 3)."""
        weights = [variable.value for variable in model.trainable_variables]
        totals: NDArray[np.float64] = self._sums(weights, *piece).numpy()
        return totals


def measurement(sums: NDArray[np.float64]) -> Measurement:
    """Turn the sums over all pieces of a split into means."""
    loss, accuracy = sums[:, :2].T / sums[:, 2]
    overall_loss, overall_accuracy = sums[:, :2].sum(axis=0) / sums[:, 2].sum()
    return Measurement(
        loss=loss,
        accuracy=accuracy,
        overall_loss=float(overall_loss),
        overall_accuracy=float(overall_accuracy),
    )


def _pieces(split: Split, rows: int) -> list[Piece]:
    import tensorflow as tf

    return [
        (
            tf.constant(split.x[start : start + rows]),
            tf.constant(split.y[start : start + rows]),
            tf.constant(split.group[start : start + rows]),
        )
        for start in range(0, split.y.size, rows)
    ]
