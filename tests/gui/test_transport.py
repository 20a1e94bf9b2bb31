"""Tests of what the toolbar tells of time, by a clock that is set by hand."""

import time
from collections.abc import Sequence

import pytest
from pytestqt.qtbot import QtBot

from gui import theme as themes
from gui.activity import Activity, duration
from gui.transport import Transport


@pytest.mark.parametrize(
    "course",
    [
        [Activity.RUNNING],
        [Activity.PAUSED, Activity.RUNNING],
        [Activity.RUNNING, Activity.PAUSED, Activity.RUNNING],
    ],
)
def test_a_run_is_told_to_take_as_long_as_it_worked(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, course: Sequence[Activity]
) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    transport = Transport(themes.LIGHT)
    qtbot.addWidget(transport)
    for _ in range(2):
        now += 4000.0  # idle
        for activity in course:
            transport.set_activity(activity)
            now += 7.0 if activity is Activity.RUNNING else 500.0
        transport.set_activity(Activity.IDLE)
        transport.show_end("done")
        worked = duration(7.0 * course.count(Activity.RUNNING))
        assert transport.remaining.text() == f"done after {worked}"
