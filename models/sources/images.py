"""Small images in ten classes: handwritten digits and garments, grouped by class or by ink."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from models.dataset import Indices
from models.rows import Rows
from models.sources.bundled import bundled_file

ImageSet = Literal["digits", "mnist", "fashion"]

GARMENTS = (
    "T-shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)
_DIGITS = tuple("0123456789")
_MNIST_SHA256 = "d9a574df079423f92bed4b219780e351cc558b2156187a0d355ca0350721b935"
_FASHION_SHA256 = "8c595522f12b257ecd52362dab6e92a644f8494c7042496bde9f3bb361fa0899"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Images:
    """Labelled images.

    Attributes
    ----------
    name
        What a user calls them.
    pixels
        Brightness in [0, 1], shape (n, height, width), or (n, height, width, colours).
    y
        Class of each image, shape (n,).
    class_names
        Names by index.
    """

    name: str
    pixels: NDArray[np.float32]
    y: Indices
    class_names: tuple[str, ...]


def read_images(images: ImageSet) -> Images:
    """Read the 1,797 digits of scikit-learn (8 x 8), or 5,000 of MNIST or Fashion-MNIST (28 x 28).

    MNIST: LeCun, Cortes and Burges, "The MNIST database of handwritten digits". Fashion-MNIST:
    Xiao, Rasul and Vollgraf (2017), arXiv 1708.07747.

    Raises
    ------
    DataUnavailableError
        When a bundled file is missing or damaged.
    ValueError
        When there is no such set.
    """
    match images:
        case "digits":
            return _digits()
        case "mnist":
            return _bundled("MNIST", "mnist5k.npz", sha256=_MNIST_SHA256, class_names=_DIGITS)
        case "fashion":
            title, file = "Fashion-MNIST", "fashion5k.npz"
            return _bundled(title, file, sha256=_FASHION_SHA256, class_names=GARMENTS)
        case _:
            allowed = ", ".join(get_args(ImageSet))
            raise ValueError(f"images must be one of {allowed}, but got {images!r}")


def image_rows(images: Images, *, group: Literal["class", "ink"]) -> Rows:
    """Give images as rows of pixels with a group each.

    Parameters
    ----------
    images
        All images.
    group
        ``class``: each class is a group, so that group losses are class losses. ``ink``: images
        with at most ("thin") or more than ("heavy") the mean brightness of the median image of
        all, a property that is not the label.

    Raises
    ------
    ValueError
        When `group` is not admissible.
    """
    if group == "class":
        groups, group_names = images.y, images.class_names
    elif group == "ink":
        ink = images.pixels.reshape(images.y.size, -1).mean(axis=1, dtype=np.float64)
        groups, group_names = (ink > np.median(ink)).astype(np.int32), ("thin", "heavy")
    else:
        raise ValueError(f"group must be 'class' or 'ink', but got {group!r}")
    return pixel_rows(
        images.pixels,
        name=f"{images.name} by {group}",
        y=images.y,
        group=groups,
        class_names=images.class_names,
        group_names=group_names,
    )


def pixel_rows(
    pixels: NDArray[np.float32],
    *,
    name: str,
    y: Indices,
    group: Indices,
    class_names: tuple[str, ...],
    group_names: tuple[str, ...],
    notes: tuple[str, ...] = (),
) -> Rows:
    """Flatten images, shape (n, height, width, ...), row by row; parameters as of `Rows`."""
    import pandas as pd

    shape = pixels.shape[1:]
    names = ["pixel " + ",".join(map(str, place)) for place in np.ndindex(shape)]
    return Rows(
        name=name,
        columns=pd.DataFrame(pixels.reshape(len(pixels), -1), columns=names),
        y=y,
        group=group,
        class_names=class_names,
        group_names=group_names,
        image_shape=shape,
        has_own_scale=True,
        notes=notes,
    )


def _digits() -> Images:
    from sklearn import datasets

    found = datasets.load_digits()
    return Images(
        name="Digits",
        pixels=(found.images / 16.0).astype(np.float32),  # 16 is the brightest possible value
        y=found.target.astype(np.int32),
        class_names=_DIGITS,
    )


def _bundled(title: str, file: str, *, sha256: str, class_names: tuple[str, ...]) -> Images:
    with np.load(bundled_file(file, title=title, sha256=sha256), allow_pickle=False) as arrays:
        x, y = arrays["x"], arrays["y"]
    pixels = x.reshape(len(x), 28, 28).astype(np.float32) / np.float32(255)
    return Images(name=title, pixels=pixels, y=y.astype(np.int32), class_names=class_names)
