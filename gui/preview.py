"""The exact curves of settings, worked out while a user moves a slider."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from experiments.settings import DynamicsSettings
from gui.background import Background

if TYPE_CHECKING:
    from experiments.dynamics import Theory


class Preview(QObject):
    """Computes what a formula gives at once, all else in a thread, one request at a time.

    Requests that come meanwhile replace each other, and the latest follows as soon as the one
    under way has been answered: nothing queues, and every answer is shown.

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
        exact = _at_once(settings) if self._imported else None
        if exact is not None:
            self.cancel()
            self.ready.emit(settings, exact)
        else:
            self._waiting = settings
            self._compute_next()

    def _compute_next(self) -> None:
        if self._computing is None and self._waiting is not None:
            self._computing, self._waiting, self._wanted = self._waiting, None, True
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


def _at_once(settings: DynamicsSettings) -> "Theory | None":
    """Compute what a formula gives; None if the equations must be integrated."""
    from experiments.dynamics import has_closed_form, theory

    return theory(settings) if has_closed_form(settings) else None
