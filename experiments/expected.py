"""The curves or the map that a preset promises: what the gallery draws before anything has run.

``python -m experiments.expected`` trains every training preset and writes what came out to
``resources/expected.json``.
"""

import json
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments.catalogue import Preset, presets
from experiments.curves import CurveSet
from experiments.frames import OVERALL, FloatArray, Source
from experiments.seeds import typical
from experiments.settings import DynamicsSettings, PhaseDiagramSettings, TrainingSettings

_POINTS = 40
_CELLS = 26
_FILE = "expected.json"

ExpectedCurve = tuple[FloatArray, FloatArray]
"""Decimal logarithm of t or of the step, and the loss of one group; both (n,)."""


def expected_curves() -> dict[str, tuple[ExpectedCurve, ...]]:
    """Give the group losses to be expected of each preset, by its name."""
    recorded = json.loads((files("resources") / _FILE).read_text(encoding="utf-8"))
    found = {}
    for preset in presets():
        settings = preset.settings
        if isinstance(settings, DynamicsSettings):
            found[preset.name] = _exact(settings)
        elif preset.name in recorded:
            found[preset.name] = tuple(
                (np.array(curve["x"]), np.array(curve["value"])) for curve in recorded[preset.name]
            )
    return found


def expected_maps() -> dict[str, NDArray[np.uint8]]:
    """Give the colours of each map's preset, shape (rows, columns, 3), rows rising, by its name."""
    from experiments.figures import RunView, map_view
    from experiments.map_view import MapLayer
    from experiments.phase_diagram import exact_map

    found = {}
    for preset in presets():
        settings = preset.settings
        if isinstance(settings, PhaseDiagramSettings):
            cells = exact_map(settings, _CELLS)
            if cells is not None:
                run = RunView("", cells.settings, CurveSet(), cells=cells)
                found[preset.name] = map_view(run, MapLayer.CLASS).pixels
    return found


def _exact(settings: DynamicsSettings) -> tuple[ExpectedCurve, ...]:
    from experiments.dynamics import learning_rule
    from simulation.dynamics import solve

    end = settings.learning.duration
    times = np.geomspace(min(1e-2, 1e-3 * end), end, _POINTS)
    trajectory = solve(settings.mixture.teacher_mixture(), learning_rule(settings), times)
    return tuple((np.log10(trajectory.times), losses) for losses in trajectory.group_losses.T)


def _record(preset: Preset) -> list[dict[str, list[float]]]:
    """Train a preset and thin its validation losses."""
    from experiments.run import run

    curves = CurveSet()
    for frame in run(preset.settings):
        curves.extend(frame.points)
    thinned = []
    for curve in typical(curves).select(quantity="loss", source=Source.VALIDATION):
        if curve.name.group != OVERALL:
            shown = np.flatnonzero(curve.x > 0)
            kept = shown[np.unique(np.linspace(0, shown.size - 1, _POINTS).astype(int))]
            x, value = np.log10(curve.x[kept]), curve.value[kept]
            thinned.append({"x": x.round(3).tolist(), "value": value.round(4).tolist()})
    return thinned


def main() -> None:
    """Train every training preset and write the file."""
    table = {
        preset.name: _record(preset)
        for preset in presets()
        if isinstance(preset.settings, TrainingSettings)
    }
    text = json.dumps(table, separators=(",", ":"))
    Path(str(files("resources") / _FILE)).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
