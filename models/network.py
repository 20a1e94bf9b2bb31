"""The network that is trained, and its optimiser."""

from math import prod
from typing import TYPE_CHECKING

import numpy as np

from models.plan import Activation, Initialiser, ModelPlan, OptimiserPlan

if TYPE_CHECKING:
    import keras

_PIXELS, _POOL = 3, 2


def build(
    plan: ModelPlan, *, inputs: int, classes: int, image_shape: tuple[int, ...] | None, seed: int
) -> "keras.Sequential":
    """Build a Keras network that outputs logits; the same seed gives the same weights.

    Each hidden layer is a linear map, then batch normalisation if asked for, the nonlinearity, in
    convolutions the maximum of 2 × 2 pixels, and dropout.

    Parameters
    ----------
    plan
        Which layers.
    inputs, classes
        Number of input columns, >= 1, and of classes, >= 2.
    image_shape
        Height, width and perhaps colours of the images whose pixels are the columns; None for
        tables, which only dense networks can learn.
    seed
        Source of the initial weights and of dropout.

    Returns
    -------
    keras.Sequential
        A model with one logit for two classes, else one logit for each class.
    """
    import keras

    seeds = iter(np.random.SeedSequence(seed).generate_state(2 * len(plan.hidden) + 1).tolist())
    penalty = keras.regularizers.L1L2(plan.l1, plan.l2) if plan.l1 or plan.l2 else None
    bias = plan.bias == "yes"
    layers: list[keras.layers.Layer] = [keras.Input((inputs,))]

    def finish(*, pool: bool = False) -> None:
        if plan.batch_normalisation == "yes":
            layers.append(keras.layers.BatchNormalization())
        layers.append(keras.layers.Activation(_keras_name(plan.activation)))
        if pool:
            layers.append(keras.layers.MaxPooling2D(_POOL))
        if plan.dropout:
            layers.append(keras.layers.Dropout(plan.dropout, seed=next(seeds)))

    def dense(units: int) -> keras.layers.Layer:
        start = _initialiser(plan.initialiser, next(seeds))
        return keras.layers.Dense(
            units, use_bias=bias, kernel_initializer=start, kernel_regularizer=penalty
        )

    def convolution(filters: int) -> keras.layers.Layer:
        start = _initialiser(plan.initialiser, next(seeds))
        return keras.layers.Conv2D(
            filters,
            _PIXELS,
            padding="same",
            use_bias=bias,
            kernel_initializer=start,
            kernel_regularizer=penalty,
        )

    if plan.network == "convolutional":
        assert image_shape is not None
        layers.append(keras.layers.Reshape(_with_colours(image_shape)))
        for filters in plan.filters:
            layers.append(convolution(filters))
            finish(pool=True)
        layers.append(keras.layers.Flatten())
    for units in plan.widths:
        layers.append(dense(units))
        finish()
    layers.append(dense(_outputs(classes)))
    return keras.Sequential(layers)


def parameter_count(
    plan: ModelPlan, *, inputs: int, classes: int, image_shape: tuple[int, ...] | None
) -> int:
    """Count the numbers that training sets, without building the network; see `build`."""
    count, bias = 0, plan.bias == "yes"
    if plan.network == "convolutional":
        assert image_shape is not None
        height, width, depth = _with_colours(image_shape)
        for filters in plan.filters:
            count += (_PIXELS * _PIXELS * depth + bias) * filters
            height, width, depth = height // _POOL, width // _POOL, filters
        inputs = height * width * depth
    for units in (*plan.widths, _outputs(classes)):
        count += (inputs + bias) * units
        inputs = units
    if plan.batch_normalisation == "yes":
        count += 2 * sum(plan.hidden)
    return count


def operations(model: "keras.Sequential") -> int:
    """Count the multiplications that a network takes for one row."""
    return sum(layer.count_params() * prod(layer.output.shape[1:-1]) for layer in model.layers)


def build_optimiser(plan: OptimiserPlan) -> "keras.Optimizer":
    """Build the Keras optimiser of a plan, at its learning rate before any schedule."""
    from keras import optimizers

    common = {
        "learning_rate": plan.learning_rate,
        "global_clipnorm": plan.clip_norm or None,
    }
    adaptive = {"beta_1": plan.beta_1, "beta_2": plan.beta_2, "epsilon": plan.epsilon}
    match plan.name:
        case "sgd":
            return optimizers.SGD(**common)
        case "momentum" | "nesterov":
            return optimizers.SGD(
                **common, momentum=plan.momentum, nesterov=plan.name == "nesterov"
            )
        case "rmsprop":
            return optimizers.RMSprop(**common, rho=plan.rho, epsilon=plan.epsilon)
        case "adam":
            return optimizers.Adam(**common, **adaptive)
        case "adamw":
            return optimizers.AdamW(**common, **adaptive, weight_decay=plan.weight_decay)


def _outputs(classes: int) -> int:
    return 1 if classes == 2 else classes


def _with_colours(shape: tuple[int, ...]) -> tuple[int, int, int]:
    height, width, *colours = shape
    return height, width, prod(colours)


def _keras_name(activation: Activation) -> str:
    return activation.replace("-", "_")


def _initialiser(name: Initialiser, seed: int) -> "keras.initializers.Initializer":
    from keras import initializers

    match name:
        case "glorot-uniform":
            return initializers.GlorotUniform(seed)
        case "glorot-normal":
            return initializers.GlorotNormal(seed)
        case "he-uniform":
            return initializers.HeUniform(seed)
        case "he-normal":
            return initializers.HeNormal(seed)
        case "lecun-uniform":
            return initializers.LecunUniform(seed)
        case "lecun-normal":
            return initializers.LecunNormal(seed)
        case "orthogonal":
            return initializers.Orthogonal(seed=seed)
        case "zeros":
            return initializers.Zeros()
