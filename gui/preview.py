"""The exact curves of settings, worked out while a user moves a slider."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from experiments.run import RunFailedError
from experiments.settings import DynamicsSettings
from gui.background import Background

if TYPE_CHECKING:
    from experiments.dynamics import Theory


class Preview(QObject):
    """Computes what a formula gives at once, all else elsewhere, one request at a time.

    Requests that come meanwhile replace each other, and the latest follows as soon as the one
    under way has been answered: nothing queues, and every answer is shown. Elsewhere is a thread,
    until a process is ready that the first such request starts: a thread shares the window's time.

    Signals
    -------
    ready
        The settings asked for, and their `Theory`.
    failed
        The error that came instead.
    """

    ready = Signal(object, object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._background = Background()
        self._waiting: DynamicsSettings | None = None
        self._computing: DynamicsSettings | None = None
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

    def request(self, settings: DynamicsSettings) -> None:
        """Ask for the curves of these settings."""
        if self._imported and self._answered_at_once(settings):
            return
        self._waiting = settings
        self._compute_next()

    def _answered_at_once(self, settings: DynamicsSettings) -> bool:
        """Answer where formulas give the curves; otherwise see to a process that computes them."""
        from experiments.dynamics import has_closed_form, theory

        if has_closed_form(settings):
            self.cancel()
            self._tell_at_once(settings)
            return True
        if not self._process_started:
            self._process_started = True
            self._background.in_process(
                theory, settings, done=self._process_is_ready, failed=self._process_is_ready
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
        if self._process_ready:
            from experiments.dynamics import theory

            self._background.in_process(
                theory, self._computing, done=self._answer, failed=self._fail
            )
        else:
            self._background.in_thread(
                _theory, self._computing, done=self._answer, failed=self._fail
            )

    def _answer(self, exact: "Theory") -> None:
        self._imported = True
        settings, self._computing = self._computing, None
        wanted = self._wanted
        self._compute_next()
        if wanted:
            self.ready.emit(settings, exact)

    def _fail(self, error: Exception) -> None:
        self._computing = None
        told = self._wanted and self._waiting is None
        self._compute_next()
        if told:
            self.failed.emit(error)


def _theory(settings: DynamicsSettings) -> "Theory":
    from experiments.dynamics import theory  # slow to import

    return theory(settings)
