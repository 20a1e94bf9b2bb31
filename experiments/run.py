"""Running settings of any kind: one generator of frames."""

from collections.abc import Generator

from experiments.frames import Frame
from experiments.protocol import Change, Stop
from experiments.settings import DynamicsSettings, PhaseDiagramSettings, Settings, TrainingSettings

FrameGenerator = Generator[Frame, int | None, None]
"""Iterate it; or send the largest number of gradient steps, of a map of cells, until the next
frame, or `experiments.frames.TO_NEXT_POINT`."""

SteeredGenerator = Generator[Frame, int | Change | Stop | None, None]
"""Takes changes of settings as well, each of which a frame answers; and when it is told to stop, it
ends once its curves have a point where it stands."""


class RunFailedError(RuntimeError):
    """A run that cannot go on; the message says what happened and what to try."""


def run(settings: Settings) -> FrameGenerator:
    """Run an experiment.

    Parameters
    ----------
    settings
        Validated settings of any kind.

    Yields
    ------
    Frame
        What happened since the frame before; a few tens of milliseconds of work each.

    Raises
    ------
    RunFailedError
        When the run cannot go on.
    """
    match settings:
        case DynamicsSettings():
            from experiments.dynamics import run_dynamics

            return run_dynamics(settings)
        case PhaseDiagramSettings():
            from experiments.phase_diagram import run_phase_diagram

            return run_phase_diagram(settings)
        case TrainingSettings():
            from experiments.training import run_training

            return run_training(settings)
        case _:
            message = f"no experiment of kind {settings.kind!r}"
            raise RunFailedError(message)
