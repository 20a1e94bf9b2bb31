import os
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from gui.latest_job import LatestJob


def slow(name: str, folder: Path) -> str:
    """Leave a mark with the number of the process, wait for leave to end, and answer."""
    (folder / name).write_text(str(os.getpid()))
    while not (folder / "go").exists():
        time.sleep(0.01)
    return name


def fails() -> None:
    raise ValueError("as it should")


@pytest.fixture
def job() -> Iterator[LatestJob]:
    made = LatestJob()
    yield made
    made.close()


def test_the_latest_wish_is_done_and_answered_alone(
    qtbot: QtBot, job: LatestJob, tmp_path: Path
) -> None:
    answers: list[object] = []
    for name in ("first", "second", "third"):
        job.request(slow, name, tmp_path, done=answers.append, failed=answers.append)
    qtbot.waitUntil((tmp_path / "first").exists, timeout=90_000)
    (tmp_path / "go").touch()
    qtbot.waitUntil(lambda: bool(answers), timeout=90_000)
    assert answers == ["third"]
    assert not (tmp_path / "second").exists()


def test_a_process_that_was_prepared_does_the_first_job(
    qtbot: QtBot, job: LatestJob, tmp_path: Path
) -> None:
    children = set(psutil.Process().children())
    job.prepare(fails)
    job.prepare(fails)
    started: set[psutil.Process] = set()
    while not started:
        started = set(psutil.Process().children()) - children
    (tmp_path / "go").touch()
    answers: list[object] = []
    job.request(slow, "first", tmp_path, done=answers.append, failed=answers.append)
    job.prepare(fails)
    qtbot.waitUntil(lambda: bool(answers), timeout=90_000)
    assert answers == ["first"]
    assert int((tmp_path / "first").read_text()) in {child.pid for child in started}


def test_what_is_cancelled_is_not_answered(qtbot: QtBot, job: LatestJob, tmp_path: Path) -> None:
    answers: list[object] = []
    job.request(slow, "cancelled", tmp_path, done=answers.append, failed=answers.append)
    job.cancel()
    (tmp_path / "go").touch()
    job.request(fails, done=answers.append, failed=answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=90_000)
    assert [str(answer) for answer in answers] == ["as it should"]


def test_stop_ends_the_process_whatever_it_does_and_another_can_follow(
    qtbot: QtBot, job: LatestJob, tmp_path: Path
) -> None:
    answers: list[object] = []
    job.request(slow, "endless", tmp_path, done=answers.append, failed=answers.append)
    mark = tmp_path / "endless"
    qtbot.waitUntil(lambda: mark.exists() and bool(mark.read_text()), timeout=90_000)
    process = int(mark.read_text())
    job.stop()
    (tmp_path / "go").touch()
    job.request(slow, "next", tmp_path, done=answers.append, failed=answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=90_000)
    assert answers == ["next"]
    qtbot.waitUntil(lambda: not psutil.pid_exists(process), timeout=90_000)


def test_closing_while_the_process_starts_waits_for_its_end(tmp_path: Path) -> None:
    job = LatestJob()
    children = set(psutil.Process().children())
    job.request(slow, "endless", tmp_path, done=print, failed=print)
    job.close()
    left = {child for child in psutil.Process().children() if child not in children}
    assert all("resource_tracker" in " ".join(child.cmdline()) for child in left)
