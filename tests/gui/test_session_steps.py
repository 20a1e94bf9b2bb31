"""How many steps an epoch of the run under way has, as the toolbar offers them."""

from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from window_driver import small

from experiments.frames import Frame, Progress
from experiments.settings import Settings, TrainingSettings, from_table
from experiments.updates import Streamed, Update
from gui.session import Session
from gui.step_sizes import step_sizes


class Runs:
    """Stands in for a runner: tells what a test has put there."""

    def __init__(self) -> None:
        self.updates: list[Update] = []

    def start(self, _name: str, _settings: Settings, *, paused: bool) -> int:
        assert not paused
        return 1

    def drain(self) -> list[Update]:
        updates, self.updates = self.updates, []
        return updates

    def close(self) -> None:
        """End nothing."""


def training(**tables: dict[str, int]) -> TrainingSettings:
    settings = from_table({"version": 1, "kind": "training", **tables})
    assert isinstance(settings, TrainingSettings)
    return settings


def offered(qtbot: QtBot, path: Path, settings: Settings, progress: Progress | None) -> int | None:
    runs: Any = Runs()
    session = Session(lambda: runs, path / "runs.sqlite", settings)
    try:
        session.open()
        session.start()
        assert session.steps_per_epoch() is None, "nothing is known yet"
        if progress is not None:
            with qtbot.waitSignal(session.progress):
                runs.updates.append(Streamed(1, Frame(progress=progress)))
        return session.steps_per_epoch()
    finally:
        session.close()


def counted(step: int, epoch: float, total: int, longest: int | None = None) -> Progress:
    return Progress(step, total, (("epoch", epoch), ("step", float(step))), longest)


@pytest.mark.parametrize(
    ("optimiser", "progress", "expected"),
    [
        ({"epochs": 4}, counted(0, 0.0, 400), 100),
        ({"epochs": 4}, counted(37, 0.37, 400), 100),
        ({"epochs": 4}, counted(437, 0.37, 1600, longest=400), 100),
        ({"epochs": 4, "steps": 1_000}, counted(0, 0.0, 1_000), None),
        ({"epochs": 4, "steps": 1_000}, counted(25, 0.25, 1_000), 100),
        ({"epochs": 4, "steps": 1_000}, counted(7, 7 / 313, 1_000), 313),
    ],
)
def test_an_epoch_has_as_many_steps_as_the_progress_says(
    qtbot: QtBot,
    tmp_path: Path,
    optimiser: dict[str, int],
    progress: Progress,
    expected: int | None,
) -> None:
    settings = training(optimiser=optimiser)
    found = offered(qtbot, tmp_path, settings, progress)
    assert found == expected
    labels = [size.label for size in step_sizes(settings, found)]
    assert labels == ["next point", "1 batch", *(["1 epoch"] if expected else [])]


def test_runs_of_the_model_have_no_epochs(qtbot: QtBot, tmp_path: Path) -> None:
    assert offered(qtbot, tmp_path, small(), counted(3, 0.1, 30)) is None
