"""The exact curves of settings, worked out while a user moves a slider or a map's marker."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from experiments.run import RunFailedError
from experiments.settings import DynamicsSettings, PhaseDiagramSettings, SettingsError
from experiments.settings.cells import marker
from gui.background import Background

if TYPE_CHECKING:
    from experiments.dynamics import Theory


Previewed = DynamicsSettings | PhaseDiagramSettings


class Preview(QObject):
    """Computes what a formula gives at once, all else elsewhere, one request at a time.

    Requests that come meanwhile replace each other, and the latest follows as soon as the one
    under way has been answered: nothing queues, and every answer is shown. The curves of a map's
    marker come from elsewhere once a process is ready: the window has the map to draw besides.

    Signals
    -------
    ready
        The settings asked for, or of a map the cell that its marker is in, and their `Theory`.
    failed
        The error that came instead.
    """

    ready = Signal(object, object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._background = Background()
        self._waiting: Previewed | None = None
        self._computing: Previewed | None = None
        self._wanted = False
        self._imported = False

    def close(self) -> None:
        """Answer no more."""
        self.cancel()
        self._background.kill()

    def cancel(self) -> None:
        """Forget what was asked for."""
        self._waiting = None
        self._wanted = False

    def request(self, settings: Previewed) -> None:
        """Ask for the curves of these settings."""
        of_map = isinstance(settings, PhaseDiagramSettings)
        busy = of_map and self._background.ready
        if self._imported and not busy and _has_closed_form(settings):
            self.cancel()
            self._tell_at_once(settings)
        else:
            self._waiting = settings
            self._compute_next()

    def _tell_at_once(self, settings: Previewed) -> None:
        try:
            answer = _theory(settings)
        except (RunFailedError, SettingsError) as error:
            self.failed.emit(error)
        else:
            self.ready.emit(*answer)

    def _compute_next(self) -> None:
        if self._computing is not None or self._waiting is None:
            return
        self._computing, self._waiting, self._wanted = self._waiting, None, True
        imports = isinstance(self._computing, DynamicsSettings) and not self._imported
        run = self._background.in_thread if imports else self._background.elsewhere
        run(_theory, self._computing, done=self._answer, failed=self._fail)

    def _answer(self, answer: "tuple[DynamicsSettings, Theory]") -> None:
        self._imported = True
        self._computing = None
        wanted = self._wanted
        self._compute_next()
        if wanted:
            self.ready.emit(*answer)

    def _fail(self, error: Exception) -> None:
        self._computing = None
        told = self._wanted and self._waiting is None
        self._compute_next()
        if told:
            self.failed.emit(error)


def _has_closed_form(settings: Previewed) -> bool:
    from experiments import dynamics, phase_diagram  # slow to import

    if isinstance(settings, PhaseDiagramSettings):
        return phase_diagram.has_closed_form(settings)
    return dynamics.has_closed_form(settings)


def _theory(settings: Previewed) -> "tuple[DynamicsSettings, Theory]":
    """Return the exact curves of settings, or of the cell that a map's marker is in."""
    from experiments.dynamics import theory
    from experiments.phase_diagram import open_cell

    if isinstance(settings, PhaseDiagramSettings):
        settings = open_cell(settings, *marker(settings))
    return settings, theory(settings)
