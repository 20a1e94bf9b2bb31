"""Images as a teacher-mixture: a binary task, and a second group whose images are rotated."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.rows import Rows
from models.sources.images import Images, ImageSet, pixel_rows, read_images
from models.sources.strata import shuffled_strata, strata_counts

GROUPS = ("upright", "rotated")
_HALVES = {
    "digits": (("even", "odd"), (1, 3, 5, 7, 9)),
    "mnist": (("even", "odd"), (1, 3, 5, 7, 9)),
    "fashion": (("other", "top"), (0, 2, 4, 6)),
}
"""Names of the two halves of each set's classes, and the classes of the positive half."""


def rotated_rows(
    images: ImageSet,
    *,
    task: tuple[int, int] | Literal["halves"],
    angle: float,
    representation: float,
    contrasts: tuple[float, float],
    positive_shares: tuple[float, float],
    seed: int,
) -> Rows:
    """Draw the images of both groups, each image for one of them and at most once.

    The counterpart of the teacher-mixture on images: the contrast c of a group is its saliency, as
    pixels have c² times the variance; the angle sets how much the groups' rules differ; sampling
    sets the representation and the base rates. As many images are taken as these shares allow.

    Parameters
    ----------
    images
        Where they come from.
    task
        Negative and positive class, in 0 ... 9; or ``halves``: odd digits against even ones, tops
        (T-shirt, pullover, coat, shirt) against other garments.
    angle
        Rotation of the second group in degrees, anticlockwise, about the middle of the image.
    representation
        Share of the upright group, in (0, 1).
    contrasts
        Factor on the pixels of the upright and of the rotated group, in (0, 1].
    positive_shares
        Share of positive images in each group, in (0, 1).
    seed
        Source of the choice of images, >= 0.

    Raises
    ------
    DataUnavailableError
        When a group would have no image of some class, or a bundled file is damaged.
    ValueError
        When there is no such set, or the two classes are the same.
    """
    found = read_images(images)
    class_names, labels = _labelled(found, images, task)
    choice, order = map(np.random.default_rng, np.random.SeedSequence(seed).spawn(2))
    stock = [choice.permutation(np.flatnonzero(labels == label)) for label in (0, 1)]
    counts = _fitting(stock, representation=representation, positive_shares=positive_shares)
    y, group = shuffled_strata(counts, group_names=GROUPS, rng=order)
    chosen = np.empty(y.size, dtype=np.int64)
    for label in (0, 1):
        place = y == label
        chosen[place] = stock[label][: np.count_nonzero(place)]
    pixels = found.pixels[chosen]
    pixels[group == 1] = rotate(pixels[group == 1], angle=angle)
    pixels *= np.array(contrasts, dtype=np.float32)[group, None, None]
    stock_size = sum(part.size for part in stock)
    return pixel_rows(
        pixels,
        name=f"{found.name}, {class_names[1]} against {class_names[0]}",
        y=y,
        group=group,
        class_names=class_names,
        group_names=GROUPS,
        notes=(f"{y.size:,} of {stock_size:,} images fit the shares; each is used once.",),
    )


def rotate(pixels: NDArray[np.float32], *, angle: float) -> NDArray[np.float32]:
    """Rotate images, shape (n, height, width), anticlockwise about their middle, linearly."""
    from scipy import ndimage

    turned = ndimage.rotate(pixels, angle, axes=(1, 2), reshape=False, order=1)
    return np.asarray(turned, dtype=np.float32)


def _labelled(
    found: Images, images: ImageSet, task: tuple[int, int] | Literal["halves"]
) -> tuple[tuple[str, str], NDArray[np.int64]]:
    """Name the two classes, and give each image 0, 1, or −1 where it is of neither."""
    if task == "halves":
        names, positive_half = _HALVES[images]
        return names, np.isin(found.y, positive_half).astype(np.int64)
    negative, positive = task
    if negative == positive:
        raise ValueError(f"the two classes must differ, but both are {negative}")
    labels = np.where(found.y == positive, 1, np.where(found.y == negative, 0, -1))
    return (found.class_names[negative], found.class_names[positive]), labels


def _fitting(
    stock: list[NDArray[np.int64]], *, representation: float, positive_shares: tuple[float, float]
) -> NDArray[np.int64]:
    """Find the largest numbers by group and class with these shares that the stock allows."""
    negative, positive = (part.size for part in stock)
    share = float(np.dot([representation, 1 - representation], positive_shares))
    rows = int(min(negative / (1 - share), positive / share)) + 1
    while True:
        counts = strata_counts(rows, representation=representation, positive_shares=positive_shares)
        if (counts.sum(axis=0) <= (negative, positive)).all():
            return counts
        rows -= 1
