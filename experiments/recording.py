"""A run on its way into the history."""

import time
from collections.abc import Callable

from experiments.frames import Frame
from experiments.settings import Settings
from experiments.store import RunRow, Status, Store, StoreError

_WRITE_SECONDS = 0.5


class Recording:
    """Writes a run into a store, twice a second; a store that fails never stops the run.

    Frames that could not be written are held, and tried once more when the run ends.

    Parameters
    ----------
    store
        Where to write; None if there is no history that can be written.
    name
        Base of the run's name.
    settings
        What is run.
    report
        Called with one plain sentence the first time that the store fails.

    Attributes
    ----------
    row
        The run's line in the history; None as long as it could not be written.
    """

    def __init__(
        self,
        *,
        store: Store | None,
        name: str,
        settings: Settings,
        report: Callable[[str], None],
    ) -> None:
        self.row: RunRow | None = None
        self._store = store
        self._name = name
        self._settings = settings
        self._report = report
        self._held: list[Frame] = []
        self._written = time.monotonic()
        self._failed = False
        self._attempt(self._write)

    @property
    def due(self) -> float | None:
        """Moment of the monotonic clock to write at; None if there is nothing to write."""
        return self._written + _WRITE_SECONDS if self._held and not self._failed else None

    def add(self, frame: Frame) -> None:
        """Take a frame, and write what is held if it is time."""
        if self._store is not None:
            self._held.append(frame)
            self.write_if_due()

    def write_if_due(self) -> None:
        """Write what is held if it is time."""
        if self.due is not None and time.monotonic() >= self.due:
            self._attempt(self._write)

    def finish(self, status: Status, reason: str) -> None:
        """Write what is held and how the run ended."""
        self._attempt(lambda: self._finish(status, reason))

    def _attempt(self, writing: Callable[[], None]) -> None:
        try:
            writing()
        except StoreError as error:
            if not self._failed:
                self._report(f"This run is not saved for now: {error}.")
            self._failed = True

    def _write(self) -> None:
        if self._store is None:
            return
        if self.row is None:
            self.row = self._store.create(self._name, self._settings)
        if self._held:
            self._store.append(self.row.id, self._held)
            self._held.clear()
        self._written = time.monotonic()

    def _finish(self, status: Status, reason: str) -> None:
        self._write()
        if self._store is not None and self.row is not None:
            self.row = self._store.finish(self.row.id, status, reason)
