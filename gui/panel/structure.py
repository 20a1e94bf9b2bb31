"""What the panel shows of some settings: their sections, with the choice between variants."""

from dataclasses import replace as altered
from itertools import chain
from typing import Literal, get_args, get_origin

from experiments.settings import Section, SettingInfo, Settings, SettingsTable, describe


def panel_sections(settings: Settings) -> tuple[Section, ...]:
    """List the sections of the panel, a map's axes first; what leaves no choice is left out."""
    sections = []
    for section in describe(settings):
        found = (_with_variants(settings, info) for info in section.settings)
        kept = tuple(info for info in found if len(info.choices) != 1)
        sections.append(altered(section, settings=kept))
    return tuple(sorted(sections, key=lambda section: section.key != "map"))


def shape_of(table: SettingsTable) -> tuple[type, ...]:
    """Give what decides which settings there are: the types of all tables, outer ones first."""
    held = (getattr(table, name) for name in type(table).model_fields)
    tables = (part for part in held if isinstance(part, SettingsTable))
    return (type(table), *chain.from_iterable(map(shape_of, tables)))


def _with_variants(settings: Settings, info: SettingInfo) -> SettingInfo:
    """Let the setting that tells the variants of a table apart offer them all."""
    table, _, name = info.key.partition(".")
    variants = get_args(type(settings).model_fields[table].annotation)
    if len(info.choices) != 1 or not variants:
        return info
    choices: list[str] = []
    for variant in variants:
        table_type = get_args(variant)[0]
        field = table_type.model_fields.get(name)
        if field is not None and get_origin(field.annotation) is Literal:
            choices += get_args(field.annotation)
    return altered(info, choices=tuple(choices))
