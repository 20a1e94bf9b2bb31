"""The exact curves of settings, worked out while a user moves a slider."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from experiments.settings import DynamicsSettings
from gui.background import Background

if TYPE_CHECKING:
    from experiments.dynamics import Theory


class Preview(QObject):
    """Answers the latest request only: a formula at once, all else from a thread.

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
        self._latest = 0
        self._imported = False

    def close(self) -> None:
        """Answer no more."""
        self._latest += 1
        self._background.close()

    def cancel(self) -> None:
        """Forget the latest request."""
        self._latest += 1

    def request(self, settings: DynamicsSettings) -> None:
        """Ask for the curves of these settings."""
        self._latest += 1
        number = self._latest
        exact = _at_once(settings) if self._imported else None
        if exact is not None:
            self.ready.emit(settings, exact)
            return

        def compute() -> "Theory | None":
            from experiments.dynamics import theory

            return theory(settings) if number == self._latest else None

        def done(exact: "Theory | None") -> None:
            self._imported = True
            if exact is not None and number == self._latest:
                self.ready.emit(settings, exact)

        def failed(error: Exception) -> None:
            if number == self._latest:
                self.failed.emit(error)

        self._background.in_thread(compute, done=done, failed=failed)


def _at_once(settings: DynamicsSettings) -> "Theory | None":
    """Compute what a formula gives; None if the equations must be integrated."""
    from experiments.dynamics import has_closed_form, theory

    return theory(settings) if has_closed_form(settings) else None
