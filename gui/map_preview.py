"""The map of settings, worked out while a user moves a slider."""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from experiments.settings import PhaseDiagramSettings
from gui.background import Background
from gui.map_identity import same_map, show_for

if TYPE_CHECKING:
    from experiments.maps import CellMap

COARSE = 64
"""Cells along each side while something changes."""

_REST_MS = 150
_PATIENCE = 4.0
"""Seconds up to which the whole map is computed unasked."""


class MapPreview(QObject):
    """Computes a map by formulas: coarse at first, and whole once the settings rest.

    One map is under way at a time, and the latest settings follow. Moving the marker computes
    nothing.

    Signals
    -------
    ready
        Settings, and their `CellMap`; None where there is no map without a run.
    too_slow
        The whole map of these settings would take long: only the coarse one is shown.
    failed
        The error that came instead.
    """

    ready = Signal(object, object)
    too_slow = Signal(object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._background = Background()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._refine)
        self._wanted: PhaseDiagramSettings | None = None
        self._known: tuple[PhaseDiagramSettings, CellMap | None] | None = None
        self._waiting: tuple[PhaseDiagramSettings, int] | None = None
        self._computing: PhaseDiagramSettings | None = None
        self._seconds = 0.0

    def close(self) -> None:
        """Answer no more."""
        self.cancel()
        self._background.kill()

    def cancel(self) -> None:
        """Forget what was asked for."""
        self._wanted = self._waiting = None
        self._rest.stop()

    def request(self, settings: PhaseDiagramSettings) -> None:
        """Ask for the map of these settings."""
        before, self._wanted = self._wanted, settings
        if self._known is not None and same_map(self._known[0], settings):
            if before is None and self._known[1] is not None:
                self._rest.start()
            self._tell()
        elif before is None or not same_map(before, settings):
            self._waiting = (settings, min(COARSE, settings.map.resolution))
            self._rest.start()
            self._compute_next()

    @Slot()
    def _refine(self) -> None:
        """Compute the whole map once the coarse one is there."""
        settings = self._wanted
        if settings is None or self._known is None or not same_map(self._known[0], settings):
            self._rest.start()
            return
        cells, count = self._known[1], settings.map.resolution
        if cells is None or cells.x.size == count:
            return
        if self._seconds * (count / cells.x.size) ** 2 > _PATIENCE:
            self.too_slow.emit(settings)
            return
        self._waiting = (settings, count)
        self._compute_next()

    def _compute_next(self) -> None:
        if self._computing is not None or self._waiting is None:
            return
        (self._computing, resolution), self._waiting = self._waiting, None
        self._background.elsewhere(
            _timed_map, self._computing, resolution, done=self._answer, failed=self._fail
        )

    def _answer(self, answer: "tuple[CellMap | None, float]") -> None:
        cells, self._seconds = answer
        settings, self._computing = self._computing, None
        assert settings is not None
        self._known = settings, cells
        self._compute_next()
        if self._wanted is not None:
            self._tell()

    def _tell(self) -> None:
        """Show the latest map; where the latest settings are of the same one, for these."""
        assert self._known is not None
        assert self._wanted is not None
        settings, cells = self._known
        if same_map(settings, self._wanted):
            settings = self._wanted
            if cells is not None:
                show_for(cells, settings)
        self.ready.emit(settings, cells)

    def _fail(self, error: Exception) -> None:
        self._computing = None
        told = self._wanted is not None and self._waiting is None
        self._compute_next()
        if told:
            self.failed.emit(error)


def _timed_map(settings: PhaseDiagramSettings, resolution: int) -> "tuple[CellMap | None, float]":
    from experiments.phase_diagram import exact_map  # slow to import

    began = time.perf_counter()
    return exact_map(settings, resolution), time.perf_counter() - began
