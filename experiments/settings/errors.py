"""Errors in settings that name the file, the key, the value and what is allowed."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: the dotted key (empty for the whole file) and a sentence."""

    key: str
    message: str

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
    error: ValidationError, *, known_keys: Sequence[str], source: str = ""
) -> SettingsError:
    """Translate pydantic's errors; `known_keys` are the dotted keys that exist."""
    problems = [_problem(details, known_keys) for details in error.errors(include_url=False)]
    return SettingsError(problems, source=source)


def shown(value: object) -> str:
    """Give a value as a settings file would write it, cut to a readable length."""
    text = repr(value) if not isinstance(value, bool) else str(value).lower()
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def suggestion(word: str, known: Sequence[str]) -> str:
    """Name the closest known word, or list what is known where that is short."""
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known are {', '.join(known)}" if known else ""


def _problem(details: ErrorDetails, known_keys: Sequence[str]) -> Problem:
    location = list(details["loc"])
    if len(location) > 1 and location[0] in {"mixture", "data"} and location[1] in _VARIANTS:
        del location[1]
    key = ".".join(str(part) for part in location)
    context = details.get("ctx", {})
    kind = details["type"]
    value = details["input"]
    if kind == "extra_forbidden":
        parent = key.rpartition(".")[0]
        siblings = [
            known.removeprefix(f"{parent}.") for known in known_keys if known.startswith(parent)
        ]
        return Problem(key, f"unknown key; {suggestion(str(location[-1]), siblings)}")
    if kind == "missing":
        return Problem(key, "is missing")
    cause = context.get("error")
    if kind == "value_error" and isinstance(cause, Exception):
        parameters = getattr(cause, "parameters", ())
        if parameters:
            key = ", ".join(".".join([*map(str, location), name]) for name in parameters)
        return Problem(key, str(cause))
    allowed = _allowed(kind, context)
    message = f"{shown(value)} is not allowed; {allowed}" if allowed else details["msg"]
    return Problem(key, message)


_VARIANTS = {"two-group", "groups", "adult", "digits", "mixture"}

_TYPES = {
    "int_type": "it must be a whole number",
    "int_from_float": "it must be a whole number",
    "float_type": "it must be a number",
    "string_type": "it must be text in quotes",
    "tuple_type": "it must be an array such as [1.0, 2.0]",
    "model_type": "it must be a table",
    "finite_number": "it must be a finite number",
    "bool_type": "it must be true or false",
}


def _allowed(kind: str, context: dict[str, object]) -> str:
    match kind:
        case "greater_than_equal":
            return f"it must be at least {context['ge']}"
        case "less_than_equal":
            return f"it must be at most {context['le']}"
        case "literal_error":
            return f"it must be {context['expected']}"
        case "union_tag_invalid":
            return f"it must be one of {context['expected_tags']}"
        case "string_too_long":
            return f"it may have at most {context['max_length']} characters"
        case _:
            return _TYPES.get(kind, "")
