"""Small maps made by hand, whose every cell is known."""

import numpy as np

from experiments.curves import CurveSet
from experiments.figures import RunView
from experiments.frames import CELL_LAYERS, Cells, MeasuredCell
from experiments.maps import CellMap
from experiments.settings import PhaseDiagramSettings, replace


def map_settings(**changes: object) -> PhaseDiagramSettings:
    """Representation across, variance of group − upwards on a log scale, 16 × 16 cells."""
    settings = PhaseDiagramSettings(version=1, kind="phase-diagram", seed=7)
    values = {"map.resolution": 16, **{key.replace("__", "."): changes[key] for key in changes}}
    for key, value in values.items():
        changed = replace(settings, key, value)
        assert isinstance(changed, PhaseDiagramSettings)
        settings = changed
    return settings


def cell_map(settings: PhaseDiagramSettings, measured: tuple[MeasuredCell, ...] = ()) -> CellMap:
    """Group + ends ahead on the right, with more crossings the higher; two corners differ.

    The lowest row diverges, and the leftmost column cannot exist.
    """
    count = settings.map.resolution
    row, column = (part.ravel() for part in np.indices((count, count)))
    values = {
        "admissible": column > 0,
        "diverges": (row == 0) & (column > 0),
        "asymptotic_preference": np.where(2 * column >= count, 0, 1),
        "crossings": 3 * row // count,
        "first_crossing": np.where(3 * row >= count, 0.5 + row, np.nan),
        "last_crossing": np.where(3 * row >= count, 1.0 + row, np.nan),
        "final_gap": (count / 2 - 0.5 - column) / count,
        "largest_gap": (count / 2 - 0.5 - column) / count,
    }
    layers = np.stack([np.asarray(values[name], dtype=float) for name in CELL_LAYERS], axis=1)
    cells = Cells(column.astype(float), row.astype(float), np.ones(row.size), layers)
    return CellMap(settings, (cells,), measured)


def map_run(
    settings: PhaseDiagramSettings | None = None, measured: tuple[MeasuredCell, ...] = ()
) -> RunView:
    """The map by hand as a run."""
    chosen = settings or map_settings()
    return RunView("", chosen, CurveSet(), cells=cell_map(chosen, measured))
