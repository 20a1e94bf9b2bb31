"""Describe settings to whatever shows them: panel, errors and docs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import Tag
from pydantic.fields import FieldInfo

from experiments.settings.base import About, Scale, Settings, SettingsTable

ValueKind = Literal["number", "integer", "choice", "text", "numbers", "texts", "matrix"]

_ARRAYS = {
    "numbers": "an array of numbers",
    "text": "a text",
    "texts": "an array of texts",
    "matrix": "an array of rows of numbers",
}


@dataclass(frozen=True, slots=True)
class SettingInfo:
    """All that is declared about one setting.

    Attributes
    ----------
    key
        Dotted key, e.g. ``learning.learning_rate``.
    kind
        What sort of value it holds.
    low, high
        Inclusive bounds, where there are any.
    slider
        The span that a slider offers, where one makes sense.
    choices
        The allowed words of a ``choice``.
    help_text
        What it is, how to read it, when it misleads.
    """

    key: str
    kind: ValueKind
    title: str
    symbol: str
    unit: str
    default: Any
    low: float | None
    high: float | None
    slider: tuple[float, float] | None
    scale: Scale
    choices: tuple[str, ...]
    help_text: tuple[str, ...]

    @property
    def label(self) -> str:
        """Title with its symbol, e.g. ``Learning rate η``."""
        return f"{self.title} {self.symbol}" if self.symbol else self.title

    @property
    def allowed(self) -> str:
        """What values are allowed, in words."""
        if self.choices:
            return ", ".join(self.choices)
        if self.low is not None and self.high is not None:
            return f"{self.low:.10g} to {self.high:.10g}"
        return _ARRAYS.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the settings, for one collapsible part of the panel."""

    key: str
    title: str
    summary: str
    settings: tuple[SettingInfo, ...]


_TITLES = {
    "mixture": "Population",
    "learning": "Learning",
    "map": "Map",
    "simulation": "Simulation",
    "output": "Output",
    "data": "Data",
    "trouble": "Trouble",
    "preparation": "Preparation",
    "twin": "Twin pipelines",
    "model": "Model",
    "loss": "Loss",
    "optimiser": "Optimiser",
    "mitigation": "Mitigation",
    "augmentation": "Augmentation",
    "stopping": "Early stopping",
    "baselines": "Baselines",
}


def describe(settings: Settings) -> tuple[Section, ...]:
    """List every setting of `settings` by table, in the order of the file."""
    sections = []
    for name in type(settings).model_fields:
        table = getattr(settings, name)
        if isinstance(table, SettingsTable) and not isinstance(table, About):
            summary = (type(table).__doc__ or "").strip()
            leaves = tuple(_leaves(table, name))
            sections.append(Section(name, _TITLES.get(name, name), summary, leaves))
    return tuple(sections)


def find(settings: Settings, key: str) -> SettingInfo:
    """Describe one setting by its dotted key; raises KeyError for an unknown one."""
    for section in describe(settings):
        for info in section.settings:
            if info.key == key:
                return info
    if key == "seed":
        return _info("seed", type(settings).model_fields["seed"], settings.seed)
    raise KeyError(key)


def value_at(settings: Settings, key: str) -> Any:  # noqa: ANN401  (settings hold many types)
    """Read one setting by its dotted key."""
    value: Any = settings
    for part in key.split("."):
        value = getattr(value, part)
    return value


def all_keys(table_type: type[SettingsTable]) -> tuple[str, ...]:
    """List every dotted key that such a table may hold, in any of its variants."""
    found: dict[str, None] = {}
    for name, field in table_type.model_fields.items():
        found[name] = None
        for inner in table_types(field.annotation).values():
            found.update(dict.fromkeys(f"{name}.{key}" for key in all_keys(inner)))
    return tuple(found)


def table_types(annotation: object) -> Mapping[str, type[SettingsTable]]:
    """Name the tables that a field may hold: none for a value, several where there are variants."""
    if isinstance(annotation, type) and issubclass(annotation, SettingsTable):
        return {"": annotation}
    found: dict[str, type[SettingsTable]] = {}
    for variant in get_args(annotation):
        tags = [part.tag for part in get_args(variant)[1:] if isinstance(part, Tag)]
        if tags:
            found[tags[0]] = get_args(variant)[0]
    return found


def _leaves(table: SettingsTable, prefix: str) -> list[SettingInfo]:
    found = []
    for name, field in type(table).model_fields.items():
        key = f"{prefix}.{name}"
        value = getattr(table, name)
        if isinstance(value, SettingsTable):
            found += _leaves(value, key)
        else:
            found.append(_info(key, field, value))
    return found


def _info(key: str, field: FieldInfo, value: object) -> SettingInfo:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    slider: Any = extra.get("slider")
    help_text: Any = extra.get("help", [])
    bounds = {type(part).__name__: part for part in field.metadata}
    low = bounds["Ge"].ge if "Ge" in bounds else None
    high = bounds["Le"].le if "Le" in bounds else None
    if slider is None and low is not None and high is not None:
        slider = (low, high)
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    return SettingInfo(
        key=key,
        kind=_kind(field, value),
        title=field.title or key,
        symbol=str(extra.get("symbol", "")),
        unit=str(extra.get("unit", "")),
        default=field.default,
        low=low,
        high=high,
        slider=(float(slider[0]), float(slider[1])) if slider is not None else None,
        scale="log" if extra.get("scale") == "log" else "linear",
        choices=choices,
        help_text=tuple(help_text),
    )


def _kind(field: FieldInfo, value: object) -> ValueKind:
    annotation = field.annotation
    if get_origin(annotation) is Literal:
        return "choice"
    if annotation is int:
        return "integer"
    if annotation is float:
        return "number"
    if get_origin(annotation) is tuple:
        element = get_args(annotation)[0]
        if get_origin(element) is tuple:
            return "matrix"
        return "texts" if element is str else "numbers"
    if isinstance(value, str):
        return "text"
    message = f"a setting of type {annotation} has no description"
    raise TypeError(message)
