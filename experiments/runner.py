"""Runs for a window: methods that never block, and news to be drained by a timer."""

import threading
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from experiments.protocol import Change, Pause, Resume, Step, Stop
from experiments.settings import Settings
from experiments.supervisor import Launch, Supervisor
from experiments.updates import Update

_WARM_UPS = {"training": "models.runtime:warm_up"}
_CLOSING_SECONDS = 10.0


class Runner:
    """Runs experiments one at a time in worker processes.

    A background thread owns the processes, writes what it streams into the history, and hands it
    over. All methods belong to one thread, the window's, and return at once, except `close`.

    Parameters
    ----------
    path
        File of the run history. If it cannot be written, runs go on without it.
    run
        Import path ``module:function`` of the function that runs settings.
    warm_ups
        For the kinds that need it, import path of a function without arguments that a worker
        process calls in advance, while the user looks around.
    """

    def __init__(
        self,
        path: Path,
        *,
        run: str = "experiments.run:run",
        warm_ups: Mapping[str, str] = MappingProxyType(_WARM_UPS),
    ) -> None:
        self._updates: deque[Update] = deque()
        self._started = 0
        self._supervisor = Supervisor(path, run=run, warm_ups=warm_ups, tell=self._updates.append)
        self._thread = threading.Thread(
            target=self._supervisor.serve, name="bias-lab-runner", daemon=True
        )
        self._thread.start()

    def start(self, name: str, settings: Settings, *, paused: bool = False) -> int:
        """Start a run, stopping the one before; returns its number, which its updates carry.

        Parameters
        ----------
        name
            Base of its name in the history, where a number is added.
        settings
            What to run.
        paused
            Wait before the first frame for `step` or `resume`.
        """
        self._started += 1
        self._supervisor.post(Launch(self._started, name, settings, paused))
        return self._started

    def pause(self) -> None:
        """Pause the run after the frame in hand."""
        self._supervisor.post(Pause())

    def resume(self) -> None:
        """Let a paused run go on."""
        self._supervisor.post(Resume())

    def step(self, steps: int | None) -> None:
        """Take this many gradient steps, then pause; None: up to the next points of a curve."""
        self._supervisor.post(Step(steps))

    def change(self, setting: str, value: float | str | tuple[float, ...]) -> None:
        """Change a setting of the run from its next step on; a frame tells when, or why not."""
        self._supervisor.post(Change(setting, value))

    def stop(self) -> None:
        """Stop the run, when told again without a last point; what it streamed is kept."""
        self._supervisor.post(Stop())

    def drain(self) -> list[Update]:
        """Take all news since the last call, in order."""
        return [self._updates.popleft() for _ in range(len(self._updates))]

    def close(self) -> None:
        """Stop the run and end the worker processes; mostly within a fraction of a second."""
        self._supervisor.close()
        self._thread.join(_CLOSING_SECONDS)
