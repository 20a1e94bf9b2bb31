"""Maps made by hand, and one of every class."""

from collections.abc import Sequence

import numpy as np

from experiments.curves import CurveSet
from experiments.figures import RunView
from experiments.frames import Cells, MeasuredCell
from experiments.maps import CellMap
from experiments.settings import PhaseDiagramSettings

Layers = tuple[float, ...]
"""What is known of a cell, in the order of `CELL_LAYERS`."""

INADMISSIBLE: Layers = (0.0, *[np.nan] * 7)


def settings_of(
    resolution: int, *, mixture: dict[str, float] | None = None, **swept: object
) -> PhaseDiagramSettings:
    return PhaseDiagramSettings.model_validate(
        {"mixture": mixture or {}, "map": {"resolution": resolution, **swept}}
    )


def cell(
    preference: int = 0,
    times: Sequence[float] = (),
    *,
    final: float | None = None,
    largest: float | None = None,
    diverges: bool = False,
) -> Layers:
    """Give a cell the crossings at these times, and gaps that go with the preference."""
    end = {0: -0.25, 1: 0.5, -1: 0.0}[preference] if final is None else final
    first, last = (times[0], times[-1]) if times else (np.nan, np.nan)
    most = end if largest is None else largest
    return (1.0, float(diverges), float(preference), float(len(times)), first, last, end, most)


def map_of(
    settings: PhaseDiagramSettings,
    layers: Sequence[Layers | None],
    measured: Sequence[MeasuredCell] = (),
) -> CellMap:
    """Fill a map row by row from below; None is not computed."""
    known = [(place, each) for place, each in enumerate(layers) if each is not None]
    if not known:
        return CellMap(settings, measured=measured)
    row, column = np.divmod([place for place, _ in known], settings.map.resolution)
    filled = Cells(column, row, np.ones(len(known)), np.array([each for _, each in known]))
    return CellMap(settings, [filled], measured)


def run_of(cells: CellMap, settings: PhaseDiagramSettings | None = None) -> RunView:
    return RunView("map", settings or cells.settings, CurveSet(), cells=cells)


EVERY_CLASS: tuple[Layers | None, ...] = (
    *(cell(ending, times) for ending in (0, 1, -1) for times in ((), (2.0,), (1.0, 30.0))),
    cell(-1, (3.0,), final=1e9, diverges=True),
    INADMISSIBLE,
    None,
    cell(0, (0.5, 4.0, 60.0), largest=2.0),
    cell(1, final=0.01, largest=-0.02),
    cell(-1, (0.1, 300.0), largest=1.0),
    cell(1, (7.0,), final=3.0),
)
"""Four times four cells."""

MEASURED = (
    MeasuredCell(0.3, 1.0, 20, 18, 1, 1, diverges=False),
    MeasuredCell(0.6, 0.5, 20, 3, 0, 2, diverges=False),
    MeasuredCell(0.7, 2.0, 10, 10, -1, 0, diverges=True),
)
