"""The bar above the plots that downloads what the settings need."""

import hashlib
import time
from dataclasses import replace as with_changes
from pathlib import Path

import psutil
import pytest
from local_server import LocalServer, content, status
from pytestqt.qtbot import QtBot
from window_driver import Open, small

from experiments.downloading import download_folder
from experiments.settings import Settings, TrainingSettings, replace
from gui.window import MainWindow
from models.downloads import FILE_SETS, where_is
from models.downloads.catalogue import RemoteFile

pytestmark = pytest.mark.usefixtures("nothing_cached")

CONTENT = bytes(range(256)) * 4000
FULL = replace(TrainingSettings(), "data.set", "full")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIAS_LAB_HOME", str(tmp_path / "home"))


@pytest.fixture
def mnist(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> LocalServer:
    """Serve a small file for MNIST on this machine."""
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    file = RemoteFile("mnist.npz", f"{server.address}/mnist.npz", len(CONTENT), sha256)
    monkeypatch.setitem(FILE_SETS, "mnist", with_changes(FILE_SETS["mnist"], files=(file,)))
    server.routes["/mnist.npz"] = content(CONTENT)
    return server


@pytest.fixture
def window(open_window: Open, qtbot: QtBot, mnist: LocalServer) -> MainWindow:
    assert mnist.routes
    window = open_window(FULL)
    qtbot.waitUntil(window.downloads.bar.isVisible)
    return window


def choose(window: MainWindow, settings: Settings) -> None:
    window.panel.load(settings, "Choose")


def children() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children()
        if child.status() != psutil.STATUS_ZOMBIE and "spawn_main" in " ".join(child.cmdline())
    ]


def test_it_is_offered_only_while_settings_need_it(qtbot: QtBot, window: MainWindow) -> None:
    bar = window.downloads.bar
    assert bar.text.text().startswith("Full MNIST is not on this machine (1.0 MB); licence: CC BY")
    assert bar.start.isVisible()
    assert not bar.cancel.isVisible()
    choose(window, replace(FULL, "data.name", "cifar10"))
    qtbot.waitUntil(lambda: "CIFAR-10" in bar.text.text())
    choose(window, replace(FULL, "data.set", "openml"))
    qtbot.waitUntil(lambda: "OpenML set 1590" in bar.text.text())
    for settings in (TrainingSettings(), small()):
        choose(window, settings)
        qtbot.waitUntil(bar.isHidden)
        choose(window, FULL)
        qtbot.waitUntil(bar.isVisible)


def test_a_download_ends_with_the_set_on_this_machine(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[Settings, bool]] = []
    qtbot.waitUntil(lambda: window.plots.data.settings is not None)
    monkeypatch.setattr(
        window.plots.data, "request", lambda settings, *, anew: read.append((settings, anew))
    )
    with qtbot.waitSignal(window.downloads.told, timeout=90_000) as told:
        window.downloads.bar.start.click()
        assert window.downloads.bar.cancel.isVisible()
        assert not window.downloads.bar.start.isVisible()
    assert told.args == ["Full MNIST is on this machine now."]
    assert read == [(window.plots.data.settings, True)]
    assert where_is("mnist", download_folder()) is not None
    assert not window.downloads.bar.isVisible()
    assert "on this machine now" in window.statusBar().currentMessage()


def test_progress_is_told_in_bytes_and_time(
    qtbot: QtBot, window: MainWindow, mnist: LocalServer
) -> None:
    mnist.routes["/mnist.npz"] = mnist.drip(CONTENT, piece=2**16, pause=0.15)
    bar = window.downloads.bar
    bar.start.click()
    qtbot.waitUntil(lambda: " s left" in bar.text.text(), timeout=90_000)
    assert "of 1.0 MB" in bar.text.text()
    assert 0 < bar.progress.value() < bar.progress.maximum()
    qtbot.waitUntil(lambda: not bar.isVisible(), timeout=90_000)


def test_a_failed_download_is_told_and_offered_again(
    qtbot: QtBot, window: MainWindow, mnist: LocalServer
) -> None:
    mnist.routes["/mnist.npz"] = status(404)
    with qtbot.waitSignal(window.downloads.problem, timeout=90_000):
        window.downloads.bar.start.click()
    assert "the server answered 404" in window.messages.text.text()
    assert "MNIST 5k can stand in" in window.messages.text.text()
    assert window.downloads.bar.start.isVisible()


def test_cancel_ends_a_download_that_hangs(
    qtbot: QtBot, window: MainWindow, mnist: LocalServer
) -> None:
    mnist.routes["/mnist.npz"] = mnist.hang
    before = children()  # the window's other processes may start at any moment
    window.downloads.bar.start.click()
    qtbot.waitUntil(lambda: bool(mnist.asked), timeout=90_000)
    started = set(children()).difference(before)
    start = time.monotonic()
    window.downloads.bar.cancel.click()
    assert time.monotonic() - start < 0.5
    assert len(started.difference(children())) == 1
    assert not list(download_folder().iterdir())
    assert window.downloads.bar.start.isVisible()
    assert "cancelled" in window.statusBar().currentMessage()


def test_a_download_goes_on_while_other_settings_are_chosen(
    qtbot: QtBot, window: MainWindow, mnist: LocalServer
) -> None:
    mnist.routes["/mnist.npz"] = mnist.drip(CONTENT, piece=2**16, pause=0.05)
    bar = window.downloads.bar
    bar.start.click()
    choose(window, small())
    assert bar.cancel.isVisible()
    assert "Full MNIST" in bar.text.text()
    qtbot.waitUntil(lambda: not bar.isVisible(), timeout=90_000)
    assert where_is("mnist", download_folder()) is not None


def test_closing_the_window_ends_a_download(
    qtbot: QtBot, window: MainWindow, mnist: LocalServer
) -> None:
    mnist.routes["/mnist.npz"] = mnist.hang
    window.downloads.bar.start.click()
    qtbot.waitUntil(lambda: bool(mnist.asked), timeout=90_000)
    window.close()
    assert not children()
    assert not list(download_folder().iterdir())
