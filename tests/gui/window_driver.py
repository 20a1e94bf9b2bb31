"""What tests of the whole window have in common."""

from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from experiments.catalogue import preset
from experiments.curves import Curve
from experiments.frames import EnsemblePoints, Source
from experiments.settings import Settings, replace
from gui.activity import Activity
from gui.window import MainWindow


class Open(Protocol):
    def __call__(self, settings: Settings | None = None) -> MainWindow: ...


def small(*, dimension: int = 20, duration: float = 100.0) -> Settings:
    settings = preset("crossing").settings
    values = {
        "simulation.dimension": dimension,
        "simulation.runs": 3,
        "learning.duration": duration,
    }
    for key, value in values.items():
        settings = replace(settings, key, value)
    return settings


def shown(window: MainWindow, source: Source, quantity: str = "loss") -> tuple[Curve, ...]:
    return window.session.view.curves.select(quantity=quantity, source=source)


def runs_of(window: MainWindow, quantity: str = "loss") -> tuple[EnsemblePoints, ...]:
    """The ensembles of a quantity that are shown."""
    ensembles = window.session.view.curves.ensembles
    return tuple(part for part in ensembles if part.name.quantity == quantity)


def wait_for_end(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.ended, timeout=120_000):
        pass


def paused(window: MainWindow) -> bool:
    return window.transport.activity is Activity.PAUSED


def press(window: MainWindow, key: Qt.Key) -> None:
    window.setFocus()
    QTest.keyClick(window, key)
