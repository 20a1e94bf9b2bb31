"""Errors in settings that name the file, the key, the value and what is allowed."""

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from typing_extensions import override

from experiments.settings.base import SettingsTable
from experiments.settings.description import all_keys, table_types

_LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the dotted key (empty for the whole file) and a sentence."""

    key: str
    message: str

    @override
    def __str__(self) -> str:
        return f"{self.key}: {self.message}" if self.key else self.message


class SettingsError(ValueError):
    """Settings that cannot be used.

    Attributes
    ----------
    problems
        Everything that is wrong, in the order of the file.
    source
        Where the settings came from, e.g. a file's path; may be empty.
    """

    def __init__(self, problems: Sequence[Problem], *, source: str = "") -> None:
        self.problems = tuple(problems)
        self.source = source
        text = "\n".join(str(problem) for problem in self.problems)
        super().__init__(f"{source}: {text}" if source else text)


class ParameterError(ValueError):
    """A table whose values do not fit together; names the keys at fault within the table."""

    def __init__(self, message: str, *, parameters: tuple[str, ...]) -> None:
        self.parameters = parameters
        super().__init__(message)


def from_validation(
    error: ValidationError, *, settings_type: type[SettingsTable], source: str = ""
) -> SettingsError:
    """Translate pydantic's errors on settings of this type."""
    details = error.errors(include_url=False)
    return SettingsError([_problem(part, settings_type) for part in details], source=source)


def shown(value: object) -> str:
    """Give a value much as a settings file would write it, cut to a readable length."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except ValueError:
        return "a number with too many digits"
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def suggestion(word: str, known: Sequence[str]) -> str:
    """Name the closest known word, or else all of them."""
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"


def _problem(details: ErrorDetails, settings_type: type[SettingsTable]) -> Problem:
    location, holder = _located(details["loc"], settings_type)
    key = ".".join(location)
    context = details.get("ctx", {})
    kind = details["type"]
    if kind == "extra_forbidden":
        return Problem(key, _unknown(key, holder, settings_type))
    value = details["input"]
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        choices = ", ".join(table_types(settings_type.model_fields[key].annotation))
        given = f"{shown(value['set'])} is not allowed" if "set" in value else "is missing"
        return Problem(f"{key}.set", f"{given}; it must be one of {choices}")
    cause = context.get("error")
    if kind == "value_error" and isinstance(cause, Exception):
        parameters = getattr(cause, "parameters", ())
        key = ", ".join(".".join([*location, name]) for name in parameters) or key
        return Problem(key, str(cause))
    if kind == "missing":
        return Problem(key, f"is missing; the table needs {_required(holder)}")
    rows = _rows_type(holder, location[-1]) if location else None
    if kind == "tuple_type" and rows:
        allowed = f"it must be tables [[{key}]] with {_required(rows)}"
    else:
        allowed = _allowed(kind, context) or details["msg"]
    return Problem(key, f"{shown(value)} is not allowed; {allowed}")


def _located(
    location: Sequence[int | str], settings_type: type[SettingsTable]
) -> tuple[list[str], type[SettingsTable]]:
    """Give a location without the tags of table variants, and the type of the last table.

    Tables of an array are counted from 1, as people do.
    """
    parts = list[str]()
    holder: type[SettingsTable] = settings_type
    variants: Mapping[str, type[SettingsTable]] = {}
    for part in map(str, location):
        rows = _rows_type(holder, parts[-1]) if parts else None
        if rows:
            parts[-1] += f"[{int(part) + 1}]"
            holder = rows
            continue
        if variants:
            holder, variants = variants[part], {}
            continue
        parts.append(part)
        field = holder.model_fields.get(part)
        tables = table_types(field.annotation) if field else {}
        if len(tables) == 1:
            (holder,) = tables.values()
        else:
            variants = tables
    return parts, holder


def _rows_type(holder: type[SettingsTable], name: str) -> type[SettingsTable] | None:
    """Give the type of the tables in a field that is an array of tables."""
    field = holder.model_fields.get(name)
    if field is None or get_origin(field.annotation) is not tuple:
        return None
    row = get_args(field.annotation)[0]
    return row if isinstance(row, type) and issubclass(row, SettingsTable) else None


def _required(table: type[SettingsTable]) -> str:
    *names, last = (name for name, field in table.model_fields.items() if field.is_required())
    return f"{', '.join(names)} and {last}" if names else last


def _unknown(key: str, holder: type[SettingsTable], settings_type: type[SettingsTable]) -> str:
    """Say what an unknown key may have meant: one of its own table, or one of another table."""
    known = all_keys(settings_type)
    if key in known:
        return f"is not part of this form of the table, which has {', '.join(holder.model_fields)}"
    word = key.rpartition(".")[2]
    elsewhere = [other for other in known if other.endswith(f".{word}")]
    if elsewhere:
        return f"unknown key; did you mean {elsewhere[0]!r}?"
    return f"unknown key; {suggestion(word, list(holder.model_fields))}"


_TYPES = {
    "int_type": "it must be a whole number",
    "int_from_float": "it must be a whole number",
    "float_type": "it must be a number",
    "string_type": "it must be text in quotes",
    "tuple_type": "it must be an array such as [1.0, 2.0]",
    "model_type": "it must be a table",
    "model_attributes_type": "it must be a table",
    "finite_number": "it must be a finite number",
}


def _allowed(kind: str, context: dict[str, object]) -> str:
    match kind:
        case "greater_than_equal":
            return f"it must be at least {context['ge']}"
        case "less_than_equal":
            return f"it must be at most {context['le']}"
        case "literal_error":
            return f"it must be {context['expected']}"
        case "string_too_long":
            return f"it may have at most {context['max_length']} characters"
        case _:
            return _TYPES.get(kind, "")
