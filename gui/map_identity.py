"""Which settings have the same numbers, or the same map wherever its marker stands."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from experiments.settings import PhaseDiagramSettings, Settings, SettingsError, settings_hash
from experiments.settings.cells import marker, with_marker
from experiments.settings.document import to_table

if TYPE_CHECKING:
    from experiments.maps import CellMap


def same_map(first: Settings, second: Settings) -> bool:
    """Tell whether settings have the same cells."""
    return _alike(first, second, _cells_of)


def same_run(first: Settings, second: Settings) -> bool:
    """Tell whether settings have the same cells and the same measured points."""
    return _alike(first, second, _run_of)


def same_numbers(first: Settings, second: Settings) -> bool:
    """Tell whether runs of these settings give the same numbers."""
    if isinstance(second, PhaseDiagramSettings):
        return same_run(first, second)
    return first == second or settings_hash(first) == settings_hash(second)


def is_whole(cells: "CellMap") -> bool:
    """Tell whether every cell of a map is as small as it gets."""
    return bool((cells.size == 1).all())


def show_for(cells: "CellMap", settings: PhaseDiagramSettings) -> None:
    """Show a map as settings of the same one say: contour lines, nothing that is computed."""
    shown = settings.map.model_copy(update={"resolution": cells.x.size})
    cells.settings = settings.model_copy(update={"map": shown})


def _alike(
    first: Settings, second: Settings, of: Callable[[PhaseDiagramSettings], dict[str, Any]]
) -> bool:
    if first is second:
        return True
    if not isinstance(first, PhaseDiagramSettings) or not isinstance(second, PhaseDiagramSettings):
        return False
    if (first.map.x, first.map.y) != (second.map.x, second.map.y):
        return False
    place = marker(second)
    try:
        moved = with_marker(first, *place)
    except SettingsError:
        return False
    return of(moved) == of(with_marker(second, *place))


def _run_of(settings: PhaseDiagramSettings) -> dict[str, Any]:
    table = to_table(settings)
    table.pop("about", None)
    del table["map"]["contours"]
    return table


def _cells_of(settings: PhaseDiagramSettings) -> dict[str, Any]:
    table = _run_of(settings)
    for key in ("seed", "simulation"):
        del table[key]
    for key in ("measured_cells", "measured_at"):
        del table["map"][key]
    return table
