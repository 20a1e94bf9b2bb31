"""What is known of settings before anything is run: exact curves, or a map and its cell."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from experiments.curves import CurveSet
from experiments.figures import RunView
from experiments.settings import DynamicsSettings, PhaseDiagramSettings, Settings, SettingsError
from gui.map_preview import MapPreview
from gui.preview import Preview

if TYPE_CHECKING:
    from experiments.dynamics import Theory


class Previews(QObject):
    """Follows settings of any kind.

    Signals
    -------
    curves
        The exact curves: a `RunView`.
    map
        Settings and their `CellMap`; None where there is no map without a run.
    cell
        The exact curves of the cell that a map's marker is in: a `RunView`, or None for no cell.
    note
        What else there is to know of the map: a sentence.
    failed
        The error that came instead.
    """

    curves = Signal(object)
    map = Signal(object, object)
    cell = Signal(object)
    note = Signal(str)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._curves, self._cell, self._map = Preview(), Preview(), MapPreview()
        self._curves.ready.connect(lambda settings, exact: self.curves.emit(_view(settings, exact)))
        self._curves.failed.connect(self.failed)
        self._cell.ready.connect(lambda settings, exact: self.cell.emit(_view(settings, exact)))
        self._cell.failed.connect(self._miss_cell)
        self._map.ready.connect(self.map)
        self._map.too_slow.connect(self._note_coarse)
        self._map.failed.connect(self.failed)

    def follow(self, settings: Settings) -> None:
        """Show what is known of these settings."""
        self._cancel_but(settings)
        if isinstance(settings, DynamicsSettings):
            self._curves.request(settings)
        elif isinstance(settings, PhaseDiagramSettings):
            self._map.request(settings)
            self._cell.request(settings)

    def follow_cell(self, settings: Settings) -> None:
        """Show of a map the cell that the marker is in, and of others nothing."""
        self._cancel_but(settings)
        self._map.cancel()
        self._curves.cancel()
        if isinstance(settings, PhaseDiagramSettings):
            self._cell.request(settings)

    def close(self) -> None:
        """Answer no more."""
        for preview in (self._curves, self._cell, self._map):
            preview.close()

    def _cancel_but(self, settings: Settings) -> None:
        """Forget what was asked for other kinds of experiment."""
        if not isinstance(settings, DynamicsSettings):
            self._curves.cancel()
        if not isinstance(settings, PhaseDiagramSettings):
            self._cell.cancel()
            self._map.cancel()

    @Slot(object)
    def _miss_cell(self, error: Exception) -> None:
        self.cell.emit(None)
        if not isinstance(error, SettingsError):
            self.failed.emit(error)

    @Slot(object)
    def _note_coarse(self, settings: PhaseDiagramSettings) -> None:
        count = settings.map.resolution
        self.note.emit(f"A coarse map is shown. Press Run for all {count} × {count} cells.")


def _view(settings: DynamicsSettings, exact: "Theory") -> RunView:
    end = settings.learning.duration
    return RunView("", settings, CurveSet(exact.points), exact.events, end)
