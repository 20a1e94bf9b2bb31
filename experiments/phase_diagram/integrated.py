"""Maps of rules without a closed form at a constant rate, up to the duration."""

import numpy as np

from experiments.frames import CELL_LAYERS, FloatArray
from experiments.maps import axis_values
from experiments.phase_diagram.cell import cell_layers
from experiments.phase_diagram.grid import cells_at
from experiments.phase_diagram.refinement import RefinedCells
from experiments.settings import PhaseDiagramSettings, SettingsError
from experiments.settings.cells import cell_settings


class IntegratedCells(RefinedCells):
    """All cells of a map, whose exact curves are solved one by one.

    Attributes
    ----------
    failed
        Cells whose equations could not be integrated, so that nothing more is known of them than
        that they can exist.
    """

    def __init__(self, settings: PhaseDiagramSettings) -> None:
        self._settings = settings
        self._x, self._y = axis_values(settings)
        self.failed = 0
        admissible = cells_at(settings, self._x[None, :], self._y[:, None]).admissible()
        super().__init__(admissible, self._cell)

    def _cell(self, row: int, column: int) -> FloatArray | None:
        x, y = float(self._x[column]), float(self._y[row])
        try:
            return cell_layers(cell_settings(self._settings, x, y), self._settings.map.measure)
        except SettingsError:
            return None
        except ArithmeticError:
            self.failed += 1
            layers = np.full(len(CELL_LAYERS), np.nan)
            layers[CELL_LAYERS.index("admissible")] = 1
            return layers
