"""How large the weights of a network are, and how steep its loss is at them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.kernel import Kernel

if TYPE_CHECKING:
    import keras
    import tensorflow as tf


@dataclass(frozen=True, slots=True)
class Norms:
    """Euclidean norms at one moment.

    Attributes
    ----------
    weights
        Of all numbers that training sets.
    gradient
        Of the loss of one batch, penalties included, before any clipping.
    layers
        The same by layer, the one nearest the input first; scale and shift of a batch
        normalisation belong to the layer before it.
    """

    weights: float
    gradient: float
    layers: tuple[float, ...]


class NormProbe:
    """Measures norms without touching anything that training uses.

    Dropout and augmentation are off, and batch normalisation takes mean and variance of the batch,
    as it does in training.

    Parameters
    ----------
    kernel
        Whose model is measured, in the state that it has by then, on the rows that it learns from.
    """

    def __init__(self, kernel: Kernel) -> None:
        import keras
        import tensorflow as tf

        model, size = kernel.model, [kernel.size]

        def squares(start: tf.Tensor, rows: tf.Tensor, coefficients: tf.Tensor) -> tf.Tensor:
            variables = model.trainable_variables
            weights = [variable.value for variable in variables]
            mapping = zip(variables, weights, strict=True)
            batch = tf.slice(rows, [start], size)
            counts = tf.slice(coefficients, [start], size)
            with tf.GradientTape() as tape, keras.StatelessScope(mapping):
                logits = tf.gather(kernel.x, batch)
                for layer in model.layers:
                    if isinstance(layer, keras.layers.BatchNormalization):
                        logits = layer(logits, training=True)
                    else:
                        logits = layer(logits, training=False)
                losses = kernel.losses(tf.gather(kernel.y, batch), logits)
                loss = tf.add_n([tf.reduce_sum(losses * counts), *model.losses])
            gradients = tape.gradient(loss, weights)
            return tf.stack([tf.reduce_sum(array**2) for array in (*gradients, *weights)])

        self._squares = tf.function(squares, autograph=False).get_concrete_function(
            tf.TensorSpec([], tf.int32),
            tf.TensorSpec([None], tf.int32),
            tf.TensorSpec([None], tf.float32),
        )
        self._of_layer = np.array(_layers_of_variables(model))

    def measure(self, start: int, rows: "tf.Tensor", coefficients: "tf.Tensor") -> Norms:
        """Measure at the present weights, on the batch that begins there in a block."""
        import tensorflow as tf

        found = self._squares(tf.constant(start), rows, coefficients)
        squares = found.numpy().astype(np.float64)
        steep, large = np.split(squares, 2)
        layers = np.sqrt(np.bincount(self._of_layer, steep))
        return Norms(
            weights=float(np.sqrt(large.sum())),
            gradient=float(np.linalg.norm(layers)),
            layers=tuple(layers.tolist()),
        )


def _layers_of_variables(model: "keras.Sequential") -> list[int]:
    """Give the number of the layer that each trained variable belongs to."""
    import keras

    numbers: list[int] = []
    number = -1
    for layer in model.layers:
        if layer.trainable_variables:
            number += not isinstance(layer, keras.layers.BatchNormalization)
            numbers += [number] * len(layer.trainable_variables)
    return numbers
