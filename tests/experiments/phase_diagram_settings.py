"""Settings of maps, and what a run of them paints."""

from typing import Any

import numpy as np

from experiments.frames import CELL_LAYERS, FloatArray, Frame
from experiments.maps import CellMap
from experiments.phase_diagram import run_phase_diagram
from experiments.settings import PhaseDiagramSettings

CROSSING: dict[str, dict[str, Any]] = {
    "mixture": {
        "representation": 0.84,
        "variance_plus": 0.15,
        "variance_minus": 2.0,
        "rule_similarity": 0.76,
        "label_correlation_plus": -0.07,
        "label_correlation_minus": -0.59,
        "shift": 1.0,
        "threshold_plus": -0.04,
        "threshold_minus": -0.08,
    },
    "learning": {"learning_rate": 0.29, "initial_norm": 0.05, "duration": 60.0},
}
"""A double crossing where the marker stands."""


def mapped(**tables: dict[str, Any]) -> PhaseDiagramSettings:
    """Change some of the settings of `CROSSING`."""
    names = {*CROSSING, *tables}
    return PhaseDiagramSettings.model_validate(
        {name: {**CROSSING.get(name, {}), **tables.get(name, {})} for name in names}
    )


def run_map(settings: PhaseDiagramSettings) -> tuple[CellMap, list[Frame]]:
    """Run a map to its end."""
    frames = list(run_phase_diagram(settings))
    cells = CellMap(settings)
    for frame in frames:
        cells.extend(frame.cells, frame.measured)
    return cells, frames


def layers_of(cells: CellMap) -> FloatArray:
    """Put the layers of a map side by side, shape (rows, columns, layers)."""
    return np.stack([cells.layer(name) for name in CELL_LAYERS], axis=-1)
