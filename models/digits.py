"""Handwritten digits of scikit-learn: ten classes, grouped by digit or by stroke."""

from typing import Literal

import numpy as np

from models.dataset import Dataset, Split
from models.splitting import stratified_split

DigitsGroup = Literal["digit", "ink"]

_BRIGHTEST = 16.0


def load_digits(*, group: DigitsGroup, validation_share: float, seed: int) -> Dataset:
    """Prepare the 1,797 images of 8 x 8 pixels that come with scikit-learn.

    The rows are split first, stratified by digit. Pixels are divided by the brightest possible
    value, 16, so inputs lie in [0, 1]; nothing else is learnt from the data.

    Parameters
    ----------
    group
        ``digit``: each class is a group, so that group losses are class losses. ``ink``: images
        with less ("thin") or more ("heavy") mean intensity than the median image of the training
        rows, a property that is not the label.
    validation_share
        Share of the images that is held out, in (0, 1).
    seed
        Source of the split, >= 0.

    Raises
    ------
    ValueError
        When `group` or `validation_share` is not admissible.
    """
    from sklearn import datasets

    if group not in ("digit", "ink"):
        raise ValueError(f"group must be 'digit' or 'ink', but got {group!r}")
    pixels, y = datasets.load_digits(return_X_y=True)
    training, validation = stratified_split(y, validation_share=validation_share, seed=seed)
    class_names = tuple(str(digit) for digit in range(10))
    if group == "digit":
        groups, group_names = y, class_names
    else:
        ink = pixels.mean(axis=1)
        groups, group_names = (ink > np.median(ink[training])).astype(np.int64), ("thin", "heavy")
    x = pixels / _BRIGHTEST
    return Dataset(
        name=f"Digits by {group}",
        training=Split(x[training], y[training], groups[training]),
        validation=Split(x[validation], y[validation], groups[validation]),
        group_names=group_names,
        class_names=class_names,
        feature_names=tuple(f"pixel {row},{column}" for row in range(8) for column in range(8)),
    )
