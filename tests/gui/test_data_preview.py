"""Questions about data: which are asked, in which order, and whose answers are told."""

import threading
from collections.abc import Iterator

import pytest
from data_examples import MIXTURE, data_settings, preview
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from experiments.data_view import DataOverview, answers
from experiments.settings import TrainingSettings
from gui.data_preview import DataPreview
from models.background import ProcessEndedError
from models.dataset import DataUnavailableError

__all__ = ["preview"]  # a fixture


class SlowAnswers:
    """Stands in for the answers; each waits to be let go."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.go = threading.Semaphore(0)
        self.error: Exception | None = None

    def take(self, question: object) -> object:
        self.asked.append(question)
        assert self.go.acquire(timeout=10)
        if self.error is not None:
            raise self.error
        return question


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowAnswers]:
    made = SlowAnswers()
    jobs = {
        "overview": lambda settings: made.take(("overview", settings.seed)),
        "column_view": lambda settings, name: made.take((name, settings.seed)),
        "scatter_view": lambda _, x, y: made.take((x, y)),
        "row_view": lambda _, row: made.take(row),
        "next_changed_row": lambda _, row: made.take(f"after {row}"),
    }
    for name, job in jobs.items():
        monkeypatch.setattr(answers, name, job)
    yield made
    made.go.release(100)


@pytest.fixture
def told(preview: DataPreview) -> list[object]:
    heard: list[object] = []
    for signal in (preview.overview, preview.column, preview.scatter, preview.row, preview.failed):
        signal.connect(heard.append)
    return heard


def seeded(seed: int) -> TrainingSettings:
    return data_settings(seed=seed)


def test_of_questions_about_a_part_the_latest_waits(
    preview: DataPreview, slow: SlowAnswers, told: list[object], qtbot: QtBot
) -> None:
    preview.request(seeded(1))
    for name in ("a", "b", "c"):
        preview.request_column(name)
    preview.request_scatter("x", "y")
    preview.request_row(3)
    preview.request_row(4, next_changed=True)
    slow.go.release(10)
    expected = [("overview", 1), ("c", 1), ("x", "y"), "after 4"]
    qtbot.waitUntil(lambda: told == expected)
    assert slow.asked == expected


def test_other_settings_drop_what_waits_and_what_is_under_way(
    preview: DataPreview, slow: SlowAnswers, told: list[object], qtbot: QtBot
) -> None:
    preview.request(seeded(1))
    preview.request_column("a")
    qtbot.waitUntil(lambda: slow.asked == [("overview", 1)])
    preview.request(seeded(2))
    preview.request(seeded(3))
    slow.go.release(10)
    qtbot.waitUntil(lambda: told == [("overview", 3)])
    assert slow.asked == [("overview", 1), ("overview", 3)]


def test_why_there_is_no_answer_is_told_in_a_sentence(
    preview: DataPreview, slow: SlowAnswers, told: list[object], qtbot: QtBot
) -> None:
    slow.error = DataUnavailableError("the table is gone; choose it again")
    slow.go.release(10)
    preview.request(seeded(1))
    qtbot.waitUntil(lambda: told == ["The table is gone; choose it again."])
    slow.error = ProcessEndedError("A process in the process pool was terminated abruptly")
    preview.request(seeded(2))
    qtbot.waitUntil(lambda: len(told) == 2)
    assert "memory" in str(told[1])
    assert "pool" not in str(told[1])


def test_a_question_after_one_without_answer_is_answered(
    preview: DataPreview, slow: SlowAnswers, told: list[object], qtbot: QtBot
) -> None:
    slow.error = DataUnavailableError("no")
    slow.go.release(10)
    preview.request(seeded(1))
    qtbot.waitUntil(lambda: len(told) == 1)
    slow.error = None
    preview.request(seeded(1), anew=True)
    qtbot.waitUntil(lambda: told[1:] == [("overview", 1)])


def test_nothing_is_told_after_the_end(
    preview: DataPreview, slow: SlowAnswers, told: list[object], qtbot: QtBot
) -> None:
    preview.request(seeded(1))
    qtbot.waitUntil(lambda: bool(slow.asked))
    slow.go.release(10)
    preview.close()
    qtbot.wait(100)
    assert told == []


def test_a_process_of_its_own_reads_the_data(qtbot: QtBot) -> None:
    owner = QObject()
    made = DataPreview(owner)
    try:
        with qtbot.waitSignal(made.overview, timeout=60_000) as found:
            made.request(data_settings())
        (overview,) = found.args
        assert isinstance(overview, DataOverview)
        assert overview.found.sum() == MIXTURE["samples"]
        with qtbot.waitSignal(made.row, timeout=10_000) as row:
            made.request_row(2)
        assert row.args[0].heading.startswith("Row 3")
        with qtbot.waitSignal(made.failed, timeout=10_000) as failed:
            made.request(
                data_settings(trouble={"label_flips": {"strength": 0.1, "group": "nobody"}})
            )
        assert "nobody" in failed.args[0]
    finally:
        made.close()
