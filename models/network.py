"""The multilayer perceptron that is trained."""

from typing import TYPE_CHECKING

import numpy as np

from models.plan import Activation, Optimiser

if TYPE_CHECKING:
    import keras


def build(
    *,
    inputs: int,
    classes: int,
    width: int,
    depth: int,
    activation: Activation,
    dropout: float,
    l2: float,
    seed: int,
) -> "keras.Sequential":
    """Build a Keras perceptron that outputs logits; the same seed gives the same weights.

    Parameters
    ----------
    inputs, classes
        Number of input columns, >= 1, and of classes, >= 2.
    width, depth, activation
        Units and number of hidden layers and their nonlinearity; depth 0 is logistic regression.
    dropout
        Share of the units silenced after each hidden layer while training, in [0, 1).
    l2
        Strength of the penalty l2 * |W|^2 on each weight matrix, >= 0.
    seed
        Source of the initial weights (Glorot uniform; biases start at 0) and of dropout.

    Returns
    -------
    keras.Sequential
        A model with one logit for two classes, else one logit for each class.
    """
    import keras

    seeds = iter(np.random.SeedSequence(seed).generate_state(2 * depth + 1).tolist())

    def dense(units: int, nonlinearity: Activation) -> keras.layers.Dense:
        return keras.layers.Dense(
            units,
            activation=nonlinearity,
            kernel_initializer=keras.initializers.GlorotUniform(seed=next(seeds)),
            kernel_regularizer=keras.regularizers.L2(l2) if l2 else None,
        )

    layers = [keras.Input((inputs,))]
    for _ in range(depth):
        layers.append(dense(width, activation))
        if dropout:
            layers.append(keras.layers.Dropout(dropout, seed=next(seeds)))
    layers.append(dense(1 if classes == 2 else classes, "linear"))
    return keras.Sequential(layers)


def build_optimiser(name: Optimiser, *, learning_rate: float) -> "keras.Optimizer":
    """Build the Keras optimiser of that name; all but the momentum of 0.9 are Keras' defaults."""
    from keras import optimizers

    match name:
        case "sgd":
            return optimizers.SGD(learning_rate)
        case "momentum":
            return optimizers.SGD(learning_rate, momentum=0.9)
        case "rmsprop":
            return optimizers.RMSprop(learning_rate)
        case "adam":
            return optimizers.Adam(learning_rate)
        case "adamw":
            return optimizers.AdamW(learning_rate)
