"""Small data whose view is quick to compute, and a preview that computes it in a thread."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject

from experiments.data_view import answers
from experiments.settings import TrainingSettings, from_table
from gui.background import Background
from gui.data_preview import DataPreview

MIXTURE: dict[str, Any] = {"set": "mixture", "samples": 300, "dimension": 5}


def data_settings(**tables: object) -> TrainingSettings:
    """Settings of samples of the mixture unless the tables say otherwise."""
    settings = from_table({"version": 1, "kind": "training", "data": MIXTURE} | tables)
    assert isinstance(settings, TrainingSettings)
    return settings


@pytest.fixture
def preview(monkeypatch: pytest.MonkeyPatch) -> Iterator[DataPreview]:
    """A preview whose jobs are done by a thread, which starts at once."""
    monkeypatch.setattr(Background, "in_process", Background.in_thread)
    owner = QObject()
    made = DataPreview(owner)
    yield made
    made.close()
    answers.forget()
