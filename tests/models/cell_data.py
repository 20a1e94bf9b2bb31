"""A data set with given numbers of training rows of each group and class, that tests share."""

import numpy as np
from numpy.typing import ArrayLike

from models.dataset import Dataset, Split


def cell_data(
    counts: ArrayLike, *, columns: int = 3, blocks: tuple[tuple[int, ...], ...] = ()
) -> Dataset:
    """Draw rows for counts (G, K), in random order; columns of blocks are one-hot."""
    table = np.asarray(counts)
    groups, classes = table.shape
    random = np.random.default_rng(7)
    cell = random.permutation(np.repeat(np.arange(table.size), table.ravel()))
    group, y = (part.astype(np.int32) for part in np.divmod(cell, classes))
    x = random.normal(size=(cell.size, columns)) + y[:, None]
    for block in blocks:
        x[:, list(block)] = np.eye(len(block))[random.integers(0, len(block), cell.size)]
    every = np.arange(groups * classes)
    return Dataset(
        name="Cells",
        training=Split(x=x.astype(np.float32), y=y, group=group),
        validation=Split(
            x=np.zeros((every.size, columns), np.float32),
            y=(every % classes).astype(np.int32),
            group=(every // classes).astype(np.int32),
        ),
        group_names=tuple(f"g{index}" for index in range(groups)),
        class_names=tuple(f"c{index}" for index in range(classes)),
        feature_names=tuple(f"x{index}" for index in range(columns)),
        category_blocks=blocks,
    )
