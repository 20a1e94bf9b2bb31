"""Handwritten digits of scikit-learn: ten classes, grouped by digit or by stroke."""

from typing import Literal

import numpy as np

from models.rows import Rows

DigitsGroup = Literal["digit", "ink"]

_BRIGHTEST = 16.0


def digits_rows(group: DigitsGroup) -> Rows:
    """Read the 1,797 images of 8 x 8 pixels that come with scikit-learn.

    Pixels are divided by the brightest possible value, 16, so they lie in [0, 1].

    Parameters
    ----------
    group
        ``digit``: each class is a group, so that group losses are class losses. ``ink``: images
        with less ("thin") or more ("heavy") mean intensity than the median image, a property
        that is not the label.

    Raises
    ------
    ValueError
        When `group` is not admissible.
    """
    import pandas as pd
    from sklearn import datasets

    if group not in ("digit", "ink"):
        raise ValueError(f"group must be 'digit' or 'ink', but got {group!r}")
    pixels, y = datasets.load_digits(return_X_y=True)
    class_names = tuple(str(digit) for digit in range(10))
    if group == "digit":
        groups, group_names = y, class_names
    else:
        ink = pixels.mean(axis=1)
        groups, group_names = ink > np.median(ink), ("thin", "heavy")
    names = [f"pixel {row},{column}" for row in range(8) for column in range(8)]
    return Rows(
        name=f"Digits by {group}",
        columns=pd.DataFrame(pixels / _BRIGHTEST, columns=names),
        y=y,
        group=groups,
        class_names=class_names,
        group_names=group_names,
        image_shape=(8, 8),
        has_own_scale=True,
    )
