"""Tests of `models.sources.full` on files that are laid out like the real ones, but small."""

import gzip
import hashlib
import io
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.dataset import DataUnavailableError
from models.downloads import FILE_SETS
from models.downloads.catalogue import RemoteFile
from models.sources.full import FullSet, full_rows

pytestmark = pytest.mark.usefixtures("nothing_cached")

Pixels = NDArray[np.uint8]
GREY: Pixels = np.random.default_rng(1).integers(0, 256, (20, 28, 28), dtype=np.uint8)
COLOURED: Pixels = np.random.default_rng(2).integers(0, 256, (60, 32, 32, 3), dtype=np.uint8)


def labels(count: int) -> Pixels:
    return (np.arange(count) * 7 % 10).astype(np.uint8)


def mnist_files() -> dict[str, bytes]:
    file, y = io.BytesIO(), labels(20)
    np.savez(file, x_train=GREY[:15], y_train=y[:15], x_test=GREY[15:], y_test=y[15:])
    return {"mnist.npz": file.getvalue()}


def fashion_files() -> dict[str, bytes]:
    files = {}
    for part, rows in (("train", slice(0, 15)), ("t10k", slice(15, 20))):
        for name, data in (
            (f"{part}-images-idx3", GREY[rows]),
            (f"{part}-labels-idx1", labels(20)[rows]),
        ):
            sizes = b"".join(size.to_bytes(4, "big") for size in data.shape)
            raw = bytes((0, 0, 8, data.ndim)) + sizes + data.tobytes()
            files[f"{name}-ubyte.gz"] = gzip.compress(raw)
    return files


def cifar_files(*, parts: int = 5) -> dict[str, bytes]:
    """Write ten images to each part: a byte for the class, then red, green and blue pixels."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        names = [*(f"data_batch_{number}" for number in range(1, parts + 1)), "test_batch"]
        for start, name in zip(range(0, 60, 10), names, strict=False):
            raw = b"".join(
                bytes([y]) + image.transpose(2, 0, 1).tobytes()
                for y, image in zip(labels(60)[start:], COLOURED[start : start + 10], strict=False)
            )
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}.bin")
            member.size = len(raw)
            archive.addfile(member, io.BytesIO(raw))
    return {"cifar-10-binary.tar.gz": file.getvalue()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "downloads"


def put(name: str, files: dict[str, bytes], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files be those of a set, and be on this machine."""
    remote = tuple(
        RemoteFile(file, "", len(body), hashlib.sha256(body).hexdigest())
        for file, body in files.items()
    )
    monkeypatch.setitem(FILE_SETS, name, replace(FILE_SETS[name], files=remote))
    (folder / name).mkdir(parents=True)
    for file, body in files.items():
        (folder / name / file).write_bytes(body)


@pytest.mark.parametrize(
    ("name", "files", "pixels", "classes"),
    [
        ("mnist", mnist_files(), GREY, "0123456789"),
        ("fashion-mnist", fashion_files(), GREY, ("T-shirt", "ankle boot")),
        ("cifar10", cifar_files(), COLOURED, ("airplane", "truck")),
    ],
    ids=["mnist", "fashion-mnist", "cifar10"],
)
def test_every_image_is_read_with_its_class(
    name: FullSet,
    files: dict[str, bytes],
    pixels: Pixels,
    classes: str | tuple[str, str],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(name, files, folder, monkeypatch)
    rows = full_rows(name, group="class", folder=folder)
    np.testing.assert_allclose(
        rows.columns.to_numpy().reshape(pixels.shape), pixels / 255, rtol=1e-6
    )
    np.testing.assert_array_equal(rows.y, labels(len(pixels)))
    np.testing.assert_array_equal(rows.group, rows.y)
    assert rows.image_shape == pixels.shape[1:]
    assert len(rows.class_names) == 10
    assert (rows.class_names[0], rows.class_names[-1]) == (classes[0], classes[-1])
    assert rows.has_own_scale


def test_ink_halves_the_images(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put("cifar10", cifar_files(), folder, monkeypatch)
    rows = full_rows("cifar10", group="ink", folder=folder)
    brightness = COLOURED.reshape(60, -1).mean(axis=1)
    assert rows.group_names == ("thin", "heavy")
    assert brightness[rows.group == 0].max() <= brightness[rows.group == 1].min()
    assert np.bincount(rows.group).tolist() == [30, 30]


@pytest.mark.parametrize("name", FILE_SETS)
def test_a_set_that_is_not_here_is_told(name: FullSet, folder: Path) -> None:
    with pytest.raises(DataUnavailableError, match=f"bias-lab download {name}"):
        full_rows(name, group="ink", folder=folder)


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("mnist", {"mnist.npz": b"no archive"}),
        ("fashion-mnist", {file: gzip.compress(b"PK", mtime=0) for file in fashion_files()}),
        ("fashion-mnist", {file: body[:-9] for file, body in fashion_files().items()}),
        ("cifar10", {"cifar-10-binary.tar.gz": b"no archive"}),
        ("cifar10", cifar_files(parts=4)),
    ],
    ids=["no npz", "no idx", "cut", "no tar", "a part missing"],
)
def test_files_laid_out_otherwise_are_refused(
    name: FullSet, files: dict[str, bytes], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(name, files, folder, monkeypatch)
    with pytest.raises(DataUnavailableError, match="not laid out as expected"):
        full_rows(name, group="ink", folder=folder)


def test_pickles_are_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO()
    objects = np.array([object()], dtype=object)
    np.savez(file, allow_pickle=True, x_train=objects, y_train=objects)
    put("mnist", {"mnist.npz": file.getvalue()}, folder, monkeypatch)
    with pytest.raises(DataUnavailableError, match="allow_pickle=False"):
        full_rows("mnist", group="ink", folder=folder)
