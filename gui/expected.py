"""The curves that gallery thumbnails promise."""

from experiments.catalogue import Preset, presets
from experiments.dynamics import theory
from experiments.frames import OVERALL
from experiments.settings import DynamicsSettings
from gui.gallery import ExpectedCurves

_POINTS = 40


def expected_curves() -> dict[str, ExpectedCurves]:
    """Compute the exact group losses of every preset that has them, by the preset's name."""
    return {preset.name: curves for preset in presets() if (curves := _theory_of(preset))}


def _theory_of(preset: Preset) -> ExpectedCurves:
    settings = preset.settings
    if not isinstance(settings, DynamicsSettings):
        return ()
    coarse = settings.model_copy(
        update={"output": settings.output.model_copy(update={"points": _POINTS})}
    )
    return tuple(
        (curve.x[1:], curve.value[1:])
        for curve in theory(coarse).points
        if curve.name.quantity == "loss" and curve.name.group != OVERALL
    )
