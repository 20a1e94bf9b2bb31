"""Every test of the window runs offscreen and leaves no window and no thread behind."""

import os
import threading
from collections.abc import Iterator

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_API"] = "pyside6"
os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"

import pytest
from PySide6.QtCore import QEvent, QThreadPool
from PySide6.QtWidgets import QApplication


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
