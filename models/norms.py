"""How large the weights of a network are, and how steep its loss is at them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.evaluation import state_of
from models.losses import RowLosses

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
    model
        The Keras model whose structure is measured, with weights given later.
    losses
        Loss of each row.
    """

    def __init__(self, *, model: "keras.Sequential", losses: RowLosses) -> None:
        import keras
        import tensorflow as tf

        of_layer = _layers_of_variables(model)
        variables = (model.trainable_variables, model.non_trainable_variables)

        def squares(
            state: tuple[list[tf.Tensor], list[tf.Tensor]],
            x: tf.Tensor,
            y: tf.Tensor,
            coefficients: tf.Tensor,
        ) -> tuple[tf.Tensor, tf.Tensor]:
            weights, _ = state
            pairs = [
                pair
                for part, values in zip(variables, state, strict=True)
                for pair in zip(part, values, strict=True)
            ]
            with tf.GradientTape() as tape, keras.StatelessScope(state_mapping=pairs):
                tape.watch(weights)
                logits = x
                for layer in model.layers:
                    if isinstance(layer, keras.layers.BatchNormalization):
                        logits = layer(logits, training=True)
                    else:
                        logits = layer(logits, training=False)
                loss = tf.add_n([tf.reduce_sum(losses(y, logits) * coefficients), *model.losses])
            gradients = tape.gradient(loss, weights)
            steep = tf.stack([tf.reduce_sum(gradient**2) for gradient in gradients])
            large = tf.add_n([tf.reduce_sum(weight**2) for weight in weights])
            return large, tf.math.unsorted_segment_sum(steep, of_layer, max(of_layer) + 1)

        self._squares = tf.function(squares, autograph=False).get_concrete_function(
            tf.nest.map_structure(
                lambda value: tf.TensorSpec(value.shape, value.dtype), state_of(model)
            ),
            tf.TensorSpec([None, *model.input_shape[1:]], tf.float32),
            tf.TensorSpec([None], tf.int32),
            tf.TensorSpec([None], tf.float32),
        )

    def measure(
        self,
        model: "keras.Model",
        *,
        x: "tf.Tensor",
        y: "tf.Tensor",
        coefficients: NDArray[np.float32],
    ) -> Norms:
        """Measure at the weights of a model, on a batch whose rows count by their coefficients."""
        import tensorflow as tf

        large, steep = self._squares(state_of(model), x, y, tf.constant(coefficients))
        layers = np.sqrt(steep.numpy().astype(np.float64))
        return Norms(
            weights=float(np.sqrt(float(large))),
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
