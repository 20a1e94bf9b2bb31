"""Tests of `models.sources.bundled`: what is told when a bundled file is not as it was."""

from collections.abc import Callable
from pathlib import Path

import pytest

from models.dataset import DataUnavailableError
from models.sources import bundled
from models.sources.adult import adult_rows
from models.sources.images import read_images

READERS: dict[str, tuple[str, Callable[[], object]]] = {
    "adult.csv.xz": ("Adult", lambda: adult_rows("gender")),
    "mnist5k.npz": ("MNIST", lambda: read_images("mnist")),
    "fashion5k.npz": ("Fashion-MNIST", lambda: read_images("fashion")),
}


@pytest.mark.parametrize("file", READERS)
@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot be read"), (b"", "is damaged"), (b"age,race\n1,2\n", "is damaged")],
)
def test_a_missing_or_damaged_file_is_told(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    file: str,
    content: bytes | None,
    message: str,
) -> None:
    title, read = READERS[file]
    if content is not None:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / file).write_bytes(content)
    monkeypatch.setattr(bundled, "files", lambda _: tmp_path)
    with pytest.raises(
        DataUnavailableError, match=f"file of {title} .*{file}.* {message}.*install bias-lab"
    ):
        read()
