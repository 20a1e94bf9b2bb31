"""Every test of the window runs offscreen and leaves no window and no thread behind."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_API"] = "pyside6"
os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"

import pytest
from PySide6.QtCore import QEvent, QThreadPool
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_driver import Open, small

from experiments.runner import Runner
from experiments.settings import Settings
from gui import theme as themes
from gui.import_control import ImportControl
from gui.session import Session
from gui.state import WindowState
from gui.window import MainWindow


def pytest_configure(config: pytest.Config) -> None:
    """Overlook what the offscreen platform lacks."""
    config.addinivalue_line("qt_log_ignore", "^This plugin does not support ")


@pytest.fixture(autouse=True)
def leaves_nothing_behind(qapp: QApplication) -> Iterator[None]:
    windows = set(qapp.topLevelWidgets())
    threads = set(threading.enumerate())
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert QThreadPool.globalInstance().waitForDone(500)
    assert set(qapp.topLevelWidgets()) <= windows
    assert set(threading.enumerate()) <= threads


@pytest.fixture
def open_window(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Open windows that start no process ahead to read tables with."""
    monkeypatch.setattr(ImportControl, "get_ready", lambda *_: None)
    opened: list[MainWindow] = []

    def build(settings: Settings | None = None) -> MainWindow:
        path = tmp_path / "home" / "runs.sqlite"
        session = Session(lambda: Runner(path, warm_ups={}), path, settings or small())
        window = MainWindow(session, WindowState(path.parent), themes.LIGHT)
        opened.append(window)
        window.show()
        qtbot.waitExposed(window)
        if window.session.settings.kind == "dynamics":
            qtbot.waitUntil(lambda: len(window.session.view.curves) > 0, timeout=90_000)
            qtbot.waitUntil(lambda: window.plots.moment.span is not None)
        return window

    yield build
    for window in opened:
        window.close()
        window.deleteLater()


@pytest.fixture
def window(open_window: Open) -> MainWindow:
    return open_window()
