"""Fixtures that tests of several packages share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from local_server import LocalServer, serving

from experiments.export import page


@pytest.fixture(autouse=True)
def quick_fonts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Embed fonts the quick way, except where a script must write the same file again."""
    if "script" not in request.node.name:
        monkeypatch.setitem(page._STYLE, "pdf.fonttype", 3)


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A web server on this machine."""
    with serving() as started:
        yield started


@pytest.fixture
def nothing_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide what Keras and scikit-learn keep on the machine that runs the tests."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "scikit-learn"))
