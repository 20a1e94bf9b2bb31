"""The settings of one cell of a map."""

from typing import Any

from experiments.settings.axes import ELEMENTS, Element, axis
from experiments.settings.base import About, Settings
from experiments.settings.description import value_at
from experiments.settings.document import from_table, to_table
from experiments.settings.dynamics import DynamicsSettings
from experiments.settings.phase_diagram import PhaseDiagramSettings


def axis_value(settings: Settings, key: str) -> float:
    """Read the parameter of an axis."""
    element = ELEMENTS.get(key)
    if element is None:
        return float(value_at(settings, key))
    return _pair(settings, key, element)[element.index]


def with_marker(settings: PhaseDiagramSettings, x: float, y: float) -> PhaseDiagramSettings:
    """Move the marker: give both parameters of the map other values of their own.

    Raises
    ------
    SettingsError
        If the values are not allowed or do not fit the other settings.
    """
    table = to_table(settings)
    for key, value in ((settings.map.x, x), (settings.map.y, y)):
        _assign(settings, table, key, value)
    moved = from_table(table)
    assert isinstance(moved, PhaseDiagramSettings)
    return moved


def marker(settings: PhaseDiagramSettings) -> tuple[float, float]:
    """Return where the marker stands: the values that both parameters have themselves."""
    return axis_value(settings, settings.map.x), axis_value(settings, settings.map.y)


def cell_settings(
    settings: PhaseDiagramSettings, x: float | None = None, y: float | None = None
) -> DynamicsSettings:
    """Give one cell of a map as settings of its own; where the marker stands by default.

    Raises
    ------
    SettingsError
        If there is no such cell: the message says why.
    """
    table = to_table(settings)
    for key, value in ((settings.map.x, x), (settings.map.y, y)):
        if value is not None:
            _assign(settings, table, key, value)
    del table["map"]
    table["kind"] = "dynamics"
    title = f"{settings.about.title}: one cell" if settings.about.title else ""
    table["about"] = About(title=title).model_dump()
    cell = from_table(table)
    assert isinstance(cell, DynamicsSettings)
    return cell


def _assign(settings: Settings, table: dict[str, Any], key: str, value: float) -> None:
    element = ELEMENTS.get(key)
    section, name, *_ = key.split(".")
    if element is None:
        table[section][name] = round(value) if axis(key).whole else float(value)
        return
    held = table[section][name]
    pair = list(held) if len(held) == 2 else list(_pair(settings, key, element))
    pair[element.index] = float(value)
    table[section][name] = pair


def _pair(settings: Settings, key: str, element: Element) -> tuple[float, float]:
    held = value_at(settings, key.rpartition(".")[0])
    if len(held) == 2:
        return (float(held[0]), float(held[1]))
    one = float(held[0]) if held else element.missing
    return (one, one)
