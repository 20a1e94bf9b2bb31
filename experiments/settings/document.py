"""Settings as TOML: reading, writing, and changing one value at a time."""

import hashlib
import json
import stat
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import ValidationError

from experiments.settings.base import Settings
from experiments.settings.dynamics import DynamicsSettings
from experiments.settings.errors import Problem, SettingsError, from_validation, shown
from experiments.settings.phase_diagram import PhaseDiagramSettings
from experiments.settings.training import TrainingSettings

KINDS: dict[str, type[Settings]] = {
    "dynamics": DynamicsSettings,
    "phase-diagram": PhaseDiagramSettings,
    "training": TrainingSettings,
}

_VERSION = 1
_LARGEST_FILE = 1_000_000
_DEEPEST_NESTING = 20
_DATA_SET = "data.set"
_TARGET = {"group", "label", "column"}


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
        if stat.S_ISFIFO(path.stat().st_mode) and path.parent != Path("/dev"):
            raise _failure("is a pipe, which might never end; name a file", source)
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
        raise _failure(
            'is empty; it needs at least version = 1 and a kind, such as kind = "dynamics"', source
        )
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _failure(f"is not valid TOML: {error}", source) from None
    except ValueError:
        raise _failure("holds a number with too many digits", source) from None
    except RecursionError:
        raise _failure("is nested too deeply", source) from None


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
    table = {key: _frozen(value, _DEEPEST_NESTING, source) for key, value in table.items()}
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
    table = _without_over_sampling(table, source)
    try:
        return settings_type.model_validate(table)
    except ValidationError as error:
        raise from_validation(error, settings_type=settings_type, source=source) from None


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
    pairs = []
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        if not equals or not key.strip():
            raise _failure(f"{shown(assignment)} is no assignment; write key=value", source)
        pairs.append((key.strip(), _toml_value(text.strip())))
    # Choosing another data set resets its table, so that comes before changes within it.
    pairs.sort(key=lambda pair: pair[0] != _DATA_SET)
    for key, value in pairs:
        table = _assigned(table, key, value, source)
    return table


def replace(settings: Settings, key: str, value: object) -> Settings:
    """Change one setting; choosing another data set resets that table to its defaults.

    Raises
    ------
    SettingsError
        If the value is not allowed or does not fit the other settings.
    """
    return from_table(_assigned(to_table(settings), key, value, ""))


def settings_hash(settings: Settings) -> str:
    """Give a short fingerprint of everything that decides the numbers (not ``about``)."""
    table = to_table(settings)
    table.pop("about", None)
    text = json.dumps(table, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _assigned(table: dict[str, Any], key: str, value: object, source: str) -> dict[str, Any]:
    """Copy a table with one value changed; another data set takes nothing over from the last."""
    changed = dict(table)
    inner = changed
    *parents, last = key.split(".")
    for parent in parents:
        held = inner.get(parent, {})
        if not isinstance(held, dict):
            raise _failure(f"{parent!r} holds a value, not a table", source, key=key)
        inner[parent] = dict(held)
        inner = inner[parent]
    if key == _DATA_SET and inner.get(last) != value:
        inner.clear()
        changed = {name: _without_names_of_data(name, part) for name, part in changed.items()}
    inner[last] = value
    return changed


def _without_names_of_data(table: str, held: object) -> object:
    """Leave out what is said of one data set's classes, groups and columns."""
    if not isinstance(held, dict):
        return held
    match table:
        case "mitigation":
            return {
                name: value
                for name, value in held.items()
                if value != "custom" and name not in {"class_weights", "group_weights"}
            }
        case "augmentation":
            return {
                name: value
                for name, value in held.items()
                if name not in {"only_class", "only_group"}
            }
        case "preparation":
            return {name: value for name, value in held.items() if name != "leave_out"}
        case "trouble":
            return {name: _without_target(trouble) for name, trouble in held.items()}
        case _:
            return held


def _without_target(trouble: object) -> object:
    if not isinstance(trouble, dict):
        return trouble
    return {name: value for name, value in trouble.items() if name not in _TARGET}


def _toml_value(text: str) -> object:
    try:
        table = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return table["value"] if len(table) == 1 else text


def _without_over_sampling(table: dict[str, Any], source: str) -> dict[str, Any]:
    """Leave out a former setting where it changes nothing: twins that over-sample do so anyway."""
    preparation, twin = table.get("preparation"), table.get("twin")
    if not isinstance(preparation, dict) or "over_sampling" not in preparation:
        return table
    kept = {name: value for name, value in preparation.items() if name != "over_sampling"}
    value = preparation["over_sampling"]
    by_twins = isinstance(twin, dict) and twin.get("mistake") == "resampling"
    if value != "none" and not (value == "classes" and by_twins):
        message = (
            f"{shown(value)} is no longer chosen here; write mitigation.resampling ="
            ' "over-sampling" instead, which leaves curves of the training rows as these are'
        )
        raise _failure(message, source, key="preparation.over_sampling")
    return table | {"preparation": kept}


def _frozen(value: object, depth: int, source: str) -> object:
    """Turn arrays into tuples, all the way down."""
    if not depth:
        raise _failure("is nested too deeply", source)
    if isinstance(value, dict):
        return {key: _frozen(part, depth - 1, source) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_frozen(part, depth - 1, source) for part in value)
    return value


def _failure(message: str, source: str, *, key: str = "") -> SettingsError:
    return SettingsError([Problem(key, message)], source=source)
