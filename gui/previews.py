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
        self._exact, self._map = Preview(), MapPreview()
        self._of_map = False
        self._exact.ready.connect(self._tell)
        self._exact.failed.connect(self._fail)
        self._map.ready.connect(self.map)
        self._map.too_slow.connect(self._note_coarse)
        self._map.failed.connect(self.failed)

    def follow(self, settings: Settings) -> None:
        """Show what is known of these settings."""
        self._turn_to(settings)
        if isinstance(settings, PhaseDiagramSettings):
            self._map.request(settings)
        if isinstance(settings, DynamicsSettings | PhaseDiagramSettings):
            self._exact.request(settings)

    def follow_cell(self, settings: Settings) -> None:
        """Show of a map the cell that the marker is in, and of others nothing."""
        self._turn_to(settings)
        self._map.cancel()
        if isinstance(settings, PhaseDiagramSettings):
            self._exact.request(settings)
        else:
            self._exact.cancel()

    def close(self) -> None:
        """Answer no more."""
        self._exact.close()
        self._map.close()

    def _turn_to(self, settings: Settings) -> None:
        """Forget what was asked for another kind of experiment."""
        of_map = isinstance(settings, PhaseDiagramSettings)
        if of_map != self._of_map or not isinstance(
            settings, DynamicsSettings | PhaseDiagramSettings
        ):
            self._exact.cancel()
        if not of_map:
            self._map.cancel()
        self._of_map = of_map

    @Slot(object, object)
    def _tell(self, settings: DynamicsSettings, exact: "Theory") -> None:
        end = settings.learning.duration
        view = RunView("", settings, CurveSet(exact.points), exact.events, end)
        (self.cell if self._of_map else self.curves).emit(view)

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        if self._of_map:
            self.cell.emit(None)
        if not (self._of_map and isinstance(error, SettingsError)):
            self.failed.emit(error)

    @Slot(object)
    def _note_coarse(self, settings: PhaseDiagramSettings) -> None:
        count = settings.map.resolution
        self.note.emit(f"A coarse map is shown. Press Run for all {count} × {count} cells.")
