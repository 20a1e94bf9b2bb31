"""Images changed at random, anew each time that they are learnt from."""

from math import prod
from typing import TYPE_CHECKING

from models.dataset import Dataset
from models.plan import AugmentationPlan
from models.trouble.seeds import generator

if TYPE_CHECKING:
    import keras
    import tensorflow as tf


class Augmenter:
    """Changes the images of a batch by Keras layers: flip, rotation, shift, zoom, contrast.

    What comes into view from beyond an edge is as dark as the darkest training pixel.

    Parameters
    ----------
    plan
        How images are changed, and whose; it fits `dataset`.
    dataset
        Whose images these are.
    seed
        Source of every change, >= 0.

    Attributes
    ----------
    variables
        What each batch draws from and moves on: with the same values, the same changes follow.
    """

    def __init__(self, plan: AugmentationPlan, *, dataset: Dataset, seed: int) -> None:
        assert dataset.image_shape is not None
        height, width, *colours = dataset.image_shape
        self._shape = (-1, height, width, prod(colours))
        self._class = _position(plan.only_class, dataset.class_names)
        self._group = _position(plan.only_group, dataset.group_names)
        pixels = dataset.training.x
        self._layers = _layers(
            plan, seed=seed, darkest=float(pixels.min()), brightest=float(pixels.max())
        )
        self.variables: list[keras.Variable] = [
            variable for layer in self._layers for variable in layer.variables
        ]

    def __call__(self, x: "tf.Tensor", *, y: "tf.Tensor", group: "tf.Tensor") -> "tf.Tensor":
        """Change pixels (n, p) of rows with class and group indices (n,)."""
        import tensorflow as tf

        images = tf.reshape(x, self._shape)
        for layer in self._layers:
            images = layer(images, training=True)
        changed = tf.reshape(images, tf.shape(x))
        chosen = tf.ones_like(y, tf.bool)
        if self._class is not None:
            chosen &= y == self._class
        if self._group is not None:
            chosen &= group == self._group
        return tf.where(chosen[:, None], changed, x)


def _position(name: str, names: tuple[str, ...]) -> int | None:
    return names.index(name) if name else None


def _layers(
    plan: AugmentationPlan, *, seed: int, darkest: float, brightest: float
) -> "list[keras.Layer]":
    from keras import layers

    seeds = generator(seed, "augmentation").integers(2**31, size=6).tolist()
    edge = {"fill_mode": "constant", "fill_value": darkest}
    found: list[keras.Layer] = []
    if plan.flip in {"horizontal", "both"}:
        found.append(layers.RandomFlip("horizontal", seed=seeds[0]))
    if plan.flip in {"vertical", "both"}:  # Keras' mode for both flips either both or none
        found.append(layers.RandomFlip("vertical", seed=seeds[1]))
    if plan.rotation:
        found.append(layers.RandomRotation(plan.rotation / 360.0, seed=seeds[2], **edge))
    if plan.shift:
        found.append(layers.RandomTranslation(plan.shift, plan.shift, seed=seeds[3], **edge))
    if plan.zoom:
        found.append(layers.RandomZoom(plan.zoom, seed=seeds[4], **edge))
    if plan.contrast:
        span = (darkest, brightest)
        either_way = (plan.contrast, plan.contrast)  # one number would only raise contrast
        found.append(layers.RandomContrast(either_way, value_range=span, seed=seeds[5]))
    return found
