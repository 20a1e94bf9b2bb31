"""MNIST, Fashion-MNIST and CIFAR-10 with all their images, once they are on this machine."""

import gzip
import math
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.dataset import DataUnavailableError
from models.downloads import FILE_SETS, read_files
from models.rows import Rows
from models.sources.images import GARMENTS, Images, image_rows

FullSet = Literal["mnist", "fashion-mnist", "cifar10"]

Pixels = NDArray[np.uint8]

_THINGS = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
_CIFAR_PARTS = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")
_CIFAR_SHAPE = (3, 32, 32)


def full_rows(name: FullSet, *, group: Literal["class", "ink"], folder: Path) -> Rows:
    """Read all images of a set, those meant for training and those meant for testing together.

    MNIST: LeCun, Cortes and Burges, "The MNIST database of handwritten digits". Fashion-MNIST:
    Xiao, Rasul and Vollgraf (2017), arXiv 1708.07747. CIFAR-10: Krizhevsky (2009), "Learning
    multiple layers of features from tiny images".

    Parameters
    ----------
    name
        Which set.
    group
        As of `models.sources.images.image_rows`.
    folder
        Where Bias Lab keeps what it downloads.

    Raises
    ------
    DataUnavailableError
        When the set is not on this machine, or damaged; the message says how to get it.
    """
    entry = FILE_SETS[name]
    contents = read_files(entry, folder)
    try:
        match name:
            case "mnist":
                (pixels, y), classes = _mnist(contents), tuple("0123456789")
            case "fashion-mnist":
                (pixels, y), classes = _fashion(contents), GARMENTS
            case "cifar10":
                (pixels, y), classes = _cifar(contents), _THINGS
    except (OSError, EOFError, ValueError, KeyError, tarfile.TarError) as error:
        message = f"the files of {entry.title} are not laid out as expected ({error})"
        raise DataUnavailableError(message) from error
    images = Images(
        name=entry.title.removeprefix("Full "),
        pixels=np.divide(pixels, 255, dtype=np.float32),
        y=y.astype(np.int32),
        class_names=classes,
    )
    return image_rows(images, group=group)


def _mnist(contents: dict[str, bytes]) -> tuple[Pixels, Pixels]:
    with np.load(BytesIO(contents["mnist.npz"]), allow_pickle=False) as arrays:
        return (
            np.concatenate([arrays["x_train"], arrays["x_test"]]),
            np.concatenate([arrays["y_train"], arrays["y_test"]]),
        )


def _fashion(contents: dict[str, bytes]) -> tuple[Pixels, Pixels]:
    parts = ("train", "t10k")
    pixels = [_idx(contents[f"{part}-images-idx3-ubyte.gz"], axes=3) for part in parts]
    y = [_idx(contents[f"{part}-labels-idx1-ubyte.gz"], axes=1) for part in parts]
    return np.concatenate(pixels), np.concatenate(y)


def _idx(content: bytes, *, axes: int) -> Pixels:
    """Read bytes with their shape before them: two zeros, 8 for bytes, axes, sizes (big-endian)."""
    raw = gzip.decompress(content)
    if raw[:4] != bytes((0, 0, 8, axes)):
        raise ValueError(f"the file begins with {raw[:4].hex()}")
    shape = tuple(np.frombuffer(raw, ">u4", count=axes, offset=4).tolist())
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * axes).reshape(shape)


def _cifar(contents: dict[str, bytes]) -> tuple[Pixels, Pixels]:
    """Read the binary version; nothing of the archive is written to the disk.

    Each image is a byte for its class, then its red, green and blue pixels, row by row.
    """
    (content,) = contents.values()
    length = 1 + math.prod(_CIFAR_SHAPE)
    parts = []
    with tarfile.open(fileobj=BytesIO(content), mode="r:gz") as archive:
        for part in _CIFAR_PARTS:
            member = archive.extractfile(f"cifar-10-batches-bin/{part}.bin")
            if member is None:
                raise ValueError(f"{part} is no file")
            parts.append(np.frombuffer(member.read(), np.uint8).reshape(-1, length))
    table = np.concatenate(parts)
    colours_last = table[:, 1:].reshape(-1, *_CIFAR_SHAPE).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(colours_last), table[:, 0]
