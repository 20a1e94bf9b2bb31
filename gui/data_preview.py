"""Questions about the data of settings, answered by a process of their own."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from experiments.data_view import questions
from experiments.failure import explain
from experiments.settings import TrainingSettings
from gui.background import Background
from models.background import ProcessEndedError

_ENDED = (
    "The process that reads the data has ended, perhaps for want of memory."
    " Try again, or use fewer rows."
)


class DataPreview(QObject):
    """Asks one question at a time; of those about the same part, the latest waits.

    What is answered about settings that are no longer wanted is dropped.

    Signals
    -------
    overview
        A `DataOverview` of the settings wanted.
    column, scatter, row
        The `ColumnView`, `ScatterView` or `RowView` asked for last.
    failed
        Why there is none: a sentence.
    """

    overview = Signal(object)
    column = Signal(object)
    scatter = Signal(object)
    row = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background()
        self._settings: TrainingSettings | None = None
        self._waiting: dict[str, Callable[[], None]] = {}
        self._busy = False

    @property
    def settings(self) -> TrainingSettings | None:
        """Whose data are wanted."""
        return self._settings

    def request(self, settings: TrainingSettings, *, anew: bool = False) -> None:
        """Ask for an overview of the data of these settings, read again if they were `anew`."""
        self._settings = settings
        self._waiting.clear()
        self._ask("overview", questions.overview, anew)

    def request_column(self, column: str) -> None:
        """Ask how the values of a column are spread."""
        self._ask("column", questions.column, column)

    def request_scatter(self, x: str, y: str) -> None:
        """Ask where rows lie along two axes."""
        self._ask("scatter", questions.scatter, x, y)

    def request_row(self, row: int, *, next_changed: bool = False) -> None:
        """Ask what became of a row, or of the first one after it that was changed."""
        self._ask("row", questions.row, row, next_changed)

    def close(self) -> None:
        """Answer no more, and end the process whatever it does."""
        self._settings = None
        self._waiting.clear()
        self._background.kill()

    def _ask(self, part: str, job: Callable[..., Any], *arguments: object) -> None:
        settings = self._settings
        self._waiting[part] = partial(
            self._background.in_process,
            job,
            settings,
            *arguments,
            done=partial(self._answer, part, settings),
            failed=partial(self._fail, settings),
        )
        self._ask_next()

    def _ask_next(self) -> None:
        if not self._busy and self._waiting:
            self._busy = True
            self._waiting.pop(next(iter(self._waiting)))()

    def _answer(self, part: str, settings: TrainingSettings | None, answer: object) -> None:
        self._busy = False
        self._ask_next()
        if settings is not None and settings is self._settings:
            getattr(self, part).emit(answer)

    def _fail(self, settings: TrainingSettings | None, error: Exception) -> None:
        self._busy = False
        self._ask_next()
        if settings is not None and settings is self._settings:
            ended = isinstance(error, ProcessEndedError)
            self.failed.emit(_ENDED if ended else explain(error)[0])
