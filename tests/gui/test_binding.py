"""The Qt binding must not corrupt the reference counts of None and True (PySide6 6.12.0 does)."""

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QWidget


class _Sender(QObject):
    sent = Signal()


def _set_matrix() -> Callable[[], object]:
    transform = QTransform()
    return lambda: transform.setMatrix(1, 0, 0, 0, 1, 0, 0, 0, 1)


def _resize() -> Callable[[], object]:
    widget = QWidget()
    return lambda: widget.resize(10, 10)


def _start_timer() -> Callable[[], object]:
    timer = QTimer()
    return lambda: timer.start(10_000)


def _emit() -> Callable[[], object]:
    sender = _Sender()
    return lambda: sender.sent.emit()


@pytest.mark.parametrize("prepare", [_set_matrix, _resize, _start_timer, _emit])
@pytest.mark.parametrize("constant", [None, True])
def test_calls_leave_the_reference_counts_of_constants_alone(
    prepare: Callable[[], Callable[[], object]], *, constant: object
) -> None:
    call = prepare()
    call()
    before = sys.getrefcount(constant)
    for _ in range(500):
        call()
    assert abs(sys.getrefcount(constant) - before) <= 10
