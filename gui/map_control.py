"""What a user does to a map, turned into edits of the settings."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from experiments.settings import PhaseDiagramSettings, SettingsError, replace, value_at
from experiments.settings.axes import ELEMENTS
from experiments.settings.cells import with_marker
from gui.map_wishes import MapWishes
from gui.panel import ParameterPanel
from gui.session import Session

_PACE_MS = 33


class MapControl(QObject):
    """Moves the marker, opens cells, and has points measured.

    Signals
    -------
    opened
        A cell was opened: the curves are to be looked at anew.
    run_requested
        What the panel holds is to be run.
    problem
        Why something cannot be done: a sentence.
    """

    opened = Signal()
    run_requested = Signal()
    problem = Signal(str)

    def __init__(
        self, parent: QObject, *, session: Session, panel: ParameterPanel, wishes: MapWishes
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._panel = panel
        self._place: tuple[float, float] | None = None
        self._pace = QTimer(self)
        self._pace.setInterval(_PACE_MS)
        self._pace.timeout.connect(self._move_on)
        wishes.marker_moved.connect(self.move)
        wishes.marker_released.connect(self.release)
        wishes.open_requested.connect(self.open)
        wishes.measure_requested.connect(self.measure)

    @Slot(float, float)
    def move(self, x: float, y: float) -> None:
        """Move the marker at once, and again when the curves had time to follow."""
        self._place = x, y
        if not self._pace.isActive():
            self._pace.start()
            self._move_on()

    @Slot()
    def release(self) -> None:
        """Move the marker to where it was last wanted; the next move is a step of its own."""
        self._move_on()
        self._pace.stop()
        self._panel.end_drag()

    @Slot()
    def _move_on(self) -> None:
        """Move the marker; it stays where it is if there is no such cell."""
        settings = self._panel.settings
        if self._place is None or not isinstance(settings, PhaseDiagramSettings):
            self._pace.stop()
            return
        (x, y), self._place = self._place, None
        try:
            moved = with_marker(settings, x, y)
        except SettingsError:
            return
        keys = [
            key.rpartition(".")[0] if key in ELEMENTS else key
            for key in (settings.map.x, settings.map.y)
        ]
        self._panel.drag({key: value_at(moved, key) for key in keys}, "Move the marker")

    @Slot(float, float)
    def open(self, x: float, y: float) -> None:
        """Open a cell as dynamics; where runs were measured, repeat them."""
        from experiments.phase_diagram import open_cell  # slow to import

        settings, cells = self._panel.settings, self._session.view.cells
        assert isinstance(settings, PhaseDiagramSettings)
        try:
            cell = open_cell(settings, x, y)
        except SettingsError as error:
            self.problem.emit(f"This cell cannot be opened. {error}")
            return
        measured = cells is not None and any((one.x, one.y) == (x, y) for one in cells.measured)
        self._panel.load(cell, "Open cell")
        self.opened.emit()
        if measured:
            self.run_requested.emit()

    @Slot(float, float)
    def measure(self, x: float, y: float) -> None:
        """Run the map with one more point at which runs are simulated."""
        settings = self._panel.settings
        assert isinstance(settings, PhaseDiagramSettings)
        if not settings.simulation.runs:
            self.problem.emit("Nothing is simulated while runs is 0: raise it first.")
            return
        points = settings.map.measured_at
        if (x, y) not in points:
            points = (*points, (x, y))
        try:
            with_marker(settings, x, y)
            replace(settings, "map.measured_at", points)
        except SettingsError as error:
            self.problem.emit(f"This cell cannot be measured. {error}")
            return
        self._panel.set_value("map.measured_at", points)
        self.run_requested.emit()
