"""Maps of rules that have a closed form at a constant rate: every cell at once."""

from dataclasses import fields

import numpy as np

from experiments.frames import CELL_LAYERS, Cells, FloatArray
from experiments.maps import CellMap, axis_values
from experiments.phase_diagram.grid import DECISION_THRESHOLDS, cells_at, parameter
from experiments.settings import PhaseDiagramSettings
from simulation.phase_cells import IntArray, TwoGroupCells
from simulation.phase_diagram import PhaseDiagram, phase_diagram

_BLOCK = {"loss": 4096, "error": 256}
"""Cells computed together: some hundredths of a second of work."""

_NONE = np.empty((0, len(CELL_LAYERS)))


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
    work, cells = ExactCells(settings), CellMap(settings)
    while not work.finished:
        cells.extend(work.advance(None))
    return cells


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

    They are computed in the same blocks however few are asked for, so that every digit stays.

    Attributes
    ----------
    done, total
        Cells given and to give.
    """

    def __init__(self, settings: PhaseDiagramSettings) -> None:
        self._settings = settings
        self._x, self._y = axis_values(settings)
        self._upwards = settings.map.x in DECISION_THRESHOLDS
        self._size = _BLOCK[settings.map.measure]
        self._layers = _NONE
        self.done = 0
        self.total = self._x.size * self._y.size

    @property
    def finished(self) -> bool:
        """Whether all cells are given."""
        return self.done == self.total

    def advance(self, most: int | None) -> tuple[Cells, ...]:
        """Give the next cells, `most` at most."""
        if not len(self._layers):
            row, column = self._places(self._size)
            self._layers = exact_layers(self._settings, self._x[column], self._y[row])
        layers, self._layers = self._layers[:most], self._layers[most:] if most else _NONE
        row, column = self._places(len(layers))
        self.done += len(layers)
        size = np.ones(len(layers))
        return (Cells(column.astype(np.float64), row.astype(np.float64), size, layers),)

    def _places(self, count: int) -> tuple[IntArray, IntArray]:
        """Return rows and columns of the next cells; a swept decision threshold stays longest."""
        numbers = np.arange(self.done, min(self.done + count, self.total))
        slow, fast = np.divmod(numbers, self._x.size)
        return (fast, slow) if self._upwards else (slow, fast)


def _sweeps_thresholds(settings: PhaseDiagramSettings) -> bool:
    return bool({settings.map.x, settings.map.y} & set(DECISION_THRESHOLDS))


def _layers(diagram: PhaseDiagram) -> FloatArray:
    names = {field.name for field in fields(diagram)}
    assert names == set(CELL_LAYERS)
    layers = np.stack([getattr(diagram, name) for name in CELL_LAYERS], axis=-1).astype(np.float64)
    layers[~diagram.admissible, 1:] = np.nan
    return layers
