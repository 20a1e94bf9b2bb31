"""The exact curves of settings, worked out while a user moves a slider or a map's marker."""

from concurrent.futures.process import BrokenProcessPool
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
    under way has been answered: nothing queues, and every answer is shown. Elsewhere is a thread,
    until a process is ready that the first such request starts: a thread shares the window's time.

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
        self._process_started = self._process_ready = False

    def close(self) -> None:
        """Answer no more."""
        self.cancel()
        self._background.close()

    def cancel(self) -> None:
        """Forget what was asked for."""
        self._waiting = None
        self._wanted = False

    def request(self, settings: Previewed) -> None:
        """Ask for the curves of these settings."""
        if self._imported:
            try:
                settings = _dynamics(settings)
            except SettingsError as error:
                self.cancel()
                self.failed.emit(error)
                return
            if self._answered_at_once(settings):
                return
        self._waiting = settings
        self._compute_next()

    def _answered_at_once(self, settings: DynamicsSettings) -> bool:
        """Answer where formulas give the curves; otherwise see to a process that computes them."""
        from experiments.dynamics import has_closed_form

        if has_closed_form(settings):
            self.cancel()
            self._tell_at_once(settings)
            return True
        if not self._process_started:
            self._process_started = True
            self._background.in_process(
                _theory, settings, done=self._process_is_ready, failed=self._process_is_ready
            )
        return False

    def _tell_at_once(self, settings: DynamicsSettings) -> None:
        from experiments.dynamics import theory

        try:
            exact = theory(settings)
        except RunFailedError as error:
            self.failed.emit(error)
        else:
            self.ready.emit(settings, exact)

    def _process_is_ready(self, _: object) -> None:
        self._process_ready = True

    def _compute_next(self) -> None:
        if self._computing is not None or self._waiting is None:
            return
        self._computing, self._waiting, self._wanted = self._waiting, None, True
        run = self._background.in_process if self._process_ready else self._background.in_thread
        run(_theory, self._computing, done=self._answer, failed=self._fail)

    def _answer(self, exact: "Theory") -> None:
        self._imported = True
        settings, self._computing = self._computing, None
        wanted = self._wanted
        self._compute_next()
        if wanted and settings is not None:
            self.ready.emit(_dynamics(settings), exact)

    def _fail(self, error: Exception) -> None:
        settings, self._computing = self._computing, None
        if isinstance(error, BrokenProcessPool):  # the process was killed: a thread takes over
            self._process_started = self._process_ready = False
            self._waiting = self._waiting or (settings if self._wanted else None)
            self._compute_next()
            return
        told = self._wanted and self._waiting is None
        self._compute_next()
        if told:
            self.failed.emit(error)


def _dynamics(settings: Previewed) -> DynamicsSettings:
    if isinstance(settings, DynamicsSettings):
        return settings
    from experiments.phase_diagram import open_cell  # slow to import

    return open_cell(settings, *marker(settings))


def _theory(settings: Previewed) -> "Theory":
    from experiments.dynamics import theory  # slow to import

    return theory(_dynamics(settings))
