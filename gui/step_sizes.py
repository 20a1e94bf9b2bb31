"""How far a step can go, by kind of experiment."""

from experiments.settings import DynamicsSettings, PhaseDiagramSettings, Settings
from gui.transport import StepSize


def step_sizes(settings: Settings, steps_per_epoch: int | None) -> tuple[StepSize, ...]:
    """List the steps that a run offers; `steps_per_epoch` is None where it is not known."""
    if isinstance(settings, PhaseDiagramSettings):
        return StepSize("next cells", None), StepSize("1 cell", 1)
    sizes = [StepSize("next point", None)]
    if isinstance(settings, DynamicsSettings):
        dimension = settings.simulation.dimension
        sizes += [StepSize("1 step", 1), StepSize(f"{dimension:,} steps (t + 1)", dimension)]
    else:
        sizes.append(StepSize("1 batch", 1))
        if steps_per_epoch is not None:
            sizes.append(StepSize("1 epoch", steps_per_epoch))
    return tuple(sizes)
