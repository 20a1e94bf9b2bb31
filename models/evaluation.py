"""Per-group loss and accuracy over whole splits, in pieces that a run can pause between."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.dataset import Dataset, Split
from models.losses import cross_entropies
from models.network import operations

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

Piece = tuple["tf.Tensor", "tf.Tensor", "tf.Tensor"]
"""Tensors x (n, p), labels (n, L) and group (n,) of some rows of a split.

L is 1, or 2 where labels were flipped on purpose: those on record, then the clean ones.
"""

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
    clean
        The same against the labels before some were flipped on purpose; None where none were.
    """

    loss: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    overall_loss: float
    overall_accuracy: float
    clean: "Measurement | None" = None


class Evaluator:
    """Measures a network on every split, piece by piece.

    Parameters
    ----------
    dataset
        What to measure on.
    model
        The Keras model whose structure is measured, with weights given later.

    Attributes
    ----------
    training, validation, test
        The pieces of each split, of rows few enough for about 10 ms of work each; `test` is empty
        where there is none.
    shape
        Of the sums over a piece.
    """

    def __init__(self, *, dataset: Dataset, model: "keras.Sequential") -> None:
        import tensorflow as tf

        rows = int(np.clip(_WORK_PER_PIECE / operations(model), _LEAST_ROWS, _MOST_ROWS))
        splits = (dataset.training, dataset.validation, dataset.test)
        flipped = any(split is not None and split.clean_y is not None for split in splits)
        self.training, self.validation, self.test = (
            [] if split is None else _pieces(split, rows, flipped=flipped) for split in splits
        )
        groups = len(dataset.group_names)
        kinds = 2 if flipped else 1
        self.shape = (groups, 1 + 2 * kinds)

        def sums(
            state: tuple[list[tf.Tensor], list[tf.Tensor]],
            x: tf.Tensor,
            labels: tf.Tensor,
            group: tf.Tensor,
        ) -> tf.Tensor:
            logits, _ = model.stateless_call(*state, x)
            if logits.shape[1] == 1:
                predicted = tf.cast(logits[:, 0] > 0.0, labels.dtype)
            else:
                predicted = tf.argmax(logits, axis=1, output_type=labels.dtype)
            columns = [tf.ones_like(group)]
            for y in tf.unstack(labels, kinds, axis=1):
                columns += [cross_entropies(labels=y, logits=logits), predicted == y]
            table = tf.stack([tf.cast(column, tf.float64) for column in columns], axis=1)
            return tf.math.unsorted_segment_sum(table, group, groups)

        self._sums = tf.function(sums, autograph=False).get_concrete_function(
            tf.nest.map_structure(
                lambda value: tf.TensorSpec(value.shape, value.dtype), _state(model)
            ),
            tf.TensorSpec([None, len(dataset.feature_names)], tf.float32),
            tf.TensorSpec([None, kinds], tf.int32),
            tf.TensorSpec([None], tf.int32),
        )

    def sums(self, model: "keras.Model", piece: Piece) -> NDArray[np.float64]:
        """Sum rows, then loss and correct answers against each kind of labels, by group.

        Returns
        -------
        array
            Of the shape `shape`, (G, 1 + 2 L).
        """
        totals: NDArray[np.float64] = self._sums(_state(model), *piece).numpy()
        return totals


def measurement(sums: NDArray[np.float64]) -> Measurement:
    """Turn the sums over all pieces of a split into means."""
    rows, loss, correct = sums[:, :3].T
    overall_loss, overall_accuracy = sums[:, 1:3].sum(axis=0) / rows.sum()
    return Measurement(
        loss=loss / rows,
        accuracy=correct / rows,
        overall_loss=float(overall_loss),
        overall_accuracy=float(overall_accuracy),
        clean=measurement(sums[:, [0, 3, 4]]) if sums.shape[1] > 3 else None,
    )


def log_probabilities(model: "keras.Model", piece: Piece) -> NDArray[np.float64]:
    """Predict the logarithm of each class' probability, shape (n, K)."""
    logits = model(piece[0], training=False).numpy().astype(np.float64)
    if logits.shape[1] == 1:
        logits = np.hstack([np.zeros_like(logits), logits])
    normalised: NDArray[np.float64] = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return normalised


def _state(model: "keras.Model") -> "tuple[list[tf.Tensor], list[tf.Tensor]]":
    """Give the values of all variables, those that training sets first."""
    variables = (model.trainable_variables, model.non_trainable_variables)
    first, second = ([variable.value for variable in part] for part in variables)
    return first, second


def _pieces(split: Split, rows: int, *, flipped: bool) -> list[Piece]:
    import tensorflow as tf

    labels = [split.y]
    if flipped:
        labels.append(split.y if split.clean_y is None else split.clean_y)
    table = np.stack(labels, axis=1)
    return [
        (
            tf.constant(split.x[start : start + rows]),
            tf.constant(table[start : start + rows]),
            tf.constant(split.group[start : start + rows]),
        )
        for start in range(0, split.y.size, rows)
    ]
