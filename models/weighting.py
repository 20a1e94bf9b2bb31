"""Class weights for the training loss."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.dataset import Indices

ClassWeights = Literal["none", "balanced"] | tuple[float, ...]


def class_weights(
    choice: ClassWeights, *, labels: Indices, class_names: tuple[str, ...]
) -> NDArray[np.float64]:
    """Resolve a choice of class weights against the training labels.

    As in Keras, weighted losses are divided by the batch size and not by the sum of the weights,
    so weights also change the effective learning rate; ``balanced`` keeps their mean over the
    training rows at 1.

    Parameters
    ----------
    choice
        ``none``: 1 for every class. ``balanced``: w_c = n / (K n_c), from n_c of n training rows
        in class c of K. Or one number >= 0 for each class, not all of them 0.
    labels
        Class indices of the training rows, shape (n,); every class has a row.
    class_names
        Names of the K classes.

    Returns
    -------
    NDArray
        Weights, shape (K,).

    Raises
    ------
    ValueError
        When numbers do not fit the classes.
    """
    classes = len(class_names)
    if choice == "none":
        return np.ones(classes)
    if choice == "balanced":
        counts = np.bincount(labels, minlength=classes)
        return labels.size / (classes * counts)
    weights = np.asarray(choice, dtype=np.float64)
    if weights.shape != (classes,) or not np.isfinite(weights).all() or weights.min() < 0.0:
        message = f"class_weights must be 'none', 'balanced' or {classes} finite numbers >= 0"
        raise ValueError(f"{message}, one for each of {', '.join(class_names)}, but got {choice}")
    if not weights.any():
        raise ValueError(f"class_weights must not all be 0, but got {choice}")
    return weights
