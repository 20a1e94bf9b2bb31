"""Maps of rules that have a closed form at a constant rate: every cell at once."""

import time
from dataclasses import fields

import numpy as np

from experiments.frames import CELL_LAYERS, Cells, FloatArray
from experiments.maps import CellMap, axis_values
from experiments.phase_diagram.grid import DECISION_THRESHOLDS, cells_at, parameter
from experiments.settings import PhaseDiagramSettings
from simulation.phase_cells import TwoGroupCells
from simulation.phase_diagram import PhaseDiagram, phase_diagram

_SECONDS = 0.03
"""How long a part of the map takes."""

_FIRST_PART = 256


def has_closed_form(settings: PhaseDiagramSettings) -> bool:
    """Say whether all cells come from formulas, up to t → ∞.

    That needs the squared loss, the same weight for both classes, a constant learning rate and no
    switch.
    """
    learning, swept = settings.learning, {settings.map.x, settings.map.y}
    positive, negative = learning.class_weights
    return (
        learning.loss == "squared"
        and learning.schedule == "constant"
        and positive == negative
        and not settings.mitigation.switch_time
        and not any(key.startswith("learning.class_weights") for key in swept)
    )


def exact_map(settings: PhaseDiagramSettings, resolution: int | None = None) -> CellMap | None:
    """Compute a whole map at once, as it follows a slider.

    Parameters
    ----------
    settings
        What is mapped.
    resolution
        Cells along each side; those of the settings by default. 64 × 64 take some 20 ms where the
        losses are compared, and thirty times as long for errors.

    Returns
    -------
    CellMap
        None where there is no closed form, or errors are compared over decision thresholds, which
        takes its time.
    """
    thresholds = settings.map.measure == "error" and _sweeps_thresholds(settings)
    if thresholds or not has_closed_form(settings):
        return None
    if resolution is not None:
        resolved = settings.map.model_copy(update={"resolution": resolution})
        settings = settings.model_copy(update={"map": resolved})
    work = ExactCells(settings)
    return CellMap(settings, [work.part(work.total)])


def exact_layers(settings: PhaseDiagramSettings, x: FloatArray, y: FloatArray) -> FloatArray:
    """Return what is known of the cells at x and y, both of shape (n,); shape (n, layers).

    The order is that of `CELL_LAYERS`.
    """
    if settings.map.measure == "loss":
        return _layers(phase_diagram(cells_at(settings, x, y)))
    found = np.empty((x.size, len(CELL_LAYERS)))
    pairs = np.column_stack(
        [np.broadcast_to(parameter(settings, key, x, y), x.shape) for key in DECISION_THRESHOLDS]
    )
    different, which = np.unique(pairs, axis=0, return_inverse=True)
    for number, (plus, minus) in enumerate(different.tolist()):
        chosen = which == number
        cells: TwoGroupCells = cells_at(settings, x[chosen], y[chosen])
        diagram = phase_diagram(cells, measure="error", decision_thresholds=(plus, minus))
        found[chosen] = _layers(diagram)
    return found


class ExactCells:
    """All cells of a map, in parts.

    Attributes
    ----------
    done, total
        Cells computed and to compute.
    """

    def __init__(self, settings: PhaseDiagramSettings) -> None:
        self._settings = settings
        self._x, self._y = axis_values(settings)
        self._upwards = settings.map.x in DECISION_THRESHOLDS
        self._size = _FIRST_PART
        self.done = 0
        self.total = self._x.size * self._y.size

    @property
    def finished(self) -> bool:
        """Whether all cells are computed."""
        return self.done == self.total

    def advance(self, most: int | None) -> tuple[Cells, ...]:
        """Compute a few more cells, `most` at most."""
        began = time.perf_counter()
        size = self._size if most is None else min(self._size, most)
        part = self.part(size)
        seconds = time.perf_counter() - began
        if size == self._size:
            self._size = max(1, min(4 * size, round(size * _SECONDS / seconds)))
        return (part,)

    def part(self, size: int) -> Cells:
        """Compute so many cells, or all that are left."""
        numbers = np.arange(self.done, min(self.done + size, self.total))
        slow, fast = np.divmod(numbers, self._x.size)
        row, column = (fast, slow) if self._upwards else (slow, fast)
        layers = exact_layers(self._settings, self._x[column], self._y[row])
        self.done += numbers.size
        return Cells(column=column, row=row, size=np.ones(numbers.size), layers=layers)


def _sweeps_thresholds(settings: PhaseDiagramSettings) -> bool:
    return bool({settings.map.x, settings.map.y} & set(DECISION_THRESHOLDS))


def _layers(diagram: PhaseDiagram) -> FloatArray:
    names = {field.name for field in fields(diagram)}
    assert names == set(CELL_LAYERS)
    layers = np.stack([getattr(diagram, name) for name in CELL_LAYERS], axis=-1).astype(np.float64)
    layers[~diagram.admissible, 1:] = np.nan
    return layers
