"""A few images of every group and class."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.rows import Rows
from models.trouble.seeds import generator


@dataclass(frozen=True, slots=True, eq=False)
class ImageSet:
    """Images of one group and class.

    Attributes
    ----------
    group, label
        Which ones.
    count
        How many rows there are of them.
    rows
        Numbers of the rows that are shown, shape (m,).
    pixels
        From 0, the lowest value shown of any set, to 255, the highest, shape (m, height, width) or
        (m, height, width, 3).
    """

    group: int
    label: int
    count: int
    rows: NDArray[np.int64]
    pixels: NDArray[np.uint8]


def image_sets(rows: Rows, *, each: int, seed: int) -> tuple[ImageSet, ...]:
    """Choose at random up to `each` images of every group and class that occurs.

    Raises
    ------
    ValueError
        When the rows are no images.
    """
    if rows.image_shape is None:
        raise ValueError(f"{rows.name}: the rows are no images")
    random = generator(seed, "images")
    chosen: list[tuple[int, int, int, NDArray[np.int64]]] = []
    for group in range(len(rows.group_names)):
        for label in range(len(rows.class_names)):
            found = np.flatnonzero((rows.group == group) & (rows.y == label))
            if found.size:
                shown = np.sort(random.permutation(found)[:each])
                chosen.append((group, label, found.size, shown))
    values = rows.columns.iloc[np.concatenate([shown for *_, shown in chosen])].to_numpy(float)
    low, high = np.nanmin(values), np.nanmax(values)
    scaled = np.nan_to_num((values - low) * (255.0 / (high - low or 1.0)))
    pixels = scaled.round().astype(np.uint8).reshape(-1, *rows.image_shape)
    ends = np.cumsum([shown.size for *_, shown in chosen])
    parts = np.split(pixels, ends[:-1])
    return tuple(
        ImageSet(group, label, count, shown, part)
        for (group, label, count, shown), part in zip(chosen, parts, strict=True)
    )
