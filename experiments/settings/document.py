"""Settings as TOML: reading, writing, and changing one value at a time."""

import hashlib
import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import ValidationError

from experiments.settings.base import Settings
from experiments.settings.description import keys
from experiments.settings.dynamics import DynamicsSettings
from experiments.settings.errors import Problem, SettingsError, from_validation, shown, suggestion
from experiments.settings.training import TrainingSettings

KINDS: dict[str, type[Settings]] = {
    "dynamics": DynamicsSettings,
    "training": TrainingSettings,
}

_VERSION = 1
_LARGEST_FILE = 1_000_000


def load_file(path: Path) -> Settings:
    """Read a settings file.

    Raises
    ------
    SettingsError
        If the file cannot be read, is no TOML, or holds settings that are not allowed.
    """
    return from_table(read_table(path), source=str(path))


def read_table(path: Path) -> dict[str, Any]:
    """Read a TOML file without judging what it holds; raises SettingsError as `load_file`."""
    source = str(path)
    if path.is_dir():
        raise _failure("is a directory; name a settings file (.toml)", source)
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _failure(f"cannot be read: {reason}", source) from None
    if len(data) > _LARGEST_FILE:
        raise _failure("is larger than 1 MB; this is no settings file", source)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _failure(f"is not UTF-8 text (byte {error.start})", source) from None
    return read_toml(text, source=source)


def read_toml(text: str, *, source: str = "") -> dict[str, Any]:
    """Parse TOML without judging what it holds; raises SettingsError."""
    if not text.strip():
        raise _failure('is empty; it needs at least kind = "dynamics" or "training"', source)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _failure(f"is not valid TOML: {error}", source) from None
    except RecursionError:
        raise _failure("is not valid TOML: it is nested too deeply", source) from None


def parse_toml(text: str, *, source: str = "") -> Settings:
    """Read settings from TOML text; raises SettingsError."""
    return from_table(read_toml(text, source=source), source=source)


def from_table(table: dict[str, Any], *, source: str = "") -> Settings:
    """Validate a table as TOML gives it.

    Raises
    ------
    SettingsError
        With every problem, each naming its key, its value and what is allowed.
    """
    version = table.get("version")
    if version is None:
        raise _failure(f"is missing; write version = {_VERSION}", source, key="version")
    if isinstance(version, bool) or version != _VERSION:
        message = f"{shown(version)} is unknown; this Bias Lab reads version {_VERSION}"
        raise _failure(message, source, key="version")
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        given = "is missing" if kind is None else f"{shown(kind)} is unknown"
        raise _failure(f"{given}; it must be one of {', '.join(KINDS)}", source, key="kind")
    settings_type = KINDS[kind]
    try:
        return settings_type.model_validate(_tuples(table))
    except ValidationError as error:
        known = _known_keys(settings_type, table)
        raise from_validation(error, known_keys=known, source=source) from None


def dump_toml(settings: Settings) -> str:
    """Write settings in full, defaults included, so that later defaults change nothing."""
    return tomli_w.dumps(to_table(settings))


def to_table(settings: Settings) -> dict[str, Any]:
    """Give settings as the nested tables of their file, without an empty ``about``."""
    table: dict[str, Any] = settings.model_dump(mode="json")
    table["about"] = {name: text for name, text in table["about"].items() if text}
    if not table["about"]:
        del table["about"]
    return table


def with_assignments(
    table: dict[str, Any], assignments: Sequence[str], *, source: str = "--set"
) -> dict[str, Any]:
    """Apply ``key=value`` texts to a table; values are TOML, or else plain words.

    Raises
    ------
    SettingsError
        If a text is no assignment or its key runs through a value.
    """
    changed = json.loads(json.dumps(table, default=str))
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        key = key.strip()
        if not equals or not key:
            message = f"{shown(assignment)} is no assignment; write key=value"
            raise _failure(message, source)
        _assign(changed, key, _toml_value(text.strip()), source)
    result: dict[str, Any] = changed
    return result


def replace(settings: Settings, key: str, value: object) -> Settings:
    """Change one setting; choosing another data set resets that table to its defaults.

    Raises
    ------
    SettingsError
        If the value is not allowed or does not fit the other settings.
    """
    table = to_table(settings)
    if key == "data.set":
        table["data"] = {"set": value}
        table.get("mitigation", {}).pop("class_weights", None)
        if table.get("mitigation", {}).get("class_weighting") == "custom":
            table["mitigation"]["class_weighting"] = "none"
    else:
        _assign(table, key, value, "")
    return from_table(table)


def settings_hash(settings: Settings) -> str:
    """Give a short fingerprint of everything that decides the numbers (not ``about``)."""
    table = to_table(settings)
    table.pop("about", None)
    text = json.dumps(table, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _assign(table: dict[str, Any], key: str, value: object, source: str) -> None:
    *parents, last = key.split(".")
    for parent in parents:
        table = table.setdefault(parent, {})
        if not isinstance(table, dict):
            raise _failure(f"{parent!r} holds a value, not a table", source, key=key)
    table[last] = value


def _toml_value(text: str) -> object:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _known_keys(settings_type: type[Settings], table: dict[str, Any]) -> tuple[str, ...]:
    """List the keys of the variant that `table` chose; defaults stand in for the rest."""
    chosen = {}
    if settings_type is DynamicsSettings and isinstance(table.get("mixture"), dict):
        from experiments.settings.dynamics import GroupsMixture

        if any(key in GroupsMixture.model_fields for key in table["mixture"]):
            return tuple(
                name
                for name in (*keys(settings_type()), *_prefixed(GroupsMixture, "mixture"))
                if not name.startswith("mixture.") or name in _prefixed(GroupsMixture, "mixture")
            )
    if settings_type is TrainingSettings and isinstance(table.get("data"), dict):
        chosen = {"data": {"set": table["data"].get("set")}}
    try:
        return keys(settings_type.model_validate(chosen))
    except ValidationError:
        return keys(settings_type())


def _prefixed(table_type: type[Any], prefix: str) -> tuple[str, ...]:
    return tuple(f"{prefix}.{name}" for name in table_type.model_fields)


def _tuples(value: object) -> object:
    if isinstance(value, dict):
        return {key: _tuples(part) for key, part in value.items()}
    if isinstance(value, list):
        return tuple(_tuples(part) for part in value)
    return value


def _failure(message: str, source: str, *, key: str = "") -> SettingsError:
    return SettingsError([Problem(key, message)], source=source)
